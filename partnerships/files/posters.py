"""Take a still out of a stranger's video. Runs as a child process, like `images`.

`python -m partnerships.files.posters SOURCE POSTER SMALL` writes a JPEG to POSTER, a WebP for lists to SMALL, and one
line of JSON to standard output: `{"found": true}`, or false when this machine cannot decode the video.
"""

import json
import sys
from pathlib import Path

from PIL import Image

from partnerships.files.confinement import confine_this_process
from partnerships.files.films import form_of
from partnerships.files.images import QUALITY, write_small

POSTER_PIXELS = 1_280
SECONDS_IN = 1.0  # many films begin with a black frame
KEY_FRAMES = 8  # looked at in search of one that late


def take_still(source: Path) -> Image.Image | None:
    """Return an upright frame of the video's beginning, or None when nothing in it can be decoded.

    It is read in the form it begins like, and from this file alone: a video may name others.
    """
    try:
        import av  # noqa: PLC0415 - an installation may do without it, and has no posters then
    except ImportError:
        return None
    still = None
    try:
        with av.open(str(source), format=form_of(source)[0], options={"protocol_whitelist": "file"}) as film:
            stream = film.streams.video[0]
            stream.codec_context.thread_count = 1  # more threads, more memory
            stream.codec_context.skip_frame = "NONKEY"
            for number, frame in enumerate(film.decode(stream), start=1):
                still = frame
                if number == KEY_FRAMES or (frame.time or 0) >= SECONDS_IN:
                    break
    except (av.FFmpegError, IndexError, ValueError):
        if still is None:
            return None
    if still is None:
        return None
    picture: Image.Image = still.to_image()  # type: ignore[no-untyped-call]  # so are many of its methods
    picture.thumbnail((POSTER_PIXELS, POSTER_PIXELS))
    return picture.rotate(still.rotation, expand=True) if still.rotation else picture


def main(source: str, poster: str, small: str) -> None:
    """Do the work of the child process: confine itself, take a still, report."""
    confine_this_process()
    still = take_still(Path(source))
    if still is not None:
        still.save(poster, "JPEG", quality=QUALITY)
        write_small(still, Path(small))
    sys.stdout.write(json.dumps({"found": still is not None}))


if __name__ == "__main__":
    main(*sys.argv[1:])
