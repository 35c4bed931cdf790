"""Bend a plan: from one move to every date that changes, what stays and why, and what would break.

Nothing that has happened moves. What is late (its day is past, and it is still waited for) stays where it is when the
rest is moved, because its day has happened; it may be given a new day of its own. A pause moves it along: the clock
stood still for it too, so it is as late afterwards as it was before.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from partnerships.core.words import N_
from partnerships.core.zones import day_in

from .checking import MIN_DAYS_DRAFT_TO_PUBLISH
from .dates import AFTER_POST_STEPS, STAGE_STEPS, StepKind, on_day
from .differences import Change, difference
from .partnerships import RESUMED, START_MOVED
from .problems import Problem
from .quiet import Frames, Name, Quieting, Settled
from .schedule import When
from .stages import StageState

SKIPPED = "skipped"  # why a version was made: a stage of it is left out
SKIPS = "skip:"  # before the key of a stage that is to be skipped, in addresses
UNDONE = "undone"  # why a version was made: the move before it was taken back
MOST_DAYS = 366  # more than a year is another plan
TOO_CLOSE = N_("There must be %(needed)s days from draft to post.")
DATED = frozenset({StepKind.CHECK_IN, StepKind.DRAFT, StepKind.PUBLISH})  # the days that somebody is asked for


class MoveKind(StrEnum):
    """What is moved. Stored with the version that it makes: rename only with a migration."""

    REST = "shifted"  # everything to come
    ANCHOR = START_MOVED  # the day that the plan counts from, and everything to come with it
    STAGE = "stage_resized"  # the end of one stage, and every later stage with it
    STEP = "step_moved"  # one check-in, draft or post
    BACK = "moved_back"  # to the days of an earlier version, as far as they are still to come
    PAUSE = RESUMED  # everything that was waited for when the clock stood still
    SKIP = SKIPPED  # no day: one stage is left out, with what is still waited for in it


BY_DAYS = frozenset({MoveKind.REST, MoveKind.ANCHOR, MoveKind.STAGE, MoveKind.PAUSE})  # so many days, for all of it
CHOSEN = frozenset({MoveKind.STEP, MoveKind.BACK})  # somebody has named each of these days


class Why(StrEnum):
    """Why something stays where it is."""

    DONE = "done"
    LATE = "late"
    BEFORE = "before"  # it was due before Sahabat knew of the plan
    POSTED = "posted"  # it counts from the day the post was seen
    PASSED = "passed"  # the day it would go back to is over
    WEEKDAY = "weekday"  # the anchor moves, and the weekday that decides falls on the same day
    QUIET = "quiet"  # the anchor moves, and what had made way for a quiet day belongs where it is now


@dataclass(frozen=True, slots=True)
class Move:
    """What somebody wants. `key` is a stage's for STAGE and SKIP, a step's name for STEP; `to` is its new day."""

    kind: MoveKind
    days: int = 0
    key: str = ""
    to: date | None = None
    number: int = 0  # of the version to go back to, for BACK
    dates: Mapping[str, str] = field(default_factory=dict)  # of that version


@dataclass(frozen=True, slots=True)
class PlanStage:
    """A stage as it stands; both days belong to it."""

    key: str
    starts_on: date
    ends_on: date
    state: StageState


@dataclass(frozen=True, slots=True)
class PlanStep:
    """A dated thing as it stands."""

    kind: StepKind
    key: str
    stage: str
    due_on: date
    done: bool
    lag: int | None = None  # days that it is to be due after its stage begins, as its template has it

    @property
    def name(self) -> str:
        """Return the name under which versions keep its day."""
        return f"{self.kind}:{self.key}"


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan as it stands today, where its creator lives. Until it `has_begun` nothing is late."""

    stages: tuple[PlanStage, ...]
    steps: tuple[PlanStep, ...]
    today: date
    has_begun: bool
    anchor_on: date = date.min
    known_on: date = date.min  # since then Sahabat knows of it
    weekdays: Mapping[str, When] = field(default_factory=dict)  # of what one decides, by its name

    def is_past(self, day: date) -> bool:
        """Say whether `day` has happened for this plan."""
        return self.has_begun and day < self.today


@dataclass(frozen=True, slots=True)
class Stay:
    """One thing that does not move, although the rest does."""

    kind: StepKind
    key: str
    on: date
    why: Why

    @property
    def is_over(self) -> bool:
        """Say whether everybody knows that it stays: it has happened, or counts from what has."""
        return self.why in {Why.DONE, Why.POSTED}


@dataclass(frozen=True, slots=True)
class Bent:
    """What a move makes of a plan: new days by step and by stage; nothing of it holds while there are `problems`."""

    plan: Plan
    changes: tuple[Change, ...]
    stays: tuple[Stay, ...]
    problems: tuple[Problem, ...]
    quiet: Mapping[str, Settled] = field(default_factory=dict)  # what came to lie on a quiet day, by name
    let_go: tuple[PlanStep, ...] = ()  # only of a skip: it is not asked for any more

    @property
    def asked(self) -> tuple[Change, ...]:
        """Return the changes of days that the creator is asked for."""
        return tuple(change for change in self.changes if change.kind in DATED)

    @property
    def is_last(self) -> bool:
        """Say whether what a skip lets go is all that was still planned."""
        still = (step for step in self.plan.steps if not step.done and step.kind in DATED)
        return all(step in self.let_go for step in still)

    @property
    def is_earlier(self) -> bool:
        """Say whether the creator is asked for anything earlier than before."""
        return any(change.days < 0 for change in self.asked)


def resuming(held_at: datetime, now: datetime, zone: str) -> Move:
    """Return the move that letting a clock run again is: as many days later as it stood still, counted in `zone`."""
    return Move(MoveKind.PAUSE, (day_in(zone, now) - day_in(zone, held_at)).days)


def bend(plan: Plan, move: Move, quieting: Quieting | None = None) -> Bent:
    """Return what `move` makes of `plan`. What goes along keeps clear of quiet days, but not a day that was chosen."""
    if move.kind is MoveKind.SKIP:
        return _skipped(plan, move.key)
    wanted = _wanted(plan, move, quieting)
    stays = list(_stays(plan, move, wanted))
    still = {f"{stay.kind}:{stay.key}" for stay in stays}
    steps = tuple(
        replace(step, due_on=wanted[step.name]) if step.name in wanted and step.name not in still else step
        for step in plan.steps
    )
    quiet = {} if quieting is None else _quiet(plan, steps, quieting, is_chosen=move.kind in CHOSEN)
    steps = tuple(replace(step, due_on=quiet[step.name].to) if step.name in quiet else step for step in steps)
    days = {step.name: step.due_on for step in steps}
    stages = tuple(_stage(stage, days) for stage in plan.stages)
    bent = replace(plan, steps=steps, stages=stages)
    changes = difference(_days(plan), _days(bent))
    problems = [*_wrong(plan, move, changes), *_newly_broken(plan, bent)] if move.kind is not MoveKind.PAUSE else []
    return Bent(bent, tuple(changes), tuple(stays), tuple(problems), quiet)


def _skipped(plan: Plan, key: str) -> Bent:
    """Return what is left of the stage called `key` when it is skipped; all other stages keep their days."""
    own = [step for step in plan.steps if step.stage == key and step.kind not in STAGE_STEPS]
    let_go = tuple(step for step in own if not step.done and step.kind in DATED)
    stays = tuple(
        Stay(step.kind, step.key, step.due_on, Why.POSTED if step.kind in AFTER_POST_STEPS else Why.DONE)
        for step in own
        if step not in let_go
    )
    drafted = {step.key for step in own if step.kind is StepKind.DRAFT and step.done}
    problems = [
        *_over(plan, key, N_("This stage is over: it cannot be skipped any more.")),
        *(
            Problem(step.name, N_("A draft of it has been sent. Decide on it or waive it first, then skip the stage."))
            for step in let_go
            if step.kind is StepKind.PUBLISH and step.key in drafted
        ),
    ]
    return Bent(plan, (), stays, tuple(problems), let_go=let_go)


def clear_days(plan: Plan, quieting: Quieting, earliest: date) -> dict[Name, date]:
    """Return the new days of what is still to come and falls on a quiet day."""
    settled = _clear(plan.stages, plan.steps, quieting, earliest, [step for step in plan.steps if not step.done])
    return {name: each.to for name, each in settled.items()}


def _quiet(plan: Plan, steps: tuple[PlanStep, ...], quieting: Quieting, *, is_chosen: bool) -> dict[str, Settled]:
    """Return what becomes of the moved steps that have come to lie on a quiet day, by name; what is chosen stays."""
    days = {step.name: step.due_on for step in steps}
    frames = _frames(_stage(stage, days) for stage in plan.stages)
    moved = {
        (step.kind, step.key) for before, step in zip(plan.steps, steps, strict=True) if step.due_on != before.due_on
    }
    earliest = plan.today if plan.has_begun else date.min
    settled = quieting.settle(steps, frames, earliest, moved, is_chosen=is_chosen)
    return {f"{kind}:{key}": each for (kind, key), each in settled.items()}


def _clear(
    stages: Iterable[PlanStage],
    steps: Iterable[PlanStep],
    quieting: Quieting,
    earliest: date,
    moving: Iterable[PlanStep],
) -> dict[Name, Settled]:
    return quieting.settle(steps, _frames(stages), earliest, {(step.kind, step.key) for step in moving})


def _frames(stages: Iterable[PlanStage]) -> Frames:
    return {stage.key: (stage.starts_on, stage.ends_on) for stage in stages}


def _wanted(plan: Plan, move: Move, quieting: Quieting | None) -> dict[str, date]:
    """Return the day that the move wants for each step it is about, by name."""
    match move.kind:
        case MoveKind.STEP:
            return {step.name: move.to for step in plan.steps if step.name == move.key and move.to is not None}
        case MoveKind.BACK:
            return {
                step.name: date.fromisoformat(move.dates[step.name])
                for step in plan.steps
                if move.dates.get(step.name, step.due_on.isoformat()) != step.due_on.isoformat()
            }
        case MoveKind.ANCHOR:
            return anchored(plan, move.days, quieting)
    about = _behind(plan, move.key) if move.kind is MoveKind.STAGE else plan.steps
    return {step.name: step.due_on + timedelta(days=move.days) for step in about}


def anchored(plan: Plan, days: int, quieting: Quieting | None) -> dict[str, date]:
    """Return the day of each step, by name, when the plan counts from a day that is `days` later.

    What a weekday decides has it looked up anew, what had made way for a quiet day goes from the day that it was to
    have, and everything else goes along; so does one that somebody has given a day of its own, and one that the weekday
    would put outside its stage, or into the past.
    """
    wanted = {step.name: step.due_on + timedelta(days=days) for step in plan.steps}
    frames = {stage.key: (on_day(stage.starts_on, days), on_day(stage.ends_on, days)) for stage in plan.stages}
    for step, rule_on in _ruled(plan, quieting):
        first, last = frames[step.stage]
        when = plan.weekdays.get(step.name)
        day = on_day(rule_on, days) if when is None else when.on(on_day(plan.anchor_on, days))
        if (when is None or first <= day <= last) and not plan.is_past(day):
            wanted[step.name] = day
    return wanted


def _ruled(plan: Plan, quieting: Quieting | None) -> list[tuple[PlanStep, date]]:
    """Return what stands on the day that its rule gives it, or where it went from there for a quiet day; and that day.

    The rule is a weekday, or so many days after its stage begins.
    """
    starts = {stage.key: stage.starts_on for stage in plan.stages}
    rules = {
        step.name: on_day(starts[step.stage], step.lag)
        for step in plan.steps
        if step.kind in DATED and step.lag is not None
    } | {name: when.on(plan.anchor_on) for name, when in plan.weekdays.items()}
    placed = [replace(step, due_on=rules.get(step.name, step.due_on)) for step in plan.steps]
    ruled = [step for step in placed if step.name in rules]
    clear = _clear(plan.stages, placed, quieting, date.min, ruled) if quieting and ruled else {}
    days = {step.name: {step.due_on} for step in ruled}
    for (kind, key), settled in clear.items():
        days[f"{kind}:{key}"].add(settled.to)
    return [(step, rules[step.name]) for step in plan.steps if step.due_on in days.get(step.name, ())]


def _behind(plan: Plan, key: str) -> list[PlanStep]:
    """Return the end of the stage called `key`, and everything in the stages after it."""
    keys = [stage.key for stage in plan.stages]
    later = set(keys[keys.index(key) + 1 :]) if key in keys else set()
    return [
        step
        for step in plan.steps
        if step.stage in later or (step.kind is StepKind.STAGE_CLOSES and step.stage == key and key in keys)
    ]


def _stays(plan: Plan, move: Move, wanted: Mapping[str, date]) -> Iterator[Stay]:
    stages = {stage.key: stage for stage in plan.stages}
    for step in plan.steps:
        if step.name in wanted:
            why = _why(plan, step, stages[step.stage], move, wanted[step.name])
            if why is not None:
                yield Stay(step.kind, step.key, step.due_on, why)


def _why(plan: Plan, step: PlanStep, stage: PlanStage, move: Move, day: date) -> Why | None:
    """Return why the step stays; None when it moves."""
    if step.kind in AFTER_POST_STEPS:
        return Why.POSTED
    if step.done or _has_happened(step, stage):
        return Why.DONE
    if move.kind not in {MoveKind.PAUSE, MoveKind.STEP} and plan.is_past(step.due_on):
        return Why.LATE
    comes_along = plan.has_begun or move.kind in {MoveKind.STEP, MoveKind.ANCHOR}
    if not comes_along and step.due_on < plan.known_on:
        return Why.BEFORE
    if move.kind is MoveKind.ANCHOR and move.days and day == step.due_on:
        return Why.WEEKDAY if step.name in plan.weekdays else Why.QUIET
    return Why.PASSED if move.kind is MoveKind.BACK and plan.is_past(day) else None


def _has_happened(step: PlanStep, stage: PlanStage) -> bool:
    """Say whether it is the beginning or the end of a stage that has begun or ended, whatever its step says."""
    if step.kind is StepKind.STAGE_OPENS:
        return stage.state is not StageState.UPCOMING
    return step.kind is StepKind.STAGE_CLOSES and stage.state in {StageState.CLOSED, StageState.SKIPPED}


def _stage(stage: PlanStage, days: Mapping[str, date]) -> PlanStage:
    """Return the stage between the days on which its steps open and close it."""
    starts_on = days.get(f"{StepKind.STAGE_OPENS}:{stage.key}", stage.starts_on)
    return replace(stage, starts_on=starts_on, ends_on=days.get(f"{StepKind.STAGE_CLOSES}:{stage.key}", stage.ends_on))


def _days(plan: Plan) -> dict[str, str]:
    return {step.name: step.due_on.isoformat() for step in plan.steps}


def _wrong(plan: Plan, move: Move, changes: Iterable[Change]) -> Iterator[Problem]:
    """Yield what cannot be asked for at all."""
    if move.kind is MoveKind.STAGE:
        yield from _over(plan, move.key, N_("This stage is over: its end cannot be moved any more."))
    if move.kind is MoveKind.STEP and move.to is not None and move.to < plan.today:
        yield Problem("to", N_("This day is over. Please choose today or a day to come."))
        return
    for change in changes:
        if change.new_on is not None and plan.is_past(change.new_on):
            yield Problem(change.name, N_("It would lie in the past (%(day)s)."), {"day": change.new_on})


def _over(plan: Plan, key: str, sentence: str) -> Iterator[Problem]:
    """Yield `sentence` when the stage called `key` has ended, was skipped, or is none."""
    state = {stage.key: stage.state for stage in plan.stages}.get(key)
    if state not in {StageState.UPCOMING, StageState.OPEN}:
        yield Problem("key", sentence)


def _newly_broken(plan: Plan, bent: Plan) -> Iterator[Problem]:
    """Yield what holds before the move and not after it: what was bent before may stay so, but is bent no further."""
    before = {(problem.line, problem.sentence) for problem in _broken(plan)}
    for problem in _broken(bent):
        if (problem.line, problem.sentence) not in before:
            yield problem


def _broken(plan: Plan) -> Iterator[Problem]:
    left = [stage for stage in plan.stages if stage.state in {StageState.UPCOMING, StageState.OPEN}]
    for stage in left:
        if stage.ends_on < stage.starts_on:
            yield Problem(f"{StepKind.STAGE_CLOSES}:{stage.key}", N_("A stage cannot end before it starts."))
    for before, after in pairwise(left):
        if after.starts_on <= before.ends_on:
            yield Problem(f"{StepKind.STAGE_OPENS}:{after.key}", N_("It would begin before the stage before it ends."))
    stages = {stage.key: stage for stage in plan.stages}
    for step in plan.steps:
        own = stages[step.stage]
        if step.done or step.kind not in {StepKind.CHECK_IN, StepKind.PUBLISH}:
            continue
        if not own.starts_on <= step.due_on <= own.ends_on:
            values = {"from_day": own.starts_on, "to_day": own.ends_on}
            yield Problem(step.name, N_("It would lie outside its stage (%(from_day)s to %(to_day)s)."), values)
    yield from _too_close(plan)


def _too_close(plan: Plan) -> Iterator[Problem]:
    drafts = {step.key: step for step in plan.steps if step.kind is StepKind.DRAFT and not step.done}
    for step in plan.steps:
        draft = drafts.get(step.key)
        is_asked = step.kind is StepKind.PUBLISH and not step.done
        if is_asked and draft and (step.due_on - draft.due_on).days < MIN_DAYS_DRAFT_TO_PUBLISH:
            yield Problem(step.name, TOO_CLOSE, {"needed": MIN_DAYS_DRAFT_TO_PUBLISH})
