"""Whatever is written, the rules answer in bounded time, and every finding lies inside the text."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships.authenticity.rules.captions.caption import LONGEST, look
from partnerships.authenticity.rules.captions.packs import Category

WORDS = [
    *[
        "jerawat",
        "hilang",
        "gak",
        "tidak",
        "bukan",
        "iklan",
        "#ad",
        "#bukaniklan",
        "@toko",
        "dijamin",
        "100%",
        "paling",
    ],
    *[
        "bagus",
        "terbaik",
        "no.",
        "1",
        "#1",
        "efek",
        "samping",
        "tanpa",
        "dalam",
        "3",
        "hari",
        "?",
        "!",
        ",",
        ".",
        "tapi",
    ],
    *["semoga", "cure", "acne", "not", "an", "ad", "b", "u", "k", "a", "n", "\n", "\u202e", "\u202c", "\u200b", "😍"],
]
SECONDS = 20.0  # on a machine that does much else; what grows with the square of the length takes minutes
TRICKS = {
    "words": "jerawat hilang ",
    "questions": "ini iklan? ",
    "letters": "b u k a n ",
    "one letter": "a",
    "one tag": "#iklan",
    "reversed": "\u202eabc",
    "a sign for a sentence": "\ufdfa",
    "negations": "tidak ",
    "marks": "!",
    "accents": "a\u0301",
    "tags": "#bukaniklan ",
    "mentions": "@a ",
    "digits": "1.",
    "hyphens": "a-",
    "ads": "ad ",
    "no stop": "paling bagus dijamin putih dalam 3 hari ",
    "pictures": "😍",
}


@given(st.one_of(st.text(), st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join)), st.sampled_from(Category))
@settings(max_examples=150, deadline=None)
def test_every_finding_lies_inside_the_text(text: str, category: Category) -> None:
    found = look(text, category)

    found_words = [(one.start, one.end, one.text) for one in found.claims]
    found_words += [(one.start, one.end, one.text) for one in found.superlatives]
    found_words += [(label.start, label.end, text[label.start : label.end]) for label in found.disclosed.labels]
    for start, end, words in found_words:
        assert 0 <= start < end <= len(text)
        assert words == text[start:end]


@given(st.lists(st.sampled_from(["", " ", "\u200b", "\u2060", "\u00ad", "\u200d"]), min_size=9, max_size=9))
@settings(deadline=None)
def test_a_denial_is_never_hidden_by_what_nobody_sees(between: list[str]) -> None:
    bukan, iklan = (
        "".join(letter + mark.strip() for letter, mark in zip(word, between[at:], strict=False))
        for word, at in (("bukan", 0), ("iklan", 4))
    )

    assert look(f"#ad {bukan} {iklan}", Category.GENERAL).disclosed.grade == "denied"


@pytest.mark.slow
@pytest.mark.parametrize("trick", TRICKS)
def test_twenty_thousand_characters_are_read_in_bounded_time(trick: str) -> None:
    text = (TRICKS[trick] * LONGEST)[:LONGEST]
    begun = time.perf_counter()

    look(text, Category.COSMETICS)

    assert time.perf_counter() - begun < SECONDS
