"""An organisation's own lines about a product, found in a caption in whatever form the words have there."""

from collections.abc import Iterator, Sequence

from .lexicon import Lexicon
from .reading import Kind, Reading, Token
from .scope import Scope, Term

_MOST_BETWEEN = 2  # other words between two of a line


def find_line(scope: Scope, line: Reading, lexicon: Lexicon) -> Iterator[tuple[int, int]]:
    """Yield where in the original text the words of `line` stand in their order, close together and not denied."""
    asked = [token.word for token in line.tokens if token.kind is Kind.WORD]
    words = scope.words
    if not asked:
        return
    at = 0
    while at < len(words):
        last = _end_of(words, at, asked, lexicon)
        if last is None:
            at += 1
        else:
            if not scope.is_denied(Term("line", at, last)):
                yield scope.span(at, last)
            at = last + 1


def _end_of(words: Sequence[Token], at: int, asked: Sequence[str], lexicon: Lexicon) -> int | None:
    """Return the index of the last word of a line whose first word stands at `at`."""
    if not _is_form(words[at].word, asked[0], lexicon):
        return None
    for wanted in asked[1:]:
        following = range(at + 1, min(at + 2 + _MOST_BETWEEN, len(words)))
        found = next((near for near in following if _is_form(words[near].word, wanted, lexicon)), None)
        if found is None:
            return None
        at = found
    return at


def _is_form(word: str, wanted: str, lexicon: Lexicon) -> bool:
    return word == wanted or not lexicon.forms(word).isdisjoint(lexicon.forms(wanted))
