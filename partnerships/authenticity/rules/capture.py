"""What the date inside a file says about when it was taken. A weak fact: forgeable, often absent, never a verdict."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from partnerships.core.words import N_

ZONE_UNKNOWN = timedelta(hours=14)  # without a zone the date may be this much off in either direction


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


def compare(
    taken_at: str | None, received_on: date | None, submitted_at: datetime, offset: str | None = None, zone: str = "UTC"
) -> Capture:
    """Compare `taken_at` (ISO text, as the file claims) with the window of real use.

    `offset` from UTC ("+07:00") makes it a moment, when the file tells one; without it the date may be `ZONE_UNKNOWN`
    off. The window opens with the day of the product's arrival where the creator lives, in `zone`.
    """
    if not taken_at:
        return Capture.ABSENT
    try:
        taken = datetime.fromisoformat(taken_at + (offset or "+00:00"))
        doubt = timedelta() if offset else ZONE_UNKNOWN
        is_future = taken - submitted_at > doubt
    except (ValueError, OverflowError):
        return Capture.UNREADABLE
    if is_future:
        return Capture.UNREADABLE
    if received_on is None:
        return Capture.NO_WINDOW
    opens = datetime.combine(received_on, time.min, ZoneInfo(zone) if offset else UTC)
    return Capture.INSIDE if opens - taken <= doubt else Capture.EARLIER
