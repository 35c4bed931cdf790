import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageCms

from partnerships.files import images
from partnerships.files.confinement import FRAMES
from partnerships.files.images import Picture, UnfitPicture
from tests.files.samples import make_exif, make_jpeg, make_picture, make_png, make_webp

HEIC = (Path(__file__).parent / "data" / "photo.heic").read_bytes()  # drawn for this test; its upper left is blue


def prepare(folder: Path, content: bytes, ending: str = ".jpg") -> tuple[Picture, Image.Image]:
    source, target = folder / f"sent{ending}", folder / "served.jpg"
    source.write_bytes(content)
    picture = images.prepare(source, target, folder / "small.webp")
    served = Image.open(target, formats=["JPEG"])
    served.load()
    return picture, served


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of a few hundred bytes that says it is enormous."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def test_place_camera_and_comment_are_told_but_not_served(tmp_path: Path) -> None:
    sent = make_jpeg(exif=make_exif(), comment="my home")
    assert b"Fujifilm" in sent
    assert Image.open(BytesIO(sent), formats=["JPEG"]).getexif().get_ifd(0x8825)

    picture, served = prepare(tmp_path, sent)

    content = (tmp_path / "served.jpg").read_bytes()
    assert (picture.taken_at, picture.camera) == ("2026-08-14T09:30:00", "Fujifilm X-T5")
    assert not served.getexif()
    assert not {"exif", "comment", "icc_profile", "xmp"} & set(served.info)
    assert not any(word in content for word in (b"Exif", b"Fujifilm", b"my home", b"2026"))


@pytest.mark.parametrize(("ending", "make"), [(".png", make_png), (".webp", make_webp)])
def test_other_formats_are_served_as_bare_jpeg_too(tmp_path: Path, ending: str, make: Callable[..., bytes]) -> None:
    picture, served = prepare(tmp_path, make(300, 200, exif=make_exif()), ending)

    assert served.format == "JPEG"
    assert (picture.width, picture.height) == served.size == (300, 200)
    assert picture.camera == "Fujifilm X-T5"
    assert not served.getexif()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_served_upright(tmp_path: Path, orientation: int) -> None:
    upright = make_picture(120, 80)
    taken = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # how the sensor held it: Image.Transpose, turned back
    held = upright.transpose(Image.Transpose(taken[orientation])) if orientation in taken else upright
    sent = BytesIO()
    held.save(sent, "JPEG", quality=95, exif=make_exif(orientation=orientation))

    picture, served = prepare(tmp_path, sent.getvalue())

    assert (picture.width, picture.height) == served.size == (120, 80)
    for place in [(5, 5), (115, 5), (5, 75), (115, 75)]:
        assert near(served.getpixel(place), upright.getpixel(place))


def test_a_large_photo_is_made_smaller_and_keeps_its_shape(tmp_path: Path) -> None:
    picture, served = prepare(tmp_path, make_jpeg(5200, 1300))

    assert (picture.width, picture.height) == served.size == (2560, 640)


def test_a_small_photo_keeps_its_size(tmp_path: Path) -> None:
    assert prepare(tmp_path, make_jpeg(1, 1))[1].size == (1, 1)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_mode_of_png_is_served_in_colour(tmp_path: Path, mode: str) -> None:
    _, served = prepare(tmp_path, make_png(mode=mode), ".png")

    assert served.mode == "RGB"


def test_see_through_parts_become_white(tmp_path: Path) -> None:
    sent = BytesIO()
    Image.new("RGBA", (10, 10), (200, 0, 0, 0)).save(sent, "PNG")

    _, served = prepare(tmp_path, sent.getvalue(), ".png")

    assert served.getpixel((5, 5)) == (255, 255, 255)


def test_sixteen_bits_of_grey_are_scaled_not_clipped(tmp_path: Path) -> None:
    sent = BytesIO()
    Image.new("I;16", (10, 10), 0x8000).save(sent, "PNG")

    _, served = prepare(tmp_path, sent.getvalue(), ".png")

    assert near(served.getpixel((5, 5)), (128, 128, 128))


def test_a_photo_for_print_is_served_for_screens(tmp_path: Path) -> None:
    sent = BytesIO()
    Image.new("CMYK", (10, 10), (0, 255, 255, 0)).save(sent, "JPEG")

    _, served = prepare(tmp_path, sent.getvalue())

    assert near(served.getpixel((5, 5)), (255, 0, 0))


def test_colours_of_another_profile_become_srgb(tmp_path: Path) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"????").replace(b"bXYZ", b"rXYZ").replace(b"????", b"bXYZ")
    sent = BytesIO()
    Image.new("RGB", (10, 10), (255, 0, 0)).save(sent, "JPEG", icc_profile=swapped)

    _, served = prepare(tmp_path, sent.getvalue())

    assert near(served.getpixel((5, 5)), (0, 0, 255))  # what this profile calls red is blue
    assert "icc_profile" not in served.info


@pytest.mark.parametrize("profile", [b"nonsense" * 20, b"x" * (2 << 20)], ids=["broken", "huge"])
def test_a_profile_that_makes_no_sense_is_passed_over(tmp_path: Path, profile: bytes) -> None:
    _, served = prepare(tmp_path, make_jpeg(icc=profile))

    assert "icc_profile" not in served.info


@pytest.mark.parametrize(
    ("exif", "facts"),
    [
        (b"", (None, None)),
        (b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\x01\x0f", (None, None)),
        (make_exif(taken="yesterday", make="\x1b[31m", model=""), (None, "[31m")),
        (make_exif(make="Apple", model="Apple iPhone 17"), ("2026-08-14T09:30:00", "Apple iPhone 17")),
        (make_exif(orientation=77, make="A" * 900, model="B"), ("2026-08-14T09:30:00", "A" * 80 + " B")),
    ],
    ids=["none", "broken", "hostile", "twice", "long"],
)
def test_exif_is_a_claim_that_may_be_anything(
    tmp_path: Path, exif: bytes, facts: tuple[str | None, str | None]
) -> None:
    picture, _ = prepare(tmp_path, make_jpeg(exif=exif))

    assert (picture.taken_at, picture.camera) == facts


@pytest.mark.parametrize(
    ("ending", "whole"),
    [(".jpg", make_jpeg(900, 700)), (".png", make_png(900, 700)), (".webp", make_webp(900, 700))],
)
@pytest.mark.parametrize("part", [0.02, 0.5, 0.9])
def test_half_a_photo_is_damaged(tmp_path: Path, ending: str, whole: bytes, part: float) -> None:
    with pytest.raises(UnfitPicture, match="damaged"):
        prepare(tmp_path, whole[: int(len(whole) * part)], ending)


@pytest.mark.parametrize("size", [(12_001, 10), (10, 12_001), (7_000, 6_000), (60_000, 60_000)])
def test_a_bomb_is_not_set_off(tmp_path: Path, size: tuple[int, int]) -> None:
    with pytest.raises(UnfitPicture, match="too_large"):
        prepare(tmp_path, bomb(*size), ".png")


def test_a_picture_may_not_move_for_ever(tmp_path: Path) -> None:
    with pytest.raises(UnfitPicture, match="too_many_frames"):
        prepare(tmp_path, make_webp(16, 16, frames=FRAMES + 1), ".webp")


def test_a_small_copy_for_lists_is_upright_and_bare_too(tmp_path: Path) -> None:
    prepare(tmp_path, make_jpeg(1600, 1200, exif=make_exif(orientation=6)))

    with Image.open(tmp_path / "small.webp", formats=["WEBP"]) as small:
        assert (small.size, dict(small.getexif())) == ((480, 640), {})


def test_of_a_moving_picture_the_first_frame_is_served(tmp_path: Path) -> None:
    _, served = prepare(tmp_path, make_webp(20, 20, frames=3), ".webp")

    assert getattr(served, "n_frames", 1) == 1


def test_a_folder_that_refuses_is_told_apart_from_a_damaged_photo(tmp_path: Path) -> None:
    (tmp_path / "sent.jpg").write_bytes(make_jpeg())

    with pytest.raises(UnfitPicture, match="disk"):
        images.prepare(tmp_path / "sent.jpg", tmp_path / "missing" / "served.jpg", tmp_path / "small.webp")


def test_the_child_needs_pillow_and_the_server_does_not() -> None:
    code = "import sys, partnerships.files.receiving; print('PIL' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "False"


def near(found: object, wanted: object) -> bool:
    assert isinstance(found, tuple)
    assert isinstance(wanted, tuple)
    return all(abs(one - other) <= 12 for one, other in zip(found, wanted, strict=True))


def test_a_photo_of_an_iphone_is_served_as_a_bare_jpeg(tmp_path: Path) -> None:
    picture, served = prepare(tmp_path, HEIC, ".heic")

    assert (served.format, served.size, (picture.width, picture.height)) == ("JPEG", (96, 64), (96, 64))
    assert (picture.taken_at, picture.camera) == ("2026-01-05T09:10:11", "Demo Phone")
    assert not served.getexif()
    red, _green, blue = served.getpixel((10, 10))  # type: ignore[misc]  # an RGB picture has three
    assert blue > 150 > red


def test_half_a_photo_of_an_iphone_is_damaged(tmp_path: Path) -> None:
    with pytest.raises(UnfitPicture, match="damaged"):
        prepare(tmp_path, HEIC[:-150], ".heic")
