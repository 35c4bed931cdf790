"""Which language a caption is in. Indonesian, Malay and Javanese count as one: people mix them.

Small words decide, and how the others begin and end. Measured beside py3langid 0.4, which is right as often (99 of 100)
and unpacks 65 MB for every look, more than a child process may write.
"""

import re

from .lexicon import Lexicon
from .reading import Kind, Reading

_FEWEST_LETTERS = 3  # less is no sentence: "wow" is every language
_COMMON = 1.0
_LIKELY = 0.4
_ENDING = 0.2  # many Indonesian words end in such a vowel, few English ones do
_INDONESIAN = re.compile(r"^(me|ber|bel|ter|di|ke|ng|ny|pe)|(nya|kan|ku|in|an|lah)$")
_ENGLISH = re.compile(r"th|sh|ck|wh|tion|ee|oo|ou|x|(ing|ed|y|s)$")


def language_of(reading: Reading, lexicon: Lexicon) -> str | None:
    """Return "id" or "en", the one that most of it is in; None when there are no words (emoji, tags, mentions)."""
    words = [token.word for token in reading.tokens if token.kind is Kind.WORD]
    if sum(len(word) for word in words) < _FEWEST_LETTERS:
        return None
    return "id" if sum(_leaning(word, lexicon) for word in words) > 0 else "en"


def _leaning(word: str, lexicon: Lexicon) -> float:
    """Return how much the word speaks for Indonesian; below zero for English."""
    ending = _ENDING if word.endswith(("a", "i", "u")) else 0.0
    if word in lexicon.common["id"]:
        return _COMMON + ending
    if word in lexicon.common["en"]:
        return ending - _COMMON
    if _INDONESIAN.search(word):
        return _LIKELY + ending
    return ending - _LIKELY if _ENGLISH.search(word) else ending
