"""What is lost shows in the figures, however well the engine thinks of itself."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from partnerships.check_ins import answering
from partnerships.check_ins.tables import CheckIn
from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.deliverables.rules.deliverables import DeliverableAction
from partnerships.deliverables.tables import Deliverable
from partnerships.mail.mailers import Mailer, MemoryMailer, SmtpMailer
from partnerships.mail.tables import OUT_OF_DATE, MailKind, MailState, OutboxMail
from partnerships.plans import ruling
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.plans.tables import Step
from partnerships.reminders import watching
from partnerships.reminders.awaiting import next_moment
from partnerships.reminders.rules.ladder import Rung
from partnerships.story.counting import Figures, count
from partnerships.story.owing import Reminder, untold
from tests.check_ins.scenes import FIRST_DAYS, running
from tests.deliverables.scenes import deliverable_called, review, send
from tests.reminders.scenes import send_each
from tests.stories import People, move

Play = Callable[[float], None]
Tell = Callable[..., Figures]
TWO_WEEKS = 14.5
NEVER_TOLD = update(OutboxMail).values(kind=MailKind.NOTICE)  # what happened to mail is kept: no row can be deleted


@pytest.fixture
def partnership_id(transactions: Transactions, people: People) -> int:
    """Its product arrived on the first day at nine; the first check-in is due the day after, a draft a week later."""
    return running(transactions, people)


@pytest.fixture
def play(app: Flask, transactions: Transactions, clock: ManualClock, mailer: MemoryMailer) -> Play:
    """Return a function that lets so many days pass, stop by stop."""

    def go(days: float) -> None:
        end = clock.now() + timedelta(days=days)
        while True:
            watching.tick(transactions)
            send_each(transactions, mailer)
            with transactions.everywhere() as everywhere:
                due = next_moment(everywhere, clock.now())
            if clock.now() >= end:
                return
            clock.set(min(due or end, end))

    return go


@pytest.fixture
def tell(transactions: Transactions, clock: ManualClock, mailer: MemoryMailer) -> Tell:
    """Return a function that counts what has come of it so far."""

    def figures(through: Mailer | None = None, *, resumed: bool = False) -> Figures:
        with transactions.everywhere() as everywhere:
            return count(everywhere, through or mailer, clock.now(), resumed=resumed)

    return figures


def reminders(transactions: Transactions) -> list[tuple[str, str]]:
    with transactions.everywhere() as everywhere:
        mails = everywhere.scalars(select(OutboxMail).where(OutboxMail.kind == "reminder").order_by(OutboxMail.id))
        return [(mail.about, mail.context["rung"]) for mail in mails]


def forget(transactions: Transactions, rung: Rung) -> int:
    """Take every mail of this rung out of the outbox; return how many it was."""
    with transactions.everywhere() as everywhere:
        gone = [mail.id for mail in everywhere.scalars(select(OutboxMail)) if mail.context.get("rung") == rung]
        everywhere.execute(NEVER_TOLD.where(OutboxMail.id.in_(gone)))
        everywhere.commit()
    return len(gone)


def demanded_and_told(transactions: Transactions, figures: Figures, clock: ManualClock) -> list[Reminder]:
    """See that every reminder that was demanded was told, and no other; return the demanded ones."""
    told = reminders(transactions)
    assert (figures.lost, figures.duplicates) == (0, 0)
    with transactions.everywhere() as everywhere:
        everywhere.execute(NEVER_TOLD)
        everywhere.commit()
        demanded = untold(everywhere, clock.now())
    assert sorted((one.about, one.rung) for one in demanded) == sorted(told)
    return demanded


def test_when_nobody_does_anything_every_rung_is_demanded_and_told(
    transactions: Transactions, partnership_id: int, play: Play, tell: Tell, clock: ManualClock
) -> None:
    play(TWO_WEEKS)

    demanded = demanded_and_told(transactions, tell(), clock)
    assert {one.rung for one in demanded} == set(Rung)
    assert {one.kind for one in demanded} == {StepKind.CHECK_IN, StepKind.DRAFT}


def test_on_quiet_days_no_rung_is_demanded_and_the_last_of_a_morning_after_them_is(
    transactions: Transactions, people: People, partnership_id: int, play: Play, tell: Tell, clock: ManualClock
) -> None:
    first = clock.now().date()
    with transactions.begin(people.manager) as work:
        for number in (1, 2, 3, 9):
            ruling.add_day(work, first + timedelta(days=number), "Feast")

    play(TWO_WEEKS)

    demanded = demanded_and_told(transactions, tell(), clock)
    assert {one.rung for one in demanded if one.due_on == first + timedelta(days=1)} == {Rung.MANAGER, Rung.OWNER}


@pytest.mark.parametrize("rung", [Rung.SOON, Rung.AGAIN, Rung.OWNER])
def test_a_rung_that_nobody_queued_is_lost(
    transactions: Transactions, partnership_id: int, play: Play, tell: Tell, rung: Rung
) -> None:
    play(TWO_WEEKS)

    gone = forget(transactions, rung)

    assert gone > 0
    assert tell().lost == gone


def test_a_rung_that_the_engine_passed_by_is_lost_though_it_believes_that_all_is_well(
    transactions: Transactions, partnership_id: int, play: Play, tell: Tell, clock: ManualClock
) -> None:
    play(1.1)  # the first check-in has been reminded of once
    with transactions.everywhere() as everywhere:
        everywhere.execute(update(Step).where(Step.next_action_at.is_not(None)).values(next_action_at=None))
        everywhere.commit()

    clock.advance(days=3)

    # A day after and three days after, the latter to two people; the first draft's three days before.
    assert tell().lost == 4


def test_mail_that_was_called_off_for_coming_too_late_is_lost(
    transactions: Transactions, partnership_id: int, play: Play, tell: Tell
) -> None:
    play(1.1)

    with transactions.everywhere() as everywhere:
        late = update(OutboxMail).where(OutboxMail.kind == "reminder")
        everywhere.execute(late.values(state=MailState.CANCELLED, last_error=OUT_OF_DATE))
        everywhere.commit()

    assert tell().lost == len(reminders(transactions)) == 1


@pytest.mark.parametrize("is_answered", [False, True])
def test_mail_that_was_called_off_as_needless_is_lost_unless_the_thing_was_done(
    transactions: Transactions,
    people: People,
    partnership_id: int,
    play: Play,
    tell: Tell,
    is_answered: bool,  # noqa: FBT001 - a case of the table above
) -> None:
    play(5.1)
    with transactions.begin(people.creator) as work:
        first_days = work.session.scalars(select(CheckIn).where(CheckIn.key == "first-days")).one()
        if is_answered:
            answering.answer(work, first_days.id, FIRST_DAYS, {}, statement="answers-1")

    with transactions.everywhere() as everywhere:
        needless = update(OutboxMail).where(OutboxMail.about == first_days.about)
        everywhere.execute(needless.values(state=MailState.CANCELLED, last_error="no longer needed"))
        everywhere.commit()

    assert tell().lost == (0 if is_answered else 1)


def test_what_is_answered_paused_moved_and_sent_back_demands_no_more_than_it_should(
    transactions: Transactions, people: People, partnership_id: int, play: Play, tell: Tell, clock: ManualClock
) -> None:
    draft = deliverable_called(transactions, people, partnership_id, "first-impression")
    play(2.5)  # the first check-in has been reminded of twice
    move(transactions, people.manager, partnership_id, PartnershipAction.HOLD)
    play(3)
    move(transactions, people.manager, partnership_id, PartnershipAction.RESUME)
    play(4)
    send(transactions, people.creator, draft)
    play(6)
    review(transactions, people, draft)
    with transactions.begin(people.reviewer) as work:
        sent_back = work.get(Deliverable, draft)
        was = sent_back.move(DeliverableAction.REQUEST_CHANGES, work.actor.role, work.now)
        work.session.flush()
        work.emit(sent_back.moved(was, DeliverableAction.REQUEST_CHANGES))
    play(20)

    told = reminders(transactions)
    assert (tell().lost, tell().duplicates) == (0, 0)
    assert len(told) > 20
    gone = forget(transactions, Rung.AGAIN)
    assert tell().lost == gone == len([rung for _, rung in told if rung == Rung.AGAIN])


def test_copies_that_lie_with_a_server_or_another_process_are_not_counted(
    transactions: Transactions, partnership_id: int, play: Play, tell: Tell, mailer: MemoryMailer
) -> None:
    play(1.1)
    mailer.sent.append(mailer.sent[-1])

    here = tell()
    server, other_process = tell(SmtpMailer("127.0.0.1", 25)), tell(resumed=True)

    assert (here.duplicates, server.duplicates, other_process.duplicates) == (1, None, None)
    mailer.sent.clear()
    assert (tell().lost > 0, tell(SmtpMailer("127.0.0.1", 25)).lost, tell(resumed=True).lost) == (True, 0, 0)
