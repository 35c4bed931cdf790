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
