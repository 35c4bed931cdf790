import json
import struct
import sys
from pathlib import Path

import pytest
from PIL import Image

from partnerships.core.errors import StorageFailed
from partnerships.files import posters
from partnerships.files.child import ChildFailed
from partnerships.files.confinement import FRAMES
from partnerships.files.making import Unfit, make
from partnerships.files.probe import Kind
from tests.files.films import make_film
from tests.files.samples import make_exif, make_jpeg, make_mp4, make_webp


def put(folder: Path, content: bytes, ending: str = "") -> Path:
    sent = folder / f"sent{ending}"
    sent.write_bytes(content)
    return sent


def turn(film: bytes) -> bytes:
    """Return the film with the note that it was held upright, as phones write it into the track's header."""
    one = 1 << 16
    matrix = film.index(b"tkhd") + 4 + 40
    turned = struct.pack(">9i", 0, one, 0, -one, 0, 0, 0, 0, 1 << 30)
    return film[:matrix] + turned + film[matrix + len(turned) :]


def size_of(picture: Path) -> tuple[int, int]:
    with Image.open(picture, formats=["JPEG", "WEBP"]) as opened:
        return opened.size


def test_a_photo_becomes_an_upright_bare_jpeg_and_a_small_copy(tmp_path: Path) -> None:
    made = make(Kind.PHOTO, put(tmp_path, make_jpeg(1600, 1200, exif=make_exif(orientation=6)), ".jpg"))

    assert made.small is not None
    assert made.poster is None
    assert (made.facts.width, made.facts.height) == (1200, 1600)
    assert (made.facts.taken_at, made.facts.camera) == ("2026-08-14T09:30:00", "Fujifilm X-T5")
    assert b"Exif" not in made.served.read_bytes()
    assert size_of(made.small) == (480, 640)


def test_a_video_is_blanked_of_what_it_tells_and_has_a_still_that_is_not_its_dark_beginning(tmp_path: Path) -> None:
    made = make(Kind.VIDEO, put(tmp_path, make_film()))

    assert made.poster is not None
    assert made.small is not None
    with Image.open(made.poster, formats=["JPEG"]) as poster:
        assert poster.size == (320, 240)
        assert max(poster.convert("L").histogram()[100:]) > 0
    assert (made.facts.width, made.facts.height, made.facts.seconds) == (320, 240, 2.0)


def test_a_webm_has_a_still_too_and_tells_nothing_of_its_maker(tmp_path: Path) -> None:
    sent = make_film(form="webm", title="My home")

    made = make(Kind.VIDEO, put(tmp_path, sent))

    assert made.poster is not None
    assert made.small is not None
    assert size_of(made.poster) == size_of(made.small) == (320, 240)
    assert (made.facts.width, made.facts.height, made.facts.seconds) == (320, 240, 2.0)
    assert b"My home" in sent
    assert b"My home" not in made.served.read_bytes()


def test_the_still_of_a_video_that_was_held_upright_is_upright(tmp_path: Path) -> None:
    made = make(Kind.VIDEO, put(tmp_path, turn(make_film())))

    assert made.poster is not None
    assert (made.facts.width, made.facts.height) == size_of(made.poster) == (240, 320)
    with Image.open(made.poster, formats=["JPEG"]) as poster:
        top, bottom = (poster.getchannel("R").getpixel((120, height)) for height in (10, 310))
    assert (top, bottom) == pytest.approx((8, 247), abs=12)  # what was on the left is on top


def test_a_video_that_nobody_here_can_decode_is_shown_without_a_still(tmp_path: Path) -> None:
    sent = make_mp4(4.2, udta=b"my home")

    made = make(Kind.VIDEO, put(tmp_path, sent))

    served = made.served.read_bytes()
    assert (made.poster, made.small) == (None, None)
    assert len(served) == len(sent)
    assert b"my home" not in served


def test_an_installation_without_a_decoder_has_no_stills(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    film = put(tmp_path, make_film())
    monkeypatch.setitem(sys.modules, "av", None)

    assert posters.take_still(film) is None


@pytest.mark.parametrize(
    ("content", "ending", "problem"),
    [
        (make_webp(16, 16, frames=FRAMES + 1), ".webp", "too_many_frames"),
        (make_jpeg()[:3000], ".jpg", "damaged"),
        (b"nothing of the kind", ".png", "damaged"),
    ],
)
def test_a_photo_that_can_never_be_shown_says_why(tmp_path: Path, content: bytes, ending: str, problem: str) -> None:
    with pytest.raises(Unfit) as unfit:
        make(Kind.PHOTO, put(tmp_path, content, ending))

    assert unfit.value.problem == problem


def test_a_video_whose_boxes_make_no_sense_can_never_be_shown(tmp_path: Path) -> None:
    with pytest.raises(Unfit, match="damaged"):
        make(Kind.VIDEO, put(tmp_path, make_mp4()[:-10]))


@pytest.mark.parametrize(
    "code",
    [
        "import time; time.sleep(60)",
        "import os; os.abort()",
        "print('not json')",
        "print('[]')",
        "print('{}')",
        'print(\'{"width": 1, "height": 1, "taken_at": null, "camera": null}\')',
    ],
    ids=["hangs", "crashes", "talks", "list", "empty", "wrote nothing"],
)
def test_a_child_that_misbehaves_says_little_about_the_photo(tmp_path: Path, code: str) -> None:
    with pytest.raises(ChildFailed):
        make(Kind.PHOTO, put(tmp_path, make_jpeg(), ".jpg"), photo_maker=[sys.executable, "-c", code], wall_seconds=0.5)


def test_a_child_that_crashes_over_a_video_costs_its_still_only(tmp_path: Path) -> None:
    crashing = [sys.executable, "-c", "import os; os.abort()"]

    made = make(Kind.VIDEO, put(tmp_path, make_film()), still_taker=crashing)

    assert (made.poster, made.facts.width) == (None, 320)


@pytest.mark.parametrize(("reason", "error"), [("disk", StorageFailed), ("something new", Unfit)])
def test_a_reason_that_the_child_gives_is_understood(tmp_path: Path, reason: str, error: type[Exception]) -> None:
    told = json.dumps({"refused": reason})

    with pytest.raises(error):
        make(Kind.PHOTO, put(tmp_path, make_jpeg(), ".jpg"), photo_maker=[sys.executable, "-c", f"print({told!r})"])
