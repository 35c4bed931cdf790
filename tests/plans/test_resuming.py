"""Somebody lets a partnership go on and thinks twice: it stands still as before, with its days and its mail."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from partnerships.core.clock import ManualClock
from partnerships.core.errors import Refused
from partnerships.database.work import Transactions
from partnerships.deliverables.tables import Deliverable
from partnerships.mail.delivering import deliver
from partnerships.mail.mailers import MemoryMailer
from partnerships.mail.tables import MailState, OutboxMail
from partnerships.plans import finding, undoing
from partnerships.plans.rules.moves import Move, MoveKind
from partnerships.plans.rules.partnerships import HoldCause, PartnershipAction, PartnershipState
from partnerships.plans.rules.proposals import MoveState
from partnerships.plans.tables import Partnership, PlanMove
from partnerships.reminders.notifying import still_wanted
from partnerships.reminders.watching import tick
from tests.conftest import SignIn
from tests.deliverables.scenes import deliverable_called, send
from tests.plans.bending import days, mails, shift, versions
from tests.portfolio.test_pages import english
from tests.stories import People, move, start

TODAY = date(2026, 1, 5)
WHY = "She is in hospital"


@pytest.fixture
def held(transactions: Transactions, people: People, clock: ManualClock) -> int:
    """A partnership that was put on hold three days ago, with a draft that waits and a reminder that was called off."""
    partnership_id = start(transactions, people, TODAY)
    clock.set(datetime.fromisoformat("2026-01-06T09:00:00+07:00"))  # the first check-in is asked for
    tick(transactions)
    send(transactions, people.creator, deliverable_called(transactions, people, partnership_id, "first-impression"))
    move(transactions, people.manager, partnership_id, PartnershipAction.HOLD, WHY)
    deliver(transactions, MemoryMailer(), still_wanted, lambda: 0)
    clock.advance(days=3)
    return partnership_id


def resume(transactions: Transactions, people: People, partnership_id: int) -> int:
    """Let it go on; return the move that this was."""
    move(transactions, people.manager, partnership_id, PartnershipAction.RESUME)
    with transactions.looking(people.manager) as reading:
        made = finding.find_resumption(reading, partnership_id)
        assert made is not None
        return made.id


def undo(transactions: Transactions, people: People, move_id: int) -> None:
    with transactions.begin(people.manager) as work:
        undoing.undo(work, move_id)


def standing(transactions: Transactions, people: People, partnership_id: int) -> dict[str, Any]:
    """Return everything of a partnership that a pause and its end touch."""
    with transactions.looking(people.manager) as reading:
        one = reading.get(Partnership, partnership_id)
        content = reading.session.scalars(select(Deliverable).where(Deliverable.partnership_id == partnership_id))
        reminders = reading.session.scalars(select(OutboxMail).where(OutboxMail.template == "check_in"))
        return {
            "hold": (one.state, one.held_at, one.hold_cause, one.hold_note, one.moved_at),
            "steps": {step.name: (step.due_on, step.due_at, step.rung, step.next_action_at) for step in one.steps},
            "stages": {stage.key: (stage.starts_on, stage.ends_on, stage.state) for stage in one.stages},
            "brand": {deliverable.key: deliverable.waiting_since for deliverable in content},
            "mails": {mail.id: mail.standing for mail in reminders},
        }


def test_a_resumption_that_is_taken_back_leaves_the_pause_as_it_was(
    transactions: Transactions, people: People, clock: ManualClock, held: int
) -> None:
    before = standing(transactions, people, held)

    made = resume(transactions, people, held)
    between = standing(transactions, people, held)
    clock.current += timedelta(seconds=10)
    undo(transactions, people, made)

    assert all(between[name] != before[name] for name in before)
    assert standing(transactions, people, held) == before
    assert before["hold"][0::2][:2] == (PartnershipState.ON_HOLD, HoldCause.PAUSED)
    assert before["hold"][3] == WHY
    assert [reason for _, reason, _ in versions(transactions, people, held)][-2:] == ["resumed", "undone"]
    with transactions.looking(people.manager) as reading:
        assert reading.get(PlanMove, made).state is MoveState.UNDONE


def test_nobody_hears_of_it_and_once_it_goes_on_for_good_they_do(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, held: int
) -> None:
    before = days(transactions, people, held)
    undo(transactions, people, resume(transactions, people, held))
    clock.advance(days=2)
    deliver(transactions, mailer, still_wanted, lambda: 0)
    silent = [mail.state for mail in mails(transactions, people, "resumed")]

    resume(transactions, people, held)
    clock.current += timedelta(seconds=11)
    deliver(transactions, mailer, still_wanted, lambda: 0)

    moved = {(on - before[name]).days for name, on in days(transactions, people, held).items()}
    assert silent == [MailState.CANCELLED]
    assert [mail.state for mail in mails(transactions, people, "resumed")] == [MailState.CANCELLED, MailState.SENT]
    assert [mail.state for mail in mails(transactions, people, "check_in")] == [MailState.SENT]
    assert moved == {0, 5}  # from the first day of the pause to the last


def test_a_creator_who_has_heard_of_it_is_told_that_it_is_on_hold(
    transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer, held: int
) -> None:
    made = resume(transactions, people, held)
    clock.current += timedelta(seconds=10)
    deliver(transactions, mailer, still_wanted, lambda: 0)
    undo(transactions, people, made)

    told = mails(transactions, people, "held_creator")
    assert [mail.context["note"] for mail in told] == [WHY, WHY]


def test_a_pause_that_began_and_ended_on_one_day_is_taken_back_without_a_version(
    transactions: Transactions, people: People
) -> None:
    partnership_id = start(transactions, people, TODAY)
    move(transactions, people.manager, partnership_id, PartnershipAction.HOLD, WHY)
    before = standing(transactions, people, partnership_id), versions(transactions, people, partnership_id)

    undo(transactions, people, resume(transactions, people, partnership_id))

    after = standing(transactions, people, partnership_id), versions(transactions, people, partnership_id)
    assert after == before


def test_it_is_refused_when_it_is_too_late_or_something_came_between(
    transactions: Transactions, people: People, clock: ManualClock, held: int
) -> None:
    made = resume(transactions, people, held)
    clock.current += timedelta(seconds=11)
    with pytest.raises(Refused, match="put it on hold again"):
        undo(transactions, people, made)

    move(transactions, people.manager, held, PartnershipAction.HOLD, "Again")
    made = resume(transactions, people, held)
    move(transactions, people.manager, held, PartnershipAction.HOLD, "And again")
    with pytest.raises(Refused, match="has moved this plan since"):
        undo(transactions, people, made)

    made = resume(transactions, people, held)
    shift(transactions, people.manager, held, Move(MoveKind.REST, 1))
    with pytest.raises(Refused, match="has moved this plan since"):
        undo(transactions, people, made)

    move(transactions, people.manager, held, PartnershipAction.HOLD, "The last time")
    made = resume(transactions, people, held)
    move(transactions, people.creator, held, PartnershipAction.END_EARLY)
    with pytest.raises(Refused, match="It is over"):
        undo(transactions, people, made)


def test_the_page_offers_to_take_it_back_and_says_that_it_is_on_hold(
    transactions: Transactions, people: People, sign_in: SignIn, held: int
) -> None:
    manager = english(sign_in(people.manager))

    resumed = manager.post(f"/partnerships/{held}/resume", follow_redirects=True).text
    with transactions.looking(people.manager) as reading:
        made = finding.find_resumption(reading, held)
        assert made is not None
    undone = manager.post(f"/partnerships/moves/{made.id}/undo", follow_redirects=True).text

    assert f'action="/partnerships/moves/{made.id}/undo"' in resumed
    assert "Taken back: everything is as it was." in undone
    assert "On hold again: the pause goes on" in undone
