"""How long the tick takes: when nothing is due, and when many check-ins open at one moment."""

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, insert, literal, select, text, true, update

from partnerships.config import Settings
from partnerships.core.clock import ManualClock
from partnerships.database.base import Base
from partnerships.database.session import db
from partnerships.plans.tables import Step
from partnerships.reminders import watching

from . import naive
from .crowd import STRIDE, multiply, plant
from .figures import Extent, Figure, doing, median, percentile, seconds_of
from .places import Opened, empty_place, opened

NOW = datetime(2026, 1, 5, 2, tzinfo=UTC)  # nine in the morning in Jakarta
RECEIVED = timedelta(days=2)
KEY = "first-days"  # the next check-in to open then
LATER = timedelta(days=30)
NAIVE_JOBS = 100_000


IDLE_P99_MS = {"sqlite": 2, "postgresql": 5}  # the budgets, with as many steps as there are
DUE_MS = {"sqlite": 50, "postgresql": 150}  # for 1,000
MASS_S = {"sqlite": 3, "postgresql": 10}  # for 100,000
TIMES_NAIVE = {"sqlite": 300, "sqlite tuned": 20, "postgresql": 25}


def measure(extent: Extent) -> Iterator[Figure]:
    """Yield one figure for each database and number of scheduled steps, each with its budget; and of a mass of them."""
    for database in extent.databases:
        for scheduled in extent.scheduled:
            yield _measure(extent, database, scheduled)
        if extent.mass:
            yield _mass(extent.mass, database)


def _measure(extent: Extent, database: str, scheduled: int) -> Figure:
    clock = ManualClock(NOW)
    with empty_place(database) as settings, opened(settings, clock) as place:
        with doing(f"{database}: {scheduled:,} scheduled steps"):
            plant(place.transactions, NOW, RECEIVED)
            opens_at, step_id, _ = next_check_in(place)
            multiply(db.engine, extent.rounds * extent.due)
            _schedule(db.engine, step_id, scheduled, opens_at + LATER)
        clock.set(opens_at)
        with doing("  idle and due ticks"):
            idle = [1000 * seconds_of(lambda: watching.tick(place.transactions)) for _ in range(extent.idle_ticks)]
            due = [
                _due(place, step_id, opens_at, 1 + number * extent.due, extent.due) for number in range(extent.rounds)
            ]
        naive = _compare(settings, scheduled, extent.due)
    taken = median([one.claimed for one in due])
    return {
        "measure": "tick",
        "database": database,
        "scheduled": scheduled,
        "idle_p50_ms": percentile(idle, 50),
        "idle_p99_ms": percentile(idle, 99),
        "due": extent.due,
        "claim_ms": taken,
        "due_ms": median([one.wall for one in due], 0),
        "due_cpu_ms": median([one.cpu for one in due], 0),
        "naive_ms": {name: round(took) for name, took in naive.items()},
        "times_naive": {name: round(took / taken) for name, took in naive.items()},
        "rounds": extent.rounds,
        "budget": {"idle_p99_ms": IDLE_P99_MS[database], "due_ms": DUE_MS[database]}
        | {"times_naive": {name: TIMES_NAIVE[name] for name in naive}},
    }


def _compare(settings: Settings, scheduled: int, due: int) -> dict[str, float]:
    """Return how long a wake-up of the naive design takes on the same machine, up to a number of jobs it can bear."""
    jobs = max(min(scheduled, NAIVE_JOBS), due)
    if not settings.database_url.startswith("sqlite"):
        return {"postgresql": naive.wake_up(settings.database_url, jobs, due)}
    return {
        name: naive.wake_up(f"sqlite:///{settings.data_dir}/{name.replace(' ', '-')}.db", jobs, due, tuned=is_tuned)
        for name, is_tuned in (("sqlite", False), ("sqlite tuned", True))
    }


def _mass(steps: int, database: str) -> Figure:
    """Let everything in many plans fall due at one moment: the clockwork stood still for a month."""
    clock = ManualClock(NOW)
    with (
        empty_place(database) as settings,
        opened(settings, clock) as place,
        doing(f"{database}: {steps:,} due steps"),
    ):
        plant(place.transactions, NOW, RECEIVED)
        opens_at, _, each = next_check_in(place)
        multiply(db.engine, steps // each)
        with db.engine.begin() as connection:
            copies = (Step.id > STRIDE, Step.done_at.is_(None))
            due = connection.execute(update(Step).where(*copies).values(next_action_at=opens_at)).rowcount
        clock.set(opens_at + LATER)
        reports: list[watching.TickReport] = []
        took = seconds_of(lambda: reports.append(watching.tick(place.transactions)))
    return {
        "measure": "mass",
        "database": database,
        "due": due,
        "queued": reports[0].queued,
        "failed": reports[0].failed,
        "took_s": round(took, 1),
        "each_ms": round(1000 * took / due, 2),
        "budget": {"took_s": MASS_S[database]},
    }


def next_check_in(place: Opened) -> tuple[datetime, int, int]:
    """Return when the pattern's next check-in opens, the id of its step, and how many steps a partnership has."""
    with place.transactions.everywhere() as everywhere:
        steps = everywhere.scalars(select(Step)).all()
        step = next(step for step in steps if step.key == KEY)
        if step.next_action_at is None:
            raise RuntimeError(f"{KEY} does not wait for its day")
        return step.next_action_at, step.id, len(steps)


def _schedule(engine: Engine, step_id: int, scheduled: int, at: datetime) -> None:
    """Let exactly `scheduled` steps wait for a later day: copies of one, each a row of its own."""
    table = Base.metadata.tables["step"]
    numbers = select(literal(1).label("number")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.number + 1).where(numbers.c.number < scheduled))
    columns = [column for column in table.c if column.name not in {"id", "next_action_at"}]
    copied = select(*columns, literal(at, type_=table.c.next_action_at.type)).where(table.c.id == step_id)
    with engine.begin() as connection:
        rows = copied.select_from(table.join(numbers, true()))
        connection.execute(insert(table).from_select([*(column.name for column in columns), "next_action_at"], rows))
        connection.execute(text("ANALYZE step"))


@dataclass(frozen=True, slots=True)
class Round:
    """The milliseconds until all that was due had been claimed, until it was done, and those of this process's work."""

    claimed: float
    wall: float
    cpu: float


def _due(place: Opened, step_id: int, opens_at: datetime, first: int, due: int) -> Round:
    """Make one check-in due now in `due` copies from `first` on, and tick. PostgreSQL's own work comes on top."""
    ids = (Step.id >= step_id + first * STRIDE, Step.id < step_id + (first + due) * STRIDE)
    with db.engine.begin() as connection:
        connection.execute(update(Step).where(*ids, Step.id % STRIDE == step_id).values(next_action_at=opens_at))
    reports: list[watching.TickReport] = []
    batches = max(due / watching.BATCH, 1)
    claimed = 1000 * batches * seconds_of(lambda: _claim(place))
    worked = time.process_time()
    took = 1000 * seconds_of(lambda: reports.append(watching.tick(place.transactions)))
    worked = 1000 * (time.process_time() - worked)
    if (reports[0].opened, reports[0].queued) != (due, due):
        raise RuntimeError(f"{due} check-ins should have opened: {reports[0]}")
    return Round(claimed, took, worked)


def _claim(place: Opened) -> None:
    """Claim a batch of what is due, and let go of it again."""
    with suppress(LetGo), place.transactions.sweeping() as sweep:
        watching._claim(sweep)
        raise LetGo


class LetGo(Exception):
    """Undoes a claim."""
