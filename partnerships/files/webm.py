"""Walk the elements of a WebM file: read its facts, blank what it tells about people. Decodes nothing.

Elements as in EBML (RFC 8794) and Matroska (RFC 9559): an id, a length, a body; both numbers say how long they are.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from os import SEEK_END
from typing import BinaryIO, NamedTuple

from partnerships.core.errors import Refused

from .probe import DAMAGED, UNREADABLE
from .sample_tables import Span
from .videos import Movie, empty, picture_size

ELEMENTS = 200_000  # ten minutes of sixty pictures and fifty pieces of sound a second are 66,000
HEAD_BYTES = 24
"""The longest id and length, and as much of a block as tells its moment."""

DAY_ONE = datetime(2001, 1, 1, tzinfo=UTC)  # where the format starts to count nanoseconds
PICTURE, SOUND = 1, 2
VOID = 0xEC
FILE, HEADER, SEGMENT, CLUSTER, TRACK = 0, 0x1A45DFA3, 0x18538067, 0x1F43B675, 0xAE
SEEKING, ABOUT, TRACKS, CUES = 0x114D9B74, 0x1549A966, 0x1654AE6B, 0x1C53BB6B
CHAPTERS, TAGS, ATTACHED = 0x1043A770, 0x1254C367, 0x1941A469
PARTS = {SEEKING, ABOUT, TRACKS, CLUSTER, CUES, CHAPTERS, TAGS, ATTACHED}
"""Of a segment. Where the next one begins, a cluster that does not say its length is over."""

DOCTYPE, SCALE, DURATION, DATE, MUXER, WRITER = 0x4282, 0x2AD7B1, 0x4489, 0x4461, 0x4D80, 0x5741
TYPE, VIDEO, AUDIO, WIDTH, HEIGHT = 0x83, 0xE0, 0xE1, 0xB0, 0xBA
MOMENT, SIMPLE_BLOCK, GROUP, BLOCK = 0xE7, 0xA3, 0xA0, 0xA1

# What playing needs, by the element that holds it. All else (tags, titles, chapters, checksums of what is blanked, …)
# becomes an empty one. The table is also the limit of depth: only these elements are gone into.
NEEDED: dict[int, frozenset[int]] = {
    FILE: frozenset({HEADER, SEGMENT}),
    HEADER: frozenset({0x4286, 0x42F7, 0x42F2, 0x42F3, DOCTYPE, 0x4287, 0x4285}),
    SEGMENT: frozenset({SEEKING, ABOUT, TRACKS, CLUSTER, CUES}),
    ABOUT: frozenset({SCALE, DURATION, DATE, MUXER, WRITER}),
    TRACKS: frozenset({TRACK}),
    TRACK: frozenset(
        {0xD7, 0x73C5, TYPE, 0xB9, 0x88, 0x55AA, 0x9C, 0x6DE7, 0x6DF8, 0x23E383, 0x23314F, 0x22B59C, 0x86, 0x63A2}
        | {0x56AA, 0x56BB, 0x6D80, VIDEO, AUDIO}
    ),
    VIDEO: frozenset({0x9A, 0x9D, 0x53B8, 0x53C0, WIDTH, HEIGHT, 0x54AA, 0x54BB, 0x54CC, 0x54DD})
    | {0x54B0, 0x54BA, 0x54B2, 0x55B0, 0x7670},
    AUDIO: frozenset({0xB5, 0x78B5, 0x9F, 0x6264}),
    CLUSTER: frozenset({MOMENT, 0xA7, 0xAB, SIMPLE_BLOCK, GROUP}),
    GROUP: frozenset({BLOCK, 0x9B, 0xFA, 0xFB, 0x75A2}),
}
EMPTIED = {DATE, MUXER, WRITER}  # players look for them, and they say when and with what it was made


class Element(NamedTuple):
    """An element in the file: `start` is where its id begins, `body` where its content does."""

    id: int
    start: int
    body: int
    end: int
    is_open: bool
    """Whether it does not say its length, as recordings that are written while they go on."""
    head: bytes
    """Of the content, as far as it was read along."""


@dataclass
class _Findings:
    elements: int = 0
    blanked: list[Element] = field(default_factory=list)
    emptied: list[Span] = field(default_factory=list)
    doctype: bytes = b""
    scale: int = 1_000_000  # nanoseconds in a tick, unless the file says otherwise
    duration: float | None = None  # in ticks
    created: int = 0
    types: list[int] = field(default_factory=list)
    sides: list[list[int]] = field(default_factory=list)
    cluster_at: int = 0  # in ticks
    last_at: int | None = None


def examine(file: BinaryIO) -> Movie:
    """Return the facts of the video, or raise `Refused`; changes nothing."""
    return _examined(file)[0]


def clean(file: BinaryIO) -> Movie:
    """Return the facts of the video and blank its metadata in place, keeping every length; or raise `Refused`."""
    movie, found = _examined(file)
    for element in found.blanked:
        long = min(8, element.body - element.start - 1)
        left = element.end - element.start - 1 - long
        file.seek(element.start)
        file.write(bytes([VOID]) + (1 << 7 * long | left).to_bytes(long))  # as long as before: no place moves
        empty(file, Span(element.end - left, element.end))
    for span in found.emptied:
        empty(file, span)
    return movie


def _examined(file: BinaryIO) -> tuple[Movie, _Findings]:
    found = _Findings()
    try:
        _walk(file, Element(FILE, 0, 0, file.seek(0, SEEK_END), is_open=False, head=b""), found)
    except (struct.error, IndexError, OverflowError) as error:  # a number that is not there, or has no meaning
        raise Refused(DAMAGED) from error
    return _movie(found), found


def _walk(file: BinaryIO, parent: Element, found: _Findings) -> int:
    """Go through what is inside an element; return where it ends."""
    at = parent.body
    while at < parent.end:
        element = _element(file, at, parent.end)
        if parent.is_open and parent.id == CLUSTER and element.id in PARTS:
            break
        found.elements += 1
        if found.elements > ELEMENTS:
            raise Refused(UNREADABLE)
        at = _take(file, parent, element, found)
    return at


def _take(file: BinaryIO, parent: Element, element: Element, found: _Findings) -> int:
    """Note what an element tells, or that it goes; return where the next one begins."""
    is_needed = element.id in NEEDED[parent.id]
    if element.is_open and not (is_needed and element.id in {SEGMENT, CLUSTER}):
        raise Refused(DAMAGED)
    if not is_needed:
        found.blanked.append(element)
        return element.end
    if element.id in EMPTIED:
        found.emptied.append(Span(element.body, element.end))
    if element.id in READERS:
        READERS[element.id](element.head[: element.end - element.body], found)
    return _walk(file, element, found) if element.id in NEEDED else element.end


def _element(file: BinaryIO, at: int, end: int) -> Element:
    """Read the head of the element that begins here, or raise `Refused` when it does not fit in."""
    file.seek(at)
    head = file.read(HEAD_BYTES)
    id_long = _long(head, 0)
    long = _long(head, id_long)
    body = id_long + long
    if id_long > 4 or len(head) < body:
        raise Refused(DAMAGED)
    length = int.from_bytes(head[id_long:body]) & (1 << 7 * long) - 1
    is_open = length == (1 << 7 * long) - 1
    until = end if is_open else at + body + length
    if until > end:
        raise Refused(DAMAGED)
    return Element(int.from_bytes(head[:id_long]), at, at + body, until, is_open, head[body:])


def _long(head: bytes, at: int) -> int:
    """Return how many bytes the number takes that begins here: one more than it has zeroes in front."""
    long = 9 - head[at].bit_length()
    if long > 8:
        raise Refused(DAMAGED)
    return long


def _read_doctype(head: bytes, found: _Findings) -> None:
    found.doctype = head.rstrip(b"\0")


def _read_scale(head: bytes, found: _Findings) -> None:
    found.scale = int.from_bytes(head)


def _read_duration(head: bytes, found: _Findings) -> None:
    (found.duration,) = struct.unpack(">d" if len(head) == 8 else ">f", head)


def _read_date(head: bytes, found: _Findings) -> None:
    (found.created,) = struct.unpack(">q", head)


def _begin_track(_head: bytes, found: _Findings) -> None:
    found.types.append(0)
    found.sides.append([0, 0])


def _read_type(head: bytes, found: _Findings) -> None:
    found.types[-1] = int.from_bytes(head)


def _read_width(head: bytes, found: _Findings) -> None:
    found.sides[-1][0] = int.from_bytes(head)


def _read_height(head: bytes, found: _Findings) -> None:
    found.sides[-1][1] = int.from_bytes(head)


def _read_moment(head: bytes, found: _Findings) -> None:
    found.cluster_at = int.from_bytes(head)


def _read_block(head: bytes, found: _Findings) -> None:
    (after,) = struct.unpack_from(">h", head, _long(head, 0))  # behind the number of its track
    found.last_at = max(found.last_at or 0, found.cluster_at + after)


READERS: dict[int, Callable[[bytes, _Findings], None]] = {
    DOCTYPE: _read_doctype,
    SCALE: _read_scale,
    DURATION: _read_duration,
    DATE: _read_date,
    TRACK: _begin_track,
    TYPE: _read_type,
    WIDTH: _read_width,
    HEIGHT: _read_height,
    MOMENT: _read_moment,
    SIMPLE_BLOCK: _read_block,
    BLOCK: _read_block,
}


def _movie(found: _Findings) -> Movie:
    if found.last_at is None or not found.scale:
        raise Refused(DAMAGED)
    if found.doctype != b"webm" or not set(found.types) <= {PICTURE, SOUND}:  # words would tell what they like
        raise Refused(UNREADABLE)
    ticks = found.last_at if found.duration is None else found.duration
    seconds = round(ticks * found.scale / 1e9, 3)
    if not seconds >= 0:  # nor what is no number
        raise Refused(DAMAGED)
    kinds = zip(found.types, found.sides, strict=True)
    width, height = picture_size([(side[0], side[1]) for kind, side in kinds if kind == PICTURE], seconds)
    return Movie(width, height, seconds, _moment(found.created))


def _moment(created: int) -> str | None:
    moment = DAY_ONE + timedelta(microseconds=created // 1000)  # 292 years at most, either way
    return moment.strftime("%Y-%m-%dT%H:%M:%S") if created else None
