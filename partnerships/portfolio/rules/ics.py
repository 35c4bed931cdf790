"""Dates as calendar programs read them (RFC 5545): whole days, which no zone and no daylight saving can shift.

What is due at a time of day is that moment, as UTC: programs show it by the clock where their owner is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

OCTETS = 75  # of a line, without its end (RFC 5545, 3.1)
REFRESH = "PT6H"  # how often a program is asked to look again (RFC 7986, 5.7)

_ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


class Standing(StrEnum):
    """How sure an event is (RFC 5545, 3.8.1.11)."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Event:
    """One whole day, or the moment `at` of it. `sequence` grows whenever it moves, `changed_at` says when it did."""

    uid: str
    on: date
    title: str
    standing: Standing
    sequence: int
    changed_at: datetime
    at: datetime | None = None


class Method(StrEnum):
    """What a calendar program is to do with the events (RFC 5546, 1.4)."""

    PUBLISH = "PUBLISH"
    CANCEL = "CANCEL"


def written(name: str, events: Iterable[Event], *, method: Method = Method.PUBLISH, organizer: str = "") -> str:
    """Return a calendar called `name` with its events; one that is mailed names its `organizer` (RFC 5546, 3.2)."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Sahabat//Sahabat//EN",
        "CALSCALE:GREGORIAN",
        f"METHOD:{method}",
        f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",  # what NAME is called by programs older than RFC 7986
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}",
        f"X-PUBLISHED-TTL:{REFRESH}",
        *(line for event in events for line in _event(event, organizer)),
        "END:VCALENDAR",
    ]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(event: Event, organizer: str) -> Iterator[str]:
    changed_at = _moment(event.changed_at)
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    yield f"DTSTAMP:{changed_at}"
    yield f"LAST-MODIFIED:{changed_at}"
    yield f"SEQUENCE:{event.sequence}"
    if event.at is not None:
        yield f"DTSTART:{_moment(event.at)}"  # without an end: it takes no time (RFC 5545, 3.6.1)
    else:
        yield f"DTSTART;VALUE=DATE:{event.on:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{event.on + timedelta(days=1):%Y%m%d}"  # the day after: it does not belong to it
    yield f"SUMMARY:{_text(event.title)}"
    yield f"STATUS:{event.standing}"
    if organizer:
        yield f"ORGANIZER:mailto:{organizer}"
    yield "TRANSP:TRANSPARENT"  # a day on which something is due is not a day on which one is busy
    yield "CLASS:PRIVATE"
    yield "END:VEVENT"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(words: str) -> str:
    """Return `words` as a value of the type TEXT (RFC 5545, 3.3.11), without what no line may hold."""
    return "".join(mark for mark in words if mark == "\n" or mark.isprintable()).translate(_ESCAPED)


def _folded(line: str) -> str:
    """Return `line` in pieces of at most 75 octets; no character is cut in two."""
    pieces, piece, octets = [], "", 0
    for mark in line:
        size = len(mark.encode())
        if octets + size > OCTETS:
            pieces.append(piece)
            piece, octets = " ", 1
        piece, octets = piece + mark, octets + size
    return "\r\n".join([*pieces, piece])
