"""A quiet stage holds back whatever reminds of its partnership, up to the moment of sending, until it is skipped."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from partnerships.check_ins.tables import CheckIn
from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.mail.delivering import DeliveryReport, deliver
from partnerships.mail.mailers import MemoryMailer
from partnerships.mail.tables import OutboxMail
from partnerships.plans import undoing
from partnerships.plans.rules.moves import Move, MoveKind
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.plans.rules.templates import load
from partnerships.plans.tables import Partnership, quieting_of
from partnerships.reminders.bundling import bundle
from partnerships.reminders.notifying import still_wanted
from partnerships.reminders.watching import tick
from tests.plans.bending import published, shift
from tests.stories import People, draft, move

EID = date(2026, 3, 20)  # the first day of the quiet stage, which lasts until the eighth day
NINE = datetime(2026, 3, 20, 2, tzinfo=UTC)  # in Jakarta
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SKIP = Move(MoveKind.SKIP, key="eid")


@pytest.fixture
def running(transactions: Transactions, people: People, clock: ManualClock) -> int:
    """A Ramadan plan that is three days before the feast, with a check-in due on the next day."""
    clock.set(NINE - 3 * DAY)
    story = load("ramadan")
    check_ins = tuple(replace(one, day=-2) if one.key == "week-3" else one for one in story.check_ins)
    key = published(transactions, people, replace(story, check_ins=check_ins))
    return begin(transactions, people, key)


def begin(transactions: Transactions, people: People, key: str, anchor_on: date = EID) -> int:
    partnership_id = draft(transactions, people, anchor_on=anchor_on, template_key=key)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    move(transactions, people.creator, partnership_id, PartnershipAction.ACCEPT)
    return partnership_id


def go(transactions: Transactions, clock: ManualClock, to: datetime) -> None:
    """Tick every hour up to a moment, and let nothing go out."""
    while clock.now() < to:
        clock.set(min(clock.now() + HOUR, to))
        tick(transactions)


def send(transactions: Transactions, mailer: MemoryMailer) -> DeliveryReport:
    bundle(transactions)
    return deliver(transactions, mailer, still_wanted, lambda: 0)


def queued(transactions: Transactions, people: People, rung: str) -> list[datetime]:
    """Return since when the check-in's reminders of this rung wait, the creator's only."""
    with transactions.looking(people.manager) as reading:
        mails = reading.session.scalars(select(OutboxMail).where(OutboxMail.template == "check_in"))
        return [mail.created_at for mail in mails if mail.context["rung"] == rung]


def test_a_quiet_stage_that_is_skipped_holds_no_rung_back(
    transactions: Transactions, people: People, clock: ManualClock, running: int
) -> None:
    go(transactions, clock, NINE - DAY)
    shift(transactions, people.manager, running, SKIP)

    go(transactions, clock, NINE + DAY)

    assert queued(transactions, people, "manager") == [NINE + DAY]  # three days after, as without the stage


def test_a_skip_that_is_taken_back_leaves_the_stage_quiet(
    transactions: Transactions, people: People, clock: ManualClock, running: int
) -> None:
    go(transactions, clock, NINE - DAY)
    made = shift(transactions, people.manager, running, SKIP)
    with transactions.begin(people.manager) as work:
        undoing.undo(work, made.id)

    go(transactions, clock, NINE + DAY)

    assert queued(transactions, people, "again") == [NINE - DAY]
    assert queued(transactions, people, "manager") == []


def test_a_stage_that_is_skipped_moves_no_date_out_of_its_way(
    transactions: Transactions, people: People, running: int
) -> None:
    shift(transactions, people.manager, running, SKIP)

    with transactions.looking(people.manager) as reading:
        assert quieting_of(reading.get(Partnership, running)).resting == {}


def test_what_was_queued_the_evening_before_waits_for_the_end_of_the_stage(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, running: int
) -> None:
    go(transactions, clock, NINE - 2 * DAY)  # the check-in's own day
    clock.set(NINE - DAY - 14 * HOUR)  # seven in the evening
    send(transactions, mailer)
    go(transactions, clock, NINE - 12 * HOUR)  # nine in the evening before the stage, too late to be sent

    evening = send(transactions, mailer)
    clock.set(NINE)
    morning = send(transactions, mailer)
    clock.set(NINE + 8 * DAY - HOUR)
    after = send(transactions, mailer)

    assert (evening.sent, morning.sent, morning.postponed, after.sent) == (0, 0, 1, 1)


def test_what_a_skipped_stage_had_held_goes_out_once_that_cannot_be_taken_back(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, running: int
) -> None:
    send(transactions, mailer)
    go(transactions, clock, NINE - DAY)
    clock.set(NINE)
    held = send(transactions, mailer)
    shift(transactions, people.manager, running, SKIP)

    at_once = send(transactions, mailer)
    clock.current += timedelta(seconds=11)
    later = send(transactions, mailer)

    assert (held.sent, held.postponed, at_once.sent) == (0, 1, 0)
    assert later.sent == 1  # nothing was asked for in that stage, so of the skip nobody hears


def test_the_mail_of_the_day_leaves_out_what_rests_and_tells_the_rest(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, running: int
) -> None:
    send(transactions, mailer)
    with transactions.looking(people.manager) as reading:
        key = reading.get(Partnership, running).template_key
    other = begin(transactions, people, key, anchor_on=EID + DAY)  # its quiet stage begins a day later
    go(transactions, clock, NINE - DAY)
    mailer.sent.clear()
    clock.set(NINE)
    tick(transactions)

    send(transactions, mailer)

    told = [items for mail in digests(transactions, people) if (items := mail.context.get("items"))]
    assert [[item["context"]["rung"] for item in items] for items in told] == [["again"]]
    assert [item["about"] for item in told[0]] == [check_in_of(transactions, people, other)]


def digests(transactions: Transactions, people: People) -> list[OutboxMail]:
    with transactions.looking(people.manager) as reading:
        sent = select(OutboxMail).where(OutboxMail.template == "digest_creator", OutboxMail.sent_at.is_not(None))
        return list(reading.session.scalars(sent))


def check_in_of(transactions: Transactions, people: People, partnership_id: int) -> str:
    with transactions.looking(people.manager) as reading:
        asked = select(CheckIn).where(CheckIn.partnership_id == partnership_id, CheckIn.key == "week-3")
        return reading.session.scalars(asked).one().about
