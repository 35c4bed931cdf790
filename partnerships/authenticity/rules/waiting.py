"""The brand's own clock: how long a creator may wait for a decision."""

from datetime import date, timedelta

WORKING_DAYS = 2
SATURDAY = 5


def review_due(waiting_on: date) -> date:
    """Return the last day for a decision on what has waited since `waiting_on`.

    Working days are Monday to Friday; public holidays are not known here.
    """
    day, left = waiting_on, WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return day
