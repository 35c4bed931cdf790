import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from partnerships.config import Settings
from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.mail import finding
from partnerships.mail.delivering import deliver
from partnerships.mail.mailers import MemoryMailer
from partnerships.mail.tables import OutboxMail
from partnerships.reminders.notifying import still_wanted
from tests.conftest import SignIn
from tests.stories import People, start


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return replace(settings, demo=True)


@pytest.fixture
def running(transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer) -> int:
    clock.advance(days=21)
    partnership_id = start(transactions, people, date(2026, 1, 26))
    clock.advance(days=1)
    deliver(transactions, mailer, still_wanted)
    return partnership_id


@pytest.fixture
def manager(sign_in: SignIn, people: People) -> FlaskClient:
    return sign_in(people.manager)


Find = Callable[[str], OutboxMail]


@pytest.fixture
def find(transactions: Transactions, people: People) -> Find:
    def by_template(template: str) -> OutboxMail:
        with transactions.looking(people.manager) as reading:
            return reading.session.scalars(select(OutboxMail).where(OutboxMail.template == template)).one()

    return by_template


@pytest.mark.usefixtures("running")
def test_the_outbox_lists_every_mail_newest_first(manager: FlaskClient) -> None:
    page = manager.get("/dev/outbox/").text

    places = [page.index(words) for words in ("Dewi sudah menerima", "sedang dikirim ke kamu", "mengajak kamu")]
    assert places == sorted(places)


@pytest.mark.usefixtures("people")
def test_an_empty_outbox_says_how_mail_comes_about(manager: FlaskClient) -> None:
    answer = manager.get("/dev/outbox/?page=7")

    assert answer.status_code == 200
    assert 'class="empty"' in answer.text


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize(("wanted", "leads_to"), [(1, ["2"]), (2, ["1"]), (3, ["1"]), (99, ["1"])])
def test_the_pages_end_with_the_last_mail(
    wanted: int, leads_to: list[str], manager: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "PAGE", 2)

    page = manager.get(f"/dev/outbox/?page={wanted}").text

    assert len(re.findall(r'href="/dev/outbox/\d+"', page)) == 2
    assert re.findall(r'href="/dev/outbox/\?page=(\d+)"', page) == leads_to


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize(
    ("since", "mails"),
    [
        ("2026-01-27T02:00:01+00:00", 0),
        ("2026-01-05T00:00:00+00:00", 4),
        ("yesterday", 4),
        ("2026-01-27", 4),
        ("0001-01-01T00:00:00+14:00", 4),
    ],
)
def test_the_outbox_shows_what_was_sent_since_a_moment(since: str, mails: int, manager: FlaskClient) -> None:
    page = manager.get("/dev/outbox/", query_string={"since": since}).text

    assert len(re.findall(r'href="/dev/outbox/\d+"', page)) == mails


@pytest.mark.usefixtures("running")
def test_a_mail_is_shown_in_a_sandbox_with_its_text_headers_and_link(manager: FlaskClient, find: Find) -> None:
    mail = find("invitation")

    page = manager.get(f"/dev/outbox/{mail.id}").text

    assert 'sandbox=""' in page
    assert "&lt;!DOCTYPE html&gt;" in page
    assert mail.message_id in page
    assert "/s/" in page


@pytest.mark.usefixtures("running")
@pytest.mark.parametrize("what", ["brand", "recipient", "template"])
def test_a_mail_that_cannot_be_worded_says_so_and_hides_no_other(
    what: str, manager: FlaskClient, transactions: Transactions, find: Find
) -> None:
    broken = find("received")
    with transactions.everywhere() as everywhere:
        mail = everywhere.get_one(OutboxMail, broken.id)
        match what:
            case "brand":
                mail.context = mail.context | {"brand": "Glow\nGlow"}
            case "recipient":
                mail.recipient.name = "Rina X\nBcc: somebody"
            case _:
                mail.template = "gone"
        everywhere.commit()
    manager.post("/language", data={"locale": "en"})

    listed, shown = manager.get("/dev/outbox/"), manager.get(f"/dev/outbox/{broken.id}")

    assert listed.status_code == shown.status_code == 200
    assert "mengajak kamu" in listed.text
    assert ("A mail that cannot be worded" in listed.text) is (what != "recipient")
    assert "A mail that cannot be worded" in shown.text
    assert "so nobody gets it" in shown.text


@pytest.mark.usefixtures("running")
def test_creators_see_their_own_mail_only(sign_in: SignIn, people: People, find: Find) -> None:
    creator = sign_in(people.creator)

    assert "Dewi sudah menerima" not in creator.get("/dev/outbox/").text
    assert creator.get(f"/dev/outbox/{find('invitation').id}").status_code == 200
    assert creator.get(f"/dev/outbox/{find('received').id}").status_code == 404


@pytest.mark.usefixtures("running")
def test_another_organisation_sees_nothing(sign_in: SignIn, people: People, find: Find) -> None:
    stranger = sign_in(people.stranger)

    assert "Dewi" not in stranger.get("/dev/outbox/").text
    assert stranger.get(f"/dev/outbox/{find('invitation').id}").status_code == 404
    assert stranger.get("/dev/outbox/999999").status_code == 404


@pytest.mark.usefixtures("running")
def test_the_number_of_statements_does_not_grow_with_the_mails(
    transactions: Transactions, people: People, manager: FlaskClient, statements: list[str]
) -> None:
    manager.get("/dev/outbox/")
    statements.clear()
    manager.get("/dev/outbox/")
    few = len(statements)
    start(transactions, people, date(2026, 1, 26))
    statements.clear()

    manager.get("/dev/outbox/")

    assert len(statements) == few
