"""The word lists: which words are of which class, and how people spell the small words (`authenticity/data/words/`)."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from .stems import stems_of

LANGUAGES = ("id", "en")
EXACT = "="  # before a word: only as it stands, none of its forms

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A word or several in a row, and the class they are of."""

    words: Phrase
    name: str


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What is known of words. `spellings` maps informal spellings to the usual one."""

    spellings: Mapping[str, str]
    entries: Mapping[str, tuple[Entry, ...]]  # by the first word
    known: frozenset[str]  # every word of every entry
    alone: frozenset[str]  # those that are an entry by themselves
    classes: frozenset[str]
    common: Mapping[str, frozenset[str]]  # by language: the small words that every text in it is full of

    def usual(self, word: str) -> str:
        """Return how `word` is usually spelled."""
        return self.spellings.get(word, word)

    def is_known(self, word: str) -> bool:
        """Say whether `word` or something it is a form of stands in a list."""
        return bool(self.forms(word) & self.known)

    def forms(self, word: str) -> frozenset[str]:
        """Return the listed words that `word` is a form of; only itself when it is listed as it stands."""
        if word in self.alone or EXACT + word in self.alone:
            return frozenset({word, EXACT + word})
        return frozenset(self.usual(stem) for stem in stems_of(word)) | {EXACT + word}

    def starting(self, word: str) -> Iterable[Entry]:
        """Yield the entries that may begin with `word`."""
        for form in self.forms(word):
            yield from self.entries.get(form, ())


def build(lists: Iterable[Mapping[str, Any]]) -> Lexicon:
    """Put word lists of several languages together: people mix them in one sentence."""
    spellings: dict[str, str] = {}
    entries: dict[str, list[Entry]] = {}
    known: set[str] = set()
    common: dict[str, frozenset[str]] = {}
    for words in lists:
        common[words["language"]] = frozenset(words["common"])
        for usual, spelled in words["spellings"].items():
            spellings |= dict.fromkeys(spelled, usual)
            known.add(EXACT + usual)
        for name, listed in words["classes"].items():
            for line in listed:
                entry = _entry(line, name)
                entries.setdefault(entry.words[0], []).append(entry)
                known.update(entry.words)
    longest_first = {first: tuple(sorted(some, key=lambda entry: -len(entry.words))) for first, some in entries.items()}
    alone = frozenset(first for first, some in entries.items() if any(len(entry.words) == 1 for entry in some))
    alone |= {EXACT + usual for usual in spellings.values()}
    names = frozenset(entry.name for some in entries.values() for entry in some)
    return Lexicon(spellings, longest_first, frozenset(known), alone, names, common)


def _entry(line: str, name: str) -> Entry:
    is_exact = line.startswith(EXACT)
    words = tuple(line.removeprefix(EXACT).split())
    return Entry((EXACT + words[0], *words[1:]) if is_exact else words, name)


@cache
def load() -> Lexicon:
    """Return the word lists that come along."""
    return build(json.loads(text) for text in _texts())


def digest() -> str:
    """Return 12 hex digits of the SHA-256 over the word lists: which of them something was found with."""
    return hashlib.sha256("".join(_texts()).encode()).hexdigest()[:12]


def _texts() -> list[str]:
    folder = files("partnerships.authenticity").joinpath("data", "words")
    return [folder.joinpath(f"{language}.json").read_text("utf-8") for language in LANGUAGES]
