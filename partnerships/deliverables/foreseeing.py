"""Foresee what skipping a stage would mean: what is in the way, which gates it shuts, and who is not paid by it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from partnerships.check_ins.finding import count_evidence, list_missing
from partnerships.core.words import N_
from partnerships.database.work import Reading
from partnerships.plans.rules.checking import EVIDENCE_GRACE_DAYS
from partnerships.plans.rules.courses import RELEASED_BY, course_of
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.rules.gates import Foreseen, LostGate, reached_on
from partnerships.plans.rules.moves import PlanStep
from partnerships.plans.rules.problems import Problem
from partnerships.plans.rules.templates import Fact, PaymentSpec, Template
from partnerships.plans.tables import Partnership, Stage

from .finding import list_payments
from .rules.deliverables import DRAFT_OWED, LIVE, DeliverableState
from .rules.payments import PaymentState
from .tables import Deliverable

GRACE = timedelta(days=EVIDENCE_GRACE_DAYS)
CHANGES_WAIT = N_("Changes to it have been asked for. Wait for the new draft or waive it first, then skip the stage.")


@dataclass(frozen=True, slots=True)
class _Reach:
    """How many check-ins are answered, when the others are due by their keys, and which of these would be left."""

    answered: int
    due: Mapping[str, date]
    left: Mapping[str, date]

    def lost(self, line: str, needed: int, by: date) -> Iterator[LostGate]:
        """Yield the gate of `line` when the skip alone is why it does not open in time, with grace."""
        before = reached_on(self.answered, needed, self.due.values())
        after = reached_on(self.answered, needed, self.left.values())
        was_reached = before is not None and (before + GRACE <= by or after is None)
        if was_reached and (after is None or after + GRACE > by):
            yield LostGate(line, after, by)


def foresee_skip(reading: Reading, partnership: Partnership, key: str, let_go: Sequence[PlanStep]) -> Foreseen:
    """Return what it would mean to skip the stage called `key`, and with it `let_go`; four statements."""
    gone = {step.name for step in let_go}
    content = reading.session.scalars(
        select(Deliverable).where(Deliverable.partnership_id == partnership.id).order_by(Deliverable.number)
    ).all()
    due = list_missing(reading, partnership.id)
    left = {name: on for name, on in due.items() if f"{StepKind.CHECK_IN}:{name}" not in gone}
    reach = _Reach(count_evidence(reading, partnership.id), due, left)
    others = [stage for stage in partnership.stages if stage.key != key]
    lost = (*_unapproved(content, gone, reach), *_shut(others, content, gone, reach))
    planned = {one.number for one in list_payments(reading, partnership.id) if one.state is PaymentState.PLANNED}
    return Foreseen(
        tuple(_in_the_way(content, gone)), lost, tuple(_unearned(partnership.template, key, let_go, planned))
    )


def _unearned(
    template: Template, key: str, let_go: Sequence[PlanStep], planned: Collection[int]
) -> Iterator[PaymentSpec]:
    """Yield the payments, of those still `planned`, whose fact would not come true any more."""
    facts = [(Fact.STAGE_CLOSED, key)]
    for step in let_go:
        if step.kind is StepKind.CHECK_IN:
            facts.append((Fact.CHECK_IN_ANSWERED, step.key))
        elif step.kind is StepKind.PUBLISH:
            facts.append((RELEASED_BY[course_of(template.deliverable(step.key).kind)], step.key))
    for fact in facts:
        yield from (spec for number, spec in template.payments_for(*fact) if number in planned)


def _in_the_way(content: Sequence[Deliverable], gone: Collection[str]) -> Iterator[Problem]:
    """Yield what a person has to decide on first; what was sent and waits for the brand, the plan shows by itself."""
    for one in content:
        if one.publish_step.name in gone and one.state is DeliverableState.CHANGES_REQUESTED:
            yield Problem(one.publish_step.name, CHANGES_WAIT)


def _unapproved(content: Sequence[Deliverable], gone: Collection[str], reach: _Reach) -> Iterator[LostGate]:
    """Yield the content that is still to be drafted, and that could not be approved in time."""
    for one in content:
        publish = one.publish_step
        if one.state in DRAFT_OWED and one.draft_step is not None and publish.name not in gone:
            yield from reach.lost(publish.name, one.spec.evidence_needed, publish.due_on)


def _shut(
    stages: Sequence[Stage], content: Sequence[Deliverable], gone: Collection[str], reach: _Reach
) -> Iterator[LostGate]:
    """Yield the stages whose gate would not be met in time, or never because of content that is not asked for."""
    waived = {one.key for one in content if one.publish_step.name in gone and one.state not in LIVE}
    for stage in stages:
        gate, line = stage.shut_by, f"{StepKind.STAGE_OPENS}:{stage.key}"
        if gate is None:
            continue
        if waived.intersection((*gate.approved, *gate.live)):
            yield LostGate(line, None, stage.starts_on)
        else:
            yield from reach.lost(line, gate.answered, stage.starts_on)
