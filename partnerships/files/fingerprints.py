"""Fingerprints of pictures that survive saving, shrinking, cropping and framing, and the distance between two.

A hash has 256 bits: the signs of the low frequencies of a picture (a cosine transform of 64 x 64 grey pixels, its
16 x 16 lowest without the constant ones) against their median. A picture is kept as `VIEWS` hashes of its parts, and
looked for by `ASKED` hashes of the whole: as it is, mirrored, and both without a plain border. numpy stands in children
only.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

ALGORITHM = "dct256-12/1"
VIEWS, ASKED = 12, 4
HASH_BYTES = 32
FRAME_BYTES = (VIEWS + ASKED) * HASH_BYTES

GRID, LOW = 64, 16
FLAT = 6.0  # grey levels of deviation: below, there is no picture to tell from another
WORKING_PIXELS = 512  # on the longer side
BORDER_GREY = 24  # how far a border may differ from its corner
LARGEST_BORDER = 0.3  # of a side

Bits = NDArray[np.uint8]


def frame_of(picture: Image.Image) -> bytes:
    """Return the fingerprint of one picture, `FRAME_BYTES` long; empty for one that shows nothing, such as black."""
    grey = picture.convert("L")
    grey.thumbnail((WORKING_PIXELS, WORKING_PIXELS))
    if np.asarray(grey, dtype=np.float32).std() < FLAT:
        return b""
    trimmed = _without_border(grey)
    asked = (grey, ImageOps.mirror(grey), trimmed, ImageOps.mirror(trimmed))
    return b"".join(_hash(part) for part in (*_views(grey), *asked))


def views_of(frame: bytes) -> list[str]:
    """Return the hashes of a fingerprint's parts in hexadecimal."""
    return [frame[at : at + HASH_BYTES].hex() for at in range(0, VIEWS * HASH_BYTES, HASH_BYTES)]


def distances(frame: bytes, others: bytes) -> NDArray[Any]:
    """Return the smallest number of differing bits between one fingerprint and each of `others`, one after the other.

    Either may be a part of the other: the whole of each is compared with every view of the other.
    """
    one = np.frombuffer(frame, dtype=np.uint64).reshape(VIEWS + ASKED, 4)
    many = np.frombuffer(others, dtype=np.uint64).reshape(-1, VIEWS + ASKED, 4)
    best = np.full(len(many), 256, dtype=np.uint16)
    for asked in one[VIEWS:]:
        best = np.minimum(best, _nearest(many[:, :VIEWS], asked))
    for view in one[:VIEWS]:
        best = np.minimum(best, _nearest(many[:, VIEWS:], view))
    return best


def _nearest(hashes: NDArray[np.uint64], asked: NDArray[np.uint64]) -> NDArray[np.uint16]:
    """Return for each row of hashes how near its nearest is."""
    bits = np.bitwise_count(hashes ^ asked).sum(axis=2, dtype=np.uint16)
    return bits.min(axis=1)  # type: ignore[no-any-return]  # numpy loses the type on the way


def _views(grey: Image.Image) -> Iterator[Image.Image]:
    """Yield the parts that people keep when they crop: `VIEWS` of them."""
    yield grey
    for margin in (0.05, 0.10, 0.15):
        yield _part(grey, margin, margin, margin, margin)
    for side in range(4):
        yield _part(grey, *(0.2 if side == cut else 0.0 for cut in range(4)))
    yield _part(grey, 0.0, 0.0, 0.0, 0.3)  # a caption written over its foot
    for across, down in ((1, 1), (4, 5), (9, 16)):
        yield _shaped(grey, across / down)


def _part(grey: Image.Image, left: float, top: float, right: float, bottom: float) -> Image.Image:
    """Return the picture without these shares of its sides, of which at least one pixel stays."""
    width, height = grey.size
    x, y = int(width * left), int(height * top)
    return grey.crop((x, y, max(x + 1, round(width * (1 - right))), max(y + 1, round(height * (1 - bottom)))))


def _shaped(grey: Image.Image, ratio: float) -> Image.Image:
    """Return the middle of the picture in the shape of `ratio`, width by height."""
    width, height = grey.size
    if width / height > ratio:
        margin = (1 - height * ratio / width) / 2
        return _part(grey, margin, 0.0, margin, 0.0)
    margin = (1 - width / ratio / height) / 2
    return _part(grey, 0.0, margin, 0.0, margin)


def _without_border(grey: Image.Image) -> Image.Image:
    """Return the picture without rows and columns at its edges that are as plain as its corner."""
    pixels = np.asarray(grey, dtype=np.int16)
    differs = np.abs(pixels - pixels[0, 0]) > BORDER_GREY
    rows, columns = np.flatnonzero(differs.mean(axis=1) > 0.02), np.flatnonzero(differs.mean(axis=0) > 0.02)
    if not len(rows) or not len(columns):
        return grey
    top, left = min(rows[0], int(grey.height * LARGEST_BORDER)), min(columns[0], int(grey.width * LARGEST_BORDER))
    bottom = max(rows[-1] + 1, int(grey.height * (1 - LARGEST_BORDER)))
    right = max(columns[-1] + 1, int(grey.width * (1 - LARGEST_BORDER)))
    return grey.crop((int(left), int(top), int(right), int(bottom)))


def _hash(grey: Image.Image) -> bytes:
    small = np.asarray(grey.resize((GRID, GRID), Image.Resampling.BOX), dtype=np.float32)
    waves = _waves()
    low = waves @ small @ waves.T
    return np.packbits(low > np.median(low)).tobytes()


@cache
def _waves() -> NDArray[np.float32]:
    """Return the cosines of the frequencies 1 to `LOW`, one a row."""
    frequencies = np.arange(1, LOW + 1)[:, None]
    places = (np.arange(GRID)[None, :] + 0.5) * np.pi / GRID
    return np.cos(frequencies * places).astype(np.float32)
