"""Look at a photo's outer form: whether it arrived whole, and how many pixels it claims. Decodes nothing.

It runs while the sender waits, so it reads lengths and markers only: JPEG (ISO/IEC 10918-1, annex B), PNG (RFC 2083,
chapter 3), WebP (RFC 9649, chapter 2) and HEIC (ISO/IEC 23008-12; boxes as in ISO/IEC 14496-12). What is wrong inside
is found when the photo is prepared.
"""

import mmap
import struct
from collections.abc import Callable
from pathlib import Path

from partnerships.core.errors import Refused
from partnerships.core.words import N_

from .confinement import MEGAPIXELS, SIDE_PIXELS
from .probe import DAMAGED

TOO_MANY_PIXELS = N_("The picture has more than %(megapixels)s megapixels, or more than %(side)s pixels on a side.")

START_OF_SCAN = 0xDA
END_OF_IMAGE = b"\xff\xd9"
STANDS_ALONE = {0x01, *range(0xD0, 0xD9)}  # markers without a length: TEM, RST0-7, SOI
# All frames but DHT (C4), JPG (C8) and DAC (CC), which lie between them
FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def look_at_photo(photo: Path) -> tuple[int, int]:
    """Return width and height as the header claims them, or raise `Refused` for half a photo or a huge one."""
    with photo.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        try:
            width, height = READERS[photo.suffix](content)
        except (struct.error, IndexError) as error:  # it ends before what it announces
            raise Refused(DAMAGED) from error
    if not width or not height:
        raise Refused(DAMAGED)
    most = MEGAPIXELS[photo.suffix]
    if max(width, height) > SIDE_PIXELS or width * height > most * 1_000_000:
        raise Refused(TOO_MANY_PIXELS, megapixels=most, side=SIDE_PIXELS)
    return width, height


def _jpeg(content: mmap.mmap) -> tuple[int, int]:
    at, size = 2, (0, 0)
    while True:
        if content[at] != 0xFF:
            raise Refused(DAMAGED)
        marker = content[at + 1]
        at += 1 if marker == 0xFF else 2  # a marker may be filled up with more of its first byte
        if marker == 0xFF or marker in STANDS_ALONE:
            continue
        (length,) = struct.unpack_from(">H", content, at)
        if marker in FRAMES:
            height, width = struct.unpack_from(">HH", content, at + 3)
            size = width, height
        at += length
        if marker == START_OF_SCAN:
            break
    # Nothing inside the scans looks like the end. Phones put other things behind it: it need not be last.
    if content.find(END_OF_IMAGE, at) < 0:
        raise Refused(DAMAGED)
    return size


def _png(content: mmap.mmap) -> tuple[int, int]:
    width, height = struct.unpack_from(">II", content, 16)
    at, kind = 8, b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", content, at)
        at += length + 12
        if at > len(content):
            raise Refused(DAMAGED)
    return width, height


def _webp(content: mmap.mmap) -> tuple[int, int]:
    length, kind = struct.unpack_from("<I4x4s", content, 4)
    if length + 8 > len(content):
        raise Refused(DAMAGED)
    if kind == b"VP8X":
        width, height = (int.from_bytes(content[at : at + 3], "little") + 1 for at in (24, 27))
        return width, height
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", content, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = struct.unpack_from("<HH", content, 26)
    return width & 0x3FFF, height & 0x3FFF


def _heic(content: mmap.mmap) -> tuple[int, int]:
    """Return the largest of the pictures in it: one is made of tiles, and has a small copy of itself."""
    sizes: list[tuple[int, int]] = []
    _walk(content, 0, len(content), sizes)
    return max(sizes, key=lambda size: size[0] * size[1], default=(0, 0))


def _walk(content: mmap.mmap, at: int, end: int, sizes: list[tuple[int, int]]) -> None:
    """Look at the boxes between two places; those inside are fewer than bytes, and none may leave its own."""
    while at < end:
        length, kind = struct.unpack_from(">I4s", content, at)
        body = at + 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", content, body)
            body += 8
        after = end if length == 0 else at + length
        if after < body or after > end:
            raise Refused(DAMAGED)
        if kind in HOLDS_SIZES:
            _walk(content, body + HOLDS_SIZES[kind], after, sizes)
        elif kind == b"ispe":
            sizes.append(struct.unpack_from(">II", content, body + 4))
        at = after


HOLDS_SIZES = {b"meta": 4, b"iprp": 0, b"ipco": 0}  # on the way to `ispe`, with the bytes before the boxes in them
READERS: dict[str, Callable[[mmap.mmap], tuple[int, int]]] = {
    ".jpg": _jpeg,
    ".png": _png,
    ".webp": _webp,
    ".heic": _heic,
}
