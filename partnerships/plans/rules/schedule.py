"""When something is due that does not simply count days: a weekday of a week of a month, and every so many days."""

from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from partnerships.core.zones import moment

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
    """A weekday in week `week` of month `month`, both from 1; months count from the anchor."""

    month: int
    week: int
    weekday: Weekday

    def on(self, anchor_on: date) -> date:
        """Return the day: the one such weekday in the seven days that the week has."""
        first = month_start(anchor_on, self.month) + timedelta(weeks=self.week - 1)
        return first + timedelta(days=(list(Weekday).index(self.weekday) - first.weekday()) % 7)

    def at(self, anchor_on: date, local: time, zone: str) -> datetime:
        """Return that day at a time of day in `zone`, as UTC; what daylight saving does to it says `moment`."""
        return moment(self.on(anchor_on), local, zone)

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


def repeated(lines: list[Mapping[str, Any]], stages: list[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield check-ins as they are written, one that is due `every_days` as one for each time within its stage.

    Nobody but this function knows of `every_days`: whatever comes after it sees check-ins with days of their own.
    """
    for line in lines:
        every, first = line.get("every_days"), line.get("day")
        if every is None:
            yield dict(line)
            continue
        if type(every) is not int or type(first) is not int or every < 1:
            raise ValueError(f"{line.get('key')}: every {every!r} days from day {first!r}")
        last = next((one["to_day"] for one in stages if one["from_day"] <= first <= one["to_day"]), first)
        for number, day in enumerate(range(first, last + 1, every), start=1):
            same = {name: value for name, value in line.items() if name != "every_days"}
            title = {language: f"{words} {number}" for language, words in line["title"].items()}
            yield same | {"key": f"{line['key']}-{number}", "title": title, "day": day, "repeats": True}
