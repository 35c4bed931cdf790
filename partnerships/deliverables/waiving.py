"""Let promised content go, with a reason that stays on record."""

from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.database.work import Work

from .finding import get_for
from .rules.deliverables import DeliverableAction
from .tables import Deliverable

REASON_LENGTH = 500


def waive(work: Work, deliverable_id: int, reason: str) -> Deliverable:
    """Ask for it no longer; raise `Refused` without a reason or when it is public already."""
    deliverable = get_for(work, deliverable_id)
    reason = reason.strip()[:REASON_LENGTH]
    if not reason:
        raise Refused(N_("Please give a reason."), field="reason")
    was = deliverable.move(DeliverableAction.WAIVE, work.actor.role, work.now)
    work.session.flush()
    work.emit(deliverable.moved(was, DeliverableAction.WAIVE, reason))
    return deliverable
