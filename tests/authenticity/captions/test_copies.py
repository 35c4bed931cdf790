"""Which captions repeat each other, and in which language a caption is."""

import pytest

from partnerships.authenticity.rules.captions import lexicon
from partnerships.authenticity.rules.captions.copies import find_alike
from partnerships.authenticity.rules.captions.language import language_of
from partnerships.authenticity.rules.captions.reading import Reading, read

ORIGINAL = "Sudah tiga minggu aku pakai serum ini, pipi kiri lebih tenang tapi dagu masih kasar kalau pagi"


def taken_apart(text: str) -> Reading:
    return read(text, lexicon.load())


@pytest.mark.parametrize(
    ("text", "likeness"),
    [
        (ORIGINAL.upper() + " #fyp ✨", ["copied"]),
        ("Pipi kiri lebih tenang tapi dagu masih kasar kalau pagi, sudah tiga minggu aku pakai serum ini", ["copied"]),
        ("Udah tiga minggu aku pake serum ini, pipi kiri lebih tenang, dagu masih kasar", ["copied"]),
        ("Serum ini wanginya teh hijau dan botolnya berat, jadi aku simpan di rumah saja", []),
        ("serum ini", []),
        ("", []),
    ],
)
def test_the_same_words_in_another_dress_are_a_copy(text: str, likeness: list[str]) -> None:
    alike = find_alike(taken_apart(text), [("first", taken_apart(ORIGINAL))])

    assert [one.likeness for one in alike] == likeness


def test_half_the_words_of_another_are_worth_a_look_and_the_most_alike_comes_first() -> None:
    half = taken_apart("Sudah tiga minggu aku pakai serum ini, pipi kiri lebih tenang dan baunya enak banget di rumah")

    alike = find_alike(half, [("half", taken_apart(ORIGINAL)), ("same", half)])

    assert [(one.key, one.likeness) for one in alike] == [("same", "copied"), ("half", "look")]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("serum ini enak dipakai pagi hari", "id"),
        ("wedang iki enak tenan rek", "id"),
        ("this serum is lovely in the morning", "en"),
        ("😍✨", None),
        ("#ad @toko", None),
        ("", None),
    ],
)
def test_a_caption_is_in_one_of_two_languages_or_has_no_words(text: str, language: str | None) -> None:
    assert language_of(taken_apart(text), lexicon.load()) == language
