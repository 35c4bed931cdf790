"""Write down that a post is gone from public view."""

from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.database.work import Work

from .finding import get_for
from .rules.deliverables import DeliverableAction
from .tables import Deliverable

REASON_LENGTH = 500


def take_down(work: Work, deliverable_id: int, reason: str) -> Deliverable:
    """Settle content that was live and is not any more; raise `Refused` without a reason."""
    deliverable = get_for(work, deliverable_id)
    reason = reason.strip()[:REASON_LENGTH]
    if not reason:
        raise Refused(N_("Please give a reason."), field="reason")
    was = deliverable.move(DeliverableAction.TAKE_DOWN, work.actor.role, work.now)
    work.session.flush()
    work.emit(deliverable.moved(was, DeliverableAction.TAKE_DOWN, reason))
    return deliverable
