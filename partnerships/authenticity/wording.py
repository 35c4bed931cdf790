"""Put the rubric into the words that the review page shows."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Protocol

from flask_babel import gettext

from partnerships.core.words import N_
from partnerships.plans.rules.templates import Text
from partnerships.web.formats import day_text
from partnerships.web.words import say

from .gathering import Sheet
from .listing import Card, Standing
from .rules.analysers import BY_NAME
from .rules.decision import Outcome
from .rules.rubric import Criterion, Reason, Rubric
from .rules.signals import REASONS
from .tables import Signal

DAY = re.compile(r"\d{4}-\d\d-\d\d")


class Titled(Protocol):
    """A line of the rubric that has a key and a title."""

    @property
    def key(self) -> str:
        """The code that rows keep."""

    @property
    def title(self) -> Text:
        """The words in both languages."""


def anchors_of(criterion: Criterion, locale: str) -> list[str]:
    """Return the sentences of levels 0 to 4."""
    return [anchor.in_(locale) for anchor in criterion.anchors]


def weights_of(rubric: Rubric) -> dict[str, int]:
    """Return the weight of each criterion, for the score that follows while somebody rates."""
    return {criterion.key: criterion.weight for criterion in rubric.criteria}


def title_of(lines: Iterable[Titled], key: str) -> Text:
    """Return the title of the line called `key`; the key itself where the rubric does not know it."""
    return {line.key: line.title for line in lines}.get(key, Text(id=key, en=key))


def reason_groups(rubric: Rubric) -> list[tuple[str, list[Reason]]]:
    """Return the reasons under the decision that they may be given for."""
    groups = (
        (gettext("When you request changes"), frozenset({Outcome.CHANGES_REQUESTED})),
        (gettext("When you request changes or reject"), frozenset({Outcome.CHANGES_REQUESTED, Outcome.REJECTED})),
        (gettext("When you reject"), frozenset({Outcome.REJECTED})),
    )
    return [(title, [reason for reason in rubric.reasons if reason.outcomes == outcomes]) for title, outcomes in groups]


def round_text(sheet: Sheet) -> str:
    """Say which round of changes this would be, or that one more needs an agreement."""
    number, rounds = sheet.round, sheet.deliverable.revision_rounds
    label = N_("Round %(number)s of %(rounds)s")
    if number > rounds:
        label = N_("All %(rounds)s rounds are used up: one more only by agreement with the creator")
    return str(gettext(label, number=number, rounds=rounds))


def card_sentence(card: Card, signal: Signal, *, to_creator: bool = False) -> str:
    """Return what was found in one sentence; a code of an older version that has none speaks for itself."""
    words = card.analyser.words
    sentence = (words.to_creator.get(signal.code) if to_creator else None) or words.sentences.get(signal.code)
    if sentence is None:
        return signal.code
    plain = {name: _readable(value) for name, value in signal.data.items() if isinstance(value, str | int | float)}
    return say(sentence) % _Blank(plain)


def _readable(value: str | float) -> str | float:
    """Return a day as people there write days, and anything else as it is."""
    return day_text(date.fromisoformat(value)) if isinstance(value, str) and DAY.fullmatch(value) else value


def standing_sentence(card: Card) -> str:
    """Return why nothing is said to be found, in one sentence."""
    if card.standing is Standing.NOT_FOUND:
        return say(card.analyser.words.nothing)
    if card.standing is Standing.COULD_NOT_CHECK:
        return gettext("Something went wrong while looking. That says nothing about the content.")
    if card.run is None:
        late = N_("It is being looked at. Open the page again in a minute.")
        return say(late if card.is_awaited else N_("This version was sent before there was this check."))
    reasons = {**REASONS, **card.analyser.words.reasons}
    return say(reasons[card.run.reason]) if card.run.reason in reasons else ""


def analyser_title(name: str) -> str:
    """Return what a card is called; one that there is no more keeps its name."""
    return say(BY_NAME[name].words.title) if name in BY_NAME else name


class _Blank(dict[str, object]):
    """Fills what a sentence asks for and the finding of an older version does not have."""

    def __missing__(self, key: str) -> str:
        return "?"
