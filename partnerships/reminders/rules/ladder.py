"""The ladder of reminders that a dated thing climbs, in the morning where its creator lives; it may be edited."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import Final

from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.core.zones import day_in, end_of, moment
from partnerships.plans.rules.courses import Course
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.rules.quiet import QuietDays, QuietHours, day_after

MORNING: Final = time(9)
MIDNIGHT: Final = time(0)
NO_DAYS: Final[QuietDays] = {}
USUAL_HOURS: Final = QuietHours()
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
    """What to do now, and when to look again (None: never). `come` are the rungs that were not climbed, in order."""

    come: tuple[Stair, ...]
    next_action_at: datetime | None

    @property
    def rung(self) -> Stair | None:
        """Return the latest that has come: the one that is climbed."""
        return self.come[-1] if self.come else None


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
    # Nothing hangs on the numbers: they are asked for twice, then the team knows that they did not come.
    StepKind.METRICS: (
        Stair(Rung.DUE, 0, frozenset({_C})),
        Stair(Rung.AGAIN, 1, frozenset({_C})),
        Stair(Rung.MANAGER, 3, frozenset({_M})),
    ),
}


MOST_SNOOZED_DAYS = 3  # that a creator may put a reminder off alone; beyond that the manager is asked
EDITABLE = frozenset({StepKind.CHECK_IN, StepKind.DRAFT, StepKind.PUBLISH})
LATEST_DAYS = 13  # after fourteen a check-in counts as missed, and nobody is reminded of it any more


@dataclass(frozen=True, slots=True)
class Period:
    """Days on which reminders go at another hour, such as in the month of fasting; both ends belong to it."""

    begins_on: date
    ends_on: date
    sends_at: time


@dataclass(frozen=True, slots=True)
class Policy:
    """How one organisation reminds: days before and after what is due, and the hour, by the clock of each person."""

    soon_days: int = 3  # before a draft is due
    again_days: int = 1
    manager_days: int = 3
    owner_days: int = 7
    sends_at: time = MORNING
    period: Period | None = None

    def hour_on(self, day: date) -> time:
        """Return when reminders go out on `day`."""
        if self.period is not None and self.period.begins_on <= day <= self.period.ends_on:
            return self.period.sends_at
        return self.sends_at

    def ladder(self, kind: StepKind) -> tuple[Stair, ...]:
        """Return the rungs that something of `kind` climbs; what has no ladder has none."""
        return _ladder(self, kind)


@cache
def _ladder(policy: Policy, kind: StepKind) -> tuple[Stair, ...]:
    days = {
        Rung.SOON: -policy.soon_days,
        Rung.AGAIN: policy.again_days,
        Rung.MANAGER: policy.manager_days,
        Rung.OWNER: policy.owner_days,
    }
    ladder = LADDERS.get(kind, ())
    return tuple(replace(stair, days=days.get(stair.rung, 0)) for stair in ladder) if kind in EDITABLE else ladder


USUAL: Final = Policy()


def check_policy(policy: Policy, hours: QuietHours) -> None:
    """Refuse a ladder whose rungs are not in order, a period that ends before it begins, and an hour that is quiet."""
    if not 1 <= policy.soon_days <= LATEST_DAYS:
        raise Refused(N_("Please write a number of days between 1 and %(most)s."), field="soon_days", most=LATEST_DAYS)
    rungs = [
        ("again_days", policy.again_days),
        ("manager_days", policy.manager_days),
        ("owner_days", policy.owner_days),
    ]
    before = 0
    for field, days in rungs:
        if not before < days <= LATEST_DAYS:
            raise Refused(
                N_("Each of these comes later than the one before, and at most %(most)s days after the day."),
                field=field,
                most=LATEST_DAYS,
            )
        before = days
    if hours.covers(policy.sends_at):
        raise Refused(N_("This is within the quiet hours."), field="sends_at")
    if policy.period is not None and policy.period.ends_on < policy.period.begins_on:
        raise Refused(N_("The last day comes before the first."), field="period_ends_on")
    if policy.period is not None and hours.covers(policy.period.sends_at):
        raise Refused(N_("This is within the quiet hours."), field="period_sends_at")


def sides_of(stair: Stair, course: Course) -> frozenset[Side]:
    """Return who is written to on `stair`: what has no content is a matter of the team, so its manager is asked."""
    if course is not Course.TASK:
        return stair.sides
    return frozenset(Side.MANAGER if side is Side.CREATOR else side for side in stair.sides)


def told_of(come: Sequence[Stair], course: Course = Course.POST) -> Mapping[Side, Rung]:
    """Return who is written to when these come together, each of the last rung that names them; the latest last."""
    told: dict[Side, Rung] = {}
    for stair in come:
        sides = sides_of(stair, course)
        told = {side: rung for side, rung in told.items() if side not in sides}
        told |= {side: stair.rung for side in Side if side in sides}
    return told


def rung_at(
    step: Stair,
    due_on: date,
    zone: str,
    days: QuietDays = NO_DAYS,
    *,
    policy: Policy = USUAL,
    due_by: time | None = None,
) -> datetime:
    """Return when `step` of the ladder of something due on `due_on` is climbed, as UTC; on none of the quiet `days`.

    What is due before reminders go out on that very day is asked for on the day before.
    """
    is_early = step.days == 0 and due_by is not None and due_by <= policy.hour_on(due_on)
    day = day_after(due_on + timedelta(days=step.days - is_early), days)
    return moment(day, policy.hour_on(day), zone)


def climbs(
    kind: StepKind, due_on: date, zone: str, days: QuietDays = NO_DAYS, *, due_by: time | None = None
) -> list[tuple[tuple[Stair, ...], datetime]]:
    """Return the mornings on which rungs come, as UTC, and which; of those that come together the last is climbed."""
    ladder = [(rung_at(step, due_on, zone, days, due_by=due_by), step) for step in LADDERS.get(kind, ())]
    return [(tuple(step for _, step in group), at) for at, group in groupby(ladder, key=itemgetter(0))]


def next_look(
    kind: StepKind,
    due_on: date,
    zone: str,
    now: datetime,
    rung: str | None,
    *,
    days: QuietDays = NO_DAYS,
    policy: Policy = USUAL,
    hours: QuietHours = USUAL_HOURS,
    due_by: time | None = None,
) -> Look:
    """Return the rungs to act on now and the moment of the next; `rung` is the last that was climbed.

    After a stop of the clock the latest rung is climbed, and each side hears the last that names it: nobody wants three
    reminders at once. So it is after quiet days, whose rungs all come on the first morning that is not quiet. What
    could only go on the day of the next rung waits for that: nobody hears of one thing twice on a day.
    """
    ladder = policy.ladder(kind)
    climbed = next((place for place, step in enumerate(ladder) if step.rung == rung), -1)
    ahead = [(step, rung_at(step, due_on, zone, days, policy=policy, due_by=due_by)) for step in ladder[climbed + 1 :]]
    come = tuple(step for step, at in ahead if at <= now)
    coming = [at for _, at in ahead if at > now]
    if come and coming and day_in(zone, coming[0]) <= day_in(zone, hours.lets_go(now, zone, days) or now):
        come = ()
    return Look(come, coming[0] if coming else None)


def keeps_until(look: Look, now: datetime) -> datetime:
    """Return when a reminder queued at `now` would only confuse: the next one is due by then."""
    return look.next_action_at or now + LAST_REMINDER_KEEPS


def acts_at(kind: StepKind, due_on: date, zone: str) -> datetime:
    """Return when a thing without a ladder happens: a stage opens as its day begins, the rest as it ends."""
    return moment(due_on, MIDNIGHT, zone) if kind is StepKind.STAGE_OPENS else end_of(due_on, zone)
