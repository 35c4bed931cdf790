"""Revoke an approval: only before the content is public, and never without a reason."""

from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.database.work import Work

from .finding import get_for
from .rules.deliverables import DeliverableAction
from .tables import Deliverable

REASON_LENGTH = 500


def revoke(work: Work, deliverable_id: int, reason: str) -> Deliverable:
    """Ask for another version after all; the creator is told `reason`. Raise `Refused` once it has been posted."""
    deliverable = get_for(work, deliverable_id)
    reason = reason.strip()[:REASON_LENGTH]
    if not reason:
        raise Refused(N_("Please give a reason."), field="reason")
    was = deliverable.move(DeliverableAction.REVOKE_APPROVAL, work.actor.role, work.now)
    work.session.flush()
    work.emit(deliverable.moved(was, DeliverableAction.REVOKE_APPROVAL, reason))
    return deliverable
