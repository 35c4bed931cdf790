"""When something is due: so many days after the anchor, on a weekday of a week of a month, or every so many days."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from typing import Any

from .written import read

WEEKS = 4  # of a month: a fifth week of seven days would reach into the month after it
MONTHS = 13  # that a plan may take: its last day lies at most 400 days after the start

# Every month start that there is: a common and a leap year, and the years before and after them.
_CYCLE = [date(2027, 1, 1) + timedelta(days=number) for number in range(4 * 366)]


class Weekday(StrEnum):
    """A day of the week. Part of templates."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


@dataclass(frozen=True, slots=True)
class When:
    """A weekday in week `week` of month `month`, both from 1; months count from the anchor.

    `at` is the time of day by which it is due, by the clock where the creator lives; None: by the end of the day.
    """

    month: int
    week: int
    weekday: Weekday
    at: time | None = None

    def on(self, anchor_on: date) -> date:
        """Return the day: the one such weekday in the seven days that the week has."""
        first = month_start(anchor_on, self.month) + timedelta(weeks=self.week - 1)
        return first + timedelta(days=(list(Weekday).index(self.weekday) - first.weekday()) % 7)

    @property
    def is_known(self) -> bool:
        """Say whether there is such a week."""
        return 1 <= self.month <= MONTHS and 1 <= self.week <= WEEKS

    @property
    def earliest(self) -> int:
        """Return the fewest days after an anchor that it can be."""
        return _month_days(self.month)[0] + 7 * (self.week - 1)

    @property
    def latest(self) -> int:
        """Return the most days after an anchor that it can be."""
        return _month_days(self.month)[1] + 7 * self.week - 1


@dataclass(frozen=True, slots=True)
class Due:
    """When one thing is due: `day` days after the anchor, or on the day that `when` says. Then `day` is its latest."""

    day: int
    when: When | None = None

    def on(self, anchor_on: date) -> date:
        """Return its day in a plan that counts from `anchor_on`; OverflowError or ValueError beyond the calendar."""
        if self.when is None or not self.when.is_known:
            return anchor_on + timedelta(days=self.day)
        return self.when.on(anchor_on)

    @property
    def by(self) -> time | None:
        """Return the time of day by which it is due; None: by the end of the day."""
        return self.when.at if self.when else None

    @property
    def earliest(self) -> int:
        """Return the fewest days after an anchor that it can be."""
        return self.when.earliest if self.when and self.when.is_known else self.day

    @property
    def latest(self) -> int:
        """Return the most days after an anchor that it can be."""
        return self.when.latest if self.when and self.when.is_known else self.day


def fewest_days(first: Due, then: Due) -> int:
    """Return the fewest days that lie between two things, whatever the anchor; negative: `then` can come first."""
    if first.when is None or then.when is None:
        return then.earliest - first.latest
    return min(later - sooner for later, sooner in zip(_days_after(then), _days_after(first), strict=True))


@lru_cache(maxsize=1024)
def _days_after(due: Due) -> tuple[int, ...]:
    """Return how many days after each anchor of the cycle something is due."""
    return tuple((due.on(anchor_on) - anchor_on).days for anchor_on in _CYCLE)


def month_start(anchor_on: date, month: int) -> date:
    """Return when month `month` after the anchor begins, from 1: the same day of a later month, or that month's last.

    It always counts from the anchor: counted from the month before, the 31st would become the 28th for good.
    """
    number = anchor_on.year * 12 + anchor_on.month - 1 + month - 1
    year, month_of_year = number // 12, number % 12 + 1
    return date(year, month_of_year, min(anchor_on.day, monthrange(year, month_of_year)[1]))


@cache
def _month_days(month: int) -> tuple[int, int]:
    """Return after how few and how many days month `month` begins, whatever the anchor."""
    days = [(month_start(anchor_on, month) - anchor_on).days for anchor_on in _CYCLE]
    return min(days), max(days)


def dated(line: Mapping[str, Any], **rules: str) -> dict[str, Any]:
    """Return a line as it is written, with the day that each of `rules` (its name by that of its day) counts as.

    Where a weekday decides, that is the latest day that it can be.
    """
    known = dict(line)
    for day, rule in rules.items():
        if line.get(rule) is not None:
            when: When = read(When, line[rule])
            known[day] = when.latest if when.is_known else 0
    return known
