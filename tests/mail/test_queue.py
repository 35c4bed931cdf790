"""The mail queue and the addresses without mail, as a manager uses them."""

import re
from datetime import date
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from partnerships.core.actor import Role
from partnerships.core.clock import ManualClock
from partnerships.core.errors import IllegalTransition, NotAllowed
from partnerships.database.work import Transactions
from partnerships.mail import finding, suppressing
from partnerships.mail.delivering import deliver
from partnerships.mail.mailers import MemoryMailer
from partnerships.mail.queueing import queue
from partnerships.mail.rules.states import BY_HAND, MAIL, MailAction, MailState
from partnerships.mail.rules.suppressions import MailKind, Reason
from partnerships.mail.tables import NOT_NEEDED, OUT_OF_DATE, OutboxMail
from partnerships.people.tables import Account
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.reminders.relaying import TAKEN_BACK
from partnerships.web.linking import grant
from tests.conftest import SignIn
from tests.mail.scenes import VERIFIED
from tests.stories import People, draft, move, start

DEWI = "dewi@creator.example"


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", MailAction)
@pytest.mark.parametrize("state", MailState)
def test_a_manager_decides_what_may_still_be_decided(state: MailState, action: MailAction, role: Role) -> None:
    edges = {(source, name): (target, roles) for source, name, target, roles in MAIL.edges()}
    if (state, action) not in edges:
        with pytest.raises(IllegalTransition):
            MAIL.advance(state, action, role)
        return
    target, roles = edges[state, action]
    if role not in roles:
        with pytest.raises(NotAllowed):
            MAIL.advance(state, action, role)
    else:
        assert MAIL.advance(state, action, role) is target
    assert roles == {Role.OWNER, Role.MANAGER}


@pytest.fixture
def manager(sign_in: SignIn, people: People) -> FlaskClient:
    client = sign_in(people.manager)
    client.post("/language", data={"locale": "en"})
    return client


@pytest.fixture
def invitation(transactions: Transactions, people: People) -> int:
    """Return a mail that waits: the invitation to Dewi."""
    move(transactions, people.manager, draft(transactions, people), PartnershipAction.INVITE)
    return mails(transactions, people)[0].id


def mails(transactions: Transactions, people: People) -> list[OutboxMail]:
    with transactions.looking(people.manager) as reading:
        return list(reading.session.scalars(select(OutboxMail).order_by(OutboxMail.id)))


def settle_as(transactions: Transactions, mail_id: int, state: MailState) -> None:
    with transactions.everywhere() as everywhere:
        mail = everywhere.get_one(OutboxMail, mail_id)
        mail.state, mail.attempts, mail.smtp_code, mail.last_error = state, 8, 451, "try again later"
        everywhere.commit()


def test_what_waits_can_be_called_off_and_sent_after_all(
    app: Flask, manager: FlaskClient, transactions: Transactions, people: People, invitation: int, mailer: MemoryMailer
) -> None:
    assert "It is not sent." in manager.post(f"/admin/mail/{invitation}/cancel", follow_redirects=True).text
    app.extensions["beat"]()
    assert mailer.sent == []

    again = manager.post(f"/admin/mail/{invitation}/resend", follow_redirects=True)
    app.extensions["beat"]()

    assert "It waits again" in again.text
    assert [str(message["Message-ID"]) for message in mailer.sent] == [f"<{mails(transactions, people)[0].message_id}>"]


def test_what_was_given_up_begins_anew(
    app: Flask, manager: FlaskClient, transactions: Transactions, people: People, invitation: int, mailer: MemoryMailer
) -> None:
    settle_as(transactions, invitation, MailState.DEAD)

    manager.post(f"/admin/mail/{invitation}/resend")
    (mail,) = mails(transactions, people)

    assert (mail.state, mail.attempts, mail.smtp_code) == (MailState.QUEUED, 0, None)
    app.extensions["beat"]()
    assert len(mailer.sent) == 1


def test_what_went_out_goes_out_once_more_as_a_mail_of_its_own(
    app: Flask, manager: FlaskClient, transactions: Transactions, people: People, invitation: int, mailer: MemoryMailer
) -> None:
    app.extensions["beat"]()

    manager.post(f"/admin/mail/{invitation}/copy")
    app.extensions["beat"]()

    assert [str(message["Subject"]) for message in mailer.sent] == [str(mailer.sent[0]["Subject"])] * 2
    assert len({str(message["Message-ID"]) for message in mailer.sent}) == 2
    assert [mail.state for mail in mails(transactions, people)] == [MailState.SENT] * 2


def test_what_is_too_late_is_refused_in_a_sentence(
    app: Flask, manager: FlaskClient, transactions: Transactions, people: People, invitation: int
) -> None:
    app.extensions["beat"]()

    answer = manager.post(f"/admin/mail/{invitation}/cancel", follow_redirects=True)

    assert "someone or something has moved it on" in answer.text
    assert mails(transactions, people)[0].state is MailState.SENT


def test_a_mail_whose_link_has_run_out_is_not_sent_again(
    app: Flask, sign_in: SignIn, transactions: Transactions, people: People, invitation: int, clock: ManualClock
) -> None:
    app.extensions["beat"]()
    clock.advance(days=800)

    answer = sign_in(people.manager).post(f"/admin/mail/{invitation}/copy", follow_redirects=True)

    assert "sudah tidak berlaku" in answer.text
    assert len(mails(transactions, people)) == 1


def test_an_address_without_mail_has_to_be_lifted_first_with_a_reason(
    app: Flask, manager: FlaskClient, transactions: Transactions, people: People, invitation: int, mailer: MemoryMailer
) -> None:
    with transactions.begin(people.manager) as work:
        suppressing.suppress(work, DEWI, Reason.UNREACHABLE, "550 5.1.1 no such user")
    app.extensions["beat"]()
    refused = manager.post(f"/admin/mail/{invitation}/resend", follow_redirects=True)
    assert "This address takes no such mail" in refused.text
    assert "550 5.1.1 no such user" in (listed := manager.get("/admin/mail/addresses").text)
    lift = f"/admin/mail/addresses/{_only(transactions, people)}"
    assert lift in listed
    assert manager.post(lift, data={"reason": " "}).status_code == 422

    lifted = manager.post(lift, data={"reason": "Dewi says that it works"}, follow_redirects=True)
    manager.post(f"/admin/mail/{invitation}/resend")
    app.extensions["beat"]()

    assert "Dewi gets mail again." in lifted.text
    assert "Everybody gets mail" in lifted.text
    assert [str(message["To"]) for message in mailer.sent] == [f"Dewi <{DEWI}>"]
    partnership_id = mails(transactions, people)[0].about.partition(":")[2]
    assert "Dewi says that it works" in manager.get(f"/partnerships/{partnership_id}/history").text
    assert manager.get(lift).status_code == 404


def _only(transactions: Transactions, people: People) -> int:
    with transactions.looking(people.manager) as reading:
        (row,) = finding.list_suppressed(reading)
        return row.id


def test_a_mail_is_shown_without_the_keys_in_it(
    app: Flask, manager: FlaskClient, transactions: Transactions, people: People, mailer: MemoryMailer
) -> None:
    start(transactions, people, date(2026, 1, 5))
    app.extensions["beat"]()
    keys = {word for message in mailer.sent for word in str(message.get_body(("plain",))).split() if "/s/" in word}

    pages = "".join(manager.get(f"/admin/mail/{mail.id}").text for mail in mails(transactions, people))

    assert keys
    assert not [key for key in keys if key in pages]
    assert "/s/…" in pages
    assert "Taken by the mail server" in pages


@pytest.mark.parametrize("told", [1, 2])
def test_a_mail_of_the_day_is_shown_without_the_keys_in_it(
    manager: FlaskClient, transactions: Transactions, people: People, mailer: MemoryMailer, told: int
) -> None:
    mail_id = queue_digest(transactions, people, told)
    deliver(transactions, mailer, lambda _reading, _mail: True)
    (message,) = mailer.sent
    written = " ".join(part.get_content() for part in message.iter_parts())
    keys = set(re.findall(r"/[su]/([\w-]{16,})", written))

    page = manager.get(f"/admin/mail/{mail_id}").text

    assert len(keys) == told + 1  # of each thing, and the one that stops the reminders
    assert not [key for key in keys if key in page]
    assert "/s/…" in page
    assert "/u/…" in page
    assert "The link is left out here" in page


def test_what_the_mail_of_the_day_tells_says_so_and_is_not_sent_a_second_time(
    manager: FlaskClient, transactions: Transactions, people: People, invitation: int
) -> None:
    digest_id = queue_digest(transactions, people, 1)
    with transactions.everywhere() as everywhere:
        everywhere.get_one(OutboxMail, invitation).leave_to("digest:today")
        everywhere.commit()

    page = unescape(manager.get(f"/admin/mail/{invitation}").text)
    refused = manager.post(f"/admin/mail/{invitation}/resend", follow_redirects=True).text

    assert "In the mail of the day" in page
    assert f'href="/admin/mail/{digest_id}"' in page
    assert not [words for words in ("Send again", "Called off", "digest:today") if words in page]
    assert "The mail of the day tells this" in refused
    assert mails(transactions, people)[0].state is MailState.CANCELLED
    assert "In the mail of the day" in manager.get("/admin/mail?state=together").text.partition("<table")[2]
    assert "<table" not in manager.get("/admin/mail?state=cancelled").text


STORED = (
    (BY_HAND, "Dibatalkan oleh tim."),
    (OUT_OF_DATE, "Sudah tidak berlaku sebelum sempat dikirim."),
    (NOT_NEEDED, "Sudah tidak ada yang menunggu."),
    (TAKEN_BACK, "Geser tanggalnya dibatalkan."),
    (str(Reason.UNSUBSCRIBED), "Tidak mau menerima pengingat"),
    ("its day was moved (7)", "Tanggalnya digeser."),
    ("550 5.1.1 no such user", "550 5.1.1 no such user"),
)


@pytest.mark.parametrize(("stored", "said"), STORED)
def test_why_a_mail_did_not_go_out_is_said_in_the_readers_language(
    sign_in: SignIn, transactions: Transactions, people: People, invitation: int, stored: str, said: str
) -> None:
    with transactions.everywhere() as everywhere:
        everywhere.get_one(OutboxMail, invitation).call_off(stored)
        everywhere.commit()

    page = sign_in(people.manager).get(f"/admin/mail/{invitation}").text

    assert said in page
    assert (stored in page) is (stored == said)


def queue_digest(transactions: Transactions, people: People, told: int) -> int:
    """Queue Dewi's mail of the day, which tells so many things, each with a link of its own; return its id."""
    account_id = people.creator.account_id
    assert account_id is not None
    with transactions.begin(people.manager) as work:
        links = [
            grant(work, purpose="deliverable", thing_id=one, account_id=account_id, expires_at=work.now)
            for one in range(told)
        ]
        items = [
            {"about": f"deliverable:{link.thing_id}", "template": "verified", "context": VERIFIED, "nonce": link.nonce}
            for link in links
        ]
        (mail_id,) = queue(
            work,
            kind=MailKind.REMINDER,
            about="digest:today",
            template="digest_creator",
            context={"items": items},
            recipients={"digest:today": work.session.get_one(Account, account_id)},
            send_after=work.now,
        )
        return mail_id


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", 3),
        ("?state=waiting", 1),
        ("?state=failed", 1),
        ("?state=cancelled", 1),
        ("?state=sent", 0),
        ("?state=nonsense", 3),
        ("?q=dew", 3),
        ("?q=creator.example", 3),
        ("?q=nobody", 0),
        ("?q=%25", 0),
        ("?before=nonsense", 3),
        ("?before=1", 0),
    ],
)
def test_the_queue_is_narrowed_by_its_address(
    manager: FlaskClient, transactions: Transactions, people: People, query: str, shown: int
) -> None:
    for state in (MailState.QUEUED, MailState.DEAD, MailState.CANCELLED):
        move(transactions, people.manager, draft(transactions, people), PartnershipAction.INVITE)
        settle_as(transactions, mails(transactions, people)[-1].id, state)

    page = manager.get(f"/admin/mail{query}").text

    assert page.count('<td data-label="Subject">') == shown
    assert "451" in page or not shown


def test_pages_follow_each_other_without_a_gap(
    manager: FlaskClient, transactions: Transactions, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "PAGE", 2)
    for _ in range(3):
        move(transactions, people.manager, draft(transactions, people), PartnershipAction.INVITE)
    first, second, third = (mail.id for mail in mails(transactions, people))

    pages = manager.get("/admin/mail").text, manager.get(f"/admin/mail?before={second}").text

    assert f'href="/admin/mail/{third}"' in pages[0]
    assert f'href="/admin/mail/{second}"' in pages[0]
    assert f"before={second}" in pages[0]
    assert f'href="/admin/mail/{first}"' in pages[1]
    assert 'rel="next"' not in pages[1]
    assert 'rel="prev" href="/admin/mail"' in pages[1]


def test_the_number_of_statements_does_not_grow_with_the_mails(
    app: Flask, manager: FlaskClient, transactions: Transactions, people: People, statements: list[str]
) -> None:
    counts = []
    for _ in range(3):
        move(transactions, people.manager, draft(transactions, people), PartnershipAction.INVITE)
        app.extensions["beat"]()
        statements.clear()
        for path in ("/admin/mail", "/admin/mail/addresses", "/admin/mail/1"):
            assert manager.get(path).status_code == 200
        counts.append(len(statements))

    assert counts[1] == counts[2]
