"""Which plain words an inflected word may come from: informal and formal Indonesian, and the endings of English.

No dictionary: every candidate is offered, and whoever asks keeps those that its word list knows.
"""

from functools import lru_cache

_LONGEST = 30  # letters; nothing longer is one word
_CLITICS = ("nya", "ku", "mu", "lah", "kah", "pun", "ne", "e")
_SUFFIXES = ("kan", "in", "i", "an", "ake", "en")
# A prefix, and what it may have swallowed at the beginning of the word.
_PREFIXES = (
    ("menge", ("",)),
    ("meng", ("", "k")),
    ("meny", ("s",)),
    ("mem", ("", "p")),
    ("men", ("", "t")),
    ("me", ("",)),
    ("penge", ("",)),
    ("peng", ("", "k")),
    ("peny", ("s",)),
    ("pem", ("", "p")),
    ("pen", ("", "t")),
    ("nge", ("",)),
    ("ng", ("", "k")),
    ("ny", ("s", "c")),
    ("n", ("t",)),
    ("m", ("p",)),
    ("di", ("",)),
    ("ter", ("",)),
    ("ber", ("",)),
    ("se", ("",)),
    ("ke", ("",)),
    ("tak", ("",)),
    ("ku", ("",)),
)
_SHORTEST_STEM = 3


@lru_cache(maxsize=8192)
def stems_of(word: str) -> frozenset[str]:
    """Return `word` and every word it may be a form of."""
    if len(word) > _LONGEST:
        return frozenset({word})
    bare = {word} | {word[: -len(end)] for end in _CLITICS if word.endswith(end)}
    plain = bare | {short[: -len(end)] for short in bare for end in _SUFFIXES if short.endswith(end)}
    found = plain | {
        swallowed + short[len(prefix) :]
        for short in plain
        for prefix, begins in _PREFIXES
        if short.startswith(prefix)
        for swallowed in begins
    }
    found |= set(_english(word))
    return frozenset(stem for stem in found if len(stem) >= _SHORTEST_STEM) | {word}


def _english(word: str) -> list[str]:
    found = []
    for ending, restored in (("ies", "y"), ("ied", "y"), ("es", ""), ("s", ""), ("ed", ""), ("ed", "e"), ("d", "")):
        if word.endswith(ending):
            found.append(word[: -len(ending)] + restored)
    if word.endswith("ing"):
        found += [word[:-3], word[:-3] + "e"]
    return found + [short[:-1] for short in found if len(short) > _SHORTEST_STEM and short[-1] == short[-2]]
