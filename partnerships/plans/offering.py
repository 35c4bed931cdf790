"""Invite once more, on terms that were talked about."""

from partnerships.database.work import Work

from .finding import get_for
from .rules.partnerships import PartnershipAction
from .tables import Partnership


def offer(work: Work, partnership_id: int, *, fee: int | None, note: str) -> Partnership:
    """Change the fee, in rupiah, and the words of the invitation, and send it with them.

    Raise `IllegalTransition` once it has been answered.
    """
    partnership = get_for(work, partnership_id)
    was = partnership.move(PartnershipAction.INVITE, work.actor.role, work.now)
    partnership.fee, partnership.invitation_note = fee, note
    work.session.flush()  # counts the version up, which makes the event's key unique: every invitation is mailed
    work.emit(partnership.moved(was, PartnershipAction.INVITE, note))
    return partnership
