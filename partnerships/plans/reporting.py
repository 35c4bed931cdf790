"""Report a reaction to the product: everything pauses first, questions come later."""

import hashlib

from sqlalchemy import select

from partnerships.database.history import HistoryEntry
from partnerships.database.work import Work

from .events import ReactionReported
from .finding import get_for
from .rules.partnerships import HoldCause, PartnershipAction
from .tables import Partnership


def report_reaction(work: Work, partnership_id: int, description: str) -> Partnership:
    """Write down the reaction and put a running partnership on hold; reporting it again only adds to the record."""
    partnership = get_for(work, partnership_id)
    stops_now = partnership.allows(PartnershipAction.HOLD, work.actor.role)
    if stops_now:
        was = partnership.hold(HoldCause.REACTION, work.actor.role, work.now)
        work.session.flush()
        work.emit(partnership.moved(was, PartnershipAction.HOLD))
    elif partnership.held_at is not None and partnership.hold_cause is not HoldCause.REACTION:
        partnership.hold_cause = HoldCause.REACTION  # it stands for another reason now
        work.session.flush()
    words = hashlib.sha256(description.encode()).hexdigest()[:16]
    key = f"partnership:{partnership.id}:v{partnership.version}:reaction:{words}"
    if stops_now or not _is_told(work, key):
        work.emit(
            ReactionReported(key=key, about=partnership.about, partnership_id=partnership.id, description=description)
        )
    return partnership


def _is_told(work: Work, key: str) -> bool:
    """Say whether the button was pressed before, with the same words since the partnership moved last."""
    return work.session.scalar(select(HistoryEntry.id).where(HistoryEntry.key == key)) is not None
