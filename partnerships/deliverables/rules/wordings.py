"""What has changed between two wordings of a text, word by word."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from enum import StrEnum

_WORDS = re.compile(r"\S+\s*")  # with the space behind, so that neighbours which change together stay together


class Fate(StrEnum):
    """What became of some words."""

    KEPT = "kept"
    TAKEN = "taken"
    ADDED = "added"


def compare_words(old: str, new: str) -> list[tuple[Fate, str]]:
    """Return the pieces of both texts in order: those that stayed, those that are gone, those that are new."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    return [(fate, words) for fate, words in _pieces(before, after) if words]


def _pieces(before: list[str], after: list[str]) -> Iterator[tuple[Fate, str]]:
    old, new = ([word.rstrip() for word in words] for words in (before, after))
    for tag, begin, end, start, stop in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Fate.KEPT, "".join(after[start:stop])
        else:
            yield Fate.TAKEN, "".join(before[begin:end])
            yield Fate.ADDED, "".join(after[start:stop])
