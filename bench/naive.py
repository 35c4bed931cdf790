"""The design that this one replaces: a job of APScheduler for each check-in, in a job store on the same database.

Its wake-up only starts functions that do nothing; a tick of ours opens check-ins, writes history and queues mail.
"""

import pickle
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import STATE_RUNNING
from apscheduler.triggers.date import DateTrigger
from sqlalchemy import create_engine, select

from partnerships.database.session import prepare_sqlite

AT_ONCE = 10_000  # rows in one transaction
RUNNERS = 10


def remind(_check_in: int) -> None:
    """Do nothing: only the scheduling is measured."""


def wake_up(url: str, scheduled: int, due: int, *, tuned: bool = False) -> float:
    """Return how many milliseconds one wake-up takes with `due` jobs due of `scheduled`.

    `tuned`: SQLite as we set it rather than as it comes.
    """
    engine = create_engine(url)
    if tuned:
        prepare_sqlite(engine)
    store = SQLAlchemyJobStore(engine=engine)
    with _started(store) as scheduler:
        now = datetime.now(UTC)
        for number in range(due):
            scheduler.add_job(remind, "date", run_date=now - timedelta(seconds=1), args=[number], id=f"due-{number}")
        _fill(store, scheduled - due, now + timedelta(days=1))
        scheduler.state = STATE_RUNNING
        begun = time.perf_counter()
        scheduler._process_jobs()
        took = 1000 * (time.perf_counter() - begun)
    engine.dispose()
    return took


@contextmanager
def _started(store: SQLAlchemyJobStore) -> Iterator[BackgroundScheduler]:
    scheduler = BackgroundScheduler(
        jobstores={"default": store},
        executors={"default": ThreadPoolExecutor(RUNNERS)},
        job_defaults={"misfire_grace_time": None, "coalesce": True},
        timezone=UTC,
    )
    scheduler.start(paused=True)
    try:
        yield scheduler
    finally:
        scheduler.shutdown(wait=True)


def _fill(store: SQLAlchemyJobStore, jobs: int, first: datetime) -> None:
    """Let `jobs` more wait for a later day. One by one this would take longer than everything else."""
    with store.engine.connect() as connection:
        pattern = pickle.loads(connection.scalar(select(store.jobs_t.c.job_state).limit(1)))
    for start in range(0, jobs, AT_ONCE):
        rows = []
        for number in range(start, min(jobs, start + AT_ONCE)):
            at = first + timedelta(seconds=number)
            state = {**pattern, "id": f"later-{number}", "args": (number,), "trigger": DateTrigger(at)}
            state["next_run_time"] = at
            rows.append({"id": state["id"], "next_run_time": at.timestamp(), "job_state": pickle.dumps(state)})
        with store.engine.begin() as connection:
            connection.execute(store.jobs_t.insert(), rows)
