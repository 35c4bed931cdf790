"""Where the samples of one track lie in an MP4 or MOV file (ISO/IEC 14496-12, 8.6 and 8.7)."""

import struct
from collections.abc import Iterator, Mapping
from typing import BinaryIO, NamedTuple

from partnerships.core.errors import Refused

from .probe import UNREADABLE

ENTRIES = 200_000
"""Longest table that is read; ten minutes of thirty samples a second need 18,000."""


class Span(NamedTuple):
    """A stretch of the file, in bytes from its start; the end is not part of it."""

    start: int
    end: int


def sample_spans(file: BinaryIO, tables: Mapping[bytes, Span]) -> Iterator[Span]:
    """Yield where each chunk of samples lies, given the payloads of the boxes in `stbl`.

    Nothing is yielded when a table is missing. Raises `Refused` for tables without end and `struct.error` for those
    shorter than they say.
    """
    chunks = _table(file, tables.get(b"co64"), ">Q") or _table(file, tables.get(b"stco"), ">I")
    runs = _table(file, tables.get(b"stsc"), ">III")
    size, sizes = _sizes(file, tables.get(b"stsz"))
    sample = run = per_chunk = 0
    for number, (start,) in enumerate(chunks, start=1):
        while run < len(runs) and runs[run][0] <= number:
            per_chunk = runs[run][1]
            run += 1
        length = size * per_chunk or sum(one for (one,) in sizes[sample : sample + per_chunk])
        sample += per_chunk
        yield Span(start, start + length)


def _sizes(file: BinaryIO, span: Span | None) -> tuple[int, list[tuple[int, ...]]]:
    """Return the one size of all samples, or 0 and the size of each."""
    if span is None:
        return 0, []
    file.seek(span.start + 4)
    (size,) = struct.unpack(">I", file.read(4))
    return size, [] if size else _table(file, Span(span.start + 4, span.end), ">I")


def _table(file: BinaryIO, span: Span | None, layout: str) -> list[tuple[int, ...]]:
    """Read version, flags, a count and as many entries."""
    if span is None:
        return []
    file.seek(span.start + 4)
    (count,) = struct.unpack(">I", file.read(4))
    if count > ENTRIES:
        raise Refused(UNREADABLE)
    content = file.read(min(count * struct.calcsize(layout), span.end - span.start))
    return list(struct.iter_unpack(layout, content))
