"""Leave out what had been due before Sahabat knew of the partnership: a campaign that runs already may be entered."""

from sqlalchemy import select

from partnerships.core.actor import Role
from partnerships.core.events import Event
from partnerships.database.work import Work
from partnerships.plans.events import PartnershipMoved
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.plans.tables import Partnership

from .rules.deliverables import UNPOSTED, DeliverableAction
from .tables import Deliverable


def leave(work: Work, event: Event) -> None:
    """Listen for a partnership that starts, and withdraw what was to be posted before it was planned."""
    if not isinstance(event, PartnershipMoved) or event.action is not PartnershipAction.START:
        return
    past = [step.id for step in work.get(Partnership, event.partnership_id).past_steps()]
    if not past:
        return
    unposted = select(Deliverable).where(Deliverable.publish_step_id.in_(past), Deliverable.state.in_(UNPOSTED))
    left = [
        (one, one.move(DeliverableAction.WITHDRAW, Role.SYSTEM, work.now))
        for one in work.session.scalars(unposted.order_by(Deliverable.number)).all()
    ]
    work.session.flush()
    for one, was in left:
        work.emit(one.moved(was, DeliverableAction.WITHDRAW))
