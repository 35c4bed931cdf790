"""What a killed process put into the store and never wrote down goes; what a row speaks of, and what is new, stays."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from partnerships.core.clock import ManualClock
from partnerships.core.errors import StorageFailed
from partnerships.database.work import Transactions
from partnerships.files import sweeping
from partnerships.files.keeping import keep
from partnerships.files.store import LocalStore
from partnerships.story.camera import take
from tests.stories import People


def put(store: LocalStore, key: str) -> str:
    """Put some bytes into the store, of which no row speaks."""
    with store.quarantine() as room:
        finished = room / "finished"
        finished.write_bytes(b"bytes")
        return store.put(finished, key)


def age(store: LocalStore, key: str, clock: ManualClock, days: float) -> None:
    """Let a file have been put so many days ago."""
    at = (clock.now() - timedelta(days=days)).timestamp()
    os.utime(store.folder / key[:2] / key[2:4] / key, (at, at))


def test_only_what_is_old_and_known_to_nobody_is_taken_away(
    app: Flask, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    store: LocalStore = app.extensions["store"]
    stray, new, elsewhere = put(store, "ab" + "0" * 30), put(store, "ab" + "1" * 30), put(store, "cd" + "0" * 30)
    received = take(store, "skincare", 1)
    with transactions.begin(people.creator) as work:
        keep(work, [received], people.creator.person_id)
    for key in (stray, elsewhere, received.key):
        age(store, key, clock, 2)
    age(store, new, clock, 0.5)
    before = clock.now() - sweeping.STRAY_AFTER

    gone = sweeping.take_strays(transactions, store, "ab", before)
    gone += sweeping.take_strays(transactions, store, received.key[:2], before) if received.key[:2] != "cd" else 0

    assert gone == 1
    assert [store.exists(key) for key in (stray, new, elsewhere, received.key)] == [False, True, True, True]


def test_in_a_day_every_part_of_the_store_has_its_turn_once_or_twice(
    transactions: Transactions, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    turns: list[str] = []

    def take_strays(_these: object, _store: object, part: str, _before: object) -> int:
        turns.append(part)
        return 0

    monkeypatch.setattr(sweeping, "take_strays", take_strays)
    begins = clock.now()

    for minute in range(24 * 60):
        clock.set(begins + timedelta(minutes=minute))
        sweeping.sweep(transactions, app.extensions["store"], timedelta(minutes=1))

    assert len(set(turns)) == sweeping.PARTS
    assert len(turns) == 24 * 60 // 5


def test_a_store_that_does_not_answer_is_swept_another_time(
    transactions: Transactions, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store = LocalStore(tmp_path)
    clock.set(clock.now().replace(minute=0, second=0, microsecond=0))

    def refuse(*_: object) -> list[str]:
        raise StorageFailed("the line is down")

    monkeypatch.setattr(LocalStore, "old_keys", refuse)

    assert sweeping.sweep(transactions, store) == 0
