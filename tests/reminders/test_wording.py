from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from partnerships.check_ins.tables import CheckIn
from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.deliverables.tables import Deliverable
from partnerships.people.tables import Account
from partnerships.reminders.watching import tick
from partnerships.reminders.wording import links_of, whatsapp_text, whatsapp_url
from tests.stories import People, start


@pytest.fixture
def running(transactions: Transactions, people: People, clock: ManualClock) -> int:
    clock.set(datetime(2026, 1, 27, 2, tzinfo=UTC))
    partnership_id = start(transactions, people, date(2026, 1, 26))
    tick(transactions)
    return partnership_id


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("id", ["Hai Dewi!", "update pemakaian Glow Serum", "Selasa, 27 Januari", "Rina, Glow"]),
        ("en", ["Hi Dewi!", "Glow Serum check-in", "Tuesday, 27 January", "Rina, Glow"]),
    ],
)
def test_a_reminder_for_whatsapp_speaks_the_creators_language(
    transactions: Transactions, people: People, running: int, locale: str, words: list[str]
) -> None:
    with transactions.everywhere() as everywhere:
        everywhere.get_one(Account, people.creator.account_id).locale = locale
        everywhere.commit()

    with transactions.looking(people.manager) as reading:
        check_in = reading.session.scalars(select(CheckIn).order_by(CheckIn.number)).first()
        assert check_in is not None
        text = whatsapp_text(reading, check_in)

    assert [word for word in words if word not in text] == []
    assert "/s/" not in text


def test_the_personal_link_is_added_when_asked_for(transactions: Transactions, people: People, running: int) -> None:
    with transactions.looking(people.manager) as reading:
        check_ins = list(reading.session.scalars(select(CheckIn).order_by(CheckIn.number)))
        links = links_of(reading, list(check_ins))
        text = whatsapp_text(reading, check_ins[0], links)

    assert list(links) == [check_ins[0].about]
    assert links[check_ins[0].about] in text


def test_a_draft_and_a_live_session_are_asked_for_in_their_own_words(
    transactions: Transactions, people: People, running: int
) -> None:
    with transactions.looking(people.manager) as reading:
        deliverables = reading.session.scalars(select(Deliverable).order_by(Deliverable.number)).all()
        drafted = next(row for row in deliverables if row.draft_step_id is not None)
        live = next(row for row in deliverables if row.draft_step_id is None)

        assert "draf konten" in whatsapp_text(reading, drafted)
        assert "kirim link-nya" in whatsapp_text(reading, live)


def test_the_address_opens_a_chat_with_the_text_filled_in(
    transactions: Transactions, people: People, running: int
) -> None:
    with transactions.looking(people.manager) as reading:
        check_in = reading.session.scalars(select(CheckIn).order_by(CheckIn.number)).first()
        assert check_in is not None
        text = whatsapp_text(reading, check_in)

        url = whatsapp_url(check_in.partnership, text)
        check_in.partnership.creator.whatsapp = ""
        without = whatsapp_url(check_in.partnership, text)

    assert url is not None
    assert url.startswith("https://wa.me/6281200000001?")
    assert parse_qs(urlsplit(url).query)["text"] == [text]
    assert without is None
