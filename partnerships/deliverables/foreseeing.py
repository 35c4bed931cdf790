"""Foresee what a move would mean: what is in the way, which gates it shuts, and what is not earned by itself then."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from partnerships.check_ins.finding import count_evidence, list_missing
from partnerships.core.words import N_
from partnerships.database.work import Reading
from partnerships.plans.rules.checking import EVIDENCE_GRACE_DAYS
from partnerships.plans.rules.courses import unearned
from partnerships.plans.rules.dates import StepKind, left_out
from partnerships.plans.rules.gates import Foreseen, LostGate, reached_on
from partnerships.plans.rules.moves import Bent, Move, MoveKind, PlanStep
from partnerships.plans.rules.problems import Problem
from partnerships.plans.tables import Partnership, Stage

from .finding import list_payments
from .rules.deliverables import DRAFT_OWED, LIVE, DeliverableState
from .rules.payments import PaymentState
from .tables import Deliverable

GRACE = timedelta(days=EVIDENCE_GRACE_DAYS)
CHANGES_WAIT = N_("Changes to it have been asked for. Wait for the new draft or waive it first, then skip the stage.")


@dataclass(frozen=True, slots=True)
class _Reach:
    """How many check-ins count, and when the others are due, by their keys: before the move and after it."""

    answered: int
    before: Mapping[str, date]
    after: Mapping[str, date]

    def lost(self, line: str, needed: int, by: date, new_by: date) -> Iterator[LostGate]:
        """Yield the gate of `line` when the move alone is why it does not open in time, with grace.

        What it opens is due `by` before the move and `new_by` after it.
        """
        was_on = reached_on(self.answered, needed, self.before.values())
        on = reached_on(self.answered, needed, self.after.values())
        was_reached = was_on is not None and (was_on + GRACE <= by or on is None)
        if was_reached and (on is None or on + GRACE > new_by):
            yield LostGate(line, on, new_by)


def foresee(reading: Reading, partnership: Partnership, move: Move, bent: Bent) -> Foreseen:
    """Return what a move means for what hangs on the plan, beside the dates of `bent`; four statements."""
    let_go = [*bent.let_go, *_left_out(partnership, bent)]
    gone = {step.name for step in bent.let_go}
    days = {step.name: step.due_on for step in bent.plan.steps if step.name not in gone}
    content = reading.session.scalars(
        select(Deliverable).where(Deliverable.partnership_id == partnership.id).order_by(Deliverable.number)
    ).all()
    due = list_missing(reading, partnership.id)
    left = {key: days[name] for key in due if (name := f"{StepKind.CHECK_IN}:{key}") in days}
    reach = _Reach(count_evidence(reading, partnership.id).answered, due, left)
    skipped = [move.key] if move.kind is MoveKind.SKIP else []
    others = [stage for stage in partnership.stages if stage.key not in skipped]
    lost = (*_unapproved(content, days, reach), *_shut(others, content, days, reach))
    planned = {one.number for one in list_payments(reading, partnership.id) if one.state is PaymentState.PLANNED}
    released = unearned(partnership.template, let_go, skipped)
    return Foreseen(
        tuple(_in_the_way(content, gone)), lost, tuple(one for number, one in released if number in planned)
    )


def _left_out(partnership: Partnership, bent: Bent) -> list[PlanStep]:
    """Return what a start in the past puts before the day since which Sahabat knows of the partnership."""
    if partnership.anchor_confirmed_at is not None:
        return []
    known = {step.name for step in partnership.past_steps()}
    return [step for step in left_out(bent.plan.steps, partnership.planned_on) if step.name not in known]


def _in_the_way(content: Sequence[Deliverable], gone: Collection[str]) -> Iterator[Problem]:
    """Yield what a person has to decide on first; what was sent and waits for the brand, the plan shows by itself."""
    for one in content:
        if one.publish_step.name in gone and one.state is DeliverableState.CHANGES_REQUESTED:
            yield Problem(one.publish_step.name, CHANGES_WAIT)


def _unapproved(content: Sequence[Deliverable], days: Mapping[str, date], reach: _Reach) -> Iterator[LostGate]:
    """Yield the content that is still to be drafted, and that could not be approved in time."""
    for one in content:
        publish = one.publish_step
        if one.state in DRAFT_OWED and one.draft_step is not None and publish.name in days:
            yield from reach.lost(publish.name, one.spec.evidence_needed, publish.due_on, days[publish.name])


def _shut(
    stages: Sequence[Stage], content: Sequence[Deliverable], days: Mapping[str, date], reach: _Reach
) -> Iterator[LostGate]:
    """Yield the stages whose gate would not be met in time, or never because of content that is not asked for."""
    waived = {one.key for one in content if one.publish_step.name not in days and one.state not in LIVE}
    for stage in stages:
        gate, line = stage.shut_by, f"{StepKind.STAGE_OPENS}:{stage.key}"
        if gate is None:
            continue
        if waived.intersection((*gate.approved, *gate.live)):
            yield LostGate(line, None, days[line])
        else:
            yield from reach.lost(line, gate.answered, stage.starts_on, days[line])
