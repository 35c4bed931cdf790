"""The rubric of an authenticity review, as frozen versioned data with both languages (`authenticity/data/`).

No criterion and no reason is about a good opinion: paying for sentiment is forbidden (16 CFR 465). The score describes;
it decides nothing.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from partnerships.core.errors import NotFound
from partnerships.core.words import N_
from partnerships.plans.rules.templates import Text

CURRENT = "AR-1"
VERSIONS = (CURRENT,)
LEVELS = range(5)
NOTED_LEVELS = frozenset({0, 1, 4})


class Outcome(StrEnum):
    """What a reviewer decides. Stored in the database: rename only with a migration."""

    APPROVED = "approved"
    CHANGES_REQUESTED = "changes_requested"
    REJECTED = "rejected"


OUTCOME_LABELS: Mapping[Outcome, str] = {
    Outcome.APPROVED: N_("Approved: it may be published"),
    Outcome.CHANGES_REQUESTED: N_("Changes requested"),
    Outcome.REJECTED: N_("Rejected"),
}


@dataclass(frozen=True, slots=True)
class Criterion:
    """One question of the rubric. `anchors[level]` says what the level means; `blind`: rated before the signals."""

    key: str
    weight: int
    title: Text
    question: Text
    blind: bool
    anchors: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Blocker:
    """A finding that forbids approval whatever the score. `code` is what reports count."""

    key: str
    code: str
    title: Text
    reason: Text
    what_to_do: Text


@dataclass(frozen=True, slots=True)
class Reason:
    """Why changes are asked for or content is rejected; `outcomes` says for which of the two it may be given."""

    key: str
    outcomes: frozenset[Outcome]
    title: Text
    meaning: Text


@dataclass(frozen=True, slots=True)
class NaturalnessTag:
    """A word that describes the setting or the manner; never part of the score."""

    key: str
    group: str
    title: Text


@dataclass(frozen=True, slots=True)
class Rubric:
    """One frozen version; reviews name the version they were made with."""

    version: str
    frozen_on: date
    criteria: tuple[Criterion, ...]
    subsets: Mapping[str, tuple[str, ...]]
    blockers: tuple[Blocker, ...]
    reasons: tuple[Reason, ...]
    naturalness: tuple[NaturalnessTag, ...]

    def criteria_for(self, deliverable_kind: str) -> tuple[Criterion, ...]:
        """Return the criteria to rate: all of them, or the subset that is fair to this kind of content."""
        keys = self.subsets.get(deliverable_kind)
        return tuple(criterion for criterion in self.criteria if keys is None or criterion.key in keys)

    def reasons_for(self, outcome: Outcome) -> tuple[Reason, ...]:
        """Return the reasons that may be given for `outcome`; none for an approval."""
        return tuple(reason for reason in self.reasons if outcome in reason.outcomes)

    def score(self, levels: Mapping[str, int | None]) -> int | None:
        """Return the sum of weight * level / 4 over the rated criteria, scaled to 0-100 and rounded half up.

        `levels` is by criterion key; None means not applicable and counts neither way, as does a missing criterion.
        None when nothing was rated. ValueError for an unknown criterion or a level outside 0-4.
        """
        weights = {criterion.key: criterion.weight for criterion in self.criteria}
        applicable = {key: level for key, level in levels.items() if level is not None}
        if levels.keys() - weights.keys() or any(level not in LEVELS for level in applicable.values()):
            raise ValueError(f"not levels of {self.version}: {dict(levels)}")
        total = sum(weights[key] * 4 for key in applicable)
        if not total:
            return None
        reached = sum(weights[key] * level for key, level in applicable.items())
        return (200 * reached + total) // (2 * total)  # whole numbers only: the same on every machine


def note_required(level: int | None) -> bool:
    """Say whether `level` must be explained: the two lowest and the highest; None is "not applicable"."""
    return level in NOTED_LEVELS


@cache
def load(version: str = CURRENT) -> Rubric:
    """Return the rubric `version`, or raise `NotFound`."""
    if version not in VERSIONS:
        raise NotFound(N_("There is no rubric called “%(version)s”."), version=version)
    raw = json.loads(files("partnerships.authenticity").joinpath("data", f"{version.lower()}.json").read_text("utf-8"))
    return Rubric(
        version=raw["version"],
        frozen_on=date.fromisoformat(raw["frozen_on"]),
        criteria=tuple(_criterion(line) for line in raw["criteria"]),
        subsets={kind: tuple(keys) for kind, keys in raw["subsets"].items()},
        blockers=tuple(_blocker(line) for line in raw["blockers"]),
        reasons=tuple(_reason(line) for line in raw["reasons"]),
        naturalness=tuple(
            NaturalnessTag(line["key"], line["group"], Text(**line["title"])) for line in raw["naturalness"]
        ),
    )


def _criterion(raw: Mapping[str, Any]) -> Criterion:
    return Criterion(
        key=raw["key"],
        weight=raw["weight"],
        title=Text(**raw["title"]),
        question=Text(**raw["question"]),
        blind=raw["blind"],
        anchors=tuple(Text(**anchor) for anchor in raw["anchors"]),
    )


def _blocker(raw: Mapping[str, Any]) -> Blocker:
    return Blocker(
        key=raw["key"],
        code=raw["code"],
        title=Text(**raw["title"]),
        reason=Text(**raw["reason"]),
        what_to_do=Text(**raw["what_to_do"]),
    )


def _reason(raw: Mapping[str, Any]) -> Reason:
    return Reason(
        key=raw["key"],
        outcomes=frozenset(Outcome(outcome) for outcome in raw["outcomes"]),
        title=Text(**raw["title"]),
        meaning=Text(**raw["meaning"]),
    )
