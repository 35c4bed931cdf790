"""From an anchor date and a template to every date of a plan."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from partnerships.core.errors import Refused
from partnerships.core.words import N_

from .schedule import Due, When
from .templates import Template

EARLIEST_DAYS_BACK = 14  # a first receipt confirmed later than this is a plan to be made anew
LATEST_DAYS_AHEAD = 366


class StepKind(StrEnum):
    """What a dated thing is. Stored in the database: rename only with a migration."""

    STAGE_OPENS = "stage_opens"
    CHECK_IN = "check_in"
    DRAFT = "draft"  # a deliverable's first draft is due
    PUBLISH = "publish"
    KEEP_LIVE = "keep_live"  # a post has stayed up for its minimum days
    PAY_FACT = "pay_fact"  # a post has been live long enough for a payment to be earned
    METRICS = "metrics"  # the creator sends what a post has reached, some days after it was seen live
    STAGE_CLOSES = "stage_closes"
    INVITATION = "invitation"  # the creator answers it
    NEGOTIATION = "negotiation"  # the brand answers wishes about the terms
    PARCEL = "parcel"  # the brand sends it
    RECEIPT = "receipt"  # somebody says that it arrived


STAGE_STEPS = frozenset({StepKind.STAGE_OPENS, StepKind.STAGE_CLOSES})
# They go on when the partnership is over.
AFTER_POST_STEPS = frozenset({StepKind.KEEP_LIVE, StepKind.PAY_FACT, StepKind.METRICS})
# Clocks before day 0. They are no part of the plan: nothing moves them, and no version of the plan has them.
CLOCKS = frozenset({StepKind.INVITATION, StepKind.NEGOTIATION, StepKind.PARCEL, StepKind.RECEIPT})


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """One dated thing of a plan. `day` counts from the anchor, in the creator's zone."""

    kind: StepKind
    key: str  # of the stage, check-in or deliverable in the template
    stage: str
    day: int
    due_on: date
    due_by: time | None = None  # by the clock there; None: by the end of the day


@dataclass(frozen=True, slots=True)
class PlannedStage:
    """A stretch of the timeline; both days belong to it."""

    key: str
    starts_on: date
    ends_on: date


def planned_stages(template: Template, anchor_on: date) -> list[PlannedStage]:
    """Return the stages with their dates, in order."""
    return [
        PlannedStage(stage.key, on_day(anchor_on, stage.from_day), on_day(anchor_on, stage.to_day))
        for stage in template.stages
    ]


def planned_steps(template: Template, anchor_on: date) -> list[PlannedStep]:
    """Return every dated thing of the template, by day and then in the order in which things happen on one day."""
    order = list(StepKind)
    return sorted(_steps(template, anchor_on), key=lambda step: (step.day, order.index(step.kind)))


def _steps(template: Template, anchor_on: date) -> Iterator[PlannedStep]:
    def step(kind: StepKind, key: str, stage: str, due: Due) -> PlannedStep:
        day = due.day if due.when is None else (due.on(anchor_on) - anchor_on).days
        return PlannedStep(kind, key, stage, day, on_day(anchor_on, day), due.by)

    for stage in template.stages:
        yield step(StepKind.STAGE_OPENS, stage.key, stage.key, Due(stage.from_day))
        yield step(StepKind.STAGE_CLOSES, stage.key, stage.key, Due(stage.to_day))
    for kind, key, stage_key, due in _asked(template):
        yield step(kind, key, stage_key, due)


def _asked(template: Template) -> Iterator[tuple[StepKind, str, str, Due]]:
    """Yield kind, key, stage and rule of everything that somebody is asked for."""
    for check_in in template.check_ins:
        yield StepKind.CHECK_IN, check_in.key, _stage_of(template, check_in.day), check_in.due
    for deliverable in template.deliverables:
        if deliverable.draft_due is not None:
            yield StepKind.DRAFT, deliverable.key, deliverable.stage, deliverable.draft_due
        yield StepKind.PUBLISH, deliverable.key, deliverable.stage, deliverable.publish_due


def weekdays(template: Template) -> dict[str, When]:
    """Return the weekdays that decide something, by the name under which versions keep its day."""
    return {f"{kind}:{key}": due.when for kind, key, _, due in _asked(template) if due.when is not None}


def _stage_of(template: Template, day: int) -> str:
    stage = template.stage_on(day)
    if stage is None:
        raise ValueError(f"{template.key}: day {day} lies outside the timeline")
    return stage.key


class Dated(Protocol):
    """Something of a plan on its day."""

    @property
    def kind(self) -> StepKind:
        """What it is."""
        ...

    @property
    def key(self) -> str:
        """Of what it is."""
        ...

    @property
    def due_on(self) -> date:
        """The day."""
        ...


Thing = TypeVar("Thing", bound=Dated)


def left_out(steps: Iterable[Thing], planned_on: date) -> list[Thing]:
    """Return what was due before the plan was made: it was done before Sahabat. A draft goes only with its post."""
    past = [step for step in steps if step.due_on < planned_on]
    posted = {step.key for step in past if step.kind is StepKind.PUBLISH}
    return [
        step
        for step in past
        if step.kind in {StepKind.CHECK_IN, StepKind.PUBLISH} or (step.kind is StepKind.DRAFT and step.key in posted)
    ]


def left_in(steps: Sequence[Thing], planned_on: date) -> list[Thing]:
    """Return the others: what is asked for."""
    past = left_out(steps, planned_on)
    return [step for step in steps if step not in past]


def on_day(anchor_on: date, day: int) -> date:
    """Return the date `day` days after the anchor (before it, when negative); raise `Refused` beyond the calendar."""
    try:
        return anchor_on + timedelta(days=day)
    except OverflowError:
        raise Refused(N_("This date is too far away."), field="anchor_on") from None


def check_anchor(anchor_on: date, today: date, template: Template) -> None:
    """Refuse a start after which nothing would be left to do, or more than a year ahead.

    A campaign that runs already may be entered (product rule 13): what is past was done before Sahabat knew of it.
    """
    if anchor_on < today - timedelta(days=template.last_day):
        raise Refused(N_("The start date is so long ago that the whole plan would be over."), field="anchor_on")
    if anchor_on > today + timedelta(days=LATEST_DAYS_AHEAD):
        raise Refused(N_("The start date is more than a year ahead."), field="anchor_on")


def check_receipt(received_on: date, today: date, planned_on: date) -> None:
    """Refuse a receipt in the future, or long ago: most first check-ins would be over, and nobody planned it so."""
    if received_on > today:
        raise Refused(N_("The product cannot have arrived in the future."), field="received_on")
    if received_on < min(today - timedelta(days=EARLIEST_DAYS_BACK), planned_on):
        raise Refused(
            N_("That is more than %(days)s days ago. Enter the day from which the dates are to count."),
            field="received_on",
            days=EARLIEST_DAYS_BACK,
        )
