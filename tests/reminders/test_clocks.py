"""The clocks before day 0, from the tick to the mail: who is reminded, when, and of nothing that has happened."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.mail.mailers import MemoryMailer
from partnerships.mail.tables import MailKind, MailState, OutboxMail
from partnerships.people.tables import Account
from partnerships.plans import complaining, finding, moving, offering, receiving, ruling, shifting
from partnerships.plans.rules.dates import CLOCKS, StepKind
from partnerships.plans.rules.moves import Move, MoveKind
from partnerships.plans.rules.partnerships import EndReason, PartnershipAction
from partnerships.plans.tables import Partnership, Step
from partnerships.reminders.watching import tick
from tests.reminders.scenes import send_each
from tests.stories import People, agree, draft, move, prepare, ship

MONDAY = date(2026, 1, 5)  # when every test begins, at nine in the morning in Jakarta
Begin = Callable[[Transactions, People], int]


def invite(transactions: Transactions, people: People) -> int:
    partnership_id = draft(transactions, people)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    return partnership_id


def talk(transactions: Transactions, people: People) -> int:
    partnership_id = invite(transactions, people)
    move(transactions, people.creator, partnership_id, PartnershipAction.NEGOTIATE, "Boleh varian lain?")
    return partnership_id


BEGINNINGS: dict[StepKind, Begin] = {
    StepKind.INVITATION: invite,
    StepKind.NEGOTIATION: talk,
    StepKind.PARCEL: agree,
    StepKind.RECEIPT: prepare,
}


def morning(days: int) -> datetime:
    """Return nine in the morning in Jakarta, so many days after the beginning."""
    return datetime(2026, 1, 5, 2, tzinfo=UTC) + timedelta(days=days)


def reminded(transactions: Transactions, people: People) -> list[tuple[str, str, int]]:
    """Return the reminders that were queued: wording, to whom, how many days after the beginning."""
    with transactions.looking(people.manager) as reading:
        mails = reading.session.scalars(
            select(OutboxMail).where(OutboxMail.kind == MailKind.REMINDER).order_by(OutboxMail.id)
        )
        return sorted((mail.template, mail.recipient.name, (mail.send_after - morning(0)).days) for mail in mails)


def clocks(transactions: Transactions, people: People, partnership_id: int) -> list[tuple[StepKind, bool]]:
    """Return the partnership's clocks in order, and whether each still runs."""
    with transactions.looking(people.manager) as reading:
        steps = reading.session.scalars(
            select(Step).where(Step.partnership_id == partnership_id, Step.kind.in_(CLOCKS)).order_by(Step.id)
        )
        return [(step.kind, step.done_at is None) for step in steps]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (StepKind.INVITATION, [("invitation_waits", "Dewi", 3), ("unanswered", "Rina", 3)]),
        (StepKind.NEGOTIATION, [("terms_wait", "Rina", 2), ("terms_wait_long", "Wulan", 9)]),
        (StepKind.PARCEL, [("parcel_waits", "Rina", 3), ("parcel_waits_long", "Wulan", 10)]),
        (StepKind.RECEIPT, [("receipt_waits", "Dewi", 7), ("unconfirmed", "Rina", 7)]),
    ],
)
def test_each_clock_reminds_whose_move_it_is(
    kind: StepKind,
    expected: list[tuple[str, str, int]],
    transactions: Transactions,
    people: People,
    clock: ManualClock,
    mailer: MemoryMailer,
) -> None:
    BEGINNINGS[kind](transactions, people)
    send_each(transactions, mailer)
    mailer.sent.clear()

    for hours in range(0, 24 * 30, 4):
        clock.set(morning(0) + timedelta(hours=hours))
        tick(transactions)
        send_each(transactions, mailer)

    assert reminded(transactions, people) == expected
    assert len(mailer.sent) == len(expected)


@pytest.mark.parametrize("kind", CLOCKS)
def test_a_moment_before_its_morning_nobody_is_reminded(
    kind: StepKind, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = BEGINNINGS[kind](transactions, people)
    with transactions.looking(people.manager) as reading:
        running = finding.find_clock(reading, partnership_id)
        assert running is not None
        days = (running.due_on - MONDAY).days

    clock.set(morning(days) - timedelta(minutes=1))
    before = tick(transactions).queued
    clock.set(morning(days))
    after = tick(transactions).queued

    assert before == 0
    assert after > 0


def answer(transactions: Transactions, people: People, partnership_id: int) -> None:
    move(transactions, people.creator, partnership_id, PartnershipAction.ACCEPT)


def decline(transactions: Transactions, people: People, partnership_id: int) -> None:
    move(transactions, people.creator, partnership_id, PartnershipAction.DECLINE)


def end(transactions: Transactions, people: People, partnership_id: int) -> None:
    with transactions.begin(people.manager) as work:
        moving.move(work, partnership_id, PartnershipAction.END_EARLY, reason=EndReason.BRAND_STOPPED)


def offer(transactions: Transactions, people: People, partnership_id: int) -> None:
    with transactions.begin(people.manager) as work:
        offering.offer(work, partnership_id, fee=3_000_000, note="Boleh")


def send(transactions: Transactions, people: People, partnership_id: int) -> None:
    ship(transactions, people.manager, partnership_id)


def receive(transactions: Transactions, people: People, partnership_id: int) -> None:
    with transactions.begin(people.creator) as work:
        receiving.confirm_receipt(work, partnership_id, MONDAY + timedelta(days=1))


def damage(transactions: Transactions, people: People, partnership_id: int) -> None:
    with transactions.begin(people.creator) as work:
        complaining.report_damage(work, partnership_id, words="Pecah")


@pytest.mark.parametrize(
    ("kind", "settle", "next_clock"),
    [
        (StepKind.INVITATION, answer, StepKind.PARCEL),
        (StepKind.INVITATION, decline, None),
        (StepKind.INVITATION, end, None),
        (StepKind.NEGOTIATION, offer, StepKind.INVITATION),
        (StepKind.NEGOTIATION, answer, StepKind.PARCEL),
        (StepKind.NEGOTIATION, decline, None),
        (StepKind.PARCEL, send, StepKind.RECEIPT),
        (StepKind.PARCEL, end, None),
        (StepKind.RECEIPT, receive, None),
        (StepKind.RECEIPT, damage, StepKind.PARCEL),
        (StepKind.RECEIPT, send, StepKind.RECEIPT),
        (StepKind.RECEIPT, end, None),
    ],
)
def test_what_moves_it_on_stops_the_clock_and_calls_off_what_waits_in_the_outbox(
    kind: StepKind,
    settle: Callable[[Transactions, People, int], None],
    next_clock: StepKind | None,
    transactions: Transactions,
    people: People,
    clock: ManualClock,
    mailer: MemoryMailer,
) -> None:
    partnership_id = BEGINNINGS[kind](transactions, people)
    send_each(transactions, mailer)
    clock.set(morning(7))
    tick(transactions)
    queued = reminded(transactions, people)

    settle(transactions, people, partnership_id)
    send_each(transactions, mailer)

    expected = [(kind, False), *([(next_clock, True)] if next_clock else [])]
    assert clocks(transactions, people, partnership_id)[-len(expected) :] == expected
    assert queued
    with transactions.looking(people.manager) as reading:
        states = set(
            reading.session.scalars(select(OutboxMail.state).where(OutboxMail.kind == MailKind.REMINDER)).all()
        )
    assert states == {MailState.CANCELLED}


def test_clocks_are_no_part_of_the_plan(transactions: Transactions, people: People, clock: ManualClock) -> None:
    partnership_id = prepare(transactions, people)
    clock.advance(days=2)

    with transactions.begin(people.manager) as work:
        shifting.shift(work, {partnership_id: 1}, Move(MoveKind.REST, 10), "Kurir mogok")
    with transactions.looking(people.manager) as reading:
        partnership = reading.get(Partnership, partnership_id)
        kinds = {step.kind for step in partnership.steps}
        versions = {name for version in finding.list_versions(reading, partnership_id) for name in version.dates}
        running = finding.find_clock(reading, partnership_id)

    assert not kinds & CLOCKS
    assert not {name.partition(":")[0] for name in versions} & set(CLOCKS)
    assert running is not None
    assert running.due_on == MONDAY + timedelta(days=7)


def test_two_working_days_are_those_of_the_manager(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    clock.set(datetime(2026, 1, 9, 16, tzinfo=UTC))  # Friday evening in Jakarta, Saturday in Jayapura
    with transactions.everywhere() as everywhere:
        everywhere.get_one(Account, people.manager.account_id).zone = "Asia/Jayapura"
        everywhere.commit()

    partnership_id = talk(transactions, people)

    with transactions.looking(people.manager) as reading:
        running = finding.find_clock(reading, partnership_id)
    assert running is not None
    assert (running.zone, running.due_on) == ("Asia/Jayapura", date(2026, 1, 13))


def test_on_quiet_days_nobody_works_and_nobody_is_reminded(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    with transactions.begin(people.owner) as work:
        for days in (1, 3):
            ruling.add_day(work, MONDAY + timedelta(days=days), "Libur bersama")

    partnership_id = talk(transactions, people)
    with transactions.looking(people.manager) as reading:
        running = finding.find_clock(reading, partnership_id)
    move(transactions, people.creator, partnership_id, PartnershipAction.ACCEPT)
    clock.set(morning(3))
    quiet = tick(transactions).queued
    clock.set(morning(4))
    later = tick(transactions).queued

    assert running is not None
    assert running.due_on == MONDAY + timedelta(days=4)
    assert (quiet, later) == (0, 1)


def test_no_one_is_at_risk_before_it_has_begun(transactions: Transactions, people: People, clock: ManualClock) -> None:
    partnership_id = agree(transactions, people)

    clock.set(morning(20))
    tick(transactions)

    with transactions.looking(people.manager) as reading:
        assert reading.get(Partnership, partnership_id).at_risk_since is None
