"""Excuse the creator from what a skipped stage would have asked."""

from sqlalchemy import select

from partnerships.core.events import Event
from partnerships.database.work import Work
from partnerships.plans.events import StageMoved
from partnerships.plans.rules.stages import StageState
from partnerships.plans.tables import Step

from .rules.check_ins import UNSETTLED, CheckInAction
from .tables import CheckIn


def skip(work: Work, event: Event) -> None:
    """Listen for skipped stages: their open check-ins are excused, for the same reason; what was answered stays."""
    if not isinstance(event, StageMoved) or event.now is not StageState.SKIPPED:
        return
    left = work.session.scalars(
        select(CheckIn)
        .join(Step, CheckIn.step_id == Step.id)
        .where(Step.stage_id == event.stage_id, CheckIn.state.in_(UNSETTLED))
        .order_by(CheckIn.number)
    ).all()
    was = [check_in.move(CheckInAction.EXCUSE, work.actor.role, work.now) for check_in in left]
    for check_in in left:
        check_in.step.finish(work.now)
    work.session.flush()
    for check_in, state in zip(left, was, strict=True):
        work.emit(check_in.moved(state, CheckInAction.EXCUSE, event.note))
