"""An organisation's own version of a rubric: other weights and other anchors.

The criteria, the blockers, the reasons and what is rated blind are the same in every version: levels stay levels of the
same seven questions, and what the law forbids stays forbidden.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.plans.rules.templates import Text

from .rubric import CURRENT, LEVELS, Criterion, Rubric

WHOLE = 100  # what the weights add up to
ANCHOR_LENGTH = 400
WEIGHTS = "weights"  # the field that a wrong sum is told beside
LANGUAGES = ("id", "en")

Body = Mapping[str, Any]
"""By criterion: `weight`, and `anchors`, each with `id` and `en`, for the levels 0 to 4."""


def name_of(number: int, base: str = CURRENT) -> str:
    """Return what the organisation's version of this number is called: reviews keep this name."""
    return f"{base}.{number}"


def number_in(name: str, base: str = CURRENT) -> int | None:
    """Return the number of an own version called so, or None."""
    number = name.removeprefix(f"{base}.")
    return int(number) if number != name and number.isdecimal() and number.isascii() and len(number) < 7 else None


def weight_field(key: str) -> str:
    """Return what the field of a criterion's weight is called."""
    return f"{key}-weight"


def anchor_field(key: str, level: int, language: str) -> str:
    """Return what the field of an anchor in one language is called."""
    return f"{key}-{level}-{language}"


def dump(rubric: Rubric) -> dict[str, Any]:
    """Return what an own version may change, as it is stored."""
    return {
        one.key: {"weight": one.weight, "anchors": [{"id": each.id, "en": each.en} for each in one.anchors]}
        for one in rubric.criteria
    }


def made_own(base: Rubric, name: str, frozen_on: date, body: Body) -> Rubric:
    """Return `base` with the weights and anchors of `body`."""
    criteria = tuple(_changed(one, body[one.key]) for one in base.criteria)
    return replace(base, version=name, frozen_on=frozen_on, criteria=criteria)


def _changed(criterion: Criterion, own: Mapping[str, Any]) -> Criterion:
    return replace(criterion, weight=own["weight"], anchors=tuple(Text(**anchor) for anchor in own["anchors"]))


def wrong_with(base: Rubric, body: Body) -> Iterator[Refused]:
    """Yield everything that keeps `body` from being published, each with the field that it is about."""
    if body.keys() != {one.key for one in base.criteria}:
        yield Refused(N_("The criteria stay as they are: only weights and anchors can be changed."))
        return
    for key, own in body.items():
        yield from _wrong_with_weight(key, own["weight"])
        yield from _wrong_with_anchors(key, own["anchors"])
    weights = [own["weight"] for own in body.values()]
    if None not in weights and sum(weights) != WHOLE:
        yield Refused(N_("The weights add up to %(sum)s. They have to add up to 100."), field=WEIGHTS, sum=sum(weights))


def _wrong_with_weight(key: str, weight: int | None) -> Iterator[Refused]:
    if weight is None or not 0 < weight < WHOLE:
        yield Refused(N_("A weight is a whole number from 1 to 99."), field=weight_field(key))


def _wrong_with_anchors(key: str, anchors: list[Mapping[str, str]]) -> Iterator[Refused]:
    for language in LANGUAGES:
        said: dict[str, int] = {}
        for level in LEVELS:
            words = anchors[level][language].strip()
            field = anchor_field(key, level, language)
            if not words:
                yield Refused(N_("Say what this level means, in both languages."), field=field)
            elif len(words) > ANCHOR_LENGTH:
                yield Refused(
                    N_("Please keep this shorter: at most %(limit)s characters."), field=field, limit=ANCHOR_LENGTH
                )
            elif words.casefold() in said:
                yield Refused(N_("Level %(level)s says the same."), field=field, level=said[words.casefold()])
            said.setdefault(words.casefold(), level)


@dataclass(frozen=True, slots=True)
class Difference:
    """What one criterion of a version has otherwise than the version it is held against."""

    criterion: Criterion
    weight_before: int | None  # None: the same
    levels: tuple[int, ...]  # whose anchors are others


def differences(rubric: Rubric, before: Rubric) -> tuple[Difference, ...]:
    """Return the criteria in which `rubric` is another than `before`."""
    pairs = zip(rubric.criteria, before.criteria, strict=True)
    found = (
        Difference(
            one,
            old.weight if old.weight != one.weight else None,
            tuple(level for level in LEVELS if one.anchors[level] != old.anchors[level]),
        )
        for one, old in pairs
    )
    return tuple(each for each in found if each.weight_before is not None or each.levels)
