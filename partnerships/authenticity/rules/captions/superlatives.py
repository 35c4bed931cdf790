"""Find superlatives said of the product. "Paling suka" is an opinion, "paling lambat" an instruction."""

from collections.abc import Iterator
from dataclasses import dataclass

from .packs import WordPack
from .reading import Kind, Reading, stretch

_SCOPE = 6  # words around it in which "for me" or a source counts


@dataclass(frozen=True, slots=True)
class Superlative:
    """Words of the caption that put the product above all others. `is_supported`: the sentence names a source."""

    text: str
    start: int
    end: int
    is_supported: bool


def find_superlatives(reading: Reading, pack: WordPack) -> tuple[Superlative, ...]:
    """Return what stands in `reading`, in reading order; opinions and idioms are left out."""
    words = _Words(reading, pack)
    found = []
    taken = -1
    for index in range(len(words.tokens)):
        last = words.superlative_at(index)
        if last is None or index <= taken or words.is_own(index, last):
            continue
        taken = last
        start, end = stretch(words.tokens[index : last + 1])
        found.append(Superlative(reading.text[start:end], start, end, words.is_supported(index)))
    return tuple(found)


class _Words:
    def __init__(self, reading: Reading, pack: WordPack) -> None:
        self.tokens = [token for token in reading.tokens if token.kind is not Kind.MARK or token.word == "#"]
        self.lists = pack.words
        self.phrases = {name: {tuple(line.split()) for line in pack.words[name]} for name in _PHRASES}
        self.longest = max(len(phrase) for phrases in self.phrases.values() for phrase in phrases)
        self.supported = {
            token.sentence for at, token in enumerate(self.tokens) if self._phrase_at(at, "support") is not None
        }

    def _is(self, index: int, name: str) -> bool:
        return 0 <= index < len(self.tokens) and self.tokens[index].word in self.lists[name]

    def superlative_at(self, index: int) -> int | None:
        """Return the last word of the superlative that begins at `index`, or None."""
        word = self.tokens[index].word
        if self._phrase_at(index, "instructions") is not None:
            return None
        if (last := self._phrase_at(index, "phrases")) is not None:
            return last
        if word in self.lists["highest"]:
            return self._quality_after(index)
        if self._is_number_one(index):
            return index + 1
        if word in self.lists["superlatives"]:
            return None if self._is(index + 1, "best_of") else index
        is_prefixed = word.startswith("ter") and word.removeprefix("ter").removesuffix("nya") in self.lists["ter"]
        return index if is_prefixed else None

    def _quality_after(self, index: int) -> int | None:
        return index + 1 if self._is(index + 1, "qualities") and not self._is(index + 2, "opinions") else None

    def _is_number_one(self, index: int) -> bool:
        """Say whether "no. 1" or "#1" ranks something; "step #1" and "hari ke 1" count."""
        is_one = index + 1 < len(self.tokens) and self.tokens[index + 1].word == "1"
        return is_one and self._is(index, "ordinals") and not self._is(index - 1, "list_words")

    def _phrase_at(self, index: int, name: str) -> int | None:
        for length in range(self.longest, 0, -1):
            some = tuple(token.word for token in self.tokens[index : index + length])
            if len(some) == length and some in self.phrases[name]:
                return index + length - 1
        return None

    def is_own(self, index: int, last: int) -> bool:
        """Say whether it is said of the speaker's own experience, or of how something is used."""
        return any(self._phrase_at(near, "own") is not None for near in self._near(index, last))

    def is_supported(self, index: int) -> bool:
        """Say whether the sentence names a source."""
        return self.tokens[index].sentence in self.supported

    def _near(self, index: int, last: int) -> Iterator[int]:
        sentence = self.tokens[index].sentence
        for at in range(max(0, index - _SCOPE), min(len(self.tokens), last + _SCOPE + 1)):
            if self.tokens[at].sentence == sentence:
                yield at


_PHRASES = ("phrases", "instructions", "own", "support")
