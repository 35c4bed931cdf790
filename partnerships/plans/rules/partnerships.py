"""The life of a partnership."""

from datetime import date
from enum import StrEnum

from partnerships.core.actor import MANAGING, Role
from partnerships.core.machine import Machine, Transition, some
from partnerships.core.words import N_


class PartnershipState(StrEnum):
    """Stored in the database: rename only with a migration."""

    DRAFT = "draft"
    INVITED = "invited"
    NEGOTIATING = "negotiating"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    PREPARING = "preparing"
    ACTIVE = "active"
    ON_HOLD = "on_hold"
    COMPLETED = "completed"
    ENDED_EARLY = "ended_early"


class PartnershipAction(StrEnum):
    """What people (and the clock) do to a partnership. Part of URLs and of the history."""

    INVITE = "invite"
    NEGOTIATE = "negotiate"
    ACCEPT = "accept"
    DECLINE = "decline"
    PREPARE = "prepare"
    SPOIL = "spoil"
    START = "start"
    HOLD = "hold"
    RESUME = "resume"
    COMPLETE = "complete"
    END_EARLY = "end_early"


class HoldCause(StrEnum):
    """Why its clock stands still."""

    PAUSED = "paused"
    REACTION = "reaction"


class EndReason(StrEnum):
    """Why a partnership ended before its time. None of them is a failure of the creator by itself."""

    NOT_FOR_ME = "not_for_me"
    BREACH = "breach"
    INCIDENT = "incident"
    BRAND_STOPPED = "brand_stopped"
    CREATOR_STOPPED = "creator_stopped"
    ADVERSE_REACTION = "adverse_reaction"


STATE_LABELS = {
    PartnershipState.DRAFT: N_("Draft"),
    PartnershipState.INVITED: N_("Invited"),
    PartnershipState.NEGOTIATING: N_("Negotiating"),
    PartnershipState.ACCEPTED: N_("Accepted"),
    PartnershipState.DECLINED: N_("Declined"),
    PartnershipState.PREPARING: N_("Product on its way"),
    PartnershipState.ACTIVE: N_("Running"),
    PartnershipState.ON_HOLD: N_("On hold"),
    PartnershipState.COMPLETED: N_("Completed"),
    PartnershipState.ENDED_EARLY: N_("Ended early"),
}
DISCARDED = N_("Discarded")  # it ended before anybody was asked
REASON_LABELS = {
    EndReason.NOT_FOR_ME: N_("Not for me"),
    EndReason.BREACH: N_("Agreement broken"),
    EndReason.INCIDENT: N_("Incident"),
    EndReason.BRAND_STOPPED: N_("Stopped by the brand"),
    EndReason.CREATOR_STOPPED: N_("The creator cannot go on"),
    EndReason.ADVERSE_REACTION: N_("Reaction to the product"),
}

_S, _A = PartnershipState, PartnershipAction
_CREATOR, _CLOCK = frozenset({Role.CREATOR}), frozenset({Role.SYSTEM})
_EITHER = MANAGING | _CREATOR

PARTNERSHIP: Machine[PartnershipState, PartnershipAction] = Machine(
    "partnership",
    Transition(_A.INVITE, some(_S.DRAFT), _S.INVITED, MANAGING, N_("Send invitation")),
    Transition(_A.INVITE, some(_S.NEGOTIATING), _S.INVITED, MANAGING, N_("Change the terms and invite again")),
    Transition(_A.NEGOTIATE, some(_S.INVITED), _S.NEGOTIATING, _EITHER, N_("Talk about the terms")),
    Transition(_A.ACCEPT, some(_S.INVITED, _S.NEGOTIATING), _S.ACCEPTED, _CREATOR, N_("Accept")),
    Transition(_A.DECLINE, some(_S.INVITED, _S.NEGOTIATING), _S.DECLINED, _CREATOR, N_("Decline")),
    Transition(_A.PREPARE, some(_S.ACCEPTED), _S.PREPARING, MANAGING, N_("Product has been sent")),
    # A plan that counts from no parcel starts by itself, with the creator's yes.
    Transition(_A.START, some(_S.ACCEPTED), _S.ACTIVE, _EITHER | _CLOCK, N_("Confirm receipt")),
    Transition(_A.START, some(_S.PREPARING), _S.ACTIVE, _EITHER, N_("Confirm receipt")),
    Transition(_A.PREPARE, some(_S.PREPARING), _S.PREPARING, MANAGING, N_("Send another parcel")),
    Transition(_A.SPOIL, some(_S.PREPARING), _S.ACCEPTED, _EITHER, N_("It arrived damaged")),
    Transition(_A.HOLD, some(_S.ACTIVE), _S.ON_HOLD, _EITHER, N_("Put on hold")),
    Transition(_A.RESUME, some(_S.ON_HOLD), _S.ACTIVE, MANAGING, N_("Resume")),
    Transition(_A.COMPLETE, some(_S.ACTIVE), _S.COMPLETED, _CLOCK, N_("Complete")),
    Transition(
        _A.END_EARLY,
        some(_S.INVITED, _S.NEGOTIATING, _S.ACCEPTED, _S.PREPARING, _S.ACTIVE, _S.ON_HOLD),
        _S.ENDED_EARLY,
        _EITHER,
        N_("End early"),
    ),
    Transition(_A.END_EARLY, some(_S.DRAFT), _S.ENDED_EARLY, MANAGING, N_("Discard the plan")),
)

DRAFTED = "drafted"  # why the first version of a plan was made
RECEIVED = "received"  # why a plan may have moved: the product arrived on another day than was expected
AGREED = "agreed"  # why a plan may have moved: it started late, with the creator's yes
RESUMED = "resumed"  # why a plan moved: it stood still for so many days
# Nothing that was planned goes on in these.
OVER = frozenset({_S.DECLINED, _S.COMPLETED, _S.ENDED_EARLY})
# Nobody can move a date then: when it is over none moves any more, and on hold they move when it goes on.
STANDING_STILL = OVER | {_S.ON_HOLD}
# The plan is agreed, and neither on hold nor over: a stage of it can be left out.
GOING_ON = frozenset({_S.ACCEPTED, _S.PREPARING, _S.ACTIVE})
# Before the creator has said yes, nothing is owed and nothing can be let off.
UNAGREED = frozenset({_S.DRAFT, _S.INVITED, _S.NEGOTIATING, _S.DECLINED})


def begins_later(state: PartnershipState, starts_on: date | None, today: date) -> date | None:
    """Return the first day of a plan whose clock runs, while that day is still to come."""
    return starts_on if state is _S.ACTIVE and starts_on is not None and today < starts_on else None


def label_of(state: PartnershipState, reason: EndReason | None) -> str:
    """Return the word of a state; only a plan that was discarded ends without a reason."""
    return DISCARDED if state is _S.ENDED_EARLY and reason is None else STATE_LABELS[state]
