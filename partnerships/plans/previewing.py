"""See every date of a plan before there is one, and before anybody has agreed to it."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date, time

from partnerships.core.words import N_
from partnerships.database.work import Reading

from .rules.courses import DAY_LABELS, course_of, still_asked
from .rules.dates import PlannedStep, StepKind, left_out, planned_stages, planned_steps
from .rules.quiet import QuietDays, Settled, settle_plan
from .rules.templates import Template, Text
from .tables import Partnership, Step, estimates_of, quiet_days_of

Estimates = Mapping[date, frozenset[str]]
"""Days that nobody has announced yet, with the keys of the feasts that are expected on each."""

SHOWN = frozenset({StepKind.CHECK_IN, StepKind.DRAFT, StepKind.PUBLISH})


@dataclass(frozen=True, slots=True)
class PreviewedStep:
    """A date that a creator would see."""

    kind: StepKind
    label: str  # a sentence of ours: what sort of thing is due
    title: Text
    due_on: date
    day: int
    is_past: bool  # it is left out, as done before Sahabat
    due_by: time | None = None
    quiet: Settled | None = None  # what the quiet day it falls on makes of it
    is_estimate: bool = False  # nobody has announced that quiet day yet


@dataclass(frozen=True, slots=True)
class PreviewedStage:
    """A stage with the dates inside it."""

    title: Text
    purpose: Text
    starts_on: date
    ends_on: date
    steps: tuple[PreviewedStep, ...]


def find_quiet_days(reading: Reading) -> QuietDays:
    """Return the days that new plans step around."""
    return quiet_days_of(reading.session)


def find_estimates(reading: Reading) -> Estimates:
    """Return the quiet days that nobody has announced yet."""
    return estimates_of(reading.session)


def preview(
    template: Template,
    anchor_on: date,
    days: QuietDays | None = None,
    earliest: date = date.min,
    estimates: Container[date] = (),
) -> list[PreviewedStage]:
    """Return the stages and dates that a plan from `anchor_on` would have, as days where the creator lives.

    `days` are quiet, those in `estimates` perhaps; what is due before `earliest` is past already and stays.
    """
    steps = planned_steps(template, anchor_on)
    past = set(left_out(steps, earliest))
    settled = settle_plan(template, anchor_on, days or {}, earliest)
    return [
        PreviewedStage(
            spec.title,
            spec.purpose,
            stage.starts_on,
            stage.ends_on,
            tuple(
                _step(template, step, settled.get((step.kind, step.key)), estimates, is_past=step in past)
                for step in steps
                if step.stage == stage.key and step.kind in SHOWN
            ),
        )
        for spec, stage in zip(template.stages, planned_stages(template, anchor_on), strict=True)
    ]


def lay_out(partnership: Partnership) -> list[PreviewedStage]:
    """Return the stages and dates of a plan as it stands, but for the content that is not asked for any more."""
    template, past = partnership.template, partnership.past_steps()
    asked = {spec.key for spec in still_asked(template, partnership.steps)}
    steps = [step for step in partnership.steps if step.kind is StepKind.CHECK_IN or step.key in asked]
    return [
        PreviewedStage(
            template.stage(stage.key).title,
            template.stage(stage.key).purpose,
            stage.starts_on,
            stage.ends_on,
            tuple(
                _step(template, step, is_past=step in past)
                for step in steps
                if step.stage_id == stage.id and step.kind in SHOWN
            ),
        )
        for stage in partnership.stages
    ]


def _step(
    template: Template,
    step: PlannedStep | Step,
    quiet: Settled | None = None,
    estimates: Container[date] = (),
    *,
    is_past: bool,
) -> PreviewedStep:
    return PreviewedStep(
        step.kind,
        _label(template, step.kind, step.key),
        _title(template, step.kind, step.key),
        quiet.to if quiet else step.due_on,
        step.day,
        is_past,
        step.due_by,
        quiet,
        quiet is not None and quiet.due_on in estimates,
    )


def _label(template: Template, kind: StepKind, key: str) -> str:
    if kind is StepKind.PUBLISH:
        return DAY_LABELS[course_of(template.deliverable(key).kind)]
    return N_("Check-in") if kind is StepKind.CHECK_IN else N_("Draft")


def _title(template: Template, kind: StepKind, key: str) -> Text:
    return template.check_in(key).title if kind is StepKind.CHECK_IN else template.deliverable(key).title
