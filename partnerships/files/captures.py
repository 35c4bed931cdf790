"""Capture facts: when and with what a file says it was taken. Anybody can change them, and most apps remove them."""

import re
import warnings
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from PIL import Image

from partnerships.files import films, images

# EXIF 2.32: tags beside those of `images`
SOFTWARE, GPS_DIRECTORY = 0x0131, 0x8825
OFFSET, OFFSET_ORIGINAL = 0x9010, 0x9011
EXIF_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")
FURTHEST = timedelta(hours=14)  # from UTC, of any zone
PLACE_MARKS = (b"\xa9xyz", b"com.apple.quicktime.location")
LOOKED_THROUGH = 4 << 20  # bytes at either end of a video


def read_capture(source: Path, kind: str) -> dict[str, Any]:
    """Return moment, offset, camera, software, whether a place is told, and how far the moment can be relied on."""
    return _of_photo(source) if kind == "photo" else _of_video(source)


def _of_photo(source: Path) -> dict[str, Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's worries about odd metadata
        with images.open_photo(source) as image:
            try:
                return _of_exif(image.getexif())
            except images.BROKEN:
                return _report(None, None, None, None, has_place=False)


def _of_exif(exif: Image.Exif) -> dict[str, Any]:
    inner = exif.get_ifd(images.EXIF_DIRECTORY)
    software, make, model = (_text(exif.get(tag)) for tag in (SOFTWARE, images.MAKE, images.MODEL))
    camera = model if model.startswith(make) else f"{make} {model}".strip()
    return _report(
        _moment(_text(inner.get(images.TAKEN) or exif.get(images.CHANGED))),
        _offset(inner.get(OFFSET_ORIGINAL) or inner.get(OFFSET)),
        camera or None,
        software or None,
        has_place=bool(exif.get_ifd(GPS_DIRECTORY)),
    )


def _of_video(source: Path) -> dict[str, Any]:
    with source.open("rb") as file:
        taken_at = films.examine(file).taken_at
        file.seek(0)
        start = file.read(LOOKED_THROUGH)
        file.seek(max(0, source.stat().st_size - LOOKED_THROUGH))
        end = file.read(LOOKED_THROUGH)
    has_place = any(mark in start or mark in end for mark in PLACE_MARKS)
    return _report(taken_at, None, None, None, has_place=has_place)  # UTC by the format, local time by many cameras


def _report(
    at: str | None, offset: str | None, camera: str | None, software: str | None, *, has_place: bool
) -> dict[str, Any]:
    confidence = "none" if at is None else "high" if offset else "low"
    return {
        "at": at,
        "offset": offset if at else None,
        "camera": camera,
        "software": software,
        "gps": has_place,
        "confidence": confidence,
    }


def _text(value: object) -> str:
    """Return printable text of a tag, which a stranger may have filled with anything."""
    plain = value if isinstance(value, str) else ""
    return "".join(sign for sign in plain if sign.isprintable()).strip()[: images.TEXT_LENGTH]


def _moment(text: str) -> str | None:
    """Return the moment as ISO text; None for one that no calendar has, such as the zeroes of an unset clock."""
    found = images.EXIF_DATE.fullmatch(text)
    if not found:
        return None
    moment = f"{found[1]}-{found[2]}-{found[3]}T{found[4]}"
    try:
        datetime.fromisoformat(moment)
    except ValueError:
        return None
    return moment


def _offset(value: object) -> str | None:
    """Return the offset from UTC as `+HH:MM`; None for one that no zone has."""
    found = EXIF_OFFSET.fullmatch(_text(value))
    if not found or timedelta(hours=int(found[2]), minutes=int(found[3])) > FURTHEST or int(found[3]) > 59:
        return None
    return found[0]
