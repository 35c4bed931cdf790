"""The ladder of reminders that a dated thing climbs, at nine in the morning where its creator lives."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from partnerships.core.zones import end_of, moment
from partnerships.plans.rules.courses import Course
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.rules.quiet import QuietDays, day_after

MORNING: Final = time(9)
MIDNIGHT: Final = time(0)
NO_DAYS: Final[QuietDays] = {}
LAST_REMINDER_KEEPS: Final = timedelta(days=7)


class Rung(StrEnum):
    """Part of the key of a queued mail, and kept in the step: rename only with a migration."""

    SOON = "soon"  # three days before
    DUE = "due"
    AGAIN = "again"  # a day after
    MANAGER = "manager"  # three days after, the manager is told too
    OWNER = "owner"  # a week after: the campaign's owner, and the partnership is at risk


class Side(StrEnum):
    """Who is written to."""

    CREATOR = "creator"
    MANAGER = "manager"
    OWNER = "owner"


@dataclass(frozen=True, slots=True)
class Stair:
    """One rung: how many days after the due day (before it, when negative), and who is written to."""

    rung: Rung
    days: int
    sides: frozenset[Side]


@dataclass(frozen=True, slots=True)
class Look:
    """What to do now, and when to look again (None: never). `rung` is the latest that has come and was not climbed."""

    rung: Stair | None
    next_action_at: datetime | None


_C, _M, _O = Side.CREATOR, Side.MANAGER, Side.OWNER
_OWNER = Stair(Rung.OWNER, 7, frozenset({_O}))
_FROM_THE_DAY = (
    Stair(Rung.DUE, 0, frozenset({_C})),
    Stair(Rung.AGAIN, 1, frozenset({_C})),
    Stair(Rung.MANAGER, 3, frozenset({_C, _M})),
    _OWNER,
)
LADDERS: Mapping[StepKind, tuple[Stair, ...]] = {
    StepKind.CHECK_IN: _FROM_THE_DAY,
    StepKind.DRAFT: (Stair(Rung.SOON, -3, frozenset({_C})), *_FROM_THE_DAY),
    StepKind.INVITATION: (Stair(Rung.DUE, 0, frozenset({_C, _M})),),
    StepKind.NEGOTIATION: (Stair(Rung.DUE, 0, frozenset({_M})), _OWNER),
    StepKind.PARCEL: (Stair(Rung.DUE, 0, frozenset({_M})), _OWNER),
    StepKind.RECEIPT: (Stair(Rung.DUE, 0, frozenset({_C, _M})),),
    StepKind.PUBLISH: (Stair(Rung.DUE, 0, frozenset({_C})), Stair(Rung.MANAGER, 3, frozenset({_M})), _OWNER),
}


def sides_of(stair: Stair, course: Course) -> frozenset[Side]:
    """Return who is written to on `stair`: what has no content is a matter of the team, so its manager is asked."""
    if course is not Course.TASK:
        return stair.sides
    return frozenset(Side.MANAGER if side is Side.CREATOR else side for side in stair.sides)


def rung_at(step: Stair, due_on: date, zone: str, days: QuietDays = NO_DAYS, *, due_by: time | None = None) -> datetime:
    """Return when `step` of the ladder of something due on `due_on` is climbed, as UTC; on none of the quiet `days`.

    What is due by that very morning is asked for on the morning before.
    """
    is_early = step.days == 0 and due_by is not None and due_by <= MORNING
    return moment(day_after(due_on + timedelta(days=step.days - is_early), days), MORNING, zone)


def next_look(
    kind: StepKind,
    due_on: date,
    zone: str,
    now: datetime,
    rung: str | None,
    *,
    days: QuietDays = NO_DAYS,
    due_by: time | None = None,
) -> Look:
    """Return the one rung to act on now and the moment of the next; `rung` is the last that was climbed.

    After a stop of the clock only the latest rung is acted on: nobody wants three reminders at once. So it is after
    quiet days, whose rungs all come on the first morning that is not quiet.
    """
    ladder = LADDERS.get(kind, ())
    climbed = next((place for place, step in enumerate(ladder) if step.rung == rung), -1)
    ahead = [(step, rung_at(step, due_on, zone, days, due_by=due_by)) for step in ladder[climbed + 1 :]]
    come = [step for step, at in ahead if at <= now]
    coming = [at for _, at in ahead if at > now]
    return Look(come[-1] if come else None, coming[0] if coming else None)


def keeps_until(look: Look, now: datetime) -> datetime:
    """Return when a reminder queued at `now` would only confuse: the next one is due by then."""
    return look.next_action_at or now + LAST_REMINDER_KEEPS


def acts_at(kind: StepKind, due_on: date, zone: str) -> datetime:
    """Return when a thing without a ladder happens: a stage opens as its day begins, the rest as it ends."""
    return moment(due_on, MIDNIGHT, zone) if kind is StepKind.STAGE_OPENS else end_of(due_on, zone)
