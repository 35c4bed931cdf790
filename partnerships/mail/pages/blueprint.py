"""The one blueprint that these pages share, who may open them, and the marks of a mail."""

from flask import Blueprint

from partnerships.core.words import N_
from partnerships.mail.rules.states import MailState
from partnerships.mail.tables import DeliveryEventName
from partnerships.web.policy import MANAGERS, Audience

pages = Blueprint("delivery", "partnerships.mail")

OPEN_TO: dict[str, Audience] = {
    "delivery.queue": MANAGERS,
    "delivery.show": MANAGERS,
    "delivery.handle": MANAGERS,
    "delivery.addresses": MANAGERS,
    "delivery.lift": MANAGERS,
}
MARKS = {
    MailState.QUEUED: "planned",
    MailState.SENDING: "due",
    MailState.RETRY: "changes",
    MailState.SENT: "approved",
    MailState.DEAD: "overdue",
    MailState.SUPPRESSED: "overdue",
    MailState.CANCELLED: "waived",
}
EVENT_LABELS = {
    DeliveryEventName.SENT: N_("Taken by the mail server"),
    DeliveryEventName.RETRIED: N_("Not taken, will be tried again"),
    DeliveryEventName.DEAD: N_("Given up"),
    DeliveryEventName.SUPPRESSED: N_("Not sent: the address takes no mail"),
    DeliveryEventName.LEASE_EXPIRED: N_("Its sender did not come back; it may go out twice"),
    DeliveryEventName.BOUNCED: N_("Came back"),
}
EVENT_MARKS = {
    DeliveryEventName.SENT: "approved",
    DeliveryEventName.RETRIED: "changes",
    DeliveryEventName.DEAD: "overdue",
    DeliveryEventName.SUPPRESSED: "overdue",
    DeliveryEventName.LEASE_EXPIRED: "changes",
    DeliveryEventName.BOUNCED: "overdue",
}
