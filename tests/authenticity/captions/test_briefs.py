"""What a brief must not ask, and what only sounds like it."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships.authenticity.rules.captions.briefs import find_demands


@pytest.mark.parametrize(
    ("brief", "demand", "words"),
    [
        ("Wajib bilang bagus ya.", "praise", "Wajib bilang bagus"),
        ("Wajib bilang bagus. Jangan lupa tag kami.", "praise", "Wajib bilang bagus"),
        ("You must say you love it", "praise", "must say you love"),
        ("No negative comments please", "praise", "No negative"),
        ("Jangan sebut kekurangan produk", "praise", "Jangan sebut kekurangan"),
        ("Review positif saja", "praise", "positif saja"),
        ("Only positive reviews", "praise", "Only positive"),
        ("Ikuti naskah dari kami", "script", "Ikuti naskah"),
        ("Read this script aloud", "script", "Read this script"),
        ("Ucapkan kata per kata", "script", "kata per kata"),
        (
            "Say: “I use this serum every single day and love it”",
            "script",
            "“I use this serum every single day and love it”",
        ),
        ("Jangan pakai #ad di caption", "hiding", "Jangan pakai #ad"),
        ("Sebutkan bahwa serumnya menghilangkan jerawat", "claim", "menghilangkan jerawat"),
    ],
)
def test_what_must_not_be_asked_is_found_with_its_words(brief: str, demand: str, words: str) -> None:
    assert [(asked.demand, asked.text) for asked in find_demands(brief, "cosmetics")] == [(demand, words)]


@pytest.mark.parametrize(
    "brief",
    [
        "",
        "Pakai dua minggu, lalu ceritakan apa yang kamu rasakan.",
        "Ceritakan apa yang kamu suka dan yang tidak.",
        "Mohon sebutkan apa yang bagus dan apa yang kurang.",
        "Jangan takut sebut kekurangannya.",
        "Jangan lupa sebutkan minusnya.",
        "Jangan menjelekkan kompetitor.",
        "Tidak perlu naskah, pakai kata-katamu sendiri.",
        "Tulis #iklan di baris pertama, jangan lupa label iklan.",
        "Do not hide that this is an ad.",
        "You don't have to say it is good.",
        "Jangan klaim menghilangkan jerawat.",
        "Say “hi”.",
        "Tagar: “satu dua tiga empat lima enam”",
    ],
)
def test_a_fair_brief_is_left_alone(brief: str) -> None:
    assert find_demands(brief, "cosmetics") == ()


@given(
    st.one_of(
        st.text(),
        st.lists(
            st.sampled_from(
                ["wajib", "bilang", "bagus", "jangan", "jelek", "iklan", "saja", "positif", "“", "”", ".", "naskah"]
            )
        ).map(" ".join),
    )
)
@settings(deadline=None)
def test_what_is_found_lies_in_the_brief_and_never_twice(brief: str) -> None:
    found = find_demands(brief, "food")

    assert all(brief[asked.start : asked.end] == asked.text for asked in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
