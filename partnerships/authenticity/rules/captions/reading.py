"""Take a caption apart into words, clauses and sentences, each with its place in the text as it was written."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .folding import Folded, fold
from .lexicon import Lexicon

_TOKENS = re.compile(
    r"(?P<mention>@[^\W_][\w.]*)"
    r"|(?P<tag>#[^\W\d_]\w*)"
    r"|(?P<number>\d+(?:[.,]\d+)*(?:\s?%)?)"
    r"|(?P<word>[^\W\d_][^\W_]*(?:['\u2019\u2018`\u00b4][^\W\d_]+)*)"
    r"|(?P<mark>\n|[^\w\s])"
)
_SEPARATORS = frozenset(" .-_*·•~+/|\t")
_FULL_STOPS = frozenset(".!?\n;\u2026\u2022|()[]\u2014\u2013\u2726")
_COMMA = ","
_FIRST_DIGIT = re.compile(r"\d")
_REPEATS = re.compile(r"([^\W\d_])\1{2,}")
_LEET = str.maketrans("013457", "oieast")
_LONGEST_GLUED = 40  # letters of a hashtag or of spelled-out words
_FEWEST_SPELLED = 3  # letters one by one: fewer are initials


class Kind(StrEnum):
    """What a token is."""

    WORD = "word"
    NUMBER = "number"
    TAG = "tag"
    MENTION = "mention"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class Token:
    """One word, number or mark. `start` and `end` lie in the original text; `raw` is as the folded text spells it."""

    word: str
    kind: Kind
    start: int
    end: int
    raw: str
    clause: int = 0
    sentence: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """A caption taken apart. `asked` are the sentences that end with a question mark."""

    text: str
    tokens: tuple[Token, ...]
    asked: frozenset[int]


def stretch(tokens: Sequence[Token]) -> tuple[int, int]:
    """Return where in the original text `tokens` lie; those of a reversed stretch stand there in another order."""
    return min(token.start for token in tokens), max(token.end for token in tokens)


def read(text: str, lexicon: Lexicon) -> Reading:
    """Return `text` taken apart; never an error, whatever it holds."""
    folded = fold(text)
    tokens = list(_apart(_joined(list(_found(folded)), folded, lexicon), lexicon))
    placed: list[Token] = []
    asked = set()
    clause = sentence = 0
    for token in tokens:
        placed.append(Token(token.word, token.kind, token.start, token.end, token.raw, clause, sentence))
        if token.kind is not Kind.MARK:
            continue
        if token.word == "?":
            asked.add(sentence)
        if token.word in _FULL_STOPS:
            sentence += 1
        if token.word in _FULL_STOPS or token.word == _COMMA:
            clause += 1
    return Reading(text, tuple(placed), frozenset(asked))


@dataclass(frozen=True, slots=True)
class _Piece:
    """A token in the folded text."""

    text: str
    kind: Kind
    start: int
    end: int


def _found(folded: Folded) -> Iterator[_Piece]:
    for match in _TOKENS.finditer(folded.text):
        yield _Piece(match.group(), Kind(match.lastgroup or "mark"), match.start(), match.end())


def _joined(pieces: list[_Piece], folded: Folded, lexicon: Lexicon) -> Iterator[Token]:
    """Yield tokens, with words that were spelled letter by letter put together ("b u k a n" is one word)."""
    index = 0
    while index < len(pieces):
        end = _end_of_letters(pieces, index, folded.text)
        letters = [piece for piece in pieces[index:end] if piece.kind is Kind.WORD]
        if len(letters) >= _FEWEST_SPELLED:
            glued = "".join(piece.text for piece in letters)
            parts = split_known(glued, lexicon) or [glued]
            at = 0
            for part in parts:
                some = letters[at : at + len(part)]
                yield _token(_Piece(part, Kind.WORD, some[0].start, some[-1].end), folded, lexicon)
                at += len(part)
            index = end
        else:
            yield _token(pieces[index], folded, lexicon)
            index += 1


def _end_of_letters(pieces: Sequence[_Piece], index: int, text: str) -> int:
    """Return the index after the single letters that begin at `index`, one separator between each two."""
    end = index
    while end < len(pieces) and _is_letter(pieces[end]):
        following = end + 1
        while following < len(pieces) and pieces[following].text in _SEPARATORS:
            following += 1
        if following == len(pieces) or not _is_letter(pieces[following]):
            return end + 1
        gap = text[pieces[end].end : pieces[following].start]
        if not gap or set(gap) - _SEPARATORS or len(gap) > 1:
            return end + 1
        end = following
    return end


def _is_letter(piece: _Piece) -> bool:
    return piece.kind is Kind.WORD and len(piece.text) == 1


def _token(piece: _Piece, folded: Folded, lexicon: Lexicon) -> Token:
    origins = folded.origins[piece.start : piece.end]
    word = piece.text
    if piece.kind is Kind.WORD:
        word = usual_word(word, lexicon)
    elif piece.kind is Kind.TAG:
        word = usual_word(word[1:], lexicon)
    return Token(word, piece.kind, min(origins), max(origins) + 1, piece.text)


def _apart(tokens: Iterator[Token], lexicon: Lexicon) -> Iterator[Token]:
    """Yield tokens, with a hashtag of several known words followed by these: "#bukaniklan" says "bukan iklan"."""
    for token in tokens:
        parts = split_known(token.raw[1:], lexicon) if token.kind is Kind.TAG else None
        if not parts:
            yield token
            continue
        for part in parts:
            word = usual_word(part, lexicon)
            yield Token(word, Kind.TAG, token.start, token.end, token.raw)


def usual_word(raw: str, lexicon: Lexicon) -> str:
    """Return how a word is usually spelled: without stretched letters, digits for letters, "2" for twice."""
    plain = "".join(letter for letter in raw if letter.isalnum())
    for spelled in _spellings(plain):
        usual = lexicon.usual(spelled)
        if usual != spelled or lexicon.is_known(usual):
            return usual
    return _REPEATS.sub(r"\1", plain)


def _spellings(plain: str) -> Iterator[str]:
    yield plain
    yield _REPEATS.sub(r"\1", plain)
    yield _REPEATS.sub(r"\1\1", plain)
    if not plain.isalpha():
        yield _FIRST_DIGIT.split(plain)[0]
        yield plain.translate(_LEET)


def split_known(glued: str, lexicon: Lexicon) -> list[str] | None:
    """Return the known words that `glued` is made of, as few as possible; None when it is not made of such."""
    if len(glued) > _LONGEST_GLUED:
        return None
    best: list[list[str] | None] = [[], *([None] * len(glued))]
    for end in range(1, len(glued) + 1):
        for start in range(max(0, end - 20), end):
            before, part = best[start], glued[start:end]
            if before is None or (len(part) < 2 and part != glued) or not _stands_alone(part, lexicon):
                continue
            if best[end] is None or len(before) + 1 < len(best[end] or []):
                best[end] = [*before, part]
    return best[len(glued)]


def _stands_alone(part: str, lexicon: Lexicon) -> bool:
    return lexicon.usual(part) != part or lexicon.is_known(part)


def is_picture(token: Token) -> bool:
    """Say whether the token is an emoji or another symbol."""
    return token.kind is Kind.MARK and unicodedata.category(token.word[0]) in {"So", "Sk", "Sm"}
