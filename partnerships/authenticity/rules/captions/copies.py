"""Whether a caption repeats other words: another creator's, an earlier stage's, or those of the brief."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from rapidfuzz import fuzz

from .reading import Kind, Reading, Token, stretch

COPIED_FROM = 80  # of 100 by token_sort_ratio: the words sorted, so that their order does not hide it
LOOK_FROM = 70
FEWEST_WORDS = 6  # shorter captions are alike by chance


class Likeness(StrEnum):
    """How alike two captions are."""

    COPIED = "copied"
    LOOK = "look"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Alike:
    """Another text that is alike. `ratio` is 0-100; `key` is what the asker called the text."""

    key: str
    ratio: float
    likeness: Likeness


@dataclass(frozen=True, slots=True)
class Scripted:
    """A sentence that repeats one of a script. `start` and `end` lie in the original text; `ratio` is 0-100."""

    start: int
    end: int
    ratio: float


def essence(reading: Reading) -> str:
    """Return the words that count: without tags, mentions, numbers, emoji, and other people's spelling."""
    words = [token.word for token in reading.tokens if token.kind is Kind.WORD]
    return " ".join(words) if len(words) >= FEWEST_WORDS else ""


def find_alike(reading: Reading, others: Iterable[tuple[str, Reading]]) -> tuple[Alike, ...]:
    """Return those of `others` (key and text) that are alike, the most alike first."""
    return tuple(sorted(_alike(essence(reading), others), key=lambda one: (-one.ratio, one.key)))


def find_scripted(reading: Reading, script: Reading) -> tuple[Scripted, ...]:
    """Return the sentences of `reading` that repeat one of `script`, in reading order."""
    lines = [line for _, line in _sentences(script)]
    found = []
    for tokens, words in _sentences(reading):
        ratio = max((fuzz.token_sort_ratio(words, line, score_cutoff=COPIED_FROM) for line in lines), default=0.0)
        if ratio >= COPIED_FROM:
            found.append(Scripted(*stretch(tokens), round(ratio, 1)))
    return tuple(found)


def _sentences(reading: Reading) -> Iterator[tuple[list[Token], str]]:
    """Yield the sentences that are long enough not to be alike by chance, each with its words in one line."""
    for _, some in groupby(reading.tokens, key=lambda token: token.sentence):
        tokens = [token for token in some if token.kind is Kind.WORD]
        if len(tokens) >= FEWEST_WORDS:
            yield tokens, " ".join(token.word for token in tokens)


def _alike(words: str, others: Iterable[tuple[str, Reading]]) -> Iterator[Alike]:
    if not words:
        return
    for key, other in others:
        ratio = fuzz.token_sort_ratio(words, essence(other), score_cutoff=LOOK_FROM)
        if ratio >= LOOK_FROM:
            yield Alike(key, round(ratio, 1), Likeness.COPIED if ratio >= COPIED_FROM else Likeness.LOOK)
