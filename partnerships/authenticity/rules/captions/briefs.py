"""Read a brief for what it must not ask: praise, a script to read aloud, a hidden label, claims that are forbidden.

Praise for pay is forbidden (16 CFR 465), and people notice a script. It is a note beside the brief, and blocks nothing.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from partnerships.core.words import N_

from . import lexicon, packs
from .caption import look
from .packs import Category, WordPack, category_of
from .reading import Kind, Reading, Token, read, stretch

_REACH = 6  # words between what is demanded and the demand
_NEAR = 3
_QUOTED = re.compile(r"[“\"]([^”\"\n]{20,600})[”\"]")
_QUOTED_WORDS = 5  # more than a slogan
_BEFORE_QUOTE = 40  # characters


class Demand(StrEnum):
    """What a brief asks that it must not."""

    PRAISE = "praise"
    SCRIPT = "script"
    HIDING = "hiding"
    CLAIM = "claim"


DEMAND_SENTENCES: Mapping[Demand, str] = {
    Demand.PRAISE: N_(
        "This asks for praise. Pay must never depend on a good opinion; ask for what was really noticed."
    ),
    Demand.SCRIPT: N_(
        "This asks to read a script aloud. People notice; say what matters, and leave the words to creators."
    ),
    Demand.HIDING: N_("This asks to hide that it is paid for. The label is what makes the content lawful."),
    Demand.CLAIM: N_("A creator who repeats this makes a claim that a rule forbids."),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Words of a brief that ask for it. `start` and `end` lie in the brief."""

    demand: Demand
    start: int
    end: int
    text: str

    @property
    def sentence(self) -> str:
        """Return why it must not be asked."""
        return DEMAND_SENTENCES[self.demand]


def find_demands(text: str, category: str) -> tuple[Asked, ...]:
    """Return what a brief for this kind of product asks that it must not, in reading order, each word once."""
    brief = _Brief(read(text, lexicon.load()), packs.load_words("briefs"))
    found = sorted({*brief.demands(), *_quotes(text, brief), *_claims(text, category_of(category))})
    kept: list[tuple[int, int, Demand]] = []
    for start, end, demand in found:
        if not kept or start >= kept[-1][1]:
            kept.append((start, end, demand))
    return tuple(Asked(demand, start, end, text[start:end]) for start, end, demand in kept)


def _claims(text: str, category: Category) -> Iterator[tuple[int, int, Demand]]:
    for claim in look(text, category).claims:
        yield claim.start, claim.end, Demand.CLAIM


def _quotes(text: str, brief: "_Brief") -> Iterator[tuple[int, int, Demand]]:
    """Yield what stands in quotes after "say": words for somebody else's mouth."""
    for quote in _QUOTED.finditer(text):
        before = [word for word in brief.words if quote.start() - _BEFORE_QUOTE <= word.start < quote.start()]
        if len(quote.group(1).split()) >= _QUOTED_WORDS and any(brief.is_of(word, "say") for word in before):
            yield quote.start(), quote.end(), Demand.SCRIPT


class _Brief:
    """The words of a brief, and what they demand."""

    def __init__(self, reading: Reading, pack: WordPack) -> None:
        self.words = [token for token in reading.tokens if token.kind is not Kind.MARK]
        self.lists = pack.words
        self.verbatim = [tuple(phrase.split()) for phrase in pack.words["verbatim"]]

    def is_of(self, word: Token, name: str) -> bool:
        """Say whether the word, or one that it is a form of, stands in the list `name`."""
        return not self.lists[name].isdisjoint(lexicon.load().forms(word.word))

    def demands(self) -> Iterator[tuple[int, int, Demand]]:
        """Yield what is demanded in words."""
        for at, word in enumerate(self.words):
            if (last := self._verbatim_at(at)) is not None and not self._is_freed(at):
                yield self._found(at, last, Demand.SCRIPT)
            if self.is_of(word, "must") and not self._is_freed(at):
                yield from self._praise_after(at)
            if self.is_of(word, "not"):
                yield from self._forbidden_after(at)
            if self.is_of(word, "only"):
                yield from self._praise_only(at)
            if self.is_of(word, "follow") and not self._is_freed(at):
                yield from ((*self._span(at, to), Demand.SCRIPT) for to in self._after(at, "script", _NEAR)[:1])

    def _praise_after(self, at: int) -> Iterator[tuple[int, int, Demand]]:
        for said in self._after(at, "say", _REACH)[:1]:
            for good in self._after(said, "good", _REACH)[:1]:
                if not self._is_balanced(at, good):
                    yield self._found(at, good, Demand.PRAISE)

    def _is_balanced(self, at: int, good: int) -> bool:
        """Say whether the other side is asked for too: "what is good, and what is not" is a fair question."""
        here = self.words[at]
        return any(
            word.sentence == here.sentence
            and (self.is_of(word, "bad") or (word.clause == here.clause and self._is_open(word)))
            for word in self.words[at : good + _REACH]
        )

    def _is_open(self, word: Token) -> bool:
        return self.is_of(word, "not") or self.is_of(word, "conditions")

    def _praise_only(self, at: int) -> Iterator[tuple[int, int, Demand]]:
        near = [*range(max(0, at - _NEAR), at), *self._after(at, "good", _NEAR)]
        praised = [to for to in near if self.words[to].word in _PRAISE and self._is_with(at, to)]
        if praised:
            yield self._found(min(at, praised[0]), max(at, praised[0]), Demand.PRAISE)

    def _forbidden_after(self, at: int) -> Iterator[tuple[int, int, Demand]]:
        for name, demand in (("bad", Demand.PRAISE), ("label", Demand.HIDING)):
            for to in self._after(at, name, _REACH)[:1]:
                between = self.words[at + 1 : to]
                about_others = any(self.is_of(word, "others") for word in self.words[to + 1 : to + 1 + _NEAR])
                if not about_others and not any(self.is_of(word, "free") for word in between):
                    yield self._found(at, to, demand)

    def _after(self, at: int, name: str, reach: int) -> list[int]:
        """Return the words of the list `name` after `at` in its clause, the nearest first."""
        following = range(at + 1, min(at + 2 + reach, len(self.words)))
        return [to for to in following if self._is_with(at, to) and self.is_of(self.words[to], name)]

    def _is_with(self, one: int, other: int) -> bool:
        return self.words[one].clause == self.words[other].clause

    def _is_freed(self, at: int) -> bool:
        """Say whether it is said that there is no need to."""
        before = range(max(0, at - _NEAR), at)
        return any(self._is_with(at, near) and self.is_of(self.words[near], "not") for near in before)

    def _verbatim_at(self, at: int) -> int | None:
        for phrase in self.verbatim:
            if tuple(word.word for word in self.words[at : at + len(phrase)]) == phrase:
                return at + len(phrase) - 1
        return None

    def _span(self, first: int, last: int) -> tuple[int, int]:
        return stretch(self.words[first : last + 1])

    def _found(self, first: int, last: int, demand: Demand) -> tuple[int, int, Demand]:
        return *self._span(first, last), demand


_PRAISE = frozenset({"positif", "positive", "bagus", "baik", "good"})
