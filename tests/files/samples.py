"""Files as people send them, made on the spot: real photos, and the smallest videos whose boxes are right."""

import struct
from io import BytesIO

from PIL import Image

PLACE = {1: "S", 2: (6.0, 12.0, 30.5), 3: "E", 4: (106.0, 49.0, 1.25)}
"""EXIF GPS tags: somewhere in Jakarta."""

ORIENTATION, MAKE, MODEL, EXIF_DIRECTORY, GPS_DIRECTORY, TAKEN = 0x0112, 0x010F, 0x0110, 0x8769, 0x8825, 0x9003


def make_exif(
    *,
    taken: str = "2026:08:14 09:30:00",
    make: str = "Fujifilm",
    model: str = "X-T5",
    orientation: int = 1,
    gps: bool = True,
) -> bytes:
    """Return EXIF bytes as a camera writes them; `taken` is local time, `YYYY:MM:DD HH:MM:SS`."""
    exif = Image.Exif()
    exif[MAKE], exif[MODEL], exif[ORIENTATION] = make, model, orientation
    exif.get_ifd(EXIF_DIRECTORY)[TAKEN] = taken
    if gps:
        exif.get_ifd(GPS_DIRECTORY).update(PLACE)
    return exif.tobytes()


def make_picture(width: int = 320, height: int = 240, mode: str = "RGB", shade: int = 0) -> Image.Image:
    """Return a picture that goes from dark to light across and down; another `shade` is another picture."""
    across = Image.linear_gradient("L").rotate(90).resize((width, height))
    down = Image.linear_gradient("L").resize((width, height))
    bands = [across, down, Image.new("L", (width, height), shade % 256)]
    return Image.merge("RGB", bands).convert(mode)


def make_jpeg(
    width: int = 320, height: int = 240, *, exif: bytes = b"", shade: int = 0, comment: str = "", icc: bytes = b""
) -> bytes:
    """Return a JPEG photo; pass `exif=make_exif()` for one as a camera makes it."""
    return _saved(make_picture(width, height, shade=shade), "JPEG", exif=exif, comment=comment, icc_profile=icc or None)


def make_png(width: int = 320, height: int = 240, *, mode: str = "RGB", shade: int = 0, exif: bytes = b"") -> bytes:
    """Return a PNG picture in one of Pillow's modes (`RGBA` is see-through nowhere)."""
    return _saved(make_picture(width, height, mode, shade), "PNG", exif=exif)


def make_webp(width: int = 320, height: int = 240, *, frames: int = 1, shade: int = 0, exif: bytes = b"") -> bytes:
    """Return a WebP picture, one that moves when it has more than one frame."""
    more = [make_picture(width, height, shade=shade + number * 40) for number in range(1, frames)]
    moving = {"save_all": True, "append_images": more} if more else {}
    return _saved(make_picture(width, height, shade=shade), "WEBP", exif=exif, **moving)


def make_box(kind: bytes, *content: bytes, wide: bool = False) -> bytes:
    """Return an ISO media box; a `wide` one writes its length in 64 bits."""
    body = b"".join(content)
    if wide:
        return struct.pack(">I4sQ", 1, kind, len(body) + 16) + body
    return struct.pack(">I4s", len(body) + 8, kind) + body


def make_track(width: int, height: int, *inside: bytes, handler: bytes = b"vide", turned: bool = False) -> bytes:
    """Return a `trak` box; a `turned` one is noted down as lying on its side, as phones do."""
    one = 1 << 16
    matrix = (0, one, 0, -one, 0, 0, 0, 0, 1 << 30) if turned else (one, 0, 0, 0, one, 0, 0, 0, 1 << 30)
    tkhd = struct.pack(">6I8x4H9i2I", 7, 0, 0, 1, 0, 0, 0, 0, 0, 0, *matrix, width << 16, height << 16)
    hdlr = make_box(b"hdlr", struct.pack(">II4s12x", 0, 0, handler), b"handler\0")
    minf = make_box(b"minf", make_box(b"vmhd", bytes(12)), make_box(b"stbl", make_box(b"stsd", bytes(8))))
    mdia = make_box(b"mdia", make_box(b"mdhd", bytes(24)), hdlr, minf)
    return make_box(b"trak", make_box(b"tkhd", tkhd), mdia, *inside)


def make_mp4(
    seconds: float = 3.0,
    width: int = 640,
    height: int = 360,
    *,
    udta: bytes = b"",
    brand: bytes = b"isom",
    created: int = 3_869_362_200,
    turned: bool = False,
    handler: bytes = b"vide",
    wide: bool = False,
    more_moov: bytes = b"",
    more_top: bytes = b"",
    frames: bytes = b"frames" * 50,
) -> bytes:
    """Return a video whose boxes are right and whose frames are not: enough for all that reads headers.

    `udta` is what the box of that name holds; `created` counts seconds since 1904, here up to 2026-08-12 06:50 UTC.
    """
    mvhd = make_box(b"mvhd", struct.pack(">5I", 0, created, created, 1000, round(seconds * 1000)), bytes(80))
    about = make_box(b"udta", udta) if udta else b""
    moov = make_box(b"moov", mvhd, make_track(width, height, about, handler=handler, turned=turned), about, more_moov)
    ftyp = make_box(b"ftyp", brand, struct.pack(">I", 512), brand, b"mp42" if brand != b"qt  " else b"qt  ")
    return ftyp + moov + more_top + make_box(b"mdat", frames, wide=wide)


def _saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    file = BytesIO()
    picture.save(file, kind, **{name: value for name, value in options.items() if value})
    return file.getvalue()
