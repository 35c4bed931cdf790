import errno
import hashlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pytest

from partnerships.core.errors import DomainError, Refused, StorageFailed
from partnerships.files import receiving
from partnerships.files.probe import Kind
from partnerships.files.receiving import MIB, Limits, ReceivedFile, receive, spell_size
from partnerships.files.store import LocalStore, Provisional
from tests.files.films import make_film
from tests.files.samples import make_exif, make_jpeg, make_mp4, make_png, make_webp


class Dripping(BytesIO):
    """A sender's slow line: a few bytes at a time, counted."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(size or 0, 50_000) if size and size > 1000 else 5)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    store = LocalStore(tmp_path / "media")
    yield store
    assert not list((store.folder / "quarantine").glob("*")), "the quarantine is empty after every upload"


def send(store: LocalStore, content: bytes, name: str = "photo.jpg", limits: Limits | None = None) -> ReceivedFile:
    return receive(BytesIO(content), name, limits or Limits(), store)


def refuse(store: LocalStore, content: bytes) -> str:
    with pytest.raises(DomainError) as refusal:
        send(store, content)
    assert list(store.keys()) == []
    return str(refusal.value)


def test_a_photo_is_kept_as_it_came_with_what_its_form_tells(store: LocalStore) -> None:
    sent = make_jpeg(640, 480, exif=make_exif(orientation=6))

    file = send(store, sent, "../Foto\u202e pagi.jpg")

    digest = hashlib.sha256(sent).hexdigest()
    assert file == ReceivedFile(
        key=file.key,
        sha256=digest,
        original_sha256=digest,
        kind=Kind.PHOTO,
        content_type="image/jpeg",
        bytes=len(sent),
        width=640,
        height=480,
        seconds=None,
        taken_at=None,
        camera=None,
        display_name="Foto pagi.jpg",
        is_prepared=False,
    )
    with store.open(file.key) as kept:
        assert kept.read() == sent


@pytest.mark.parametrize("content", [make_png(), make_webp(), make_webp(frames=2)], ids=["png", "webp", "moving"])
def test_other_photos_are_to_be_served_as_jpeg(store: LocalStore, content: bytes) -> None:
    file = send(store, content, "photo.gif")

    assert (file.content_type, file.width, file.height) == ("image/jpeg", 320, 240)


@pytest.mark.parametrize("brand", [b"isom", b"qt  "])
def test_a_video_is_kept_with_the_facts_of_its_headers(store: LocalStore, brand: bytes) -> None:
    sent = make_mp4(4.2, udta=b"my home", brand=brand)

    file = send(store, sent, "video.jpg")

    assert (file.kind, file.content_type, file.seconds, file.bytes) == (Kind.VIDEO, "video/mp4", 4.2, len(sent))
    assert file.sha256 == file.original_sha256 == hashlib.sha256(sent).hexdigest()


def test_a_webm_is_kept_as_what_it_is(store: LocalStore) -> None:
    file = send(store, make_film(form="webm"), "video.mp4")

    assert (file.kind, file.content_type, file.seconds) == (Kind.VIDEO, "video/webm", 2.0)


def test_a_slow_line_changes_nothing(store: LocalStore) -> None:
    sent = make_jpeg()

    file = receive(Dripping(sent), "photo.jpg", Limits(), store)

    assert file.original_sha256 == hashlib.sha256(sent).hexdigest()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"%PDF-1.7 with a nice name", "Please send a photo (JPEG, PNG, WebP or HEIC) or a video (MP4, MOV or WebM)."),
        (b"<html><script></script>", "Please send a photo (JPEG, PNG, WebP or HEIC) or a video (MP4, MOV or WebM)."),
        (make_jpeg()[:-2000], "The file is incomplete or damaged. Please send it again."),
        (make_png()[:-100], "The file is incomplete or damaged. Please send it again."),
        (make_webp()[:-100], "The file is incomplete or damaged. Please send it again."),
        (make_mp4()[:-1], "The file is incomplete or damaged. Please send it again."),
        (make_film(form="webm")[:-9], "The file is incomplete or damaged. Please send it again."),
        (b"\xff\xd8\xff" + b"x" * 5000, "The file is incomplete or damaged. Please send it again."),
        (
            make_png(12_001, 1),
            "The picture has more than 40 megapixels, or more than 12000 pixels on a side.",
        ),
        (make_mp4(601), "The video is longer than 10 minutes."),
    ],
    ids=[
        "empty", "pdf", "html", "half-jpeg", "half-png", "half-webp", "half-mp4", "half-webm", "junk", "bomb", "long"
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_said_and_leaves_nothing(store: LocalStore, content: bytes, sentence: str) -> None:
    assert refuse(store, content) == sentence


def test_a_file_too_large_is_refused_while_it_arrives(store: LocalStore) -> None:
    stream = BytesIO(make_jpeg() + bytes(5 * MIB))

    with pytest.raises(Refused, match=r"^The file is larger than 2 MB\.$"):
        receive(stream, "photo.jpg", Limits(photo_bytes=2 * MIB), store)

    assert stream.tell() <= 3 * MIB + 64
    assert list(store.keys()) == []


def test_a_video_may_be_larger_than_a_photo(store: LocalStore) -> None:
    limits = Limits(photo_bytes=100, video_bytes=MIB)

    assert send(store, make_mp4(), limits=limits).kind is Kind.VIDEO
    with pytest.raises(Refused, match="larger than 0 kB"):
        send(store, make_jpeg(), limits=limits)


@pytest.mark.parametrize(("room", "spelled"), [(3 * MIB, "3 MB"), (2048, "2 kB"), (-5, "0 kB")])
def test_a_quota_that_is_used_up_says_what_is_left(store: LocalStore, room: int, spelled: str) -> None:
    with pytest.raises(Refused, match=f"not enough space left for this file: {spelled} are free"):
        send(store, make_mp4(frames=bytes(4 * MIB)), limits=Limits(room_bytes=room))


def test_what_exactly_fits_is_taken(store: LocalStore) -> None:
    content = make_mp4()

    file = send(store, content, limits=Limits(video_bytes=len(content), room_bytes=len(content)))

    assert file.bytes == len(content)


def test_only_photos_are_taken_where_photos_are_wanted(store: LocalStore) -> None:
    with pytest.raises(Refused, match=r"^Please send a photo \(JPEG, PNG, WebP or HEIC\)\.$"):
        send(store, make_mp4(), limits=Limits(accepted=frozenset({Kind.PHOTO})))


@pytest.mark.parametrize("content", [make_jpeg(), make_mp4()], ids=["photo", "video"])
def test_a_disk_that_is_full_leaves_nothing(store: LocalStore, monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    def refuse_to_write(_file: BinaryIO, _chunk: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(receiving, "_write", refuse_to_write)

    with pytest.raises(StorageFailed, match="no room left"):
        send(store, content)
    assert list(store.keys()) == []


def test_a_line_that_breaks_is_not_blamed_on_the_disk(store: LocalStore) -> None:
    class Breaking(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 1000:
                raise ConnectionResetError
            return super().read(min(size or 0, 600))

    with pytest.raises(ConnectionResetError):
        receive(Breaking(make_jpeg()), "photo.jpg", Limits(), store)
    assert list(store.keys()) == []


def test_a_row_that_is_not_written_takes_its_file_with_it(store: LocalStore) -> None:
    def fail() -> None:
        with Provisional(store) as trial:
            receive(BytesIO(make_mp4()), "video.mp4", Limits(), trial)
            raise RuntimeError("the transaction was rolled back")

    with pytest.raises(RuntimeError):
        fail()
    assert list(store.keys()) == []


@pytest.mark.parametrize(
    ("size", "spelled"),
    [(2048 * MIB, "2 GB"), (2047 * MIB, "2047 MB"), (25 * MIB, "25 MB"), (MIB - 1, "1023 kB"), (0, "0 kB")],
)
def test_sizes_are_spelled_as_people_read_them(size: int, spelled: str) -> None:
    assert spell_size(size) == spelled


def test_a_heic_photo_is_looked_at_by_its_boxes(tmp_path: Path) -> None:
    content = (Path(__file__).parent / "data" / "photo.heic").read_bytes()
    store = LocalStore(tmp_path)

    received = receive(BytesIO(content), "IMG_2041.HEIC", Limits(), store)

    assert (received.kind, received.width, received.height) == (Kind.PHOTO, 96, 64)
    for half in (content[:-1], content[:200], content.replace(b"ispe", b"free")):
        with pytest.raises(Refused, match="incomplete or damaged"):
            receive(BytesIO(half), "IMG_2041.HEIC", Limits(), store)
    assert len(list(store.keys())) == 1
