"""What a word stands under: a negation, a hope, a question, a duty, somebody else's promise.

Counted in words. A negation reaches forward within its sentence until the sentence takes a turn ("tapi", "sekarang");
it does not reach when it says how easily or surely something is so ("gak nyangka", "not only").
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .lexicon import Lexicon
from .reading import Kind, Reading, Token, stretch

_NEGATION_REACH = 7
_LACK_REACH = 1  # "tanpa" denies the next word only: "tanpa operasi, jerawat hilang"
_WITHOUT_REACH = 4
_WISH_REACH = 8
_DUTY_REACH = 3
_LIST_MEMBER = 3  # words between two commas of a list: "not to treat, cure or prevent"
_AFTERTHOUGHT = 3  # words: "ilang sih enggak"
_FEW_DAYS = 14
_LONGEST_TERM = 4  # words
_NUMBERS = {
    word: number
    for number, words in enumerate(
        (
            ("satu", "one", "a"),
            ("dua", "two"),
            ("tiga", "three"),
            ("empat", "four"),
            ("lima", "five"),
            ("enam", "six"),
            ("tujuh", "seven"),
            ("delapan", "eight"),
            ("sembilan", "nine"),
            ("sepuluh", "ten"),
        ),
        1,
    )
    for word in words
}


@dataclass(frozen=True, slots=True)
class Term:
    """A class of words found at the words `first` to `last`, counted without marks."""

    name: str
    first: int
    last: int

    def distance(self, other: "Term") -> int:
        """Return how many words lie between the two; 0 when they touch or overlap."""
        return max(0, max(self.first, other.first) - min(self.last, other.last) - 1)

    def overlaps(self, other: "Term") -> bool:
        """Say whether the two share a word."""
        return self.first <= other.last and other.first <= self.last


class Scope:
    """The words of a caption with the classes they are of."""

    def __init__(self, reading: Reading, lexicon: Lexicon) -> None:
        self.text = reading.text
        self._asked = reading.asked
        self.words = [token for token in reading.tokens if token.kind is not Kind.MARK]
        self._terms: dict[str, list[Term]] = {}
        self._at: dict[int, set[str]] = {}
        self._from: dict[int, list[Term]] = {}
        self._in_sentence: dict[int, dict[str, int]] = {}  # the last place of each class
        counted = (*self._deadlines(), *self._percentages())
        for term in sorted((*self._found(lexicon), *counted), key=lambda term: (term.first, -term.last)):
            self._terms.setdefault(term.name, []).append(term)
            self._from.setdefault(term.first, []).append(term)
            self._in_sentence.setdefault(self.words[term.first].sentence, {})[term.name] = term.first
            for place in range(term.first, term.last + 1):
                self._at.setdefault(place, set()).add(term.name)

    def of(self, names: Iterable[str]) -> list[Term]:
        """Return the terms of the classes `names`."""
        return [term for name in names for term in self._terms.get(name, ())]

    def near(self, anchor: Term, names: Iterable[str], reach: int) -> Iterator[Term]:
        """Yield the terms of the classes `names` with at most `reach` words between them and `anchor`."""
        wanted = frozenset(names)
        for place in range(anchor.first - reach - _LONGEST_TERM, anchor.last + reach + 2):
            for term in self._from.get(place, ()):
                if term.name in wanted and anchor.distance(term) <= reach:
                    yield term

    def is_at(self, place: int, *names: str) -> bool:
        """Say whether the word at `place` is of one of the classes `names`."""
        return not self._at.get(place, set()).isdisjoint(names)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return where in the original text the words `first` to `last` lie."""
        return stretch(self.words[first : last + 1])

    def are_together(self, one: Term, other: Term, *, by_clause: bool) -> bool:
        """Say whether the two stand in one sentence, or in one clause of it, with no "but" between them."""
        left, right = sorted((one, other), key=lambda term: term.first)
        here, there = self.words[left.last], self.words[right.first]
        if here.sentence != there.sentence or (by_clause and here.clause != there.clause):
            return False
        return not any(self.is_at(place, "contrast") for place in range(left.last + 1, right.first))

    def has_near(self, anchor: Term, names: Iterable[str]) -> bool:
        """Say whether one of the classes `names` stands in the same sentence."""
        return not self._in_sentence.get(self.words[anchor.first].sentence, {}).keys().isdisjoint(names)

    def is_denied(self, anchor: Term) -> bool:
        """Say whether a negation before the words reaches them, or one after takes them back."""
        return self._is_negated(anchor, "not", "not_yet") or self._is_taken_back(anchor)

    def is_without(self, anchor: Term) -> bool:
        """Say whether the words are said not to be there: "tanpa", "no", "tidak ada"."""
        begin = max(0, anchor.first - _WITHOUT_REACH)
        lacks = any(self.is_at(place, "lacking") for place in self._before(anchor, begin))
        return lacks or self._is_negated(anchor, "not")

    def is_wished(self, anchor: Term) -> bool:
        """Say whether somebody hopes for it or wants it."""
        return self._stands_before(anchor, _WISH_REACH, "hope")

    def is_asked(self, anchor: Term) -> bool:
        """Say whether the sentence is a question."""
        return self.words[anchor.first].sentence in self._asked or self._stands_before(anchor, _WISH_REACH, "ask")

    def is_required(self, anchor: Term) -> bool:
        """Say whether it is something that has to be done ("harus diobati")."""
        return self._stands_before(anchor, _DUTY_REACH, "need")

    def is_helped(self, anchor: Term) -> bool:
        """Say whether the product only helps."""
        return self._stands_before(anchor, _DUTY_REACH, "help")

    def is_refuted_report(self, anchor: Term) -> bool:
        """Say whether others say so, and the speaker goes on with a "but" or a "not"."""
        sentence = self.words[anchor.first].sentence
        return self._stands_before(anchor, _WISH_REACH, "reported") and any(
            self._in_sentence.get(at, {}).get(name, -1) > anchor.last
            for at in (sentence, sentence + 1)
            for name in ("contrast", "not", "not_yet")
        )

    def _stands_before(self, anchor: Term, reach: int, name: str) -> bool:
        return any(self.is_at(place, name) for place in self._before(anchor, max(0, anchor.first - reach)))

    def _before(self, anchor: Term, begin: int) -> Iterator[int]:
        """Yield the places before `anchor` in its clause, the nearest first."""
        clause = self.words[anchor.first].clause
        for place in range(anchor.first - 1, begin - 1, -1):
            if self.words[place].clause != clause:
                return
            yield place

    def _is_negated(self, anchor: Term, *names: str) -> bool:
        since_comma = 0
        here = self.words[anchor.first]
        for place in range(anchor.first - 1, max(-1, anchor.first - 1 - _NEGATION_REACH), -1):
            word = self.words[place]
            if word.sentence != here.sentence or self.is_at(place, "turn"):
                return False
            if word.clause != here.clause:
                if since_comma > _LIST_MEMBER:
                    return False
                here, since_comma = word, 0
            since_comma += 1
            if self.is_at(place, *names) and not self._is_aside(place, anchor):
                return True
            if self.is_at(place, "lacking") and anchor.first - place <= _LACK_REACH:
                return True
        return False

    def _is_aside(self, place: int, anchor: Term) -> bool:
        """Say whether the negation before `anchor` is about something else: "gak nyangka", "tidak hanya"."""
        return any(self.is_at(near, "only", "aside") for near in range(place + 1, min(place + 3, anchor.first)))

    def _is_taken_back(self, anchor: Term) -> bool:
        clause = self.words[anchor.first].clause
        for place in range(anchor.last + 1, min(len(self.words), anchor.last + 1 + _AFTERTHOUGHT)):
            if self.words[place].clause != clause:
                return False
            if self.is_at(place, "not", "not_yet"):
                return place + 1 == len(self.words) or self.words[place + 1].clause != clause
        return False

    def _found(self, lexicon: Lexicon) -> list[Term]:
        """Return the listed words; what several words mean together hides what each of them means alone."""
        found: list[Term] = []
        hidden = -1
        for place, word in enumerate(self.words):
            if word.kind in {Kind.MENTION, Kind.NUMBER}:
                continue
            longest = 1
            for entry in lexicon.starting(word.word):
                length = len(entry.words)
                if not self._follows(place, entry.words, lexicon) or (length == 1 and place <= hidden):
                    continue
                if length >= longest:
                    longest = length
                    found.append(Term(entry.name, place, place + length - 1))
            if longest > 1:
                hidden = max(hidden, place + longest - 1)
        return found

    def _follows(self, place: int, words: tuple[str, ...], lexicon: Lexicon) -> bool:
        for step, listed in enumerate(words[1:], 1):
            if place + step >= len(self.words):
                return False
            following = self.words[place + step]
            if following.clause != self.words[place].clause or listed not in lexicon.forms(following.word):
                return False
        return True

    def _deadlines(self) -> Iterator[Term]:
        """Yield "instant" for few days or one week where the words promise them ("dalam 3 hari", "seminggu doang")."""
        for place, word in enumerate(self.words):
            last = self._end_of_days(place, word)
            if last is None:
                continue
            around = [self.words[near].word for near in (place - 1, last + 1) if 0 <= near < len(self.words)]
            if _PROMISES.intersection(around):
                yield Term("instant", place, last)

    def _percentages(self) -> Iterator[Term]:
        """Yield what promises everything in figures: "100%", "99,9 persen"."""
        for place, word in enumerate(self.words):
            if word.kind is not Kind.NUMBER:
                continue
            following = self.words[place + 1].word if place + 1 < len(self.words) else ""
            if word.word.rstrip("% ").startswith(_NEARLY_ALL) and ("%" in word.word or following in _PERCENT):
                for name in ("absolute", "guarantee"):
                    yield Term(name, place, place)

    def _end_of_days(self, place: int, word: Token) -> int | None:
        if word.word in _ONE_UNIT:
            return place
        if place + 1 == len(self.words):
            return None
        days = _UNITS.get(self.words[place + 1].word)
        number = _NUMBERS.get(word.word) or (int(word.word) if word.word.isdecimal() and len(word.word) < 4 else None)
        return place + 1 if days and number and number * days <= _FEW_DAYS else None


_PROMISES = frozenset(
    {"dalam", "cuma", "hanya", "saja", "doang", "langsung", "auto", "kurang", "in", "within", "just", "only", "under"}
)
_NEARLY_ALL = ("100", "99", "1000")
_PERCENT = frozenset({"persen", "percent"})
_ONE_UNIT = frozenset({"sehari", "semalam", "seminggu", "sejam", "semenit", "sedetik"})
_UNITS = {
    **dict.fromkeys(("hari", "malam", "day", "days", "night", "nights"), 1.0),
    **dict.fromkeys(("minggu", "week", "weeks"), 7.0),
    **dict.fromkeys(("jam", "hour", "hours"), 1 / 24),
    **dict.fromkeys(("menit", "minute", "minutes", "detik", "second", "seconds"), 1 / 1440),
}
