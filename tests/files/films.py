"""Videos that can be decoded, made on the spot."""

from fractions import Fraction
from io import BytesIO
from typing import Any

import av
from PIL import Image

from tests.files.samples import make_picture

CODECS = {"mp4": "mpeg4", "webm": "libvpx"}


def make_film(
    width: int = 320, height: int = 240, seconds: int = 2, *, form: str = "mp4", shade: int = 200, **about: str
) -> bytes:
    """Return a video that is dark for its first second, then a picture; `about` is written into its tags."""
    sent = BytesIO()
    options: dict[str, Any] = {"live": "1"} if about.pop("live", "") else {}
    with av.open(sent, "w", format=form, options=options) as film:
        film.metadata.update(about)
        stream: Any = film.add_stream(CODECS[form], rate=10, options={"g": "5"})
        stream.width, stream.height, stream.pix_fmt, stream.time_base = width, height, "yuv420p", Fraction(1, 10)
        dark, light = Image.new("RGB", (width, height)), make_picture(width, height, shade=shade)
        for number in range(10 * seconds):
            frame = av.VideoFrame.from_image(dark if number < 10 else light)  # type: ignore[no-untyped-call]  # theirs
            frame.pts = number
            film.mux(stream.encode(frame))
        film.mux(stream.encode())
    return sent.getvalue()
