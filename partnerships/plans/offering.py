"""Invite once more, on terms that were talked about."""

from partnerships.database.work import Work

from .events import FeeChanged
from .finding import get_for
from .rules.partnerships import PartnershipAction, PartnershipState
from .tables import Partnership


def offer(work: Work, partnership_id: int, *, fee: int | None, note: str) -> Partnership:
    """Change the fee, in rupiah, and the words of the invitation, and send it with them.

    Raise `IllegalTransition` once it has been answered.
    """
    partnership = get_for(work, partnership_id)
    was = partnership.move(PartnershipAction.INVITE, work.actor.role, work.now)
    old_fee = partnership.fee
    partnership.fee, partnership.invitation_note = fee, note
    work.session.flush()  # counts the version up, which makes the event's key unique: every invitation is mailed
    work.emit(partnership.moved(was, PartnershipAction.INVITE, note))
    if fee != old_fee and was is not PartnershipState.DRAFT:  # nobody has read the fee of a draft
        work.emit(
            FeeChanged(
                key=f"fee:{partnership.id}:v{partnership.version}",
                about=partnership.about,
                partnership_id=partnership.id,
                was=old_fee,
                now=fee,
            )
        )
    return partnership
