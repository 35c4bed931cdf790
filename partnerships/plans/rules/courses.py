"""What happens to a promised thing: posted, handed over, or simply done. The kind decides it."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Protocol

from partnerships.core.words import N_

from .dates import StepKind
from .templates import DeliverableKind, DeliverableSpec, Fact, PaymentSpec, Template


class Course(StrEnum):
    """The way of a promised thing from the plan to its end."""

    POST = "post"  # it goes public, is looked for, and stays up for its days
    OPTIONAL_POST = "optional_post"  # the same for who likes; nobody is reminded, and it may be left without blame
    CLIPS = "clips"  # drafted, reviewed, approved and with that handed over; nothing is published
    TASK = "task"  # no content: somebody says that it is done, and how


_OTHERS: Mapping[DeliverableKind, Course] = {
    DeliverableKind.OPTIONAL_POST: Course.OPTIONAL_POST,
    DeliverableKind.RAW_CLIPS: Course.CLIPS,
    DeliverableKind.TASK: Course.TASK,
}
RELEASED_BY: Mapping[Course, Fact] = {
    Course.POST: Fact.LIVE_VERIFIED,
    Course.OPTIONAL_POST: Fact.LIVE_VERIFIED,
    Course.CLIPS: Fact.APPROVED,
    Course.TASK: Fact.DONE,
}
"""The fact about a thing that can release a payment."""
DAY_LABELS: Mapping[Course, str] = {
    Course.POST: N_("Post"),
    Course.OPTIONAL_POST: N_("Optional post"),
    Course.CLIPS: N_("Clips handed over"),
    Course.TASK: N_("Task"),
}
"""What is due on the last day of a thing, by its course."""
POSTED = frozenset({Course.POST, Course.OPTIONAL_POST})


class Planned(Protocol):
    """A dated thing of a plan, done or not."""

    kind: Any
    key: Any
    done_at: Any


def still_asked(template: Template, steps: Iterable[Planned]) -> list[DeliverableSpec]:
    """Return the content that the steps of a plan ask for; what the brand does without is there no more."""
    keys = {step.key for step in steps if step.kind is StepKind.PUBLISH and step.done_at is None}
    return [spec for spec in template.deliverables if spec.key in keys]


def loose_payments(template: Template, content: Iterable[DeliverableSpec]) -> set[str]:
    """Return the keys of the payments that wait for something which is not among the `content` that is asked for."""
    keys, facts = {spec.key for spec in content}, set(RELEASED_BY.values())
    releases = ((payment.key, payment.released_by) for payment in template.payments)
    return {key for key, release in releases if release.fact in facts and release.key not in keys}


class Named(Protocol):
    """A dated thing of a plan, by what it is."""

    @property
    def kind(self) -> StepKind:
        """What it is."""
        ...

    @property
    def key(self) -> str:
        """Of what it is."""
        ...


def unearned(template: Template, let_go: Iterable[Named], skipped: Iterable[str] = ()) -> list[tuple[int, PaymentSpec]]:
    """Return the payments, with their numbers, whose fact never comes true without `let_go` and the stages `skipped`.

    Nobody takes them away by that: somebody has to say what becomes of them.
    """
    facts = [(Fact.STAGE_CLOSED, key) for key in skipped]
    for step in let_go:
        if step.kind is StepKind.CHECK_IN:
            facts.append((Fact.CHECK_IN_ANSWERED, step.key))
        elif step.kind is StepKind.PUBLISH:
            facts.append((RELEASED_BY[course_of(template.deliverable(step.key).kind)], step.key))
    return [pair for fact in facts for pair in template.payments_for(*fact)]


def count_asked(content: Iterable[DeliverableSpec]) -> int:
    """Return how many pieces of `content` somebody has to make: not what is left to choice, and no task."""
    return sum(course_of(spec.kind) in {Course.POST, Course.CLIPS} for spec in content)


def course_of(kind: DeliverableKind) -> Course:
    """Return what happens to a thing of this kind."""
    return _OTHERS.get(kind, Course.POST)
