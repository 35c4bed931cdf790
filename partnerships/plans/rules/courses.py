"""What happens to a promised thing: posted, handed over, or simply done. The kind decides it."""

from collections.abc import Mapping
from enum import StrEnum

from partnerships.core.words import N_

from .templates import DeliverableKind, Fact, Template


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


def count_asked(template: Template) -> int:
    """Return how many pieces of content a template asks for: not what is left to choice, and no task."""
    return sum(course_of(spec.kind) in {Course.POST, Course.CLIPS} for spec in template.deliverables)


def course_of(kind: DeliverableKind) -> Course:
    """Return what happens to a thing of this kind."""
    return _OTHERS.get(kind, Course.POST)
