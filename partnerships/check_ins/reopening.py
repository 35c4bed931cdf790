"""Take "late" back from a check-in whose day somebody has moved: it has until the new one."""

from datetime import timedelta

from sqlalchemy import select

from partnerships.core.events import Event
from partnerships.database.work import Work
from partnerships.plans.events import DatesMoved
from partnerships.plans.rules.moves import MoveKind
from partnerships.plans.rules.proposals import MoveState

from .rules.check_ins import GRACE_DAYS, CheckInAction, CheckInState
from .tables import CheckIn


def reopen(work: Work, event: Event) -> None:
    """Listen for moved dates: what was late and is not any more is open again."""
    if not isinstance(event, DatesMoved) or event.now is not MoveState.APPLIED or event.kind is not MoveKind.STEP:
        return  # what is late is moved by nobody but by whoever moves just that
    late = select(CheckIn).where(CheckIn.partnership_id == event.partnership_id, CheckIn.state == CheckInState.LATE)
    in_time = [one for one in work.session.scalars(late) if one.step.due_at + timedelta(days=GRACE_DAYS) > work.now]
    was = [one.move(CheckInAction.REOPEN, work.actor.role, work.now) for one in in_time]
    work.session.flush()
    for check_in, state in zip(in_time, was, strict=True):
        work.emit(check_in.moved(state, CheckInAction.REOPEN))
