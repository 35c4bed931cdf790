"""Stop the reminders with one click, and take it back (RFC 8058)."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.mail import finding
from partnerships.mail.mailers import MemoryMailer
from partnerships.people import ending
from partnerships.people.tables import Membership
from partnerships.web.addresses import STOPPING
from partnerships.web.signing import seal
from tests.conftest import SignIn
from tests.stories import People, start

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def path(people: People) -> str:
    return f"/u/{seal(STOPPING, people.creator.org_id, people.creator.person_id)}"


@pytest.fixture
def stranger_to_all(app: Flask) -> FlaskClient:
    """A mail program: it has no cookie, and sends no token of ours."""
    app.config["WTF_CSRF_ENABLED"] = True
    return app.test_client()


def is_stopped(transactions: Transactions, people: People) -> bool:
    with transactions.looking(people.manager) as reading:
        return bool(finding.list_suppressed(reading))


def test_a_look_changes_nothing(
    stranger_to_all: FlaskClient, transactions: Transactions, people: People, path: str
) -> None:
    answers = [stranger_to_all.get(path), stranger_to_all.head(path)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert "Hentikan pengingat?" in answers[0].text
    assert answers[0].headers["Referrer-Policy"] == "no-referrer"
    assert "Glow" in answers[0].text
    assert not is_stopped(transactions, people)


def test_one_click_stops_the_reminders_and_tells_the_manager_and_can_be_taken_back(
    app: Flask,
    stranger_to_all: FlaskClient,
    transactions: Transactions,
    people: People,
    clock: ManualClock,
    mailer: MemoryMailer,
    path: str,
) -> None:
    start(transactions, people, date(2026, 1, 5))
    app.extensions["beat"]()
    mailer.sent.clear()

    stopped = [stranger_to_all.post(path, data=ONE_CLICK) for _ in range(2)]
    clock.advance(days=14)
    app.extensions["beat"]()

    assert [answer.status_code for answer in stopped] == [200, 200]  # RFC 8058 wants no redirect
    assert "Tidak ada pengingat lagi" in stopped[0].text
    assert [str(message["Subject"]) for message in mailer.sent if "Rina" in message["To"]].count(
        "Dewi tidak mau menerima pengingat (Glow)"
    ) == 1
    assert not [message for message in mailer.sent if "Dewi" in message["To"]]

    back = stranger_to_all.post(path, data={"again": "1"})
    clock.advance(days=1)
    app.extensions["beat"]()

    assert "Kamu diingatkan lagi" in back.text
    assert not is_stopped(transactions, people)
    assert [message for message in mailer.sent if "Dewi" in message["To"]]
    assert "Email ke Dewi jalan lagi (Glow)" in [str(message["Subject"]) for message in mailer.sent]


def test_every_reminder_carries_the_way_to_stop_it(
    app: Flask, transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, path: str
) -> None:
    start(transactions, people, date(2026, 1, 5))
    clock.advance(days=14)
    app.extensions["beat"]()

    found = {str(message["List-Unsubscribe"]) for message in mailer.sent if message["List-Unsubscribe"]}

    assert f"<http://localhost{path}>" in found


def test_it_signs_nobody_in(stranger_to_all: FlaskClient, path: str) -> None:
    stranger_to_all.post(path, data=ONE_CLICK)

    assert stranger_to_all.get("/me").status_code in {302, 401}
    assert "Set-Cookie" not in stranger_to_all.get(path).headers


@pytest.mark.parametrize("token", ["nobody-made-this", "1-1-000000000000000000000000", "1-999-", "%00"])
def test_a_made_up_address_is_nowhere(
    stranger_to_all: FlaskClient, transactions: Transactions, people: People, token: str
) -> None:
    assert stranger_to_all.get(f"/u/{token}").status_code == 404
    assert stranger_to_all.post(f"/u/{token}", data=ONE_CLICK).status_code == 404
    assert not is_stopped(transactions, people)


def test_a_seal_for_something_else_opens_nothing(stranger_to_all: FlaskClient, people: People) -> None:
    sealed = seal("return path", people.creator.org_id, people.creator.person_id)

    assert stranger_to_all.post(f"/u/{sealed}", data=ONE_CLICK).status_code == 404


def test_who_has_left_is_told_that_the_address_has_run_out(
    stranger_to_all: FlaskClient, transactions: Transactions, people: People
) -> None:
    with transactions.begin(people.owner) as work:
        member = next(one for one in work.session.query(Membership) if one.account_id == people.reviewer.account_id)
        ending.end_membership(work, member.id)

    answer = stranger_to_all.get(f"/u/{seal(STOPPING, people.reviewer.org_id, people.reviewer.person_id)}")

    assert answer.status_code == 410


def test_the_history_of_the_partnership_tells_the_team_and_not_the_creator(
    stranger_to_all: FlaskClient, sign_in: SignIn, transactions: Transactions, people: People, path: str
) -> None:
    partnership_id = start(transactions, people, date(2026, 1, 5))
    stranger_to_all.post(path, data=ONE_CLICK)

    team = sign_in(people.manager).get(f"/partnerships/{partnership_id}/history").text
    own = sign_in(people.creator).get(f"/me/partnerships/{partnership_id}/history").text

    assert "The creator stopped the reminders" in team
    assert "stopped the reminders" not in own
