"""What happens to a mail on its way."""

from enum import StrEnum

from partnerships.core.words import N_


class DeliveryEventName(StrEnum):
    """What happened to a mail on its way. Stored in the database: rename only with a migration."""

    SENT = "sent"
    RETRIED = "retried"
    DEAD = "dead"
    SUPPRESSED = "suppressed"
    LEASE_EXPIRED = "lease_expired"  # its sender never came back: it may have gone out, and goes out (again)
    BOUNCED = "bounced"  # taken by a server, and sent back later


EVENT_LABELS = {
    DeliveryEventName.SENT: N_("Taken by the mail server"),
    DeliveryEventName.RETRIED: N_("Not taken, will be tried again"),
    DeliveryEventName.DEAD: N_("Given up"),
    DeliveryEventName.SUPPRESSED: N_("Not sent: the address takes no mail"),
    DeliveryEventName.LEASE_EXPIRED: N_("Its sender did not come back; it may go out twice"),
    DeliveryEventName.BOUNCED: N_("Came back"),
}
