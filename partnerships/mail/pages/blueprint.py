"""The one blueprint that these pages share, who may open them, and the marks of a mail."""

from flask import Blueprint

from partnerships.mail.rules.deliveries import DeliveryEventName
from partnerships.mail.rules.states import MailState
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
EVENT_MARKS = {
    DeliveryEventName.SENT: "approved",
    DeliveryEventName.RETRIED: "changes",
    DeliveryEventName.DEAD: "overdue",
    DeliveryEventName.SUPPRESSED: "overdue",
    DeliveryEventName.LEASE_EXPIRED: "changes",
    DeliveryEventName.BOUNCED: "overdue",
}
