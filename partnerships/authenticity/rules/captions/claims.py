"""Find claims: an effect on a condition with a certainty, said of the product and not denied, hoped for or asked.

A grammar over classes of words, not a list of phrases. It knows nothing of the world: a claim in other words stays
unfound, and a found one may be meant otherwise. A person reads the caption.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .packs import Group, Pack, Rule
from .scope import Scope, Term

_REACH = {Group.CONDITION: 6, Group.CERTAINTY: 9}  # words between it and what the claim hangs on
_SHOWN_WITH = 4  # words: a certainty further away is not marked with the claim
_ORDER = (Group.EFFECT, Group.CERTAINTY, Group.CONDITION)  # what a claim hangs on: the first that the rule has
_NAMES_SITUATION = frozenset({"guarantee", "instant"})


@dataclass(frozen=True, slots=True)
class Claim:
    """Words of the caption that make a claim. `start` and `end` lie in the original text."""

    text: str
    start: int
    end: int
    rule: Rule
    pack: Pack


def find_claims(scope: Scope, packs: Iterable[Pack]) -> tuple[Claim, ...]:
    """Return the claims in reading order; where several rules meet in the same words, the first pack's first rule."""
    found: list[tuple[int, int, Rule, Pack]] = []
    taken: set[int] = set()
    for pack in packs:
        for rule in pack.rules:
            for first, last in _matches(scope, rule):
                words = range(first, last + 1)
                if taken.isdisjoint(words):
                    taken.update(words)
                    found.append((first, last, rule, pack))
    return tuple(_claim(scope, *one) for one in sorted(found, key=lambda one: one[:2]))


def _claim(scope: Scope, first: int, last: int, rule: Rule, pack: Pack) -> Claim:
    start, end = scope.span(first, last)
    return Claim(scope.text[start:end], start, end, rule, pack)


def _matches(scope: Scope, rule: Rule) -> Iterator[tuple[int, int]]:
    hangs_on = next(group for group in _ORDER if group in rule.groups)
    others = [group for group in rule.groups if group is not hangs_on]
    for anchor in scope.of(rule.groups[hangs_on]):
        partners = {group: _nearest(scope, anchor, rule, group) for group in others}
        if any(partner is None for partner in partners.values()) or not _is_said(scope, anchor, rule):
            continue
        yield _extent(anchor, partners)


def _nearest(scope: Scope, anchor: Term, rule: Rule, group: Group) -> Term | None:
    candidates = [
        term
        for term in scope.near(anchor, rule.groups[group], _REACH[group])
        if scope.are_together(anchor, term, by_clause=group is not Group.CERTAINTY)
        and (rule.negated or not anchor.overlaps(term))
        and not (group is Group.CERTAINTY and not rule.negated and scope.is_denied(term))
    ]
    return min(candidates, key=anchor.distance, default=None)


def _is_said(scope: Scope, anchor: Term, rule: Rule) -> bool:
    """Say whether the words assert something: not denied, hoped for, asked, required or reported and contradicted."""
    is_insisting = scope.has_near(anchor, _NAMES_SITUATION)
    if rule.negated:
        return scope.is_without(anchor) and not scope.is_wished(anchor) and not scope.is_asked(anchor)
    if rule.helped_is_fine and scope.is_helped(anchor):
        return False
    if scope.is_denied(anchor) or scope.is_required(anchor) or scope.is_refuted_report(anchor):
        return False
    if Group.CERTAINTY in rule.groups and scope.has_near(anchor, {"varies"}):
        return False
    if scope.is_asked(anchor):
        return is_insisting and scope.is_wished(anchor)
    return is_insisting or not scope.is_wished(anchor)


def _extent(anchor: Term, partners: dict[Group, Term | None]) -> tuple[int, int]:
    shown: Sequence[Term] = [
        anchor,
        *(
            term
            for group, term in partners.items()
            if term is not None and (group is not Group.CERTAINTY or anchor.distance(term) <= _SHOWN_WITH)
        ),
    ]
    return min(term.first for term in shown), max(term.last for term in shown)
