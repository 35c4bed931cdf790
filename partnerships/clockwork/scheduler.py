"""APScheduler: when the tick comes, never what it does. It holds no business data."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Event, Lock, Thread
from typing import Generic, TypeVar

from apscheduler.events import EVENT_SCHEDULER_SHUTDOWN, EVENT_SCHEDULER_STARTED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from partnerships.core.clock import SystemClock

TICK_SECONDS = 15.0
BEAT = "beat"

log = logging.getLogger(__name__)

Done = TypeVar("Done")


class SteadyTrigger(IntervalTrigger):  # type: ignore[misc] # APScheduler has no types
    """An interval that never makes up for what was missed: after a step of ten years it would count them all."""

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """Return an interval after the last time, or after `now` when that lies far behind."""
        if previous_fire_time is not None and now - previous_fire_time > 2 * self.interval:
            after: datetime = now + self.interval
            return after
        following: datetime = super().get_next_fire_time(previous_fire_time, now)
        return following


class Watchdog:
    """Sees that the beat goes on when the wall clock is set back: APScheduler would sleep for as long as the step.

    It goes by the monotonic clock, which nobody can set.
    """

    def __init__(self, beat: Callable[[], object], seconds: float) -> None:
        """Watch over `beat`, which should come every `seconds`."""
        self._beat, self._seconds = beat, seconds
        self._seen = time.monotonic()
        self._at_work = Lock()
        self._over = Event()

    def __call__(self) -> None:
        """Do the beat, and remember when."""
        with self._at_work:
            try:
                self._beat()
            finally:
                self._seen = time.monotonic()

    def watch(self, scheduler: BackgroundScheduler) -> None:
        """Call a beat at once whenever none has come for two intervals, until `stop`."""
        self._seen = time.monotonic()
        while not self._over.wait(self._seconds / 3):
            if time.monotonic() - self._seen > 2 * self._seconds and not self._at_work.locked():
                log.warning("no beat for %.0f s: has the clock been set?", time.monotonic() - self._seen)
                self._seen = time.monotonic()
                scheduler.modify_job(BEAT, next_run_time=SystemClock().now())

    def stop(self) -> None:
        """Let `watch` end."""
        self._over.set()


def build_scheduler(beat: Callable[[], object], seconds: float = TICK_SECONDS) -> BackgroundScheduler:
    """Return a scheduler that calls `beat` every `seconds`, not yet started. `shutdown(wait=True)` lets one finish."""
    scheduler = BackgroundScheduler(
        jobstores={"default": MemoryJobStore()}, executors={"default": ThreadPoolExecutor(1)}, timezone="UTC"
    )
    watchdog = Watchdog(beat, seconds)
    scheduler.add_job(
        watchdog,
        SteadyTrigger(seconds=seconds, timezone="UTC"),
        id=BEAT,
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,  # the default, one second, skips ticks on a busy machine
    )
    watching = Thread(target=watchdog.watch, args=(scheduler,), daemon=True, name="watchdog")
    scheduler.add_listener(lambda _: watching.start(), EVENT_SCHEDULER_STARTED)
    scheduler.add_listener(lambda _: watchdog.stop(), EVENT_SCHEDULER_SHUTDOWN)
    return scheduler


class Bell:
    """Lets something be done at once, in a thread of its own; rung meanwhile, it is done once more."""

    def __init__(self, do: Callable[[], object]) -> None:
        """Keep what is to be done."""
        self._do, self._rung, self._is_over = do, Event(), False

    def ring(self) -> None:
        """Ask for it; whoever asks does not wait."""
        self._rung.set()

    @contextmanager
    def hung(self) -> Iterator[None]:
        """Hear it meanwhile, and let what is being done at the end be finished."""
        answering = Thread(target=self._answer, daemon=True, name="bell")
        answering.start()
        try:
            yield
        finally:
            self._is_over = True
            self._rung.set()
            answering.join()

    def _answer(self) -> None:
        while True:
            self._rung.wait()
            self._rung.clear()
            if self._is_over:
                return
            try:
                self._do()
            except Exception:  # the tick comes to it anyway
                log.exception("what was rung for could not be done")


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
