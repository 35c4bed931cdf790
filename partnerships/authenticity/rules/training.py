"""Written examples to practise on: invented content, the levels an experienced reviewer gives it, and why.

They belong to the rubric they are written for. Nobody's try is kept: it is practice, not a test of people.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from partnerships.core.errors import NotFound
from partnerships.core.words import N_
from partnerships.plans.rules.templates import DeliverableKind, Text

from .rounds import CONFLICT_LEVELS
from .rubric import LEVELS, Criterion, Outcome, Rubric, load

NOT_APPLICABLE = "na"


@dataclass(frozen=True, slots=True)
class Reasoned:
    """A level, None for "not applicable", with the reason for it."""

    level: int | None
    why: Text


@dataclass(frozen=True, slots=True)
class Example:
    """One piece of invented content. `shown` is what a viewer sees and hears, `known` what the record adds to it."""

    key: str
    category: str
    kind: DeliverableKind
    title: Text
    stage: Text
    shown: Text
    caption: Text
    known: Text
    levels: Mapping[str, Reasoned]
    blockers: tuple[str, ...]
    reasons: tuple[str, ...]
    tags: tuple[str, ...]
    outcome: Outcome
    because: Text


@dataclass(frozen=True, slots=True)
class Compared:
    """What somebody tried beside what the example says. A level of None is "not applicable"."""

    criterion: Criterion
    tried: int | None
    reasoned: Reasoned

    @property
    def is_alike(self) -> bool:
        """Say whether both are the same."""
        return self.tried == self.reasoned.level

    @property
    def is_far(self) -> bool:
        """Say whether two reviewers so far apart would have called for a third one."""
        both = self.tried, self.reasoned.level
        return None not in both and abs((both[0] or 0) - (both[1] or 0)) >= CONFLICT_LEVELS


@cache
def load_training() -> tuple[Rubric, tuple[Example, ...]]:
    """Return the examples in the order in which they teach, and the rubric that they are written for."""
    raw = json.loads(files("partnerships.authenticity").joinpath("data", "training.json").read_text("utf-8"))
    return load(raw["rubric"]), tuple(_example(one) for one in raw["examples"])


def get_example(key: str) -> tuple[Example, str | None]:
    """Return the example and the key of the one after it, or raise `NotFound`."""
    _, examples = load_training()
    keys = [example.key for example in examples]
    if key not in keys:
        raise NotFound(N_("There is nothing here."))
    index = keys.index(key)
    return examples[index], keys[index + 1] if index + 1 < len(keys) else None


def read_levels(asked: tuple[Criterion, ...], given: Mapping[str, str]) -> dict[str, int | None]:
    """Return the levels among what was sent, by criterion; what is no level is left out."""
    known = {str(level): level for level in LEVELS} | {NOT_APPLICABLE: None}
    return {one.key: known[given[one.key]] for one in asked if given.get(one.key) in known}


def compare(asked: tuple[Criterion, ...], example: Example, tried: Mapping[str, int | None]) -> tuple[Compared, ...]:
    """Return what was tried beside what the example says, in the order of the rubric."""
    return tuple(Compared(one, tried[one.key], example.levels[one.key]) for one in asked)


def _example(raw: Mapping[str, Any]) -> Example:
    return Example(
        key=raw["key"],
        category=raw["category"],
        kind=DeliverableKind(raw["kind"]),
        title=Text(**raw["title"]),
        stage=Text(**raw["stage"]),
        shown=Text(**raw["shown"]),
        caption=Text(**raw["caption"]),
        known=Text(**raw["known"]),
        levels={key: Reasoned(one["level"], Text(**one["why"])) for key, one in raw["levels"].items()},
        blockers=tuple(raw["blockers"]),
        reasons=tuple(raw["reasons"]),
        tags=tuple(raw["tags"]),
        outcome=Outcome(raw["outcome"]),
        because=Text(**raw["because"]),
    )
