"""The brand's own clocks: how long a decision and a payment may take, and who hears of it when they take longer."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from partnerships.core.zones import day_in, moment
from partnerships.deliverables.rules.waiting import review_due
from partnerships.plans.rules.quiet import QuietDays, day_after

from .ladder import MORNING, NO_DAYS, Look, Rung, Side, Stair

_M, _O = Side.MANAGER, Side.OWNER
# Here `days` are working days since the draft came (product rule 4).
REVIEW_LADDER: Final = (Stair(Rung.DUE, 2, frozenset({_M})), Stair(Rung.OWNER, 4, frozenset({_O})))
# Here they count from the last day on which it is to be paid.
PAYMENT_LADDER: Final = (
    Stair(Rung.SOON, -3, frozenset({_M})),
    Stair(Rung.DUE, 0, frozenset({_M})),
    Stair(Rung.OWNER, 3, frozenset({_M, _O})),
)


def review_look(waiting_since: datetime, zone: str, now: datetime, *, days: QuietDays = NO_DAYS) -> Look:
    """Return whom to tell now that a draft has waited so long, and when to look again; `zone` is the brand's."""
    waiting_on = day_in(zone, waiting_since)
    at = [moment(day_after(review_due(waiting_on, stair.days, days), days), MORNING, zone) for stair in REVIEW_LADDER]
    return _look(REVIEW_LADDER, at, now)


def payment_look(pay_by: date, zone: str, now: datetime, rung: str | None, *, days: QuietDays = NO_DAYS) -> Look:
    """Return whom to tell now of a payment to be made by `pay_by`, and when to look again; `rung` was climbed last."""
    climbed = next((place for place, stair in enumerate(PAYMENT_LADDER) if stair.rung == rung), -1)
    ahead = PAYMENT_LADDER[climbed + 1 :]
    at = [moment(day_after(date.fromordinal(pay_by.toordinal() + stair.days), days), MORNING, zone) for stair in ahead]
    return _look(ahead, at, now)


def _look(ladder: Sequence[Stair], at: Sequence[datetime], now: datetime) -> Look:
    """Return the rungs that have come, and when the next one does."""
    come = tuple(stair for stair, moment_ in zip(ladder, at, strict=True) if moment_ <= now)
    coming = [moment_ for moment_ in at if moment_ > now]
    return Look(come, coming[0] if coming else None)
