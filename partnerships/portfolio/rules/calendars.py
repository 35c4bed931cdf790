"""Months, weeks and agendas: which days a calendar shows, and where its neighbours begin. Weeks begin on Monday."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

AGENDA_DAYS = 28  # that "earlier" goes back

_WEEK = timedelta(days=7)


class View(StrEnum):
    """How many days are looked at. Part of addresses."""

    MONTH = "month"
    WEEK = "week"
    AGENDA = "agenda"


@dataclass(frozen=True, slots=True)
class Span:
    """The days that a view around `day` shows."""

    view: View
    day: date

    @property
    def first(self) -> date:
        """Return the first day shown: of a month the Monday before it begins."""
        match self.view:
            case View.MONTH:
                return _monday(self.day.replace(day=1))
            case View.WEEK:
                return _monday(self.day)
            case View.AGENDA:
                return self.day

    @property
    def last(self) -> date:
        """Return the last day shown by a month or a week; an agenda goes on until it is full."""
        if self.view is View.MONTH:
            return _monday(_next_month(self.day) - timedelta(days=1)) + timedelta(days=6)
        return self.first + timedelta(days=6)

    @property
    def earlier(self) -> date:
        """Return the day around which the view before this one lies."""
        if self.view is View.MONTH:
            return (self.day.replace(day=1) - timedelta(days=1)).replace(day=1)
        return self.first - (_WEEK if self.view is View.WEEK else timedelta(days=AGENDA_DAYS))

    @property
    def later(self) -> date:
        """Return the day around which the view after this one lies."""
        return _next_month(self.day) if self.view is View.MONTH else self.first + _WEEK

    def weeks(self) -> list[list[date]]:
        """Return the days of a month or a week, seven a row."""
        count = (self.last - self.first).days + 1
        days = [self.first + timedelta(days=number) for number in range(count)]
        return [days[start : start + 7] for start in range(0, count, 7)]

    def is_inside(self, day: date) -> bool:
        """Say whether `day` belongs to what is looked at: not the days that fill up a month's first and last week."""
        return self.view is not View.MONTH or (day.year, day.month) == (self.day.year, self.day.month)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
