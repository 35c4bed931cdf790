"""A pause between queueing and sending loses no reminder, and repeats none."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from partnerships.check_ins.rules.check_ins import CheckInAction
from partnerships.check_ins.tables import CheckIn
from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.mail.mailers import MemoryMailer
from partnerships.mail.tables import MailKind, MailState, OutboxMail
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.reminders.watching import tick
from tests.reminders.scenes import send_each
from tests.stories import People, move, start

NINE = datetime(2026, 1, 31, 2, tzinfo=UTC)  # in Jakarta, on the day of the check-in "first-days"
TITLE = "First days"


@pytest.fixture
def running(transactions: Transactions, people: People, clock: ManualClock) -> int:
    """A partnership in which every reminder before that morning is out."""
    clock.set(NINE - timedelta(days=5))
    partnership_id = start(transactions, people, date(2026, 1, 26))
    clock.set(NINE - timedelta(hours=1))
    tick(transactions)
    return partnership_id


def send(transactions: Transactions, mailer: MemoryMailer) -> None:
    send_each(transactions, mailer)


def beat(transactions: Transactions, mailer: MemoryMailer) -> None:
    tick(transactions)
    send(transactions, mailer)


def pause(transactions: Transactions, people: People, partnership_id: int) -> None:
    move(transactions, people.creator, partnership_id, PartnershipAction.HOLD)


def resume(transactions: Transactions, people: People, partnership_id: int) -> None:
    move(transactions, people.manager, partnership_id, PartnershipAction.RESUME)


def reminders(transactions: Transactions, people: People) -> list[tuple[str, str, str, MailState]]:
    """Return the reminders of that check-in: the rung, to whom, for which day, and how it stands."""
    with transactions.looking(people.manager) as reading:
        mails = reading.session.scalars(
            select(OutboxMail).where(OutboxMail.kind == MailKind.REMINDER).order_by(OutboxMail.id)
        ).all()
        return [
            (mail.context["rung"], mail.recipient.name, mail.context["due_on"], mail.state)
            for mail in mails
            if mail.context["title"]["en"] == TITLE
        ]


def out(mailer: MemoryMailer) -> int:
    """Return how many reminders of that check-in have gone out."""
    return sum("Hari-hari pertama" in str(message["Subject"]) for message in mailer.sent)


def test_a_reminder_that_a_pause_called_off_goes_out_once_it_is_over(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, running: int
) -> None:
    clock.set(NINE)
    tick(transactions)
    pause(transactions, people, running)
    send(transactions, mailer)
    called_off = reminders(transactions, people)
    clock.advance(minutes=5)
    resume(transactions, people, running)

    beat(transactions, mailer)
    beat(transactions, mailer)

    assert called_off == [("due", "Dewi", "2026-01-31", MailState.CANCELLED)]
    assert reminders(transactions, people) == [("due", "Dewi", "2026-01-31", MailState.SENT)]
    assert out(mailer) == 1


def test_after_a_longer_pause_it_goes_out_for_the_day_that_has_moved(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, running: int
) -> None:
    clock.set(NINE)
    tick(transactions)
    pause(transactions, people, running)
    send(transactions, mailer)
    clock.set(NINE + timedelta(days=3, hours=-2))
    resume(transactions, people, running)
    beat(transactions, mailer)
    too_early = out(mailer)
    clock.set(NINE + timedelta(days=3))

    beat(transactions, mailer)
    clock.advance(days=1)
    beat(transactions, mailer)

    assert too_early == 0
    assert reminders(transactions, people) == [
        ("due", "Dewi", "2026-02-03", MailState.SENT),
        ("again", "Dewi", "2026-02-03", MailState.SENT),
    ]


def test_a_reminder_that_still_waited_when_the_pause_began_and_ended_follows_its_day(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, running: int
) -> None:
    clock.set(NINE)
    tick(transactions)
    pause(transactions, people, running)
    clock.advance(days=1)
    resume(transactions, people, running)

    beat(transactions, mailer)

    assert reminders(transactions, people) == [("due", "Dewi", "2026-02-01", MailState.SENT)]


@pytest.mark.parametrize("days", [0, 2])
def test_what_was_sent_before_the_pause_is_not_sent_again(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, running: int, days: int
) -> None:
    clock.set(NINE)
    beat(transactions, mailer)
    pause(transactions, people, running)
    send(transactions, mailer)
    clock.advance(days=days)
    resume(transactions, people, running)

    beat(transactions, mailer)

    assert out(mailer) == 1


def test_of_a_rung_for_two_only_the_mail_that_was_called_off_is_repeated(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, running: int
) -> None:
    clock.set(NINE + timedelta(days=3))
    tick(transactions)
    with transactions.everywhere() as everywhere:
        overdue = everywhere.scalars(select(OutboxMail).where(OutboxMail.template == "overdue")).all()
        for mail in overdue:
            mail.send_after = clock.now() + timedelta(minutes=1)  # the creator's goes out first
        everywhere.commit()
    send(transactions, mailer)
    clock.advance(minutes=1)
    pause(transactions, people, running)
    send(transactions, mailer)
    before = [(name, state) for _, name, _, state in reminders(transactions, people)]
    resume(transactions, people, running)

    beat(transactions, mailer)

    assert before == [("Dewi", MailState.SENT), ("Rina", MailState.CANCELLED)]
    assert [(name, state) for _, name, _, state in reminders(transactions, people)] == [
        ("Dewi", MailState.SENT),
        ("Rina", MailState.SENT),
    ]
    assert out(mailer) == 2


def test_a_reminder_that_was_called_off_for_an_earlier_day_stays_so(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, running: int
) -> None:
    clock.set(NINE)
    tick(transactions)
    with transactions.begin(people.manager) as work:
        step = work.session.scalars(select(CheckIn).where(CheckIn.key == "first-days")).one().step
        step.place(step.due_on + timedelta(days=2))
        step.wake(work.now)
    beat(transactions, mailer)
    clock.advance(days=2)
    beat(transactions, mailer)
    pause(transactions, people, running)
    resume(transactions, people, running)

    beat(transactions, mailer)

    assert reminders(transactions, people) == [
        ("due", "Dewi", "2026-01-31", MailState.CANCELLED),
        ("due", "Dewi", "2026-02-02", MailState.SENT),
    ]


def test_what_a_later_rung_has_overtaken_is_not_repeated(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, running: int
) -> None:
    clock.set(NINE)
    tick(transactions)
    clock.set(NINE + timedelta(hours=23))  # the server took no mail all day
    pause(transactions, people, running)
    send(transactions, mailer)
    clock.advance(days=2, minutes=90)
    resume(transactions, people, running)

    beat(transactions, mailer)

    assert reminders(transactions, people) == [
        ("due", "Dewi", "2026-01-31", MailState.CANCELLED),
        ("again", "Dewi", "2026-02-02", MailState.SENT),
    ]


def test_nobody_is_reminded_of_what_was_answered_during_the_pause(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, running: int
) -> None:
    clock.set(NINE)
    tick(transactions)
    pause(transactions, people, running)
    send(transactions, mailer)
    with transactions.begin(people.manager) as work:
        check_in = work.session.scalars(select(CheckIn).where(CheckIn.key == "first-days")).one()
        check_in.move(CheckInAction.EXCUSE, work.actor.role, work.now)
        check_in.step.finish(work.now)
    resume(transactions, people, running)

    beat(transactions, mailer)

    assert reminders(transactions, people) == [("due", "Dewi", "2026-01-31", MailState.CANCELLED)]


def test_what_a_later_rung_has_overtaken_does_not_wait_for_its_old_day(
    transactions: Transactions, people: People, clock: ManualClock, running: int
) -> None:
    clock.set(NINE)
    tick(transactions)
    clock.set(NINE + timedelta(hours=23))  # nothing was sent all day
    pause(transactions, people, running)
    clock.advance(days=2, minutes=90)

    resume(transactions, people, running)

    assert reminders(transactions, people) == [("due", "Dewi", "2026-01-31", MailState.CANCELLED)]
