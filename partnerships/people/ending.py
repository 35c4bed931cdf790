"""End what somebody is to an organisation."""

from partnerships.core.actor import STAFF
from partnerships.core.errors import NotFound, Refused
from partnerships.core.words import N_
from partnerships.database.work import Work

from .events import MembershipEnded
from .tables import Membership


def end_membership(work: Work, membership_id: int) -> Membership:
    """End a team member's membership; what they did stays. Ending it twice changes nothing.

    Raise `Refused` for the actor's own: an organisation must not lose its owner by a slip.
    """
    membership = work.get(Membership, membership_id)
    if membership.role not in STAFF:
        raise NotFound(N_("There is nothing here."))
    if membership.account_id == work.actor.account_id:
        raise Refused(N_("You cannot remove yourself."))
    if membership.ended_at is None:
        membership.ended_at = work.now
        work.emit(
            MembershipEnded(
                key=f"membership:{membership.id}:ended:{work.now.isoformat()}",
                about=f"membership:{membership.id}",
                account_id=membership.account_id,
            )
        )
    return membership
