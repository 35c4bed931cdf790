"""Waive what a skipped stage had promised and nobody has begun to send; ask for it again when that is taken back."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select

from partnerships.core.errors import Refused
from partnerships.core.events import Event
from partnerships.core.words import N_
from partnerships.database.work import Work
from partnerships.plans.events import DatesMoved
from partnerships.plans.rules.moves import MoveKind
from partnerships.plans.rules.proposals import MoveState
from partnerships.plans.tables import PlanMove, Step

from .rules.deliverables import UNPOSTED, DeliverableAction, DeliverableState
from .tables import Deliverable

UNSENT = frozenset({DeliverableState.PLANNED, DeliverableState.DRAFTING})


def skip(work: Work, event: Event) -> None:
    """Listen for skips: content that nobody has sent is waived; what is public stays.

    Raise `Refused` while something lies between the two: a person has to decide on work that was done.
    """
    if not isinstance(event, DatesMoved) or event.kind is not MoveKind.SKIP:
        return
    move = work.get(PlanMove, event.move_id)
    if event.now is MoveState.APPLIED:
        _waive(work, move)
    elif event.now is MoveState.UNDONE:
        _restore(work, move)


def _waive(work: Work, move: PlanMove) -> None:
    left = _content(work, move, Deliverable.state.in_(UNPOSTED))
    if any(deliverable.state not in UNSENT for deliverable in left):
        raise Refused(N_("Content of this stage has been sent. Decide on it or waive it first, then skip the stage."))
    move.let_go({one.publish_step.name: one.state for one in left})
    was = [one.move(DeliverableAction.WAIVE, work.actor.role, work.now) for one in left]
    work.session.flush()
    for deliverable, state in zip(left, was, strict=True):
        work.emit(deliverable.moved(state, DeliverableAction.WAIVE, move.note))


def _restore(work: Work, move: PlanMove) -> None:
    waived = _content(work, move, Deliverable.state == DeliverableState.WAIVED)
    back = [one for one in waived if one.publish_step.name in move.stood]
    was = [one.restore(DeliverableState(move.stood[one.publish_step.name]), work.now) for one in back]
    work.session.flush()
    for deliverable, state in zip(back, was, strict=True):
        work.emit(deliverable.moved(state, DeliverableAction.RESTORE))


def _content(work: Work, move: PlanMove, condition: ColumnElement[bool]) -> Sequence[Deliverable]:
    return work.session.scalars(
        select(Deliverable)
        .join(Step, Deliverable.publish_step_id == Step.id)
        .where(Step.stage_id == move.stage.id, condition)
        .order_by(Deliverable.number)
    ).all()
