"""How late mail went out: sent minus due."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

BOUNDS = tuple(timedelta(seconds=seconds) for seconds in (15, 30, 60, 300, 900, 3600, 21600))
"""Upper bounds; the tick alone comes every 15 seconds, and the promise is 30 for 99 of 100."""


@dataclass(frozen=True, slots=True)
class Bar:
    """How many mails were at most `until` late, and later than the bar before; the last bar has no bound."""

    until: timedelta | None
    count: int


@dataclass(frozen=True, slots=True)
class Lateness:
    """A histogram, with the lateness that half and 99 of 100 mails did not exceed."""

    bars: tuple[Bar, ...]
    half: timedelta
    most: timedelta

    @property
    def total(self) -> int:
        """Return how many mails it is about."""
        return sum(bar.count for bar in self.bars)


def measure(late: Iterable[timedelta]) -> Lateness:
    """Return the histogram. What went out before its time, by another clock, was not late."""
    ordered = sorted(max(one, timedelta()) for one in late)
    bars, counted = [], 0
    for bound in BOUNDS:
        until = sum(one <= bound for one in ordered)
        bars.append(Bar(bound, until - counted))
        counted = until
    bars.append(Bar(None, len(ordered) - counted))
    return Lateness(tuple(bars), _most_of(ordered, 50), _most_of(ordered, 99))


def _most_of(ordered: Sequence[timedelta], percent: int) -> timedelta:
    """Return what `percent` of them do not exceed (nearest rank)."""
    return ordered[-(-len(ordered) * percent // 100) - 1] if ordered else timedelta()
