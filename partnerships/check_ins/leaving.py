"""Leave out what had been due before Sahabat knew of the partnership: a campaign that runs already may be entered."""

from sqlalchemy import select

from partnerships.core.actor import Role
from partnerships.core.events import Event
from partnerships.database.work import Work
from partnerships.plans.events import PartnershipMoved
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.plans.tables import Partnership

from .rules.check_ins import UNSETTLED, CheckInAction
from .tables import CheckIn


def leave(work: Work, event: Event) -> None:
    """Listen for a partnership that starts, and cancel the check-ins whose day had passed when it was planned."""
    if not isinstance(event, PartnershipMoved) or event.action is not PartnershipAction.START:
        return
    past = [step.id for step in work.get(Partnership, event.partnership_id).past_steps()]
    if not past:
        return
    unsettled = select(CheckIn).where(CheckIn.step_id.in_(past), CheckIn.state.in_(UNSETTLED)).order_by(CheckIn.number)
    left = [
        (check_in, check_in.move(CheckInAction.CANCEL, Role.SYSTEM, work.now))
        for check_in in work.session.scalars(unsettled).all()
    ]
    for check_in, _ in left:
        check_in.step.finish(work.now)
    work.session.flush()
    for check_in, was in left:
        work.emit(check_in.moved(was, CheckInAction.CANCEL))
