from datetime import date, timedelta

import pytest
from sqlalchemy import select

from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.check_ins.tables import CheckIn
from partnerships.core.actor import Actor
from partnerships.core.clock import ManualClock
from partnerships.core.errors import DomainError, IllegalTransition, NotAllowed, NotFound, Refused
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Transactions
from partnerships.plans import finding, moving
from partnerships.plans.rules.partnerships import EndReason, HoldCause, PartnershipAction, PartnershipState
from partnerships.plans.rules.stages import StageState
from partnerships.plans.tables import Partnership
from partnerships.reminders import watching
from tests.stories import People, draft, move, prepare, ship, start

TODAY = date(2026, 1, 5)


def state_of(transactions: Transactions, people: People, partnership_id: int) -> PartnershipState:
    with transactions.looking(people.owner) as reading:
        return reading.get(Partnership, partnership_id).state


def end(
    transactions: Transactions, actor: Actor, partnership_id: int, reason: EndReason | None, note: str = ""
) -> None:
    with transactions.begin(actor) as work:
        moving.move(work, partnership_id, PartnershipAction.END_EARLY, reason=reason, note=note)


def refused(transactions: Transactions, actor: Actor, partnership_id: int, action: PartnershipAction) -> DomainError:
    with pytest.raises(DomainError) as refusal:
        move(transactions, actor, partnership_id, action)
    return refusal.value


def test_a_partnership_walks_from_draft_to_the_parcel(transactions: Transactions, people: People) -> None:
    partnership_id = draft(transactions, people)
    states = [state_of(transactions, people, partnership_id)]

    for actor, action in (
        (people.manager, PartnershipAction.INVITE),
        (people.creator, PartnershipAction.NEGOTIATE),
        (people.creator, PartnershipAction.ACCEPT),
    ):
        move(transactions, actor, partnership_id, action, "Sampai besok")
        states.append(state_of(transactions, people, partnership_id))
    ship(transactions, people.owner, partnership_id)
    states.append(state_of(transactions, people, partnership_id))

    assert states == ["draft", "invited", "negotiating", "accepted", "preparing"]


def test_accepting_opens_what_comes_before_the_parcel(transactions: Transactions, people: People) -> None:
    partnership_id = prepare(transactions, people)

    with transactions.looking(people.manager) as reading:
        stages = reading.get(Partnership, partnership_id).stages
        states = [(stage.to_day < 0, stage.state) for stage in stages]
    assert states == [(True, StageState.OPEN)] + [(False, StageState.UPCOMING)] * 5


def test_declining_ends_it_and_cancels_what_was_planned(transactions: Transactions, people: People) -> None:
    partnership_id = draft(transactions, people)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)

    move(transactions, people.creator, partnership_id, PartnershipAction.DECLINE)

    with transactions.looking(people.manager) as reading:
        assert reading.get(Partnership, partnership_id).is_over
        assert set(reading.session.scalars(select(CheckIn.state))) == {CheckInState.CANCELLED}


@pytest.mark.parametrize(
    ("who", "action", "kind"),
    [
        ("creator", PartnershipAction.INVITE, NotFound),  # not shown before the invitation
        ("reviewer", PartnershipAction.INVITE, NotAllowed),
        ("manager", PartnershipAction.ACCEPT, IllegalTransition),
        ("manager", PartnershipAction.PREPARE, Refused),
        ("reviewer", PartnershipAction.END_EARLY, NotAllowed),
        ("manager", PartnershipAction.START, Refused),
        ("manager", PartnershipAction.COMPLETE, Refused),
    ],
)
def test_what_is_not_for_this_role_or_state_changes_nothing(
    transactions: Transactions, people: People, who: str, action: PartnershipAction, kind: type[DomainError]
) -> None:
    partnership_id = draft(transactions, people)

    error = refused(transactions, getattr(people, who), partnership_id, action)

    assert isinstance(error, kind)
    assert state_of(transactions, people, partnership_id) is PartnershipState.DRAFT


def test_nobody_but_the_creator_accepts(transactions: Transactions, people: People) -> None:
    partnership_id = draft(transactions, people)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)

    for actor in (people.owner, people.manager, people.reviewer):
        error = refused(transactions, actor, partnership_id, PartnershipAction.ACCEPT)
        assert isinstance(error, NotAllowed)

    assert state_of(transactions, people, partnership_id) is PartnershipState.INVITED


@pytest.mark.parametrize("action", PartnershipAction)
def test_foreign_unknown_and_another_creators_look_the_same(
    transactions: Transactions, people: People, action: PartnershipAction
) -> None:
    partnership_id = draft(transactions, people)

    errors = [
        refused(transactions, actor, key, action)
        for actor, key in (
            (people.stranger, partnership_id),
            (people.stranger_creator, partnership_id),
            (people.other_creator, partnership_id),
            (people.creator, 999_999),
            (people.manager, 999_999),
        )
    ]

    assert {type(error) for error in errors} == {NotFound}
    assert {str(error) for error in errors} == {"There is nothing here."}


def test_a_creator_finds_their_own_and_nobody_elses(transactions: Transactions, people: People) -> None:
    partnership_id = draft(transactions, people)

    with transactions.looking(people.creator) as reading, pytest.raises(NotFound):
        finding.get_for(reading, partnership_id)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    with transactions.looking(people.creator) as reading:
        assert finding.get_for(reading, partnership_id).id == partnership_id
    with transactions.looking(people.other_creator) as reading, pytest.raises(NotFound):
        finding.get_for(reading, partnership_id)


def test_a_creator_who_leaves_says_not_for_me_whatever_else_is_sent(transactions: Transactions, people: People) -> None:
    partnership_id = start(transactions, people, TODAY)

    end(transactions, people.creator, partnership_id, EndReason.BREACH, "Tidak cocok")

    with transactions.looking(people.manager) as reading:
        partnership = reading.get(Partnership, partnership_id)
        assert all(step.next_action_at is None for step in partnership.steps)
    assert (partnership.state, partnership.end_reason) == (PartnershipState.ENDED_EARLY, EndReason.NOT_FOR_ME)
    assert partnership.end_note == "Tidak cocok"


@pytest.mark.parametrize("reason", EndReason)
def test_the_brand_ends_it_for_a_reason_that_stays_on_record(
    transactions: Transactions, people: People, reason: EndReason
) -> None:
    partnership_id = prepare(transactions, people)

    end(transactions, people.manager, partnership_id, reason)

    with transactions.looking(people.manager) as reading:
        assert reading.get(Partnership, partnership_id).end_reason is reason
        facts = reading.session.scalars(
            select(HistoryEntry.facts).where(HistoryEntry.name == "PartnershipMoved").order_by(HistoryEntry.id.desc())
        ).first()
    assert facts is not None
    assert (facts["action"], facts["reason"]) == ("end_early", reason)


def test_an_ending_without_a_reason_is_refused_beside_its_field(transactions: Transactions, people: People) -> None:
    partnership_id = prepare(transactions, people)

    with pytest.raises(Refused) as refusal:
        end(transactions, people.manager, partnership_id, None)

    assert refusal.value.field == "reason"
    assert state_of(transactions, people, partnership_id) is PartnershipState.PREPARING


def test_on_hold_nothing_happens_by_itself(transactions: Transactions, people: People, clock: ManualClock) -> None:
    partnership_id = start(transactions, people, TODAY)
    watching.tick(transactions)

    move(transactions, people.manager, partnership_id, PartnershipAction.HOLD)
    clock.advance(days=60)
    report = watching.tick(transactions)

    assert report.looked_at == 0
    with transactions.looking(people.manager) as reading:
        partnership = reading.get(Partnership, partnership_id)
    assert (partnership.state, partnership.hold_cause) == (PartnershipState.ON_HOLD, HoldCause.PAUSED)


def test_resuming_moves_what_has_not_come_by_the_days_it_stood(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = start(transactions, people, TODAY)
    with transactions.looking(people.manager) as reading:
        before = {step.id: step.due_on for step in reading.get(Partnership, partnership_id).steps}
    with transactions.begin(people.manager) as work:
        done = next(step for step in work.get(Partnership, partnership_id).steps if step.kind == "check_in")
        done.finish(work.now)
    move(transactions, people.manager, partnership_id, PartnershipAction.HOLD)

    clock.advance(days=10)
    move(transactions, people.manager, partnership_id, PartnershipAction.RESUME)

    with transactions.looking(people.manager) as reading:
        partnership = reading.get(Partnership, partnership_id)
        moved = {step.id: (step.due_on - before[step.id]).days for step in partnership.steps}
        wakeful = {step.next_action_at is not None for step in partnership.steps if step.id != done.id}
        begun = next(step.id for step in partnership.steps if step.name == "stage_opens:fit")  # opened on acceptance
        versions = finding.list_versions(reading, partnership_id)
    assert (moved.pop(done.id), moved.pop(begun)) == (0, 0)
    assert set(moved.values()) == {10}
    assert wakeful == {True}
    assert (partnership.held_at, partnership.hold_cause) == (None, None)
    assert [(version.number, version.reason) for version in versions] == [
        (1, "drafted"),
        (2, "received"),
        (3, "resumed"),
    ]
    assert versions[2].dates != versions[1].dates


def test_a_hold_of_some_hours_moves_nothing(transactions: Transactions, people: People, clock: ManualClock) -> None:
    partnership_id = start(transactions, people, TODAY)
    with transactions.looking(people.manager) as reading:
        before = [step.due_on for step in reading.get(Partnership, partnership_id).steps]
    move(transactions, people.creator, partnership_id, PartnershipAction.HOLD)

    clock.advance(minutes=180)
    move(transactions, people.owner, partnership_id, PartnershipAction.RESUME)

    with transactions.looking(people.manager) as reading:
        assert [step.due_on for step in reading.get(Partnership, partnership_id).steps] == before
        assert [version.reason for version in finding.list_versions(reading, partnership_id)] == ["drafted", "received"]


def test_an_end_closes_the_stage_under_way_and_skips_the_rest(transactions: Transactions, people: People) -> None:
    partnership_id = start(transactions, people, TODAY)
    watching.tick(transactions)
    with transactions.looking(people.manager) as reading:
        before = [stage.state for stage in reading.get(Partnership, partnership_id).stages]

    end(transactions, people.manager, partnership_id, EndReason.CREATOR_STOPPED)

    ends = {StageState.OPEN: StageState.CLOSED, StageState.UPCOMING: StageState.SKIPPED}
    with transactions.looking(people.manager) as reading:
        after = [stage.state for stage in reading.get(Partnership, partnership_id).stages]
    assert StageState.OPEN in before
    assert after == [ends.get(state, state) for state in before]


def test_why_it_stands_still_is_kept_until_it_goes_on(transactions: Transactions, people: People) -> None:
    partnership_id = start(transactions, people, TODAY)
    notes = []

    for action in (PartnershipAction.HOLD, PartnershipAction.RESUME):
        move(transactions, people.manager, partnership_id, action, "Dewi is on holiday")
        with transactions.looking(people.manager) as reading:
            notes.append(reading.get(Partnership, partnership_id).hold_note)

    assert notes == ["Dewi is on holiday", ""]


def test_the_end_of_an_open_stage_moves_and_its_start_stays(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = start(transactions, people, TODAY)
    watching.tick(transactions)
    with transactions.looking(people.manager) as reading:
        before = {
            stage.key: (stage.starts_on, stage.ends_on) for stage in reading.get(Partnership, partnership_id).stages
        }
        states = {stage.key: stage.state for stage in reading.get(Partnership, partnership_id).stages}
    move(transactions, people.manager, partnership_id, PartnershipAction.HOLD)

    clock.advance(days=5)
    move(transactions, people.manager, partnership_id, PartnershipAction.RESUME)

    days = timedelta(days=5)
    with transactions.looking(people.manager) as reading:
        for stage in reading.get(Partnership, partnership_id).stages:
            starts_on, ends_on = before[stage.key]
            match states[stage.key]:
                case StageState.CLOSED:
                    assert (stage.starts_on, stage.ends_on) == (starts_on, ends_on)
                case StageState.OPEN:
                    assert (stage.starts_on, stage.ends_on) == (starts_on, ends_on + days)
                case _:
                    assert (stage.starts_on, stage.ends_on) == (starts_on + days, ends_on + days)
    assert set(states.values()) == {StageState.CLOSED, StageState.OPEN, StageState.UPCOMING}
