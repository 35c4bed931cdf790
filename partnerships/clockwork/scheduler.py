"""APScheduler: when the tick comes, never what it does. It holds no business data."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Generic, TypeVar

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

TICK_SECONDS = 15.0

Done = TypeVar("Done")


def build_scheduler(beat: Callable[[], object], seconds: float = TICK_SECONDS) -> BackgroundScheduler:
    """Return a scheduler that calls `beat` every `seconds`, not yet started. `shutdown(wait=True)` lets one finish."""
    scheduler = BackgroundScheduler(
        jobstores={"default": MemoryJobStore()}, executors={"default": ThreadPoolExecutor(1)}, timezone="UTC"
    )
    scheduler.add_job(
        beat,
        IntervalTrigger(seconds=seconds, timezone="UTC"),
        id="beat",
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,  # the default, one second, skips ticks on a busy machine
    )
    return scheduler


class Taking(Generic[Done]):
    """Lets one caller at a time do the round: the scheduler, or whoever moves the clock by hand."""

    def __init__(self, round_: Callable[[], Done]) -> None:
        """Keep what one round does."""
        self._round, self._lock = round_, Lock()

    def __call__(self) -> Done:
        """Do one round, after whoever is at it."""
        with self._lock:
            return self._round()

    @contextmanager
    def held(self) -> Iterator[Callable[[], Done]]:
        """Keep everybody else out for a while; yields the round, to be done as often as needed."""
        with self._lock:
            yield self._round
