"""What is read from files as they come, and what becomes of those that cannot be read."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image, ImageOps

from partnerships.files.captures import read_capture
from partnerships.files.fingerprints import FRAME_BYTES, VIEWS, distances, frame_of, views_of
from partnerships.files.inspecting import PARTS
from partnerships.files.matching import LIKELY, SAME
from partnerships.files.probe import Kind
from partnerships.files.reporting import Match, inspect, match
from tests.files.films import make_film
from tests.files.samples import make_exif, make_jpeg, make_mp4, make_png

OFFSET_ORIGINAL, SOFTWARE, EXIF_DIRECTORY = 0x9011, 0x0131, 0x8769
PICTURES = Path(__file__).parents[2] / "partnerships" / "story" / "pictures"


@pytest.fixture
def file(tmp_path: Path) -> Callable[..., Path]:
    def put(content: bytes, name: str = "sent.jpg") -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return put


def exif(taken: str, offset: str = "", software: str = "") -> bytes:
    made = Image.Exif()
    made.load(make_exif(taken=taken, gps=False))
    if offset:
        made.get_ifd(EXIF_DIRECTORY)[OFFSET_ORIGINAL] = offset
    if software:
        made[SOFTWARE] = software
    return made.tobytes()


@pytest.mark.parametrize(
    ("taken", "offset", "at", "told", "confidence"),
    [
        ("2026:01:12 08:00:00", "+07:00", "2026-01-12T08:00:00", "+07:00", "high"),
        ("2026:01:12 08:00:00", "", "2026-01-12T08:00:00", None, "low"),
        ("2026:01:12 08:00:00", "+25:00", "2026-01-12T08:00:00", None, "low"),
        ("2026:01:12 08:00:00", "WIB", "2026-01-12T08:00:00", None, "low"),
        ("2126:01:12 08:00:00", "-03:30", "2126-01-12T08:00:00", "-03:30", "high"),
        ("0000:00:00 00:00:00", "+07:00", None, None, "none"),
        ("2026:02:30 08:00:00", "", None, None, "none"),
        ("yesterday", "", None, None, "none"),
    ],
)
def test_the_date_of_a_photo_is_as_good_as_its_zone(
    file: Callable[..., Path], taken: str, offset: str, at: str | None, told: str | None, confidence: str
) -> None:
    capture = read_capture(file(make_jpeg(exif=exif(taken, offset, "Snapseed 2"))), "photo")

    assert (capture["at"], capture["offset"], capture["confidence"]) == (at, told, confidence)
    assert (capture["camera"], capture["software"], capture["gps"]) == ("Fujifilm X-T5", "Snapseed 2", False)


def test_a_place_is_noted_and_not_kept(file: Callable[..., Path]) -> None:
    capture = read_capture(file(make_jpeg(exif=make_exif(gps=True))), "photo")

    assert capture["gps"] is True
    assert "106" not in str(capture)


@pytest.mark.parametrize("broken", [b"Exif\0\0II*\0\xff\xff\xff\xff", b"Exif\0\0MM\0*" + b"\xff" * 60])
def test_broken_exif_tells_nothing(file: Callable[..., Path], broken: bytes) -> None:
    capture = read_capture(file(make_jpeg(exif=broken)), "photo")

    assert (capture["at"], capture["confidence"]) == (None, "none")


def test_every_part_of_a_photo_and_of_a_video_is_told_by_a_process_of_its_own(file: Callable[..., Path]) -> None:
    photo = inspect(file((PICTURES / "01.jpg").read_bytes()), Kind.PHOTO, list(PARTS))
    video = inspect(file(make_mp4(), "sent"), Kind.VIDEO, list(PARTS))

    assert {part: told["status"] for part, told in photo.items()} == dict.fromkeys(PARTS, "ok")
    assert len(photo["views"]["frames"]) == 1
    assert photo["credentials"]["state"] == "none"
    assert video["capture"]["status"] == "ok"
    assert video["views"]["status"] in {"ok", "error"}  # a video of boxes only has no frames


def test_a_webm_tells_its_moment_and_how_its_seconds_look(file: Callable[..., Path]) -> None:
    told = inspect(file(make_film(form="webm", creation_time="2026-08-12T06:50:00Z"), "sent"), Kind.VIDEO, list(PARTS))

    assert (told["capture"]["at"], told["capture"]["confidence"]) == ("2026-08-12T06:50:00", "low")
    assert len(told["views"]["frames"]) == 2
    assert told["credentials"]["status"] == "error"  # no record can be signed into a WebM


@pytest.mark.parametrize(
    ("content", "name"),
    [(b"", "sent.jpg"), (b"\xff\xd8\xff" + b"?" * 100, "sent.jpg"), (make_jpeg()[:300], "sent.jpg"), (b"x", "sent")],
)
def test_what_cannot_be_read_says_so_part_by_part(file: Callable[..., Path], content: bytes, name: str) -> None:
    told = inspect(file(content, name), Kind.PHOTO if "." in name else Kind.VIDEO, list(PARTS))

    assert list(told) == list(PARTS)
    assert told["views"]["status"] == "error"


@pytest.mark.parametrize("size", [(1, 1), (1, 4000), (7000, 5600)])
def test_the_smallest_and_the_largest_pictures_are_looked_at(file: Callable[..., Path], size: tuple[int, int]) -> None:
    told = inspect(file(make_jpeg(*size)), Kind.PHOTO, ["capture", "views"])

    assert {part["status"] for part in told.values()} == {"ok"}
    assert len(told["views"]["frames"]) == 1


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(
    ("death", "status"),
    [("os.kill(os.getpid(), 11)", "error"), ("print('?')", "error"), ("time.sleep(60)", "timeout")],
)
def test_a_part_that_kills_its_process_harms_no_other(tmp_path: Path, part: str, death: str, status: str) -> None:
    program = tmp_path / "inspector.py"
    told = 'print(\'{"part": "%s", "status": "ok"}\' % one)'
    program.write_text(
        f"import os, sys, time\nif {part!r} in sys.argv: {death}\nelse:\n for one in sys.argv[4:]: {told}\n"
    )

    found = inspect(
        tmp_path / "a.jpg", Kind.PHOTO, list(PARTS), inspector=[sys.executable, str(program)], wall_seconds=1.0
    )

    assert {name: one["status"] for name, one in found.items()} == dict.fromkeys(PARTS, "ok") | {part: status}


def picture(number: int) -> Image.Image:
    return Image.open(PICTURES / f"{number:02}.jpg").convert("RGB")


EDITS: dict[str, Callable[[Image.Image], Any]] = {
    "smaller": lambda image: image.resize((image.width // 3, image.height // 3)),
    "mirrored": ImageOps.mirror,
    "grey": lambda image: image.convert("L"),
    "4:5": lambda image: ImageOps.fit(image, (400, 500)),
    "9:16": lambda image: ImageOps.fit(image, (450, 800)),
    "framed": lambda image: ImageOps.expand(image, image.width // 12, "white"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_picture_is_found_again_and_no_other(edit: str) -> None:
    numbers = (1, 2, 3, 6, 7, 8, 9)
    library = b"".join(frame_of(picture(number)) for number in numbers)

    for at, number in enumerate(numbers):
        found = distances(frame_of(EDITS[edit](picture(number))), library)
        assert found[at] <= LIKELY
        assert found[at] == min(found)


def test_a_fingerprint_has_the_size_it_says_and_nothing_stands_for_a_picture_that_shows_nothing() -> None:
    frame = frame_of(picture(1))

    assert len(frame) == FRAME_BYTES
    assert len(views_of(frame)) == VIEWS
    assert distances(frame, frame)[0] == 0
    assert frame_of(Image.new("RGB", (400, 300), "black")) == b""
    assert SAME < LIKELY


def test_a_library_is_searched_in_a_process_of_its_own() -> None:
    one, two = frame_of(picture(1)), frame_of(picture(8))
    mirrored = frame_of(ImageOps.mirror(picture(1)))
    nothing = bytes(FRAME_BYTES)

    found = match({5: one, 6: nothing}, {7: two + nothing, 8: nothing + mirrored})

    assert [(pair.asked, pair.found, pair.found_second) for pair in found] == [(5, 8, 1)]
    assert found[0].distance <= SAME
    assert match({5: one}, {}) == []
    assert isinstance(found[0], Match)


def test_a_png_as_it_comes_has_its_parts_too(file: Callable[..., Path]) -> None:
    told = inspect(file(make_png(300, 200), "sent.png"), Kind.PHOTO, list(PARTS))

    assert {one["status"] for one in told.values()} == {"ok"}


def film(path: Path, numbers: Sequence[int], *, overlay: bool = False, seconds_each: int = 2) -> bytes:
    """Return the fingerprints of a video that shows these pictures one after the other."""
    with av.open(str(path), "w", format="mp4") as made:
        stream = made.add_stream("mpeg4", rate=5)
        stream.width, stream.height, stream.pix_fmt = 360, 480, "yuv420p"
        for number in numbers:
            shown = picture(number).resize((360, 480))
            if overlay:
                shown.paste("black", (0, 430, 360, 480))
            for _ in range(5 * seconds_each):
                made.mux(stream.encode(av.VideoFrame.from_image(shown)))  # type: ignore[no-untyped-call]
        made.mux(stream.encode())
    told = inspect(path, Kind.VIDEO, ["views"])["views"]
    assert told["status"] == "ok"
    return bytes.fromhex("".join(told["frames"]))


def test_a_cut_and_an_overlay_do_not_hide_where_a_video_was_taken_from(tmp_path: Path) -> None:
    whole, other = film(tmp_path / "a", (1, 8, 9)), film(tmp_path / "b", (2, 6, 7))
    part = film(tmp_path / "c", (8,), overlay=True)

    found = match({3: part}, {1: whole, 2: other})

    assert (len(whole), len(part)) == (6 * FRAME_BYTES, 2 * FRAME_BYTES)
    assert [pair.found for pair in found] == [1]
    assert 2 <= found[0].found_second <= 3


def test_what_has_no_place_for_credentials_could_not_be_checked(file: Callable[..., Path]) -> None:
    told = inspect(file(b"\x1aE\xdf\xa3" + bytes(200), "sent"), Kind.VIDEO, ["credentials"])

    assert told["credentials"]["status"] == "error"
