"""Quiet days and hours: what becomes of dates that fall on one, and when people may be reminded."""

import json
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Protocol
from zoneinfo import ZoneInfo

from partnerships.core.words import N_
from partnerships.core.zones import moment

from .checking import MIN_DAYS_DRAFT_TO_PUBLISH
from .dates import Dated, PlannedStep, StepKind, planned_stages, planned_steps
from .templates import Quiet, QuietPolicy, Template, Text

ONE_DAY = timedelta(days=1)
LONGEST_DAYS = 31  # that anything is put off: a calendar with longer rests has other plans

QuietDays = Mapping[date, Text]
"""The quiet days of an organisation and what they are called."""


class DayKind(StrEnum):
    """Where a quiet day comes from. Stored in the database: rename only with a migration."""

    PUBLIC = "public"
    JOINT = "joint"  # leave that the government adds to a feast (cuti bersama)
    OWN = "own"


DAY_LABELS: Mapping[DayKind, str] = {
    DayKind.PUBLIC: N_("Public holiday"),
    DayKind.JOINT: N_("Joint leave"),
    DayKind.OWN: N_("Own quiet day"),
}


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day of the list that comes along. One that is `estimated` follows the moon and is announced later."""

    on: date
    key: str
    name: Text
    kind: DayKind
    estimated: bool


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From when until when nobody is reminded, by the clock where they live; the same hour twice means never."""

    begins: time = time(20)
    ends: time = time(8)

    def lets_go(self, now: datetime, zone: str, days: QuietDays) -> datetime | None:
        """Return when people in `zone` may be reminded again, as UTC, or None when they may be `now`."""
        local = now.astimezone(ZoneInfo(zone))
        day, at = local.date(), local.time()
        if self.covers(at) and not (at < self.ends):
            day += ONE_DAY  # it is evening: the morning is tomorrow's
        elif not self.covers(at) and day not in days:
            return None
        return moment(day_after(day, days), self.ends, zone)

    def covers(self, at: time) -> bool:
        """Say whether it is quiet at this hour."""
        if self.begins <= self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends


def day_after(day: date, days: QuietDays) -> date:
    """Return the first day from `day` on that is not quiet."""
    return next(
        (after for number in range(LONGEST_DAYS) if (after := day + number * ONE_DAY) not in days),
        day,
    )


class Placed(Dated, Protocol):
    """Something of a plan on its day, in its stage."""

    @property
    def stage(self) -> str:
        """The key of its stage."""
        ...


class Kept(StrEnum):
    """Why a date stays on a quiet day."""

    POLICY = "policy"  # its template has it so
    STAGE = "stage"  # it would leave its stage, or no day near is free
    ROOM = "room"  # two revision rounds would not fit between draft and post
    PASSED = "passed"  # the day before is over
    CHOSEN = "chosen"  # somebody has named the day


@dataclass(frozen=True, slots=True)
class Settled:
    """What becomes of a date that falls on the quiet day called `because`; it stays when `to` is that very day."""

    due_on: date
    to: date
    because: Text
    is_left_out: bool = False  # one of many, which is not missed
    why: Kept | None = None  # only of what stays

    @property
    def is_kept(self) -> bool:
        """Say whether it stays on the quiet day."""
        return self.to == self.due_on and not self.is_left_out


Frames = Mapping[str, tuple[date, date]]
"""First and last day of each stage, by its key."""


Name = tuple[StepKind, str]
"""Kind and key of a dated thing: one of its kind in a plan."""


@dataclass(frozen=True, slots=True)
class Quieting:
    """How one plan keeps clear of quiet days."""

    days: QuietDays
    policy: QuietPolicy
    resting: Mapping[str, Text] = field(default_factory=dict)  # the quiet stages by their key

    def settle(
        self,
        steps: Iterable[Placed],
        frames: Frames,
        earliest: date,
        only: Container[Name],
        *,
        is_chosen: bool = False,
    ) -> dict[Name, Settled]:
        """Return what becomes of those of `only` that fall on a quiet day, or on one of a quiet stage.

        A day that somebody has chosen stays.
        """
        days, policy = resting_days(frames, self.resting) | dict(self.days), self.policy
        if not is_chosen:
            return settle(steps, frames, days, policy, earliest, only=only)
        kept = settle(steps, frames, days, QuietPolicy(Quiet.KEEP, Quiet.KEEP), earliest, only=only)
        return {name: replace(each, why=Kept.CHOSEN) for name, each in kept.items()}

    def put_off(self, kind: StepKind, to: date, earliest: date) -> Settled | None:
        """Return what becomes of one thing that has to be put off to `to`; None when that day is not quiet.

        It goes as the policy says, whatever its stage. Somebody was promised the days until `earliest`, so what would
        have to come sooner goes to the next day that is not quiet instead.
        """
        if to not in self.days or kind not in _POLICIES:
            return None
        wanted = _POLICIES[kind](self.policy)
        day = _day_for(to, self.days, wanted)
        return Settled(to, day if day >= earliest else day_after(to, self.days), self.days[to])


def resting_days(frames: Frames, resting: Mapping[str, Text]) -> dict[date, Text]:
    """Return the days of the stages that are `resting`, called as these are."""
    return {
        first + number * ONE_DAY: name
        for key, name in resting.items()
        if key in frames
        for first, last in (frames[key],)
        for number in range((last - first).days + 1)
    }


def settle(
    steps: Iterable[Placed],
    frames: Frames,
    days: QuietDays,
    policy: QuietPolicy,
    earliest: date = date.min,
    *,
    only: Container[Name] | None = None,
    repeats: Container[Name] = (),
) -> dict[Name, Settled]:
    """Return what becomes of each of `steps` that falls on a quiet day from `earliest` on, or only of those in `only`.

    Nothing leaves its stage, comes before `earliest`, or leaves fewer days than two revision rounds need between a
    draft and its post: then it stays, and a person decides. A draft looks at where its post went, so that comes first.
    """
    known = list(steps)
    days_of = {(step.kind, step.key): step.due_on for step in known}
    settled: dict[Name, Settled] = {}
    for step in sorted(known, key=lambda step: step.kind is StepKind.DRAFT):
        name = (step.kind, step.key)
        if step.due_on not in days or step.kind not in _POLICIES or step.due_on < earliest:
            continue
        if only is not None and name not in only:
            continue
        wanted = _POLICIES[step.kind](policy)
        to = _day_for(step.due_on, days, wanted)
        is_left_out = name in repeats and wanted is Quiet.SKIP
        why = None if is_left_out else _why_kept(step, to, wanted, earliest) or _unfit(step, to, frames, days_of)
        to = to if why is None else step.due_on
        settled[name] = Settled(step.due_on, to, days[step.due_on], is_left_out, why)
        days_of[name] = to
    return settled


_POLICIES = {
    StepKind.CHECK_IN: lambda policy: policy.check_ins,
    StepKind.DRAFT: lambda policy: policy.deliverables,
    StepKind.PUBLISH: lambda policy: policy.deliverables,
}


def _day_for(due_on: date, days: QuietDays, quiet: Quiet) -> date:
    """Return the day that the policy wants. SKIP leaves out what repeats; what comes only once it keeps."""
    if quiet not in {Quiet.NEXT, Quiet.PREVIOUS}:
        return due_on
    way = ONE_DAY if quiet is Quiet.NEXT else -ONE_DAY
    return next((day for number in range(1, LONGEST_DAYS) if (day := due_on + number * way) not in days), due_on)


def around(settled: Iterable[Settled]) -> dict[str, str]:
    """Return what the quiet days are called that something went out of the way of, by language; empty for none."""
    names = list(dict.fromkeys(each.because for each in settled if not each.is_kept))
    return {"id": ", ".join(name.id for name in names), "en": ", ".join(name.en for name in names)} if names else {}


def _why_kept(step: Placed, to: date, wanted: Quiet, earliest: date) -> Kept | None:
    """Return why there is no other day for it; None when the policy has found one."""
    if wanted not in {Quiet.NEXT, Quiet.PREVIOUS}:
        return Kept.POLICY
    if to == step.due_on:
        return Kept.STAGE
    return Kept.PASSED if to < earliest else None


def _unfit(step: Placed, to: date, frames: Frames, days_of: Mapping[Name, date]) -> Kept | None:
    """Return why that day does not do; None when it does."""
    first, last = frames[step.stage]
    if step.kind is not StepKind.DRAFT and not first <= to <= last:  # a draft may come before its stage begins
        return Kept.STAGE
    draft_on, post_on = days_of.get((StepKind.DRAFT, step.key)), days_of.get((StepKind.PUBLISH, step.key))
    if step.kind is StepKind.CHECK_IN or draft_on is None or post_on is None:
        return None
    room = (post_on - to if step.kind is StepKind.DRAFT else to - draft_on).days
    return Kept.ROOM if room < MIN_DAYS_DRAFT_TO_PUBLISH else None


def settle_plan(template: Template, anchor_on: date, days: QuietDays, earliest: date = date.min) -> dict[Name, Settled]:
    """Return what becomes of the days of a new plan that are quiet; what is past when it is planned stays."""
    frames = {stage.key: (stage.starts_on, stage.ends_on) for stage in planned_stages(template, anchor_on)}
    repeats = {(StepKind.CHECK_IN, check_in.key) for check_in in template.check_ins if check_in.repeats}
    quiet = resting_days(frames, template.resting) | dict(days)
    return settle(planned_steps(template, anchor_on), frames, quiet, template.quiet_policy, earliest, repeats=repeats)


def clear_steps(template: Template, anchor_on: date, days: QuietDays, earliest: date) -> list[PlannedStep]:
    """Return the steps of a new plan, those to come clear of quiet days as the template's policy says."""
    settled = settle_plan(template, anchor_on, days, earliest)
    return [
        replace(step, due_on=settled[step.kind, step.key].to) if (step.kind, step.key) in settled else step
        for step in planned_steps(template, anchor_on)
        if (step.kind, step.key) not in settled or not settled[step.kind, step.key].is_left_out
    ]


def companions_of(key: str) -> frozenset[str]:
    """Return the keys of the days that a feast brings along: its second day, and the leave around it."""
    return frozenset({f"{key}-2", f"{key}-cuti"}) if key else frozenset()


def feasts() -> dict[str, Text]:
    """Return what can be day 0 of a plan: every public holiday by its key, and what it is called."""
    return {day.key: day.name for day in holidays() if day.kind is DayKind.PUBLIC}


@cache
def holidays() -> tuple[Holiday, ...]:
    """Return Indonesia's public holidays and joint leave, as they are known today."""
    raw = json.loads(files("partnerships.plans").joinpath("data", "calendars", "holidays-id.json").read_text("utf-8"))
    return tuple(
        Holiday(
            on=date.fromisoformat(line["on"]),
            key=line["key"],
            name=Text(id=line["name"]["id"], en=line["name"]["en"]),
            kind=DayKind(line["kind"]),
            estimated=line["estimated"],
        )
        for line in raw["days"]
    )
