"""What the date inside a file says about when it was taken. A weak fact: forgeable, often absent, never a verdict."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from partnerships.core.words import N_

ZONE_UNKNOWN = timedelta(hours=14)  # the date has no zone: it may be this much off in either direction


class Capture(StrEnum):
    """How a file's own date lies to the window between receiving the product and sending the content."""

    INSIDE = "inside"
    EARLIER = "earlier"
    ABSENT = "absent"
    UNREADABLE = "unreadable"
    NO_WINDOW = "no_window"


CAPTURE_SENTENCES = {
    Capture.INSIDE: N_("The date in the file lies between the product's arrival and the sending."),
    Capture.EARLIER: N_("The date in the file is before the product arrived. Ask the creator: clocks and copies err."),
    Capture.ABSENT: N_("The file carries no date. Apps and messengers remove it, so this means nothing."),
    Capture.UNREADABLE: N_("The date in the file cannot be right, so it means nothing."),
    Capture.NO_WINDOW: N_("The arrival of the product is not confirmed, so there is nothing to compare with."),
}


def compare(taken_at: str | None, received_on: date | None, submitted_at: datetime) -> Capture:
    """Compare `taken_at` (ISO text without a zone, as the file claims) with the window of real use."""
    if not taken_at:
        return Capture.ABSENT
    try:
        taken = datetime.fromisoformat(taken_at).replace(tzinfo=UTC)
    except ValueError:
        return Capture.UNREADABLE
    if taken - submitted_at > ZONE_UNKNOWN:
        return Capture.UNREADABLE
    if received_on is None:
        return Capture.NO_WINDOW
    opens = datetime.combine(received_on, time.min, UTC)
    return Capture.INSIDE if opens - taken <= ZONE_UNKNOWN else Capture.EARLIER
