"""Where a mail stands, and what a manager may do about it. The clockwork's own moves are fenced by its leases."""

from collections.abc import Mapping
from enum import StrEnum

from partnerships.core.actor import MANAGING
from partnerships.core.machine import Machine, Transition, some
from partnerships.core.words import N_


class MailState(StrEnum):
    """Where a mail stands. Stored in the database: rename only with a migration."""

    QUEUED = "queued"
    SENDING = "sending"  # somebody holds the lease
    RETRY = "retry"
    SENT = "sent"
    DEAD = "dead"  # given up, shown to the manager
    SUPPRESSED = "suppressed"  # its address gets no such mail, see `Suppression`
    CANCELLED = "cancelled"  # the thing was done before it went out


class MailAction(StrEnum):
    """What a manager does about a mail. Stands in addresses."""

    RESEND = "resend"
    COPY = "copy"  # of one that went out: the first one stays what it is
    CANCEL = "cancel"


_S = MailState
MAIL: Machine[MailState, MailAction] = Machine(
    "mail",
    Transition(MailAction.RESEND, some(_S.DEAD, _S.SUPPRESSED, _S.CANCELLED), _S.QUEUED, MANAGING, N_("Send again")),
    Transition(MailAction.COPY, some(_S.SENT), _S.SENT, MANAGING, N_("Send it once more")),
    Transition(MailAction.CANCEL, some(_S.QUEUED, _S.RETRY), _S.CANCELLED, MANAGING, N_("Do not send")),
)
STATE_LABELS: Mapping[MailState, str] = {
    _S.QUEUED: N_("Waiting"),
    _S.SENDING: N_("Being sent"),
    _S.RETRY: N_("Tried, will be tried again"),
    _S.SENT: N_("Sent"),
    _S.DEAD: N_("Given up"),
    _S.SUPPRESSED: N_("Not sent: the address takes no mail"),
    _S.CANCELLED: N_("Called off"),
}
TOGETHER_LABEL = N_("In the mail of the day")  # instead of "called off", for what a digest tells
BY_HAND = "called off by hand"
# What stands in the database of why a mail was called off or given up, without what it is about in brackets.
WHYS: Mapping[str, str] = {
    BY_HAND: N_("Called off by hand."),
    "out of date before it could be sent": N_("It was out of date before it could be sent."),
    "no longer needed": N_("Nobody waited for it any more."),
    "a later reminder has taken its place": N_("A later reminder has taken its place."),
    "its day was moved": N_("Its day was moved."),
    "the move was taken back": N_("Moving the dates was taken back."),
    "gave up: sending it never came to an end": N_("Sending it never came to an end."),
}


def say_why(told: str) -> str:
    """Return the sentence for what is kept of why a mail did not go out; what a server said stays as it is."""
    return WHYS.get(told.partition(" (")[0], told)
