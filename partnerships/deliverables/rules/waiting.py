"""The brand's own clock: how long a creator may wait for a decision, and whose delay it was when a day is put off."""

from collections.abc import Container
from datetime import date, datetime
from enum import StrEnum

from partnerships.core.zones import day_in
from partnerships.plans.rules.clocks import working_day_after

WORKING_DAYS = 2


class PutOff(StrEnum):
    """Why the days of one piece of content were put off. Kept with the version of the plan: never rename."""

    SENT_BACK = "sent_back"
    BRAND_LATE = "brand_late"  # the draft came in time, and the review took longer than promised
    APPROVED_LATE = "approved_late"
    GATE = "gate"  # its stage opened later than planned: what it waits for was not there


def review_due(waiting_on: date, working_days: int = WORKING_DAYS, quiet: Container[date] = ()) -> date:
    """Return the last day for a decision on what has waited since `waiting_on`, within so many working days.

    Working days are Monday to Friday; nobody works on a `quiet` day.
    """
    day = waiting_on
    for _ in range(working_days):
        day = working_day_after(day, quiet)
    return day


def whose_delay(
    sent_at: datetime, due_at: datetime, approved_at: datetime, zone: str, quiet: Container[date] = ()
) -> PutOff:
    """Say why content is approved so close to its day: the brand took its time, or the draft came late.

    The brand's working days are days in `zone`, where it works.
    """
    in_time = sent_at <= due_at
    took_long = day_in(zone, approved_at) > review_due(day_in(zone, sent_at), quiet=quiet)
    return PutOff.BRAND_LATE if in_time and took_long else PutOff.APPROVED_LATE
