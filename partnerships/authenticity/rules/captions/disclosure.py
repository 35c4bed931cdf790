"""Find out whether a caption says that it is paid for: clearly, weakly, not at all, or denies it.

The grade is about the words; where they stand and in which language are checks of their own, because a clear word at
the end of a long caption is easily overlooked.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from .packs import WordPack
from .reading import Kind, Reading, Token, is_picture, stretch

FOLD_CHARACTERS = 125  # what feeds show of a caption before "more"
ANY_LANGUAGE = "any"  # "#ad" is read by every audience
_NEGATION_REACH = 4
_SAYS_SO_REACH = 4  # words between "this video" and "ad"
_ASIDE_REACH = 2


class Disclosure(StrEnum):
    """How a caption says that it is paid for."""

    CLEAR = "clear"
    WEAK = "weak"
    NONE = "none"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class Label:
    """Words that disclose or deny. `start` and `end` lie in the original text; `language` is that of the words."""

    grade: Disclosure
    start: int
    end: int
    language: str


@dataclass(frozen=True, slots=True)
class Disclosed:
    """What was found. The checks are about the first clear label, and False without one."""

    grade: Disclosure
    labels: tuple[Label, ...]
    in_first_line: bool
    above_fold: bool
    language: str | None

    def is_in(self, audience: str | None) -> bool:
        """Say whether the label is in the language of the audience; an unknown language is not held against it."""
        return self.language is not None and (audience is None or self.language in {audience, ANY_LANGUAGE})


def find_disclosure(reading: Reading, pack: WordPack) -> Disclosed:
    """Return how `reading` discloses. A denial outweighs everything: "#ad, bukan iklan" is a denial."""
    labels = tuple(_Caption(reading, pack).labels())
    grades = {label.grade for label in labels}
    order = (Disclosure.DENIED, Disclosure.CLEAR, Disclosure.WEAK)
    grade = next((grade for grade in order if grade in grades), Disclosure.NONE)
    first = min((label for label in labels if label.grade is Disclosure.CLEAR), key=lambda one: one.start, default=None)
    before = reading.text[: first.start] if first else ""
    return Disclosed(
        grade=grade,
        labels=labels,
        in_first_line=first is not None and "\n" not in before.lstrip(),
        above_fold=first is not None and first.start < FOLD_CHARACTERS,
        language=first.language if first else None,
    )


class _Caption:
    """The words of a caption, and what they say about money."""

    def __init__(self, reading: Reading, pack: WordPack) -> None:
        self.text = reading.text
        self.tokens = reading.tokens
        self.asked = reading.asked
        self.lists = pack.words
        self.languages = {
            **dict.fromkeys(pack.words["labels_id"], "id"),
            **dict.fromkeys(pack.words["labels_en"], "en"),
            **dict.fromkeys(pack.words["labels_any"], ANY_LANGUAGE),
        }
        self.phrases = {
            tuple(phrase.split()): (grade, language)
            for key, grade, language in (
                ("weak", Disclosure.WEAK, ANY_LANGUAGE),
                ("clear_id", Disclosure.CLEAR, "id"),
                ("clear_en", Disclosure.CLEAR, "en"),
            )
            for phrase in pack.words[key]
        }
        self.begins = tuple(pack.words["tag_begins"])
        self.ends = tuple(pack.words["tag_ends"])
        self.longest = max(len(phrase) for phrase in self.phrases)
        self.places = [place for place, token in enumerate(reading.tokens) if token.kind is not Kind.MARK]
        self.words = [reading.tokens[place] for place in self.places]

    def labels(self) -> Iterator[Label]:
        """Yield every label, and every denial of one."""
        for index, word in enumerate(self.words):
            if word.kind is Kind.MENTION:
                yield Label(Disclosure.WEAK, word.start, word.end, ANY_LANGUAGE)
            if self._is_of_kind(index, "denied") and (begin := self._denied_from(index)) is not None:
                yield Label(Disclosure.DENIED, *stretch(self.words[begin : index + 1]), ANY_LANGUAGE)
            elif self._is_answered_no(index) or self._is(index, "denials"):
                yield Label(Disclosure.DENIED, word.start, word.end, ANY_LANGUAGE)
            elif found := self._labelled(index):
                grade, last, language = found
                begin = self._denied_from(index) if grade is Disclosure.CLEAR and word.kind is Kind.WORD else None
                if begin is not None:
                    yield Label(Disclosure.DENIED, *stretch(self.words[begin : last + 1]), ANY_LANGUAGE)
                if not self._is_meant(index) or self._is(last + 1, "courtesies"):
                    continue
                yield Label(grade, *stretch(self.words[index : last + 1]), language)

    def _is(self, index: int, *names: str) -> bool:
        return 0 <= index < len(self.words) and any(self.words[index].word in self.lists[name] for name in names)

    def _is_of_kind(self, index: int, name: str) -> bool:
        """Say whether the word, or it with the next one, stands in the list `name`."""
        following = self.words[index + 1].word if index + 1 < len(self.words) else ""
        return self._is(index, name) or f"{self.words[index].word} {following}" in self.lists[name]

    def _labelled(self, index: int) -> tuple[Disclosure, int, str] | None:
        """Return grade, last word and language of the label that begins at `index`."""
        word = self.words[index]
        if word.kind is Kind.TAG and (tagged := self._tagged(index)):
            return tagged
        for length in range(min(self.longest, len(self.words) - index), 0, -1):
            some = [one.word for one in self.words[index : index + length]]
            bare = tuple(one.removesuffix("nya") for one in some)
            if found := self.phrases.get(tuple(some)) or self.phrases.get(bare):
                return found[0], index + length - 1, found[1]
        if word.word in self.languages and (self._opens(index) or self._is_said_of_this(index)):
            return Disclosure.CLEAR, index, self.languages[word.word]
        if word.word in self.lists["openers"] and self._opens(index) and self._mark_after(index) == ":":
            return Disclosure.CLEAR, index, ANY_LANGUAGE
        return None

    def _tagged(self, index: int) -> tuple[Disclosure, int, str] | None:
        word = self.words[index]
        last = index
        while last + 1 < len(self.words) and self.words[last + 1].start == word.start:
            last += 1
        whole = tuple(one.word for one in self.words[index : last + 1])
        if word.word in self.languages and last == index:
            return Disclosure.CLEAR, last, self.languages[word.word]
        if found := self.phrases.get(whole) or self.phrases.get((word.raw[1:],)):
            return found[0], last, found[1]
        if word.raw[1:].startswith(self.begins):
            return Disclosure.CLEAR, last, ANY_LANGUAGE
        if (
            word.raw.endswith(self.ends)
            or word.raw[1:] in self.lists["weak_tags"]
            or "".join(whole) in self.lists["weak_tags"]
        ):
            return Disclosure.WEAK, last, ANY_LANGUAGE
        return None

    def _opens(self, index: int) -> bool:
        """Say whether a label stands by itself: at the beginning of a line or in capitals, and nothing else follows."""
        token = self.words[index]
        begins = index == 0 or self._is_apart(self.places[index] - 1)
        shouts = token.raw.isalpha() and self._original(token).isupper()
        following = self.places[index] + 1
        if following == len(self.tokens) or self._is_apart(following):
            return begins or shouts or self._is_enclosed(index)
        after = self.tokens[following]
        return (begins or shouts) and (
            after.kind is Kind.MENTION or after.word in self.lists["by"] | self.lists["particles"] or shouts
        )

    def _is_enclosed(self, index: int) -> bool:
        return index > 0 and self.tokens[self.places[index] - 1].word in {"(", "[", "|", "/"}

    def _is_apart(self, place: int) -> bool:
        token = self.tokens[place]
        return (
            token.kind is Kind.TAG
            or (token.kind is Kind.MARK and token.word not in {"'", '"', "%"})
            or is_picture(token)
        )

    def _mark_after(self, index: int) -> str:
        following = self.places[index] + 1
        return self.tokens[following].word if following < len(self.tokens) else ""

    def _original(self, token: Token) -> str:
        return self.text[token.start : token.end]

    def _is_said_of_this(self, index: int) -> bool:
        """Say whether "this is an ad" is said: a piece of content or "this" before, only small words between."""
        word = self.words[index]
        for back in range(1, _SAYS_SO_REACH + 1):
            before = index - back
            if before < 0 or self.words[before].clause != word.clause:
                return False
            if self._is(before, "pieces") or self._is(before, "this"):
                return not self._is(before - 1, "talks_about")
            if not self._is(before, "between"):
                return False
        return False

    def _is_meant(self, index: int) -> bool:
        """Say whether the words are about this caption: not a question, not a condition, not denied or belittled."""
        word = self.words[index]
        if word.sentence in self.asked and word.kind is not Kind.TAG:
            return self._is_answered(index, "affirmations")
        for before in self._before(index, _NEGATION_REACH):
            if self._is(before, "conditions"):
                return False
            if self._is(before, "negations") and word.kind is not Kind.TAG:
                return False
        return True

    def _before(self, index: int, reach: int) -> Iterator[int]:
        """Yield the words before `index` in its clause, the nearest first, until the sentence takes a turn."""
        word = self.words[index]
        for before in range(index - 1, max(-1, index - 1 - reach), -1):
            if self.words[before].clause != word.clause or self._is(before, "turns"):
                return
            yield before

    def _denied_from(self, index: int) -> int | None:
        """Return the negation that denies the word at `index`: "bukan iklan", but not "bukan cuma iklan"."""
        word = self.words[index]
        if word.sentence in self.asked or self._is(index + 1, "carefully"):
            return None
        for before in self._before(index, _NEGATION_REACH):
            if self._is(before, "negations"):
                is_belittled = any(self._is(before + step, "only") for step in range(1, _ASIDE_REACH + 1))
                return None if is_belittled or self._is_conditional(before) else before
        return None

    def _is_conditional(self, index: int) -> bool:
        return any(self._is(before, "conditions") for before in self._before(index, _NEGATION_REACH))

    def _is_answered_no(self, index: int) -> bool:
        """Say whether it is asked whether this is an ad, and the answer is no."""
        word = self.words[index]
        return self._is(index, "denied") and word.sentence in self.asked and self._is_answered(index, "negations")

    def _is_answered(self, index: int, name: str) -> bool:
        following = bisect_right(self.words, self.words[index].sentence, lo=index, key=lambda word: word.sentence)
        return self._is(following, name)
