import pytest

from partnerships.core.errors import Refused
from partnerships.files.probe import HEAD_BYTES, Kind, kind_of, photo_ending
from tests.files.films import make_film
from tests.files.samples import make_box, make_jpeg, make_mp4, make_png, make_webp


@pytest.mark.parametrize("photo", [make_jpeg(), make_png(), make_webp()], ids=["jpeg", "png", "webp"])
def test_a_photo_is_known_by_its_first_bytes(photo: bytes) -> None:
    assert kind_of(photo[:HEAD_BYTES]) is Kind.PHOTO


@pytest.mark.parametrize("brand", [b"isom", b"mp42", b"qt  ", b"M4V ", b"3gp5"])
def test_a_video_is_known_by_its_brand(brand: bytes) -> None:
    assert kind_of(make_mp4(brand=brand)[:HEAD_BYTES]) is Kind.VIDEO


def test_a_webm_is_a_video_whatever_it_is_called() -> None:
    assert kind_of(make_film(form="webm")[:HEAD_BYTES]) is Kind.VIDEO


@pytest.mark.parametrize(
    "head",
    [
        make_film(form="webm")[:HEAD_BYTES].replace(b"webm", b"mkv "),
        b"%PDF-1.7\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'>",
        b"GIF89a",
        b"PK\x03\x04",
        b"RIFF\x10\0\0\0WAVEfmt ",
        b"\xff\xd8",
        make_box(b"ftyp", b"avif", bytes(4), b"mif1", b"miaf"),
        make_box(b"ftyp", b"mif1", bytes(4), b"mif1", b"avif"),
        make_box(b"ftyp", b"hevc", bytes(4), b"hevc"),
        make_box(b"ftyp", b"crx ", bytes(4), b"crx ", b"isom"),
        make_box(b"ftyp", b"????", bytes(4), b"????"),
        b"\xff\xff\xff\xffftyp",
        b"x",
    ],
)
def test_anything_else_is_refused_with_what_is_wanted(head: bytes) -> None:
    with pytest.raises(
        Refused, match=r"Please send a photo \(JPEG, PNG, WebP or HEIC\) or a video \(MP4, MOV or WebM\)"
    ):
        kind_of(head)


def test_a_video_is_refused_where_photos_are_wanted() -> None:
    with pytest.raises(Refused, match=r"^Please send a photo \(JPEG, PNG, WebP or HEIC\)\.$"):
        kind_of(make_mp4()[:HEAD_BYTES], frozenset({Kind.PHOTO}))


def test_a_photo_is_refused_where_videos_are_wanted() -> None:
    with pytest.raises(Refused, match=r"^Please send a video \(MP4, MOV or WebM\)\.$"):
        kind_of(make_png()[:HEAD_BYTES], frozenset({Kind.VIDEO}))


@pytest.mark.parametrize(
    "brands", [(b"heic", b"mif1", b"heic"), (b"mif1", b"mif1", b"heic"), (b"heix", b"mif1", b"miaf")]
)
def test_what_an_iphone_takes_is_a_photo(brands: tuple[bytes, ...]) -> None:
    major, *others = brands
    head = make_box(b"ftyp", major, bytes(4), *others)

    assert kind_of(head) is Kind.PHOTO
    assert photo_ending(head) == ".heic"
