"""Walk the boxes of an MP4 or MOV file: read its facts, blank what it tells about people. Decodes nothing.

Boxes as in ISO/IEC 14496-12 (and Apple's QuickTime File Format): 4 bytes length, 4 bytes type, payload.
"""

import struct
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from os import SEEK_END
from typing import BinaryIO, NamedTuple

from partnerships.core.errors import Refused
from partnerships.core.words import N_

from .probe import DAMAGED, UNREADABLE
from .sample_tables import Span, sample_spans

LONGEST_MINUTES = 10
SIDE_PIXELS = 7_680
BOXES = 20_000
TRACKS = 40  # cameras write six at most
SPANS = 200_000  # to be blanked, of all tracks together; ten minutes of thirty samples a second are 18,000
HEADER_BYTES = 4_096
"""As much of a header box's payload as is ever looked at."""

EPOCH = datetime(1904, 1, 1, tzinfo=UTC)  # where the format starts to count seconds
UNKNOWN = {0, 0xFFFF_FFFF, 0xFFFF_FFFF_FFFF_FFFF}
ZEROES = bytes(1 << 16)

# What playing needs, by the box that holds it. All else (udta, meta, uuid, XMP_, left-overs in free …) is blanked.
# The table is also the limit of depth: only these boxes are gone into.
NEEDED: dict[bytes, frozenset[bytes]] = {
    b"": frozenset({b"ftyp", b"styp", b"moov", b"mdat", b"moof", b"mfra", b"sidx"}),
    b"moov": frozenset({b"mvhd", b"iods", b"trak", b"mvex"}),
    b"trak": frozenset({b"tkhd", b"tapt", b"edts", b"tref", b"trgr", b"mdia"}),
    b"mdia": frozenset({b"mdhd", b"hdlr", b"elng", b"minf"}),
    b"minf": frozenset({b"vmhd", b"smhd", b"nmhd", b"sthd", b"gmhd", b"hdlr", b"dinf", b"stbl"}),
    b"stbl": frozenset(
        {b"stsd", b"stts", b"ctts", b"cslg", b"stsc", b"stsz", b"stz2", b"stco", b"co64", b"stss", b"stps", b"stsh"}
        | {b"padb", b"stdp", b"sdtp", b"sbgp", b"sgpd", b"subs", b"saiz", b"saio"}
    ),
    b"mvex": frozenset({b"mehd", b"trex", b"leva"}),
    b"moof": frozenset({b"mfhd", b"traf"}),
    b"traf": frozenset({b"tfhd", b"tfdt", b"trun", b"sbgp", b"sgpd", b"subs", b"saiz", b"saio", b"sdtp"}),
}
TABLES = {b"stsc", b"stsz", b"stco", b"co64"}


class Movie(NamedTuple):
    """Facts of a video as its headers claim them."""

    width: int
    """Pixels as shown, so after the turn that phones note down instead of turning the picture."""
    height: int
    seconds: float | None
    """None when a video written in fragments does not say how long it is."""
    taken_at: str | None
    """UTC, `YYYY-MM-DDTHH:MM:SS`; many cameras write local time or nothing."""


class Box(NamedTuple):
    """A box in the file; `start` is where its header begins, `body` where its payload does."""

    type: bytes
    start: int
    body: int
    end: int


@dataclass
class _Track:
    handler: bytes = b""
    size: tuple[int, int] = (0, 0)
    tables: dict[bytes, Span] = field(default_factory=dict)


@dataclass
class _Findings:
    boxes: int = 0
    entered: int = 0  # tracks, those that are taken out again too
    blanked: list[Box] = field(default_factory=list)
    emptied: list[Span] = field(default_factory=list)
    timescale: int = 0
    duration: int = 0
    created: int = 0
    tracks: list[_Track] = field(default_factory=list)
    frames: list[Span] = field(default_factory=list)
    fragmented: bool = False


def examine(file: BinaryIO) -> Movie:
    """Return the facts of the video, or raise `Refused`; changes nothing."""
    return _examined(file)[0]


def clean(file: BinaryIO) -> Movie:
    """Return the facts of the video and blank its metadata in place, keeping every length; or raise `Refused`."""
    movie, found = _examined(file)
    for box in found.blanked:
        file.seek(box.start + 4)
        file.write(b"free")  # the same length as before, so that no place in the file moves
        empty(file, Span(box.body, box.end))
    for span in found.emptied:
        empty(file, span)
    return movie


def _examined(file: BinaryIO) -> tuple[Movie, _Findings]:
    found = _Findings()
    end = file.seek(0, SEEK_END)
    try:
        _walk(file, b"", 0, end, found)
    except (struct.error, IndexError, OverflowError) as error:  # a header shorter than what belongs into it
        raise Refused(DAMAGED) from error
    movie = _movie(found)
    _check_spans(found, end)
    return movie, found


def _walk(file: BinaryIO, parent: bytes, start: int, end: int, found: _Findings) -> None:
    for box in _boxes(file, start, end, top=not parent):
        found.boxes += 1
        if found.boxes > BOXES:
            raise Refused(UNREADABLE)
        if box.type not in NEEDED[parent]:
            found.blanked.append(box)
            continue
        if box.type == b"mdat" and box.end > box.body:
            found.frames.append(Span(box.body, box.end))
        if box.type in NEEDED:
            _enter(file, box, found)
        elif box.type in TABLES:
            found.tracks[-1].tables[box.type] = Span(box.body, box.end)
        elif box.type in READERS and parent != b"minf":  # QuickTime has a second, other hdlr there
            file.seek(box.body)
            READERS[box.type](file.read(min(box.end - box.body, HEADER_BYTES)), found)


def _enter(file: BinaryIO, box: Box, found: _Findings) -> None:
    """Go into a box of boxes. A track of timed metadata (places, faces) goes as a whole, its samples too."""
    if box.type == b"trak":
        found.entered += 1
        if found.entered > TRACKS:
            raise Refused(UNREADABLE)
        found.tracks.append(_Track())
    found.fragmented = found.fragmented or box.type == b"mvex"
    _walk(file, box.type, box.body, box.end, found)
    if box.type == b"trak" and found.tracks[-1].handler == b"meta":
        found.emptied.extend(sample_spans(file, found.tracks.pop().tables))
        found.blanked.append(box)
        if len(found.emptied) > SPANS:
            raise Refused(UNREADABLE)


def _boxes(file: BinaryIO, start: int, end: int, *, top: bool) -> Iterator[Box]:
    """Yield the boxes between two places. Up to seven bytes left at the end are padding, as QuickTime writes it."""
    while end - start >= 8:
        file.seek(start)
        length, kind = struct.unpack(">I4s", file.read(8))
        body = start + 8
        if length == 1:
            length = struct.unpack(">Q", file.read(8))[0]
            body += 8
        elif length == 0 and top:
            length = end - start  # the last box of the file may leave its length open
        if length < body - start or start + length > end:
            raise Refused(DAMAGED)
        yield Box(kind, start, body, start + length)
        start += length


def _read_mvhd(head: bytes, found: _Findings) -> None:
    layout = ">QQIQ" if head[0] else ">IIII"
    found.created, _changed, found.timescale, found.duration = struct.unpack_from(layout, head, 4)


def _read_mehd(head: bytes, found: _Findings) -> None:
    if found.duration in UNKNOWN:
        (found.duration,) = struct.unpack_from(">Q" if head[0] else ">I", head, 4)


def _read_tkhd(head: bytes, found: _Findings) -> None:
    matrix = 52 if head[0] else 40
    across, aslant = struct.unpack_from(">ii", head, matrix)
    width, height = (side >> 16 for side in struct.unpack_from(">II", head, matrix + 36))
    found.tracks[-1].size = (height, width) if aslant and not across else (width, height)


def _read_hdlr(head: bytes, found: _Findings) -> None:
    (found.tracks[-1].handler,) = struct.unpack_from(">4s", head, 8)


READERS: dict[bytes, Callable[[bytes, _Findings], None]] = {
    b"mvhd": _read_mvhd,
    b"mehd": _read_mehd,
    b"tkhd": _read_tkhd,
    b"hdlr": _read_hdlr,
}


def _movie(found: _Findings) -> Movie:
    if not found.frames or not found.timescale:
        raise Refused(DAMAGED)
    known = found.duration not in UNKNOWN
    if not known and not found.fragmented:
        raise Refused(DAMAGED)
    seconds = round(found.duration / found.timescale, 3) if known else None
    width, height = picture_size([track.size for track in found.tracks if track.handler == b"vide"], seconds)
    return Movie(width, height, seconds, _moment(found.created))


def picture_size(sizes: Iterable[tuple[int, int]], seconds: float | None) -> tuple[int, int]:
    """Return the size of the largest picture, or raise `Refused` for a video with none, too large or too long."""
    width, height = max((size for size in sizes if min(size) > 0), default=(0, 0))
    if not width:
        raise Refused(N_("There is no picture in this video. Please send another one."))
    if max(width, height) > SIDE_PIXELS:
        raise Refused(N_("The video is larger than %(limit)s pixels on a side."), limit=SIDE_PIXELS)
    if seconds and seconds > LONGEST_MINUTES * 60:
        raise Refused(N_("The video is longer than %(limit)s minutes."), limit=LONGEST_MINUTES)
    return width, height


def _moment(created: int) -> str | None:
    try:
        moment = EPOCH + timedelta(seconds=created) if created else None
    except OverflowError:  # beyond the year 9999: a claim nobody needs
        return None
    return moment.strftime("%Y-%m-%dT%H:%M:%S") if moment else None


def _check_spans(found: _Findings, end: int) -> None:
    """Refuse samples that lie outside the frames' box, or that together are longer than the file."""
    starts = [mdat.start for mdat in found.frames]  # in order and apart, as boxes of the file itself were walked
    for span in found.emptied:
        before = bisect_right(starts, span.start)
        if not before or span.end > found.frames[before - 1].end:
            raise Refused(DAMAGED)
    if sum(span.end - span.start for span in found.emptied) > end:
        raise Refused(DAMAGED)


def empty(file: BinaryIO, span: Span) -> None:
    """Write zeroes over a stretch of the file."""
    file.seek(span.start)
    left = span.end - span.start
    while left > 0:
        left -= file.write(ZEROES[:left])
