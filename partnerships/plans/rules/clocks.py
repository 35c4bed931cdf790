"""The clocks of a partnership's life before day 0: who has how long to move it on (product rule 10)."""

from collections.abc import Container
from datetime import date, timedelta

from .dates import StepKind
from .partnerships import PartnershipState

CLOCK_OF = {
    PartnershipState.INVITED: StepKind.INVITATION,
    PartnershipState.NEGOTIATING: StepKind.NEGOTIATION,
    PartnershipState.ACCEPTED: StepKind.PARCEL,
    PartnershipState.PREPARING: StepKind.RECEIPT,
}
OF_BRAND = frozenset({StepKind.NEGOTIATION, StepKind.PARCEL})  # these run where the manager lives
DAYS = {StepKind.INVITATION: 3, StepKind.PARCEL: 3, StepKind.RECEIPT: 7}
WORKING_DAYS = {StepKind.NEGOTIATION: 2}
SATURDAY = 5  # as `date.weekday` counts


def runs_out_on(kind: StepKind, since: date, quiet: Container[date] = ()) -> date:
    """Return the day on which a clock of `kind` that began on `since` is over; nobody works on a `quiet` day."""
    day = since + timedelta(days=DAYS.get(kind, 0))
    for _ in range(WORKING_DAYS.get(kind, 0)):
        day = working_day_after(day, quiet)
    return day


def working_day_after(day: date, quiet: Container[date] = ()) -> date:
    """Return the next day from Monday to Friday that is not `quiet`."""
    day += timedelta(days=1)
    while day.weekday() >= SATURDAY or day in quiet:
        day += timedelta(days=1)
    return day
