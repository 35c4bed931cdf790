"""Templates of a partnership: stages, check-ins, deliverables and payments, each a number of days from the anchor.

Templates are data (`plans/data/<key>.json`) with both languages written out; a published version is never edited, a
new one gets the next `version`. `checking.check` says what is wrong with one.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from partnerships.core.errors import NotFound
from partnerships.core.words import N_

from .schedule import Due, When, dated
from .written import read, write

BUILT_IN = ("usage-3m", "seed-ambassador", "ambassador-6m", "ramadan", "ugc-license")
OWN = "own-"  # how the keys of an organisation's own templates begin; no built-in one does
STOPPED = "stopped"  # the option of an attestation that says "I no longer use it"
MOST_REPEATS = 60  # of one check-in; one more is as wrong as any number more
SPARK_PERIODS = (7, 30, 60, 365)  # for which TikTok lets a creator authorise a post, in days
MONTHS_FROM_DAYS = 60  # what is shorter is told in weeks
YES, NO = "yes", "no"  # how the answer to a yes/no question is written, also in a condition


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Indonesian and in English."""

    id: str = ""
    en: str = ""

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


CONCERNS: Mapping[Meaning, str] = {
    Meaning.REACTION: YES,
    Meaning.STILL_USING: STOPPED,
    Meaning.KEEP_GOING: NO,
    Meaning.REFILL: YES,
}
"""The answers that a person has to look at, the most pressing first."""


class DeliverableKind(StrEnum):
    """What sort of thing is promised; `courses` says what happens to it. Part of templates and of the rubric."""

    STORY_SET = "story_set"
    SHORT_VIDEO = "short_video"
    LONG_VIDEO = "long_video"
    LIVE = "live"
    OPTIONAL_POST = "optional_post"
    RAW_CLIPS = "raw_clips"
    TASK = "task"


class Quiet(StrEnum):
    """What becomes of a date that falls on a quiet day."""

    NEXT = "next"  # the first day after that is not quiet
    PREVIOUS = "previous"
    SKIP = "skip"  # it falls out
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class QuietPolicy:
    """What becomes of quiet days, by the kind of date."""

    check_ins: Quiet = Quiet.NEXT
    deliverables: Quiet = Quiet.NEXT


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
class StageGate:
    """What a stage waits for before it opens: so many answered check-ins, and deliverables (keys) that stand so far."""

    answered: int = 0
    approved: tuple[str, ...] = ()
    live: tuple[str, ...] = ()  # seen live by a person


@dataclass(frozen=True, slots=True)
class StageSpec:
    """A stretch of the timeline; both days belong to it. `gate` None: it opens on its first day, whatever happened.

    While one that is `quiet` lasts, nobody is asked for anything or reminded of anything.
    """

    key: str
    title: Text
    purpose: Text
    from_day: int
    to_day: int
    claim_level: ClaimLevel
    gate: StageGate | None = None
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class CheckInSpec:
    """A question set that is due at the end of `day`, or when `when` says: then `day` is its latest.

    One with `every_days` is asked again and again until the stage of its first day ends; `unrolled` makes many of it.
    """

    key: str
    title: Text
    day: int
    intro: Text
    questions: tuple[Question, ...]
    when: When | None = None
    repeats: bool = False  # one of many: a quiet day may leave it out
    every_days: int | None = None

    @property
    def due(self) -> Due:
        """Return when it is due."""
        return Due(self.day, self.when)


@dataclass(frozen=True, slots=True)
class DeliverableSpec:
    """What is promised. `draft_day` None: no draft and no review before publishing, as with a live session.

    What nobody posts is due on `publish_day` all the same: clips are handed over, a task is done. Where `draft_when` or
    `publish_when` says when, the day is the latest that it can be.
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
    draft_when: When | None = None
    publish_when: When | None = None
    spark_days: int | None = None  # for which its Spark code is asked for; None: there is none

    @property
    def draft_due(self) -> Due | None:
        """Return when its draft is due, if there is one."""
        return None if self.draft_day is None else Due(self.draft_day, self.draft_when)

    @property
    def publish_due(self) -> Due:
        """Return when it is published, handed over or done."""
        return Due(self.publish_day, self.publish_when)


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
    suits: Text | None = None  # which products and creators it is for
    quiet_policy: QuietPolicy = QuietPolicy()
    disclosure: Text | None = None  # the label that posts carry
    saturation_limit: int | None = None  # other brands that a creator may endorse in a month
    exclusivity_days: int = 0  # after the last day, without a competing brand
    rights_days: int = 0  # for which the content may be used from publishing on
    paid_use: bool = False  # whether these rights cover advertisements
    anchor_event: str | None = None  # the feast that day 0 is, by its key among the holidays

    @property
    def first_day(self) -> int:
        """The day the first stage starts."""
        return min(stage.from_day for stage in self.stages)

    @property
    def last_day(self) -> int:
        """The day the last stage ends."""
        return max(stage.to_day for stage in self.stages)

    @property
    def starts_with(self) -> str:
        """The stage that a plan starts with: what comes before day 0 prepares it, but leads up to a feast."""
        opening = None if self.anchor is AnchorKind.CALENDAR_EVENT else self.stage_on(0)
        return (opening or self.stages[0]).key

    @property
    def length(self) -> tuple[int, int]:
        """Return for how many months the product is used, from day 0 on, or for how many weeks: the other is 0."""
        days = self.last_day + 1
        return (round(days / 30.4), 0) if days >= MONTHS_FROM_DAYS else (0, max(round(days / 7), 1))

    @property
    def resting(self) -> Mapping[str, Text]:
        """Return the quiet stages by their key, and what each is called."""
        return {stage.key: stage.title for stage in self.stages if stage.quiet}

    def payments_for(self, fact: Fact, key: str) -> list[tuple[int, PaymentSpec]]:
        """Return the payments that this fact about the thing called `key` releases, now or later, and their numbers."""
        return [
            (number, spec)
            for number, spec in enumerate(self.payments, start=1)
            if (spec.released_by.fact, spec.released_by.key) == (fact, key)
        ]

    def unrolled(self) -> "Template":
        """Return it as plans are made from it: what repeats is there as often as it is asked."""
        return replace(self, check_ins=tuple(each for line in self.check_ins for each in self._each(line)))

    def _each(self, line: CheckInSpec) -> Iterator[CheckInSpec]:
        stage = self.stage_on(line.day)
        if not line.every_days or line.every_days < 0 or line.when or stage is None:
            yield line
            return
        days = range(line.day, stage.to_day + 1, line.every_days)[: MOST_REPEATS + 1]
        for number, day in enumerate(days, start=1):
            title = Text(f"{line.title.id} {number}", f"{line.title.en} {number}")
            # No key that is made of a title has an underscore, so this one is nobody else's.
            yield replace(line, key=f"{line.key}_{number}", title=title, day=day, repeats=True, every_days=None)

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
    raw = files("partnerships.plans").joinpath("data", f"{key}.json").read_text("utf-8")
    template = parse(json.loads(raw)).unrolled()
    if version not in {None, template.version}:
        raise NotFound(N_("There is no template called “%(key)s”."), key=f"{key} {version}")
    return template


def own_key(number: int) -> str:
    """Return the key of the own template that is stored under `number`."""
    return f"{OWN}{number}"


def own_id(key: str) -> int | None:
    """Return the number that `own_key` put into `key`; None when it is the key of no own template."""
    digits = key.removeprefix(OWN)
    is_own = key.startswith(OWN) and digits.isascii() and digits.isdigit() and len(digits) < 10
    return int(digits) if is_own else None


def built_in() -> tuple[Template, ...]:
    """Return every template that comes with the product."""
    return tuple(load(key) for key in BUILT_IN)


def parse(raw: Mapping[str, Any]) -> Template:
    """Return the template written in `raw`; KeyError, TypeError or ValueError when a line is missing or unknown."""
    check_ins = [dated(line, day="when") for line in raw["check_ins"]]
    content = [dated(line, draft_day="draft_when", publish_day="publish_when") for line in raw["deliverables"]]
    template: Template = read(Template, {**raw, "check_ins": check_ins, "deliverables": content})
    return template


def dump(template: Template) -> dict[str, Any]:
    """Return `template` as JSON knows it; `parse` gives back the same."""
    written: dict[str, Any] = write(template)
    return written
