"""Files in a bucket, against a real store: private, whole, and never lost when it is slow, full or away."""

import hashlib
import random
import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask

from partnerships.config import Settings
from partnerships.core.clock import ManualClock
from partnerships.core.errors import NotFound, StorageFailed
from partnerships.database.work import Transactions
from partnerships.doctor import examine
from partnerships.files import s3, sweeping, uploading
from partnerships.files.keeping import arrive, keep
from partnerships.files.opening import store_from_url
from partnerships.files.receiving import Limits, receive
from partnerships.files.s3 import S3Store, open_bucket
from partnerships.files.store import LocalStore, Store
from partnerships.files.tables import StoredFile
from tests.conftest import SignIn
from tests.files.samples import make_jpeg
from tests.services.ports import free_port
from tests.services.seaweed import ACCESS, SECRET, Seaweed, running_seaweed
from tests.stories import People

LARGE = random.Random(3).randbytes(11 << 20)


@pytest.fixture(scope="session")
def seaweed() -> Iterator[Seaweed]:
    with running_seaweed() as started:
        yield started


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)


@pytest.fixture
def address(seaweed: Seaweed) -> str:
    return seaweed.make_bucket(f"media-{uuid4().hex[:8]}")


@pytest.fixture
def store(address: str, tmp_path: Path) -> S3Store:
    opened = store_from_url(address, tmp_path / "rooms")
    assert isinstance(opened, S3Store)
    return opened


def put(store: Store, content: bytes = b"photo") -> str:
    with store.quarantine() as room:
        (room / "sent").write_bytes(content)
        return store.put(room / "sent")


def test_what_is_put_is_there_until_it_is_deleted(store: S3Store) -> None:
    key = put(store)

    assert (store.size(key), store.exists(key), list(store.keys())) == (5, True, [key])
    with store.open(key) as file:
        assert file.read() == b"photo"
    store.delete(key)
    store.delete(key)
    assert not store.exists(key)
    for ask in (store.open, store.size):
        with pytest.raises(NotFound):
            ask(key)
    with pytest.raises(NotFound):
        store.open("../../etc/passwd")


def test_a_large_file_goes_in_parts_and_any_place_of_it_can_be_read(
    store: S3Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "PART_BYTES", 5 << 20)

    key = put(store, LARGE)

    tag = store.client.head_object(Bucket=store.bucket, Key=key)["ETag"]
    assert tag.strip('"').endswith("-3")  # of three parts
    with store.open(key) as file:
        assert file.read() == LARGE
        assert file.seek(-10, 2) == len(LARGE) - 10
        assert file.read() == LARGE[-10:]
        file.seek(7_000_000)
        assert file.read(100) == LARGE[7_000_000:7_000_100]


def test_nobody_reads_the_bucket_without_its_keys(store: S3Store, seaweed: Seaweed) -> None:
    key = put(store)

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{seaweed.endpoint}/{store.bucket}/{key}", timeout=5)

    assert refused.value.code == 403
    refused.value.close()


def test_what_a_killed_process_left_half_sent_is_given_up(store: S3Store) -> None:
    half = store.client.create_multipart_upload(Bucket=store.bucket, Key="0" * 32)
    store.client.upload_part(
        Bucket=store.bucket, Key="0" * 32, UploadId=half["UploadId"], PartNumber=1, Body=b"x" * 1000
    )

    early = store.discard_stale(datetime(2020, 1, 1, tzinfo=UTC))
    late = store.discard_stale(datetime(2099, 1, 1, tzinfo=UTC))

    assert (early, late) == (0, 1)
    assert "Uploads" not in store.client.list_multipart_uploads(Bucket=store.bucket)


@contextmanager
def answering(status: int, code: str) -> Iterator[str]:
    """Run a store that answers everything in the same way."""

    class Answer(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            body = f"<Error><Code>{code}</Code></Error>".encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_store_that_is_full_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "TRIES", 1)
    with answering(507, "InsufficientStorage") as endpoint:
        full = open_bucket("media", LocalStore(tmp_path), endpoint=endpoint)

        with pytest.raises(StorageFailed, match="There is no room left to keep files"):
            put(full)


def test_a_store_that_is_slow_or_away_says_so_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "TRIES", 1)
    monkeypatch.setattr(s3, "ANSWER_SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for port in (silent.getsockname()[1], free_port()):
            store = open_bucket("media", LocalStore(tmp_path), endpoint=f"http://127.0.0.1:{port}")
            with pytest.raises(StorageFailed, match="could not be kept"):
                put(store)
            with pytest.raises(StorageFailed, match="does not answer just now"):
                store.exists("0" * 32)


def test_a_line_that_breaks_while_reading_is_taken_up_where_it_was(
    store: S3Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, asked = put(store, LARGE), []
    get = store.client.get_object

    class Breaking:
        def __init__(self, body: object) -> None:
            self.body = body

        def read(self, _most: int) -> bytes:
            raise OSError("the line is gone")

        def close(self) -> None:
            self.body.close()  # type: ignore[attr-defined]  # boto3 has no types

    def get_breaking(**what: str) -> dict[str, object]:
        answer = get(**what)
        asked.append(what["Range"])
        return {"Body": Breaking(answer["Body"])} if len(asked) == 1 else answer

    monkeypatch.setattr(store.client, "get_object", get_breaking)

    with store.open(key) as file:
        file.seek(1000)
        assert file.read() == LARGE[1000:]
    assert asked == ["bytes=1000-", "bytes=1000-"]


@pytest.fixture
def kept(app: Flask, transactions: Transactions, people: People, store: S3Store) -> StoredFile:
    """Return a photo that was received into the bucket and prepared there."""
    app.extensions["store"] = store
    received = receive(BytesIO(make_jpeg(640, 480)), "photo.jpg", Limits(), store)
    with transactions.begin(people.creator) as work:
        (row,) = keep(work, [received], people.creator.person_id)
    app.extensions["worker"].prepare("")
    with transactions.everywhere() as everywhere:
        return everywhere.get_one(StoredFile, row.id)


def test_a_photo_is_prepared_in_the_bucket_and_shown_through_our_own_route(
    store: S3Store, people: People, sign_in: SignIn, kept: StoredFile
) -> None:
    with store.open(kept.key) as file:
        content = file.read()
    client = sign_in(people.creator)

    whole, part = client.get(f"/media/{kept.id}"), client.get(f"/media/{kept.id}", headers={"Range": "bytes=100-199"})
    small = client.get(f"/media/{kept.id}/small")

    assert set(store.keys()) == {kept.key, kept.small_key}
    assert (whole.status_code, whole.data, whole.headers["Content-Length"]) == (200, content, str(len(content)))
    assert (part.status_code, part.data) == (206, content[100:200])
    assert (small.status_code, small.content_type) == (200, "image/webp")
    for answer in (whole, part, small):
        answer.close()
    assert sign_in(people.other_creator).get(f"/media/{kept.id}").status_code == 404


def test_the_bucket_is_swept_of_what_no_row_speaks_of(
    store: S3Store, kept: StoredFile, transactions: Transactions
) -> None:
    stray = put(store)
    parts = {key[:2] for key in list(store.keys())}

    def sweep(before: datetime) -> int:
        return sum(sweeping.take_strays(transactions, store, part, before) for part in parts)

    early, late = sweep(datetime(2020, 1, 1, tzinfo=UTC)), sweep(datetime(2099, 1, 1, tzinfo=UTC))

    assert (early, late) == (0, 1)
    assert not store.exists(stray)
    assert set(store.keys()) == {kept.key, kept.small_key}


def test_a_file_that_came_before_its_form_leaves_the_bucket_after_a_day(
    app: Flask, store: S3Store, people: People, transactions: Transactions, clock: ManualClock
) -> None:
    app.extensions["store"] = store
    received = receive(BytesIO(make_jpeg(640, 480)), "photo.jpg", Limits(), store)
    with transactions.begin(people.creator) as work:
        arrive(work, received, people.creator.person_id)
    app.extensions["worker"].prepare("")
    before = len(list(store.keys()))

    clock.advance(minutes=23 * 60)
    early = uploading.expire(transactions, store)
    clock.advance(minutes=120)
    late = uploading.expire(transactions, store)

    assert (before, early, late) == (2, 0, 1)
    assert list(store.keys()) == []


def test_what_a_bucket_that_is_away_could_not_delete_goes_when_it_is_back(
    store: S3Store, people: People, transactions: Transactions, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    received = receive(BytesIO(make_jpeg(640, 480)), "photo.jpg", Limits(), store)
    with transactions.begin(people.creator) as work:
        file = arrive(work, received, people.creator.person_id)
        work.session.flush()
        file_id = file.id
    clock.advance(days=2)

    monkeypatch.setattr(s3, "TRIES", 1)
    away = open_bucket(store.bucket, store.rooms, endpoint=f"http://127.0.0.1:{free_port()}")
    early = uploading.expire(transactions, away)
    with transactions.everywhere() as everywhere:
        spoilt = everywhere.get_one(StoredFile, file_id).has_failed
    late = uploading.expire(transactions, store)

    assert (early, spoilt, late) == (0, True, 1)
    assert list(store.keys()) == []


def test_files_are_copied_from_store_to_store_and_checked(
    app: Flask, store: S3Store, address: str, kept: StoredFile, tmp_path: Path
) -> None:
    folder = LocalStore(tmp_path / "copies")
    run = app.test_cli_runner().invoke

    first = run(args=["storage", "move", f"folder:{folder.folder}"])
    back = run(args=["storage", "move", address, "--from", f"folder:{folder.folder}"])
    place = next(folder.folder.glob(f"??/??/{kept.key}"))
    place.write_bytes(b"flipped" + place.read_bytes()[7:])
    spoilt = run(args=["storage", "move", address, "--from", f"folder:{folder.folder}"])
    mended = run(args=["storage", "move", f"folder:{folder.folder}"])
    wrong = run(args=["storage", "move", "ftp://media"])

    assert (first.exit_code, back.exit_code, mended.exit_code) == (0, 0, 0)
    assert "2 of 2 files stand in folder:" in first.output
    assert (spoilt.exit_code, "its bytes are not what was written down" in spoilt.output) == (1, True)
    assert set(folder.keys()) == set(store.keys()) == {kept.key, kept.small_key}
    with folder.open(kept.key) as file:
        assert hashlib.sha256(file.read()).hexdigest() == kept.sha256
    assert (wrong.exit_code, "must look like" in wrong.output) == (1, True)


@pytest.mark.parametrize(
    "url",
    ["s3://", "s3://media/path", "s3://media?secret=1", "s3://media?endpoint=ftp://here", "folder:", "ftp://media"],
)
def test_an_address_that_names_no_store_says_what_one_looks_like(tmp_path: Path, url: str) -> None:
    with pytest.raises(ValueError, match="must"):
        store_from_url(url, tmp_path)


def test_the_doctor_says_what_is_wrong_with_the_store(settings: Settings, seaweed: Seaweed, address: str) -> None:
    def told(url: str) -> str | None:
        return dict(examine(replace(settings, store_url=url)))["Files: s3"]

    assert told(address) is None
    assert "no such bucket" in str(told(f"s3://nobody-made-it?endpoint={seaweed.endpoint}"))
    assert "does not take us" in str(told(f"s3://media?endpoint=http://127.0.0.1:{free_port()}"))
