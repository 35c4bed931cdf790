"""How well captions are read, and how fast: on the parts that the rules were made with, and on the frozen one.

All of them were written by the same hand as the rules: on other people's captions expect less, as at first sight of the
part "later".
"""

import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from partnerships.authenticity.rules.captions import copies, lexicon
from partnerships.authenticity.rules.captions.caption import Looked, look
from partnerships.authenticity.rules.captions.disclosure import Disclosure
from partnerships.authenticity.rules.captions.packs import category_of
from partnerships.authenticity.rules.captions.reading import read

from .figures import Extent, Figure, doing, percentile

CORPUS = Path(__file__).with_name("corpus")
PARTS = ("development", "later", "frozen")
GOALS = {
    "clear": {"precision": 0.98, "recall": 0.92},
    "weak": {"recall": 0.70},
    "claims": {"precision": 0.80, "recall": 0.70},
    "copied": {"recall": 0.95, "false": 0.001},
}
_MARKS = re.compile(r"\[\[|\]\]|\{\{|\}\}")
_SEED = 11  # of the changes that make a copy


@dataclass(frozen=True, slots=True)
class Sample:
    """A caption with what a reader would say of it; `claims` and `superlatives` are stretches of `text`."""

    author: str
    category: str
    disclosure: str
    language: str
    text: str
    claims: tuple[tuple[int, int], ...]
    superlatives: tuple[tuple[int, int], ...]


def read_part(part: str) -> list[Sample]:
    """Return the captions of `part`; the file says how it is written."""
    samples: list[Sample] = []
    author = ""
    for line in (CORPUS / f"captions-{part}.txt").read_text("utf-8").splitlines():
        if line.startswith("@"):
            author = line
        elif line and not line.startswith("#"):
            samples.append(_sample(author, line))
    return samples


def _sample(author: str, line: str) -> Sample:
    head, marked = line.replace("\\n", "\n").split(" | ", 1)
    category, disclosure, language = head.split()
    found: dict[str, list[tuple[int, int]]] = {"[[": [], "{{": []}
    text, begun, done = "", 0, 0
    for mark in _MARKS.finditer(marked):
        text += marked[done : mark.start()]
        done = mark.end()
        if mark.group() in found:
            begun = len(text)
        else:
            found[{"]]": "[[", "}}": "{{"}[mark.group()]].append((begun, len(text)))
    return Sample(author, category, disclosure, language, text + marked[done:], tuple(found["[["]), tuple(found["{{"]))


def measure(_extent: Extent) -> Iterator[Figure]:
    """Yield one figure for each part and kind of finding, one for copies, and one for the speed."""
    for part in PARTS:
        samples = read_part(part)
        with doing(f"{part}: {len(samples)} captions"):
            looked = [(sample, look(sample.text, category_of(sample.category))) for sample in samples]
            yield from (
                {"measure": "captions", "part": part, "captions": len(samples), **figure}
                for figure in (*_disclosures(looked), _claims(looked), _superlatives(looked), _languages(looked))
            )
    with doing("copied captions"):
        yield _copies([sample for part in PARTS for sample in read_part(part)])
    yield _speed([sample.text for part in PARTS for sample in read_part(part)])


def _disclosures(looked: Sequence[tuple[Sample, Looked]]) -> Iterator[Figure]:
    pairs = Counter((sample.disclosure, found.disclosed.grade.value) for sample, found in looked)
    for grade in (Disclosure.CLEAR, Disclosure.WEAK, Disclosure.DENIED):
        right = pairs[grade, grade]
        said = sum(count for (_, found), count in pairs.items() if found == grade)
        meant = sum(count for (label, _), count in pairs.items() if label == grade)
        yield {"of": grade, **_figures(right, said - right, meant - right), **_goal(grade)}


def _claims(looked: Sequence[tuple[Sample, Looked]]) -> Figure:
    """Count stretches: a claim is found when a finding touches it, and a finding that touches none is false."""
    pairs = [(sample.claims, [(claim.start, claim.end) for claim in found.claims]) for sample, found in looked]
    return {"of": "claims", **_stretches(pairs), **_goal("claims")}


def _superlatives(looked: Sequence[tuple[Sample, Looked]]) -> Figure:
    pairs = [
        (sample.superlatives, [(one.start, one.end) for one in found.superlatives if not one.is_supported])
        for sample, found in looked
    ]
    return {"of": "superlatives", **_stretches(pairs)}


def _languages(looked: Sequence[tuple[Sample, Looked]]) -> Figure:
    asked = [(sample, found) for sample, found in looked if sample.language != "mixed"]
    right = sum(found.language == sample.language for sample, found in asked)
    return {"of": "language", "right": right, "asked": len(asked), "share": round(right / len(asked), 3)}


def _stretches(pairs: Sequence[tuple[Sequence[tuple[int, int]], Sequence[tuple[int, int]]]]) -> Figure:
    found = sum(any(_touch(label, one) for one in said) for labels, said in pairs for label in labels)
    false = sum(not any(_touch(label, one) for label in labels) for labels, said in pairs for one in said)
    return _figures(found, false, sum(len(labels) for labels, _ in pairs) - found)


def _touch(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _figures(right: int, false: int, missed: int) -> Figure:
    return {
        "right": right,
        "false": false,
        "missed": missed,
        "precision": round(right / (right + false), 3) if right + false else None,
        "recall": round(right / (right + missed), 3) if right + missed else None,
    }


def _goal(of: str) -> Figure:
    return {"goal": GOALS[of]} if of in GOALS else {}


def _copies(samples: Sequence[Sample]) -> Figure:
    """Change each caption in the ways people do, and see which are found; every other pair is not a copy."""
    words = lexicon.load()
    readings = [read(sample.text, words) for sample in samples]
    long = [(sample, reading) for sample, reading in zip(samples, readings, strict=True) if copies.essence(reading)]
    draw = random.Random(_SEED)
    made = [(sample.text, change(sample.text, draw)) for sample, _ in long for change in CHANGES]
    found = sum(
        any(
            one.likeness is copies.Likeness.COPIED
            for one in copies.find_alike(read(copy, words), [("", read(text, words))])
        )
        for text, copy in made
    )
    false = pairs = 0
    for (_, one), (_, other) in combinations(long, 2):
        pairs += 1
        false += any(alike.likeness is copies.Likeness.COPIED for alike in copies.find_alike(one, [("", other)]))
    return {
        "measure": "captions",
        "of": "copied",
        "copies": len(made),
        "recall": round(found / len(made), 3),
        "pairs": pairs,
        "false": round(false / pairs, 5),
        **_goal("copied"),
    }


def _with_other_tags(text: str, _draw: random.Random) -> str:
    return re.sub(r"[#@]\S+", "", text) + " #racun #fyp @demo ✨"


def _reordered(text: str, _draw: random.Random) -> str:
    sentences = re.split(r"(?<=[.!?,])\s+", text)
    return " ".join(reversed(sentences))


def _without_a_word(text: str, draw: random.Random) -> str:
    words = text.split()
    del words[draw.randrange(len(words))]
    return " ".join(words)


def _respelled(text: str, _draw: random.Random) -> str:
    spellings = {"tidak": "gak", "gak": "nggak", "yang": "yg", "banget": "bgt", "sudah": "udah", "udah": "dah"}
    return " ".join(spellings.get(word.lower(), word) for word in text.upper().split())


def _with_pictures(text: str, _draw: random.Random) -> str:
    return " ".join(f"{word}🌸" if place % 4 == 0 else word for place, word in enumerate(text.split()))


def _with_an_opening(text: str, _draw: random.Random) -> str:
    return f"Halo semua! {text}"


CHANGES: tuple[Callable[[str, random.Random], str], ...] = (
    _with_other_tags,
    _reordered,
    _without_a_word,
    _respelled,
    _with_pictures,
    _with_an_opening,
)


def _speed(texts: Sequence[str]) -> Figure:
    spent = []
    for text in texts:
        begun = time.perf_counter()
        look(text, category_of("cosmetics"))
        spent.append(1000 * (time.perf_counter() - begun))
    longest = ("jerawat hilang total, b u k a n iklan #ad " * 500)[:20_000]
    begun = time.perf_counter()
    look(longest, category_of("cosmetics"))
    whole = 1000 * (time.perf_counter() - begun)
    return {
        "measure": "captions",
        "of": "speed",
        "p95_ms": percentile(spent, 95, 2),
        "ms_20000_characters": round(whole),
    }
