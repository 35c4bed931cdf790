"""Inspect a stranger's file as it came. Runs as a child process, like `images`, for one or more of its `PARTS`.

`python -m partnerships.files.inspecting SOURCE KIND TRUST PART…` (TRUST: a list of certificates in PEM, or "-") writes
for each part one line of JSON to standard output as soon as it is done: `{"part", "status", …}`.
"""

import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from json import dumps
from pathlib import Path
from typing import Any

from partnerships.files.confinement import FRAMES, MEGAPIXELS, SIDE_PIXELS, confine_this_process
from partnerships.files.films import form_of

CPU_SECONDS = 45
SECONDS_LOOKED_AT = 180  # of a video, a picture a second
DECODING_SECONDS = 30.0  # of a video; what was seen until then is kept
OK, ERROR, MISSING = "ok", "error", "library_missing"


def capture(source: Path, kind: str, _trust: Path | None) -> Mapping[str, Any]:
    """Return what the file says of when and with what it was taken."""
    from partnerships.files.captures import read_capture  # noqa: PLC0415 - each part loads what it needs, and no more

    return read_capture(source, kind)


def credentials(source: Path, kind: str, trust: Path | None) -> Mapping[str, Any]:
    """Return what the file's signed record says."""
    from partnerships.files.credentials import MEDIA_TYPES, read_credentials  # noqa: PLC0415 - as above

    media_type = form_of(source)[1] if kind == "video" else MEDIA_TYPES[source.suffix]
    return {**read_credentials(source, media_type, trust), "trust": _edition(trust)}


def views(source: Path, kind: str, _trust: Path | None) -> Mapping[str, Any]:
    """Return the fingerprints: one of a photo, one a second of a video; zeroes for what shows nothing."""
    from partnerships.files import fingerprints  # noqa: PLC0415 - as above

    pictures = _photo(source) if kind == "photo" else _stills(source)
    nothing = bytes(fingerprints.FRAME_BYTES)
    frames = [(fingerprints.frame_of(picture) or nothing).hex() for picture in pictures]
    return {"algorithm": fingerprints.ALGORITHM, "frames": frames}


def _edition(trust: Path | None) -> str:
    """Return which list of signers it was held to: the day it was taken over here, and how its SHA-256 begins."""
    if trust is None:
        return ""
    day = datetime.fromtimestamp(trust.stat().st_mtime, UTC).date()
    return f"{day.isoformat()} {hashlib.sha256(trust.read_bytes()).hexdigest()[:12]}"


PARTS: Mapping[str, Callable[[Path, str, Path | None], Mapping[str, Any]]] = {
    "capture": capture,
    "credentials": credentials,
    "views": views,
}


def _photo(source: Path) -> Iterator[Any]:
    from PIL import ImageOps  # noqa: PLC0415 - as above

    from partnerships.files.images import open_photo  # noqa: PLC0415 - as above

    with open_photo(source) as image:
        width, height = image.size
        if max(width, height) > SIDE_PIXELS or width * height > MEGAPIXELS[source.suffix] * 1_000_000:
            raise ValueError("larger than what is ever decoded")
        if getattr(image, "n_frames", 1) > FRAMES:
            raise ValueError("more frames than are ever decoded")
        image.draft("L", (1024, 1024))
        yield ImageOps.exif_transpose(image)


def _stills(source: Path) -> Iterator[Any]:
    """Yield a picture for each second of a video, as long as there is time.

    Frames that no other frame needs are not decoded. It is read from this file alone: a video may name others.
    """
    import av  # noqa: PLC0415 - as above

    ends_at, second = time.monotonic() + DECODING_SECONDS, 0
    form = form_of(source)[0]  # named: others read what a file refers to
    with av.open(str(source), format=form, options={"protocol_whitelist": "file"}) as film:
        stream = film.streams.video[0]
        stream.codec_context.thread_count = 1  # more threads, more memory
        stream.codec_context.skip_frame = "NONREF"
        for frame in film.decode(stream):
            if (frame.time or 0) >= second:
                height = max(1, 512 * frame.height // frame.width)
                picture: Any = frame.to_image(width=512, height=height)  # type: ignore[no-untyped-call]  # PyAV's
                yield picture.rotate(frame.rotation, expand=True) if frame.rotation else picture
                second = int(frame.time or 0) + 1
            if second >= SECONDS_LOOKED_AT or time.monotonic() > ends_at:
                return


def _tell(part: str, source: Path, kind: str, trust: Path | None) -> dict[str, Any]:
    try:
        return {"part": part, "status": OK, **PARTS[part](source, kind, trust)}
    except ImportError:
        return {"part": part, "status": MISSING}
    except Exception:  # noqa: BLE001 - a stranger's file: whatever it is, the part could not be looked at
        return {"part": part, "status": ERROR}


def main(source: str, kind: str, trust: str, *parts: str) -> None:
    """Do the work of the child process: confine itself, look at each part, report."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # each thread takes memory of its own
    confine_this_process(CPU_SECONDS)
    for part in parts:
        told = _tell(part, Path(source), kind, None if trust == "-" else Path(trust))
        sys.stdout.write(dumps(told) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
