"""Excuse the creator from what a skipped stage would have asked, and ask for it again when the skip is taken back."""

from sqlalchemy import select

from partnerships.core.events import Event
from partnerships.database.work import Work
from partnerships.plans.events import DatesMoved
from partnerships.plans.rules.moves import MoveKind
from partnerships.plans.rules.proposals import MoveState
from partnerships.plans.tables import PlanMove, Step

from .rules.check_ins import UNSETTLED, CheckInAction, CheckInState
from .tables import CheckIn


def skip(work: Work, event: Event) -> None:
    """Listen for skips: open check-ins are excused, for the same reason; what was answered stays."""
    if not isinstance(event, DatesMoved) or event.kind is not MoveKind.SKIP:
        return
    move = work.get(PlanMove, event.move_id)
    if event.now is MoveState.APPLIED:
        _excuse(work, move)
    elif event.now is MoveState.UNDONE:
        _restore(work, move)


def _excuse(work: Work, move: PlanMove) -> None:
    left = work.session.scalars(
        select(CheckIn)
        .join(Step, CheckIn.step_id == Step.id)
        .where(Step.stage_id == move.stage.id, CheckIn.state.in_(UNSETTLED))
        .order_by(CheckIn.number)
    ).all()
    move.let_go({check_in.step.name: check_in.state for check_in in left})
    was = [check_in.move(CheckInAction.EXCUSE, work.actor.role, work.now) for check_in in left]
    for check_in in left:
        check_in.step.finish(work.now)
    work.session.flush()
    for check_in, state in zip(left, was, strict=True):
        work.emit(check_in.moved(state, CheckInAction.EXCUSE, move.note))


def _restore(work: Work, move: PlanMove) -> None:
    excused = work.session.scalars(
        select(CheckIn)
        .join(Step, CheckIn.step_id == Step.id)
        .where(Step.stage_id == move.stage.id, CheckIn.state == CheckInState.EXCUSED)
        .order_by(CheckIn.number)
    ).all()
    back = [check_in for check_in in excused if check_in.step.name in move.stood]
    was = [check_in.restore(CheckInState(move.stood[check_in.step.name]), work.now) for check_in in back]
    work.session.flush()
    for check_in, state in zip(back, was, strict=True):
        work.emit(check_in.moved(state, CheckInAction.RESTORE))
