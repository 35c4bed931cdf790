"""Play time forward: tick, deliver, let people act, and go to the next moment at which something happens."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Protocol

from partnerships.core.clock import Clock
from partnerships.core.zones import DEFAULT_ZONE, day_in, moment
from partnerships.database.work import Transactions
from partnerships.reminders.awaiting import next_moment

LONGEST_STEP = timedelta(days=1)  # people also do things on days on which the clock does nothing
MIDMORNING = time(10)  # when they do them
MOST_ROUNDS = 50  # of acting within one moment; more would mean that two people undo each other


class SettableClock(Clock, Protocol):
    """A business clock that can be moved forward."""

    def set(self, moment: datetime) -> None:
        """Go to `moment`."""
        ...


@dataclass(frozen=True, slots=True)
class Player:
    """What plays: the clock, one beat of the machinery, and the people (or nobody)."""

    transactions: Transactions
    clock: SettableClock
    beat: Callable[[], object]
    act: Callable[[], int] = field(default=lambda: 0)
    longest_step: timedelta = LONGEST_STEP

    def play_until(self, end: datetime, on_step: Callable[[datetime], bool] = lambda _now: False) -> None:
        """Play stop by stop, so that no rung is skipped, until `end` or until `on_step` says that it is enough."""
        while True:
            self.settle()
            now = self.clock.now()
            if on_step(now) or now >= end:
                return
            self.clock.set(self._next_stop(now, end))

    def settle(self) -> None:
        """Beat and act until nothing more happens at this moment."""
        for _ in range(MOST_ROUNDS):
            self.beat()
            if not self.act():
                return
        raise RuntimeError("the people of this story never come to rest")

    def _next_stop(self, now: datetime, end: datetime) -> datetime:
        with self.transactions.everywhere() as everywhere:
            due = next_moment(everywhere, now)
        later = moment(day_in(DEFAULT_ZONE, now) + self.longest_step, MIDMORNING, DEFAULT_ZONE)
        return min(stop for stop in (due, later, end) if stop is not None)
