"""Templates of a partnership: stages, check-ins, deliverables and payments, each a number of days from the anchor.

Templates are data (`plans/data/<key>.json`) with both languages written out; a published version is never edited, a
new one gets the next `version`. `checking.check` says what is wrong with one.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from partnerships.core.errors import NotFound
from partnerships.core.words import N_

BUILT_IN = ("usage-3m",)
STOPPED = "stopped"  # the option of an attestation that says "I no longer use it"
YES, NO = "yes", "no"  # how the answer to a yes/no question is written, also in a condition


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Indonesian and in English."""

    id: str
    en: str

    def in_(self, locale: str) -> str:
        """Return the words for `locale` ("en", "en_ID", "id", …); Indonesian where the language is unknown."""
        return self.en if locale == "en" or locale.startswith(("en_", "en-")) else self.id


class AnchorKind(StrEnum):
    """What day 0 is. Stored in the database: rename only with a migration."""

    PRODUCT_RECEIVED = "product_received"
    AGREEMENT_START = "agreement_start"
    CALENDAR_EVENT = "calendar_event"


class ClaimLevel(StrEnum):
    """The most that content of a stage may claim, from least to most. Stored in the database."""

    NONE = "none"
    IMPRESSION = "impression"
    ROUTINE_AND_MINUS = "routine_and_minus"
    OWN_RESULT = "own_result"


CLAIM_LABELS: Mapping[ClaimLevel, str] = {
    ClaimLevel.NONE: N_("No claims yet"),
    ClaimLevel.IMPRESSION: N_("First impression only, no results"),
    ClaimLevel.ROUTINE_AND_MINUS: N_("Routine and drawbacks, no results"),
    ClaimLevel.OWN_RESULT: N_("Own result allowed"),
}


class QuestionKind(StrEnum):
    """How a question is asked. Stored with the answers."""

    SCALE = "scale"
    NUMBER = "number"
    YES_NO = "yes_no"
    TEXT = "text"
    PHOTO = "photo"
    SAME_ANGLE_PHOTO = "same_angle_photo"
    ATTESTATION = "attestation"  # one of `options`: how often it is still used, or `STOPPED`
    CHOICE = "choice"


PHOTO_KINDS = frozenset({QuestionKind.PHOTO, QuestionKind.SAME_ANGLE_PHOTO})


class Meaning(StrEnum):
    """What an answer means to the product, whatever its words: some answers need a person or change a state."""

    REACTION = "reaction"  # yes: use, posts and reminders pause at once
    STILL_USING = "still_using"  # stopped: licences and paid use are flagged
    DAYS_USED = "days_used"
    MINUS = "minus"
    REFILL = "refill"  # yes: somebody has to send more
    KEEP_GOING = "keep_going"  # no: offer the ending "not for me"


class DeliverableKind(StrEnum):
    """What sort of thing is promised; `courses` says what happens to it. Part of templates and of the rubric."""

    STORY_SET = "story_set"
    SHORT_VIDEO = "short_video"
    LONG_VIDEO = "long_video"
    LIVE = "live"
    OPTIONAL_POST = "optional_post"
    RAW_CLIPS = "raw_clips"
    TASK = "task"


DELIVERABLE_LABELS: Mapping[DeliverableKind, str] = {
    DeliverableKind.STORY_SET: N_("Story set"),
    DeliverableKind.SHORT_VIDEO: N_("Short video"),
    DeliverableKind.LONG_VIDEO: N_("Long video"),
    DeliverableKind.LIVE: N_("Live session"),
    DeliverableKind.OPTIONAL_POST: N_("Optional post"),
    DeliverableKind.RAW_CLIPS: N_("Raw clips"),
    DeliverableKind.TASK: N_("Task"),
}


class Fact(StrEnum):
    """What releases a payment."""

    CHECK_IN_ANSWERED = "check_in_answered"
    LIVE_VERIFIED = "live_verified"
    PRODUCT_RECEIVED = "product_received"  # by a creator who has agreed
    STAGE_CLOSED = "stage_closed"
    APPROVED = "approved"  # what is handed over and never posted
    DONE = "done"  # a task


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer to a choice or an attestation."""

    key: str
    label: Text


@dataclass(frozen=True, slots=True)
class Condition:
    """Ask only when an earlier question of the same check-in was answered with `equals`."""

    question: str
    equals: str


@dataclass(frozen=True, slots=True)
class Question:
    """One input of a check-in. `minimum` and `maximum` belong to scales and numbers, both ends included."""

    key: str
    kind: QuestionKind
    label: Text
    required: bool
    hint: Text | None = None
    meaning: Meaning | None = None
    minimum: int | None = None
    maximum: int | None = None
    options: tuple[Option, ...] = ()
    condition: Condition | None = None


@dataclass(frozen=True, slots=True)
class StageSpec:
    """A stretch of the timeline; both days belong to it."""

    key: str
    title: Text
    purpose: Text
    from_day: int
    to_day: int
    claim_level: ClaimLevel


@dataclass(frozen=True, slots=True)
class CheckInSpec:
    """A question set that is due at the end of `day`."""

    key: str
    title: Text
    day: int
    intro: Text
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class DeliverableSpec:
    """What is promised. `draft_day` None: no draft and no review before publishing, as with a live session.

    What nobody posts is due on `publish_day` all the same: clips are handed over, a task is done.
    """

    key: str
    title: Text
    brief: Text
    stage: str
    kind: DeliverableKind
    platforms: tuple[str, ...]
    draft_day: int | None
    publish_day: int
    min_days_live: int
    revision_rounds: int
    evidence_needed: int


@dataclass(frozen=True, slots=True)
class Release:
    """The fact that earns a payment, and the `key` of the check-in, stage or deliverable that it is about.

    The arrival of the product is about none; a post is verified live for `days`.
    """

    fact: Fact
    key: str = ""
    days: int = 0


@dataclass(frozen=True, slots=True)
class PaymentSpec:
    """A share of the fee in whole percent, and what releases it."""

    key: str
    released_by: Release
    label: Text
    percent: int


@dataclass(frozen=True, slots=True)
class Template:
    """A whole plan before it has dates."""

    key: str
    version: int
    title: Text
    anchor: AnchorKind
    stages: tuple[StageSpec, ...]
    check_ins: tuple[CheckInSpec, ...]
    deliverables: tuple[DeliverableSpec, ...]
    payments: tuple[PaymentSpec, ...]

    @property
    def first_day(self) -> int:
        """The day the first stage starts."""
        return min(stage.from_day for stage in self.stages)

    @property
    def last_day(self) -> int:
        """The day the last stage ends."""
        return max(stage.to_day for stage in self.stages)

    def payments_for(self, fact: Fact, key: str) -> list[tuple[int, PaymentSpec]]:
        """Return the payments that this fact about the thing called `key` releases, now or later, and their numbers."""
        return [
            (number, spec)
            for number, spec in enumerate(self.payments, start=1)
            if (spec.released_by.fact, spec.released_by.key) == (fact, key)
        ]

    def stage_on(self, day: int) -> StageSpec | None:
        """Return the stage that `day` belongs to, if it lies inside the timeline."""
        return next((stage for stage in self.stages if stage.from_day <= day <= stage.to_day), None)

    def stage(self, key: str) -> StageSpec:
        """Return the stage called `key`, or raise KeyError."""
        return {stage.key: stage for stage in self.stages}[key]

    def check_in(self, key: str) -> CheckInSpec:
        """Return the check-in called `key`, or raise KeyError."""
        return {check_in.key: check_in for check_in in self.check_ins}[key]

    def deliverable(self, key: str) -> DeliverableSpec:
        """Return the deliverable called `key`, or raise KeyError."""
        return {deliverable.key: deliverable for deliverable in self.deliverables}[key]


@cache
def load(key: str, version: int | None = None) -> Template:
    """Return the built-in template called `key`, its newest unless a version is asked for; or raise `NotFound`."""
    if key not in BUILT_IN:
        raise NotFound(N_("There is no template called “%(key)s”."), key=key)
    template = parse(json.loads(files("partnerships.plans").joinpath("data", f"{key}.json").read_text("utf-8")))
    if version not in {None, template.version}:
        raise NotFound(N_("There is no template called “%(key)s”."), key=f"{key} {version}")
    return template


def built_in() -> tuple[Template, ...]:
    """Return every template that comes with the product."""
    return tuple(load(key) for key in BUILT_IN)


def parse(raw: Mapping[str, Any]) -> Template:
    """Return the template written in `raw`; KeyError or ValueError when a line is missing or no kind we know."""
    return Template(
        key=raw["key"],
        version=raw["version"],
        title=_text(raw["title"]),
        anchor=AnchorKind(raw["anchor"]),
        stages=tuple(_stage(line) for line in raw["stages"]),
        check_ins=tuple(_check_in(line) for line in raw["check_ins"]),
        deliverables=tuple(_deliverable(line) for line in raw["deliverables"]),
        payments=tuple(_payment(line) for line in raw["payments"]),
    )


def _text(raw: Mapping[str, str]) -> Text:
    return Text(id=raw.get("id", ""), en=raw.get("en", ""))


def _stage(raw: Mapping[str, Any]) -> StageSpec:
    return StageSpec(
        key=raw["key"],
        title=_text(raw["title"]),
        purpose=_text(raw["purpose"]),
        from_day=raw["from_day"],
        to_day=raw["to_day"],
        claim_level=ClaimLevel(raw["claim_level"]),
    )


def _check_in(raw: Mapping[str, Any]) -> CheckInSpec:
    return CheckInSpec(
        key=raw["key"],
        title=_text(raw["title"]),
        day=raw["day"],
        intro=_text(raw["intro"]),
        questions=tuple(_question(line) for line in raw["questions"]),
    )


def _question(raw: Mapping[str, Any]) -> Question:
    return Question(
        key=raw["key"],
        kind=QuestionKind(raw["kind"]),
        label=_text(raw["label"]),
        required=raw["required"],
        hint=_text(raw["hint"]) if "hint" in raw else None,
        meaning=Meaning(raw["meaning"]) if "meaning" in raw else None,
        minimum=raw.get("min"),
        maximum=raw.get("max"),
        options=tuple(Option(option["key"], _text(option["label"])) for option in raw.get("options", ())),
        condition=Condition(**raw["condition"]) if "condition" in raw else None,
    )


def _deliverable(raw: Mapping[str, Any]) -> DeliverableSpec:
    return DeliverableSpec(
        key=raw["key"],
        title=_text(raw["title"]),
        brief=_text(raw["brief"]),
        stage=raw["stage"],
        kind=DeliverableKind(raw["kind"]),
        platforms=tuple(raw["platforms"]),
        draft_day=raw["draft_day"],
        publish_day=raw["publish_day"],
        min_days_live=raw["min_days_live"],
        revision_rounds=raw["revision_rounds"],
        evidence_needed=raw["evidence_needed"],
    )


def _payment(raw: Mapping[str, Any]) -> PaymentSpec:
    return PaymentSpec(
        key=raw["key"],
        released_by=_release(raw["released_by"]),
        label=_text(raw["label"]),
        percent=raw["percent"],
    )


def _release(raw: Mapping[str, Any]) -> Release:
    fact = Fact(raw["fact"])
    if fact is Fact.LIVE_VERIFIED:
        return Release(fact, raw["deliverable"], raw["days"])
    return Release(fact) if fact is Fact.PRODUCT_RECEIVED else Release(fact, raw["key"])
