from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage

import icalendar
import pytest
from sqlalchemy import select

from partnerships.check_ins.tables import CheckIn
from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.mail.delivering import deliver
from partnerships.mail.mailers import MemoryMailer
from partnerships.people.tables import Account
from partnerships.plans import moving
from partnerships.plans.rules.moves import DATED, Move, MoveKind
from partnerships.plans.rules.partnerships import EndReason, PartnershipAction
from partnerships.plans.tables import Partnership
from partnerships.portfolio.attaching import attach
from partnerships.portfolio.feeding import list_coming
from partnerships.reminders.notifying import still_wanted
from partnerships.reminders.watching import tick
from tests.plans.bending import shift
from tests.stories import People, start

DUE = datetime(2026, 1, 27, 2, tzinfo=UTC)  # nine in Jakarta, on the first check-in's day


@pytest.fixture
def running(transactions: Transactions, people: People, clock: ManualClock) -> int:
    clock.set(DUE - timedelta(days=1))
    return start(transactions, people, date(2026, 1, 26))


def sent(transactions: Transactions, mailer: MemoryMailer, clock: ManualClock) -> list[EmailMessage]:
    """Let everything happen that is due a minute from now, and return what goes out."""
    clock.advance(minutes=1)
    mailer.sent.clear()
    tick(transactions)
    deliver(transactions, mailer, still_wanted, lambda: 0, attach=attach)
    return mailer.sent


def calendar(message: EmailMessage) -> icalendar.Calendar:
    (part,) = message.iter_attachments()
    assert part.get_content_type() == "text/calendar"
    made = icalendar.Calendar.from_ical(part.get_content())
    assert str(made["METHOD"]) == part["Content-Type"].params["method"]
    return made


def test_a_reminder_brings_its_day_under_the_name_that_it_has_in_every_feed(
    transactions: Transactions, people: People, running: int, mailer: MemoryMailer, clock: ManualClock
) -> None:
    clock.set(DUE)
    with transactions.everywhere() as everywhere:
        everywhere.get_one(Account, people.creator.account_id).locale = "en"
        everywhere.commit()

    message = sent(transactions, mailer, clock)[-1]

    made = calendar(message)
    (event,) = made.walk("VEVENT")
    with transactions.looking(people.manager) as reading:
        step = reading.session.scalars(select(CheckIn).order_by(CheckIn.number)).first()
        assert step is not None
        assert str(event["UID"]) == f"step-{step.step_id}@localhost"
    assert event.decoded("DTSTART") == date(2026, 1, 27)
    assert str(event["ORGANIZER"]) == "mailto:sahabat@sahabat.example"
    assert str(event["SUMMARY"]).startswith("Check-in: ")
    assert "Glow Serum" in str(event["SUMMARY"])
    assert str(made["METHOD"]) == "PUBLISH"
    assert len(message.as_bytes()) < 100_000


def test_a_move_sends_the_new_days_with_a_higher_sequence(
    transactions: Transactions, people: People, running: int, mailer: MemoryMailer, clock: ManualClock
) -> None:
    sent(transactions, mailer, clock)
    days: dict[str, date] = {}
    sequences: dict[str, int] = {}
    for days_later in (2, 3):
        shift(transactions, people.manager, running, Move(MoveKind.REST, days_later), "Libur")
        (message,) = [each for each in sent(transactions, mailer, clock) if "Tanggal baru" in each["Subject"]]
        events = calendar(message).walk("VEVENT")
        if days:
            assert all(int(str(each["SEQUENCE"])) > sequences[str(each["UID"])] for each in events)
            assert all(each.decoded("DTSTART") == days[str(each["UID"])] + timedelta(days=3) for each in events)
        days = {str(each["UID"]): each.decoded("DTSTART") for each in events}
        sequences = {str(each["UID"]): int(str(each["SEQUENCE"])) for each in events}

    assert len(days) > 5


def test_what_is_coming_begins_with_today_where_the_reader_lives(
    transactions: Transactions, people: People, running: int, clock: ManualClock
) -> None:
    clock.set(DUE + timedelta(hours=16))  # one in the night in Jakarta: the check-in's day is over there

    with transactions.looking(people.manager) as reading:
        first = {zone: list_coming(reading, running, zone)[0].on for zone in ("Asia/Jakarta", "Europe/London")}

    assert first["Europe/London"] == date(2026, 1, 27)
    assert first["Asia/Jakarta"] > date(2026, 1, 27)


def test_what_ends_is_taken_out_of_the_calendar(
    transactions: Transactions, people: People, running: int, mailer: MemoryMailer, clock: ManualClock
) -> None:
    sent(transactions, mailer, clock)
    with transactions.begin(people.manager) as work:
        moving.move(work, running, PartnershipAction.END_EARLY, reason=EndReason.BRAND_STOPPED)

    (message,) = [each for each in sent(transactions, mailer, clock) if each["To"].endswith("<dewi@creator.example>")]

    made = calendar(message)
    assert str(made["METHOD"]) == "CANCEL"
    assert {str(each["STATUS"]) for each in made.walk("VEVENT")} == {"CANCELLED"}
    assert len(made.walk("VEVENT")) > 5


def test_what_a_skipped_stage_would_have_asked_is_taken_out_of_the_calendar(
    transactions: Transactions, people: People, running: int, mailer: MemoryMailer, clock: ManualClock
) -> None:
    sent(transactions, mailer, clock)
    shift(transactions, people.manager, running, Move(MoveKind.SKIP, key="habit"), "Sakit")

    (message,) = [each for each in sent(transactions, mailer, clock) if "Tidak perlu lagi" in each["Subject"]]

    events = calendar(message).walk("VEVENT")
    with transactions.looking(people.manager) as reading:
        partnership = reading.get(Partnership, running)
        skipped = {
            f"step-{step.id}@localhost"
            for step in partnership.steps
            if step.stage.key == "habit" and step.kind in DATED
        }
    assert {str(each["UID"]) for each in events if str(each["STATUS"]) == "CANCELLED"} == skipped


def test_a_mail_that_means_no_day_has_no_calendar(
    transactions: Transactions, people: People, running: int, mailer: MemoryMailer, clock: ManualClock
) -> None:
    assert [list(each.iter_attachments()) for each in sent(transactions, mailer, clock)] == [[], [], [], []]
