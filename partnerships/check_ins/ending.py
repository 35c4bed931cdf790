"""Cancel what is no longer asked when a partnership ends before its time."""

from sqlalchemy import select

from partnerships.core.events import Event
from partnerships.database.work import Work
from partnerships.plans.events import PartnershipMoved
from partnerships.plans.rules.partnerships import PartnershipState

from .rules.check_ins import UNSETTLED, CheckInAction
from .tables import CheckIn

ENDINGS = frozenset({PartnershipState.ENDED_EARLY, PartnershipState.DECLINED})


def end(work: Work, event: Event) -> None:
    """Listen for a partnership that was declined or ended early, and cancel its open check-ins."""
    if not isinstance(event, PartnershipMoved) or event.now not in ENDINGS:
        return
    unsettled = work.session.scalars(
        select(CheckIn)
        .where(CheckIn.partnership_id == event.partnership_id, CheckIn.state.in_(UNSETTLED))
        .order_by(CheckIn.number)
    ).all()
    left = [(check_in, check_in.move(CheckInAction.CANCEL, work.actor.role, work.now)) for check_in in unsettled]
    for check_in in unsettled:
        check_in.step.finish(work.now)
    work.session.flush()
    for check_in, was in left:
        work.emit(check_in.moved(was, CheckInAction.CANCEL))
