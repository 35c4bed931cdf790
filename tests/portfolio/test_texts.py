"""Today's reminders as WhatsApp texts: whom they are for, what they hold, and that they were sent."""

import re
from datetime import UTC, datetime
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from partnerships.check_ins.tables import CheckIn
from partnerships.core.clock import ManualClock
from partnerships.creators.tables import Creator
from partnerships.database.work import Transactions
from partnerships.mail.rules.suppressions import Reason
from partnerships.mail.tables import MailState, OutboxMail
from partnerships.people.unsubscribing import stop_reminders
from partnerships.reminders.snoozing import get_thing, snooze
from partnerships.reminders.watching import tick
from tests.check_ins.scenes import first_due
from tests.conftest import SignIn
from tests.portfolio.many import plant
from tests.stories import People

MORNING = datetime(2026, 1, 27, 3, tzinfo=UTC)  # ten in Jakarta, on the first check-in's day


@pytest.fixture
def due(transactions: Transactions, people: People, clock: ManualClock) -> int:
    """Return the check-in that is due today."""
    return first_due(transactions, people, clock, MORNING)


@pytest.fixture
def manager(sign_in: SignIn, people: People) -> FlaskClient:
    return sign_in(people.manager)


def chats(page: str) -> list[str]:
    return [unescape(url) for url in re.findall(r'href="(https://wa\.me/[^"]+)"', page)]


def test_what_is_due_today_opens_a_chat_with_number_text_and_own_link(manager: FlaskClient, due: int) -> None:
    (url,) = chats(manager.get("/today/wa").text)

    parts = urlsplit(url)
    (text,) = parse_qs(parts.query)["text"]
    assert parts.path == "/6281200000001"
    assert text.startswith("Hai Dewi!")
    assert "http://localhost/s/" in text


def test_a_text_for_a_group_names_nobody_and_links_to_nothing(manager: FlaskClient, due: int) -> None:
    page = unescape(manager.get("/today/wa").text)

    (group,) = re.findall(r'<textarea id="group-1"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert "Glow Serum" in group
    assert "Dewi" not in group
    assert "/s/" not in group
    assert "http" not in group


def test_what_was_sent_is_written_down_once_and_stands_in_the_history(
    manager: FlaskClient, due: int, clock: ManualClock, people: People, sign_in: SignIn
) -> None:
    first = manager.post(f"/today/wa/check-ins/{due}", follow_redirects=True).text
    second = sign_in(people.owner).post(f"/today/wa/check-ins/{due}", follow_redirects=True).text
    on_the_page = manager.get("/partnerships/1").text
    clock.advance(days=1)
    tomorrow = manager.get("/today/wa").text

    assert "10.00" in first
    assert chats(first) == []
    assert "/today/wa/check-ins" not in first
    assert "sudah dicatat sebelumnya" in second
    assert "Diingatkan langsung" in on_the_page
    assert len(chats(tomorrow)) == 1


def test_what_is_answered_or_not_due_yet_and_other_organisations_are_not_listed(
    manager: FlaskClient, sign_in: SignIn, people: People, transactions: Transactions, clock: ManualClock, due: int
) -> None:
    elsewhere = sign_in(people.stranger).get("/today/wa").text
    with transactions.begin(people.manager) as work:
        work.get(CheckIn, due).partnership.creator.whatsapp = ""
    without_number = manager.get("/today/wa").text

    assert chats(elsewhere) == []
    assert chats(without_number) == []
    assert f"/today/wa/check-ins/{due}" in without_number
    assert sign_in(people.reviewer).get("/today/wa").status_code == 403
    assert sign_in(people.stranger).post(f"/today/wa/check-ins/{due}").status_code == 404


def test_the_page_asks_as_often_however_many_creators_there_are(
    manager: FlaskClient,
    transactions: Transactions,
    people: People,
    clock: ManualClock,
    statements: list[str],
    due: int,
) -> None:
    def asked() -> int:
        statements.clear()
        assert manager.get("/today/wa").status_code == 200
        return len(statements)

    asked()
    few = asked()
    plant(transactions, people, clock, 8)
    tick(transactions)
    with transactions.looking(people.manager) as reading:
        assert len(reading.session.scalars(select(Creator.id)).all()) > 2

    assert asked() <= few + 2


def test_who_wants_no_reminders_is_marked_and_is_no_failure_of_delivery(
    manager: FlaskClient, due: int, transactions: Transactions, people: People
) -> None:
    with transactions.begin(people.creator) as work:
        stop_reminders(work)
    with transactions.everywhere() as everywhere:
        mail = everywhere.scalars(
            select(OutboxMail).where(OutboxMail.recipient_id == people.creator.account_id)
        ).first()
        assert mail is not None
        mail.state, mail.last_error = MailState.SUPPRESSED, str(Reason.UNSUBSCRIBED)
        everywhere.commit()

    board, texts = manager.get("/").text, manager.get("/today/wa").text

    assert "Tidak mau pengingat" in board
    assert "sapa lewat WhatsApp: Dewi" in board
    assert "Email yang tidak terkirim" not in board
    assert '<span class="tag">Tidak mau menerima pengingat</span>' in texts


def test_what_a_creator_has_put_off_says_until_when_and_why(
    manager: FlaskClient, due: int, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    for days, why in ((1, "Flu"), (2, "Sakit <b>")):
        clock.advance(minutes=1)
        with transactions.begin(people.creator) as work:
            snooze(work, get_thing(work, CheckIn, due), days, why)
    pages = ("/", "/today/wa")

    today = [manager.get(page).text for page in pages]
    clock.advance(days=3)
    later = [manager.get(page).text for page in pages]

    assert all("minta diingatkan lagi Kam, 29 Jan: Sakit &lt;b&gt;" in page for page in today)
    assert not any("minta diingatkan lagi" in page for page in later)
