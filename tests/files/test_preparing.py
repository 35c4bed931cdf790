"""Files are prepared once each, whoever fails, is killed or comes late."""

import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pytest
from flask import Flask

from partnerships.config import Settings
from partnerships.core.clock import ManualClock
from partnerships.core.errors import StorageFailed
from partnerships.database.work import Transactions
from partnerships.files import preparing
from partnerships.files.child import ChildFailed
from partnerships.files.keeping import keep
from partnerships.files.making import Made, make
from partnerships.files.preparing import LEASE, MOST_ATTEMPTS, PAUSES, PreparingReport, prepare
from partnerships.files.probe import Kind
from partnerships.files.receiving import Limits, receive
from partnerships.files.store import LocalStore
from partnerships.files.tables import FileProblem, FileState, StoredFile
from tests.files.films import make_film
from tests.files.samples import make_exif, make_jpeg, make_mp4, make_webp
from tests.stories import People

PHOTO = make_jpeg(640, 480, exif=make_exif(orientation=6))
Send = Callable[..., int]


@pytest.fixture
def store(app: Flask) -> LocalStore:
    kept: LocalStore = app.extensions["store"]
    return kept


@pytest.fixture
def send(transactions: Transactions, people: People, store: LocalStore) -> Send:
    """Return a function that receives a file, writes it down and returns its id."""

    def one(content: bytes = PHOTO) -> int:
        received = receive(BytesIO(content), "photo.jpg", Limits(), store)
        with transactions.begin(people.creator) as work:
            (row,) = keep(work, [received], people.creator.person_id)
        return row.id

    return one


@pytest.fixture
def work_off(app: Flask, transactions: Transactions, store: LocalStore) -> Callable[..., PreparingReport]:
    """Return a function that does one round."""

    def round_(**options: object) -> PreparingReport:
        return prepare(transactions, store, context=app.app_context, **options)  # type: ignore[arg-type]  # as tests say

    return round_


def find(transactions: Transactions, file_id: int) -> StoredFile:
    with transactions.everywhere() as everywhere:
        return everywhere.get_one(StoredFile, file_id)


def test_what_was_sent_waits_and_then_is_served_bare_upright_and_alone(
    transactions: Transactions, store: LocalStore, send: Send, work_off: Callable[..., PreparingReport]
) -> None:
    file_id = send()
    before = find(transactions, file_id)

    report = work_off()

    after = find(transactions, file_id)
    assert (before.state, report) == (FileState.PREPARING, PreparingReport(ready=1))
    assert (after.state, after.width, after.height, after.camera) == (FileState.READY, 480, 640, "Fujifilm X-T5")
    assert after.original_sha256 == hashlib.sha256(PHOTO).hexdigest()
    with store.open(after.key) as served:
        content = served.read()
    assert (after.sha256, after.bytes) == (hashlib.sha256(content).hexdigest(), len(content))
    assert b"Exif" not in content
    assert set(store.keys()) == {after.key, after.small_key}  # of the original nothing is left
    assert (after.stale_key, after.lease_token, after.lease_until) == (None, None, None)
    assert work_off() == PreparingReport()


def test_a_file_that_can_never_be_shown_says_why_and_leaves_nothing(
    transactions: Transactions, store: LocalStore, send: Send, work_off: Callable[..., PreparingReport]
) -> None:
    file_id, good = send(make_webp(16, 16, frames=301)), send()

    report = work_off()

    failed = find(transactions, file_id)
    assert report == PreparingReport(ready=1, failed=1)
    assert (failed.state, failed.problem, failed.bytes) == (FileState.FAILED, FileProblem.TOO_MANY_FRAMES, 0)
    assert set(store.keys()) == {find(transactions, good).key, find(transactions, good).small_key}


def test_a_webm_is_shown_as_what_it_is_with_a_poster(
    send: Send, transactions: Transactions, store: LocalStore, work_off: Callable[..., PreparingReport]
) -> None:
    file_id = send(make_film(form="webm", title="My home"))

    assert work_off() == PreparingReport(ready=1)
    row = find(transactions, file_id)
    assert (row.state, row.content_type, row.seconds) == (FileState.READY, "video/webm", 2.0)
    assert row.poster_key
    with store.open(row.key) as served:
        assert b"My home" not in served.read()


def test_a_file_that_makes_its_child_fail_is_tried_three_times_behind_the_others(
    transactions: Transactions, send: Send, work_off: Callable[..., PreparingReport], clock: ManualClock
) -> None:
    poison = send(make_jpeg(64, 48))
    seen: list[int] = []

    def crash_over_small_ones(kind: Kind, sent: Path) -> Made:
        seen.append(sent.stat().st_size)
        if sent.stat().st_size < len(PHOTO):
            raise ChildFailed("it crashed")
        return make(kind, sent)

    reports = [work_off(make=crash_over_small_ones)]
    good = send()
    for pause in PAUSES:
        clock.set(clock.now() + pause)
        reports.append(work_off(make=crash_over_small_ones))

    assert reports == [PreparingReport(retried=1), PreparingReport(ready=1, retried=1), PreparingReport(failed=1)]
    assert seen[1] == len(PHOTO)  # the new one came first
    assert find(transactions, poison).problem is FileProblem.UNREADABLE
    assert find(transactions, good).is_ready


def test_a_file_that_kills_who_prepares_it_is_given_up_without_being_touched(
    transactions: Transactions, send: Send, work_off: Callable[..., PreparingReport], clock: ManualClock
) -> None:
    file_id = send()
    for _ in range(MOST_ATTEMPTS):
        with transactions.sweeping() as sweep:
            sweep.session.get_one(StoredFile, file_id).lease("gone.x", clock.now() + LEASE)
        held = work_off()
        clock.set(clock.now() + LEASE)

    assert held == PreparingReport()
    assert work_off(make=lambda *_: pytest.fail("it was touched")) == PreparingReport(failed=1)


def test_whoever_comes_back_late_changes_nothing_and_leaves_nothing(
    transactions: Transactions,
    store: LocalStore,
    send: Send,
    work_off: Callable[..., PreparingReport],
    clock: ManualClock,
) -> None:
    file_id = send()
    others: list[PreparingReport] = []

    def sleep_over_it(kind: Kind, sent: Path) -> Made:
        clock.set(clock.now() + LEASE)
        others.append(work_off())
        return make(kind, sent)

    report = work_off(make=sleep_over_it)

    after = find(transactions, file_id)
    assert (others, report) == ([PreparingReport(ready=1)], PreparingReport(taken=1))
    assert set(store.keys()) == {after.key, after.small_key}


def test_a_store_that_is_full_or_away_costs_no_attempt(
    app: Flask, transactions: Transactions, store: LocalStore, send: Send, clock: ManualClock
) -> None:
    class Away(LocalStore):
        def open(self, key: str) -> BinaryIO:
            raise StorageFailed("away")

    file_id = send()

    for _ in range(MOST_ATTEMPTS + 1):
        report = prepare(transactions, Away(store.folder), context=app.app_context)
        assert report == PreparingReport(put_off=1)
        clock.advance(minutes=2)

    assert find(transactions, file_id).attempts == 0
    assert prepare(transactions, store, context=app.app_context) == PreparingReport(ready=1)


def test_a_file_that_is_not_in_the_store_is_left_to_others_for_a_day(
    transactions: Transactions,
    store: LocalStore,
    send: Send,
    work_off: Callable[..., PreparingReport],
    clock: ManualClock,
) -> None:
    file_id = send()
    store.delete(find(transactions, file_id).key)

    assert work_off() == PreparingReport(put_off=1)
    clock.advance(days=1, minutes=1)
    assert work_off() == PreparingReport(failed=1)
    assert find(transactions, file_id).problem is FileProblem.GONE


def test_an_accident_with_one_file_holds_up_no_other(
    transactions: Transactions, send: Send, work_off: Callable[..., PreparingReport]
) -> None:
    send()

    def stumble(_kind: Kind, _sent: Path) -> Made:
        raise RuntimeError("nobody thought of this")

    assert work_off(make=stumble) == PreparingReport(retried=1)


def test_no_new_file_is_begun_after_being_told_to_stop_or_when_the_round_is_over(
    send: Send, work_off: Callable[..., PreparingReport], monkeypatch: pytest.MonkeyPatch
) -> None:
    send(make_mp4())
    send(make_mp4())

    told = work_off(stopping=lambda: True)
    monkeypatch.setattr(preparing, "ROUND", timedelta(0))
    over = work_off()

    assert (told, over) == (PreparingReport(), PreparingReport(ready=1))


def test_a_lease_is_renewed_as_long_as_somebody_is_at_it(
    transactions: Transactions,
    send: Send,
    work_off: Callable[..., PreparingReport],
    clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file_id = send()
    monkeypatch.setattr(preparing, "RENEWED_EVERY", 0.02)

    def take_long(kind: Kind, sent: Path) -> Made:
        clock.set(clock.now() + LEASE - timedelta(seconds=1))
        wanted, deadline = clock.now() + LEASE, time.monotonic() + 5
        while find(transactions, file_id).lease_until != wanted:
            assert time.monotonic() < deadline, "it was never renewed"
            time.sleep(0.02)
        clock.set(clock.now() + timedelta(seconds=2))
        assert work_off() == PreparingReport()  # nobody else may
        return make(kind, sent)

    assert work_off(make=take_long) == PreparingReport(ready=1)


def test_what_a_lost_holder_was_at_is_free_at_once(
    transactions: Transactions, send: Send, work_off: Callable[..., PreparingReport], clock: ManualClock
) -> None:
    file_id = send()
    with transactions.sweeping() as sweep:
        sweep.session.get_one(StoredFile, file_id).lease("job-1-0.x", clock.now() + LEASE)

    preparing.free(transactions, "job-1")
    others = work_off()
    preparing.free(transactions, "job-1-0")

    assert (others, work_off()) == (PreparingReport(), PreparingReport(ready=1))


@contextmanager
def started(settings: Settings, data_dir: Path, *, hang: bool) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a process that prepares what waits in the folder; one that hangs does so in the middle of a file."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG") if key in os.environ}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.files.preparer", "hang" if hang else "work"],
        env=kept
        | {"DATA_DIR": str(data_dir), "DATABASE_URL": settings.database_url, "SECRET_KEY": settings.secret_key},
        stdout=subprocess.PIPE,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def test_the_file_of_a_killed_process_is_prepared_by_the_next_within_a_minute(
    transactions: Transactions, settings: Settings, store: LocalStore, send: Send
) -> None:
    """The next one's clock runs ahead by what is left of a lease and the longest wait for a tick."""
    file_id = send()
    with started(settings, settings.data_dir, hang=True) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == b"begun\n"
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    held = find(transactions, file_id)

    with started(settings, settings.data_dir, hang=False) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"1 ready\n"

    after = find(transactions, file_id)
    assert (held.attempts, held.lease_token is None) == (1, False)
    assert (after.state, after.attempts) == (FileState.READY, 2)
    assert set(store.keys()) == {after.key, after.small_key}
