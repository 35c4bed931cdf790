"""Agree on one more round of changes than the template promised the creator."""

from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.database.work import Work

from .events import RoundAgreed
from .finding import get_for
from .rules.deliverables import DRAFT_OWED, IN_REVIEW
from .tables import Deliverable

REASON_LENGTH = 500


def agree_round(work: Work, deliverable_id: int, reason: str) -> Deliverable:
    """Write down that another round is agreed on; raise `Refused` without a word on why, or once it is over."""
    deliverable = get_for(work, deliverable_id)
    reason = reason.strip()[:REASON_LENGTH]
    if not reason:
        raise Refused(N_("Please write why, and what was agreed."), field="reason")
    if deliverable.draft_step_id is None or deliverable.state not in DRAFT_OWED | IN_REVIEW:
        raise Refused(N_("No draft of this is waited for, or reviewed, any more."))
    deliverable.extra_rounds += 1
    work.emit(
        RoundAgreed(
            key=f"deliverable:{deliverable.id}:rounds:{deliverable.revision_rounds}",
            about=deliverable.partnership.about,
            partnership_id=deliverable.partnership_id,
            deliverable_id=deliverable.id,
            rounds=deliverable.revision_rounds,
            note=reason,
        )
    )
    return deliverable
