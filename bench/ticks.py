"""How long the tick takes: when nothing is due, and when many check-ins open at one moment."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, select, update

from partnerships.core.clock import ManualClock
from partnerships.database.session import db
from partnerships.plans.tables import Step
from partnerships.reminders import watching

from .crowd import STRIDE, multiply, plant
from .figures import Extent, Figure, doing, median, percentile, seconds_of
from .places import Opened, empty_place, opened

NOW = datetime(2026, 1, 5, 2, tzinfo=UTC)  # nine in the morning in Jakarta
RECEIVED = timedelta(days=2)
KEY = "first-days"  # the next check-in to open then
LATER = timedelta(days=30)


def measure(extent: Extent) -> Iterator[Figure]:
    """Yield one figure for each database and number of scheduled steps."""
    for database in extent.databases:
        for scheduled in extent.scheduled:
            yield _measure(extent, database, scheduled)


def _measure(extent: Extent, database: str, scheduled: int) -> Figure:
    clock = ManualClock(NOW)
    with empty_place(database) as settings, opened(settings, clock) as place:
        with doing(f"{database}: {scheduled:,} scheduled steps"):
            plant(place.transactions, NOW, RECEIVED)
            opens_at, step_id, steps = next_check_in(place)
            multiply(db.engine, max(extent.rounds * extent.due, scheduled // steps))
            _schedule(db.engine, scheduled, opens_at + LATER)
        clock.set(opens_at)
        with doing("  idle and due ticks"):
            idle = [1000 * seconds_of(lambda: watching.tick(place.transactions)) for _ in range(extent.idle_ticks)]
            due = [
                _due(place, step_id, opens_at, 1 + number * extent.due, extent.due) for number in range(extent.rounds)
            ]
    return {
        "measure": "tick",
        "database": database,
        "scheduled": scheduled,
        "idle_p50_ms": percentile(idle, 50),
        "idle_p99_ms": percentile(idle, 99),
        "due": extent.due,
        "due_ms": median([wall for wall, _ in due], 0),
        "due_cpu_ms": median([cpu for _, cpu in due], 0),
        "rounds": extent.rounds,
    }


def next_check_in(place: Opened) -> tuple[datetime, int, int]:
    """Return when the pattern's next check-in opens, the id of its step, and how many steps a partnership has."""
    with place.transactions.everywhere() as everywhere:
        steps = everywhere.scalars(select(Step)).all()
        step = next(step for step in steps if step.key == KEY)
        if step.next_action_at is None:
            raise RuntimeError(f"{KEY} does not wait for its day")
        return step.next_action_at, step.id, len(steps)


def _schedule(engine: Engine, scheduled: int, at: datetime) -> None:
    """Let exactly `scheduled` steps wait for a later day."""
    some = select(Step.id).order_by(Step.id).limit(scheduled)
    with engine.begin() as connection:
        connection.execute(update(Step).where(Step.id.in_(some.scalar_subquery())).values(next_action_at=at))


def _due(place: Opened, step_id: int, opens_at: datetime, first: int, due: int) -> tuple[float, float]:
    """Make one check-in due now in `due` copies from `first` on; return the milliseconds until all are open, and ours.

    The second number is the work of this process; PostgreSQL's comes on top.
    """
    ids = (Step.id >= step_id + first * STRIDE, Step.id < step_id + (first + due) * STRIDE)
    with db.engine.begin() as connection:
        connection.execute(update(Step).where(*ids, Step.id % STRIDE == step_id).values(next_action_at=opens_at))
    reports = []
    worked = time.process_time()
    took = 1000 * seconds_of(lambda: reports.append(watching.tick(place.transactions)))
    worked = 1000 * (time.process_time() - worked)
    if (reports[0].opened, reports[0].queued) != (due, due):
        raise RuntimeError(f"{due} check-ins should have opened: {reports[0]}")
    return took, worked
