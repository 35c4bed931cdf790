from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine

from partnerships.core.clock import ManualClock
from partnerships.database.session import db
from partnerships.story import clock as stored
from partnerships.story.clock import StoredClock


def test_the_clock_asks_the_database_when_it_is_first_needed_and_once(app: Flask, statements: list[str]) -> None:
    base = ManualClock()
    first = StoredClock(base)
    first.keep_in(db.engine)
    first.set(base.now() + timedelta(days=3))
    second = StoredClock(base)
    second.keep_in(db.engine)
    statements.clear()

    moments = [second.now(), second.now()]

    assert moments == [base.now() + timedelta(days=3)] * 2
    assert len(statements) == 1


def test_what_is_set_while_somebody_reads_stays_set(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    base = ManualClock()
    clock = StoredClock(base)
    clock.keep_in(db.engine)
    read = stored._read

    def read_slowly(engine: Engine) -> timedelta:
        before = read(engine)
        clock.set(base.now() + timedelta(days=3))  # by somebody else, in between
        return before

    monkeypatch.setattr(stored, "_read", read_slowly)

    now = clock.now()

    assert now == clock.now() == base.now() + timedelta(days=3)


def test_whether_the_past_is_played_is_asked_anew_because_another_process_plays_it(app: Flask) -> None:
    base = ManualClock()
    serving, playing = StoredClock(base), StoredClock(base)
    for clock in (serving, playing):
        clock.keep_in(db.engine)
    playing.set(base.now() - timedelta(days=30))
    before = serving.is_behind

    playing.set(base.now())

    assert (before, serving.is_behind) == (True, False)
    assert serving.now() == base.now()
