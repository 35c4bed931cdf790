"""Drop promised content, before or after it was public: always with a reason, which stays on record and is told."""

from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.database.work import Work

from .finding import get_for
from .rules.deliverables import DeliverableAction
from .tables import Deliverable

REASON_LENGTH = 500


def waive(work: Work, deliverable_id: int, reason: str) -> Deliverable:
    """Ask for it no longer; raise `Refused` without a reason or when it is public already."""
    return _drop(work, deliverable_id, DeliverableAction.WAIVE, reason)


def revoke(work: Work, deliverable_id: int, reason: str) -> Deliverable:
    """Ask for another version after all; raise `Refused` without a reason or once it has been posted."""
    return _drop(work, deliverable_id, DeliverableAction.REVOKE_APPROVAL, reason)


def take_down(work: Work, deliverable_id: int, reason: str) -> Deliverable:
    """Settle content that was live and is not any more; raise `Refused` without a reason."""
    return _drop(work, deliverable_id, DeliverableAction.TAKE_DOWN, reason)


def _drop(work: Work, deliverable_id: int, action: DeliverableAction, reason: str) -> Deliverable:
    deliverable = get_for(work, deliverable_id)
    reason = reason.strip()[:REASON_LENGTH]
    if not reason:
        raise Refused(N_("Please give a reason."), field="reason")
    was = deliverable.move(action, work.actor.role, work.now)
    work.session.flush()
    work.emit(deliverable.moved(was, action, reason))
    return deliverable
