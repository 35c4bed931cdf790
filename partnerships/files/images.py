"""Make a stranger's photo fit to be served. Runs as a child process; imports no more than it needs, to start fast.

`python -m partnerships.files.images SOURCE TARGET SMALL` writes the served JPEG to TARGET, a WebP for lists to SMALL
and one line of JSON to standard output: the facts of a `Picture`, or `{"refused": reason}` with one of the words below.
"""

import json
import re
import struct
import sys
import warnings
import zlib
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageFile

from partnerships.files.confinement import FRAMES, MEGAPIXELS, SIDE_PIXELS, confine_this_process

FORMATS = {".jpg": "JPEG", ".png": "PNG", ".webp": "WEBP", ".heic": "HEIF"}
SERVED_PIXELS = 2_560
QUALITY = 85
SMALL_PIXELS = 640  # on the longer side: sharp at half the width of a phone
SMALL_QUALITY = 75
PROFILE_BYTES = 1 << 20
TEXT_LENGTH = 80

# All but the last are values of `tables.FileProblem`
DAMAGED, TOO_LARGE, TOO_MANY_FRAMES, DISK = "damaged", "too_large", "too_many_frames", "disk"

# EXIF 2.32, 4.6: tags in the first directory, and in the one that EXIF_DIRECTORY points to
MAKE, MODEL, ORIENTATION, CHANGED, EXIF_DIRECTORY, TAKEN = 0x010F, 0x0110, 0x0112, 0x0132, 0x8769, 0x9003
EXIF_DATE = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)")

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

# What Pillow raises for bytes that are not what they say they are, besides its own OSErrors.
BROKEN = (OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, ArithmeticError, struct.error, zlib.error)


class UnfitPicture(Exception):
    """The photo cannot be taken; the message is one of the words of this module."""


class Picture(NamedTuple):
    """Facts of a photo. Pixels are those of the served copy, turned upright; the rest is what EXIF claims."""

    width: int
    height: int
    taken_at: str | None
    """Local time of the camera, zone unknown: `YYYY-MM-DDTHH:MM:SS`."""
    camera: str | None


def prepare(source: Path, target: Path, small: Path) -> Picture:
    """Write the upright, smaller, bare JPEG to `target` and one for lists to `small`, or raise `UnfitPicture`.

    One format for all: see-through parts become white, an animation its first frame, colours sRGB.
    """
    pixels = MEGAPIXELS[source.suffix] * 1_000_000
    Image.MAX_IMAGE_PIXELS = pixels
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's worries about odd metadata; its bomb warning is checked below
            with open_photo(source) as image:
                _check(image, pixels)
                turn, taken_at, camera = _facts(image)
                served = _served(image, turn)
    except Image.DecompressionBombError as error:
        raise UnfitPicture(TOO_LARGE) from error
    except BROKEN as error:
        raise UnfitPicture(DAMAGED) from error
    facts = Picture(*served.size, taken_at, camera)
    try:
        served.save(target, "JPEG", quality=QUALITY)
        write_small(served, small)
    except OSError as error:
        raise UnfitPicture(DISK) from error
    return facts


def open_photo(source: Path) -> ImageFile.ImageFile:
    """Open a photo with the one decoder that its ending names (see `probe.photo_ending`)."""
    if source.suffix == ".heic":
        import pi_heif  # noqa: PLC0415 - most photos need not wait for this

        pi_heif.options.DECODE_THREADS = 1  # more threads, more memory
        pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    return Image.open(source, formats=(FORMATS[source.suffix],))


def write_small(image: Image.Image, small: Path) -> None:
    """Write the picture as a WebP for lists."""
    image.thumbnail((SMALL_PIXELS, SMALL_PIXELS))
    image.save(small, "WEBP", quality=SMALL_QUALITY)


def _check(image: ImageFile.ImageFile, pixels: int) -> None:
    width, height = image.size
    if max(width, height) > SIDE_PIXELS or width * height > pixels:
        raise UnfitPicture(TOO_LARGE)
    if getattr(image, "n_frames", 1) > FRAMES:
        raise UnfitPicture(TOO_MANY_FRAMES)


def _facts(image: ImageFile.ImageFile) -> tuple[int, str | None, str | None]:
    """Return orientation, moment and camera as EXIF tells them; broken EXIF tells nothing."""
    try:
        exif = image.getexif()
        taken = exif.get_ifd(EXIF_DIRECTORY).get(TAKEN) or exif.get(CHANGED)
        turn, make, model = exif.get(ORIENTATION), _text(exif.get(MAKE)), _text(exif.get(MODEL))
    except BROKEN:
        return 1, None, None
    camera = model if model.startswith(make) else f"{make} {model}".strip()
    return turn if isinstance(turn, int) else 1, _moment(_text(taken)), camera or None


def _text(value: object) -> str:
    """Return printable text of a tag, which a stranger may have filled with anything."""
    return "".join(sign for sign in value if sign.isprintable()).strip()[:TEXT_LENGTH] if isinstance(value, str) else ""


def _moment(text: str) -> str | None:
    found = EXIF_DATE.fullmatch(text)
    return f"{found[1]}-{found[2]}-{found[3]}T{found[4]}" if found else None


def _served(image: ImageFile.ImageFile, turn: int) -> Image.Image:
    profile = image.info.get("icc_profile")
    image.draft(None, _fitting(image.size))  # lets the JPEG decoder leave out what would be thrown away
    image.load()
    small = _smaller(_plain(image))
    small = _in_srgb(small, profile if isinstance(profile, bytes) else b"")
    small = small.transpose(TURNS[turn]) if turn in TURNS else small
    small.info = {}  # Pillow would write a comment found here into the new file
    return small


def _fitting(size: tuple[int, int]) -> tuple[int, int]:
    shrink = min(1.0, SERVED_PIXELS / max(size))
    return max(1, round(size[0] * shrink)), max(1, round(size[1] * shrink))


def _plain(image: Image.Image) -> Image.Image:
    """Return the picture in a mode that can be made smaller: RGB, grey or CMYK."""
    if image.mode in {"RGB", "L", "CMYK"}:
        return image
    if image.mode.startswith("I"):  # 16 bits of grey, which `convert` would clip instead of scaling
        return image.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    if not image.has_transparency_data:
        return image.convert("RGB")
    image = image if image.mode == "RGBA" else image.convert("RGBA")
    opaque = Image.new("RGB", image.size, "white")
    opaque.paste(image, mask=image)
    return opaque


def _smaller(image: Image.Image) -> Image.Image:
    wanted = _fitting(image.size)
    return image.resize(wanted, Image.Resampling.BICUBIC, reducing_gap=2.0) if wanted != image.size else image.copy()


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Return the colours as sRGB; a profile that makes no sense is passed over."""
    if 0 < len(profile) <= PROFILE_BYTES:
        from io import BytesIO  # noqa: PLC0415 - most photos have no profile and need not wait for this

        from PIL import ImageCms  # noqa: PLC0415 - as above

        try:
            srgb = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, BytesIO(profile), srgb, outputMode="RGB")
        except (ImageCms.PyCMSError, *BROKEN):
            converted = None
        image = converted or image
    return image if image.mode == "RGB" else image.convert("RGB")


def main(source: str, target: str, small: str) -> None:
    """Do the work of the child process: confine itself, prepare one photo, report."""
    confine_this_process()
    try:
        report: dict[str, object] = prepare(Path(source), Path(target), Path(small))._asdict()
    except UnfitPicture as reason:
        report = {"refused": str(reason)}
    sys.stdout.write(json.dumps(report))


if __name__ == "__main__":
    main(*sys.argv[1:])
