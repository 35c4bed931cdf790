"""What tricks and informal spelling do to the words that are read, and where these stand in the original."""

import pytest

from partnerships.authenticity.rules.captions import lexicon
from partnerships.authenticity.rules.captions.folding import fold
from partnerships.authenticity.rules.captions.reading import Reading, read

LEXICON = lexicon.load()


def taken_apart(text: str) -> Reading:
    return read(text, LEXICON)


@pytest.mark.parametrize(
    "written",
    [
        "bukan iklan",
        "BUKAN IKLAN",
        "b u k a n  i k l a n",
        "b u k a n i k l a n",
        "b.u.k.a.n iklan",
        "buk\u200ban ik\u200clan",
        "bukan\u2060 i\u00adklan",
        "\u202enalki nakub\u202c",
        "\uff42\uff55\uff4b\uff41\uff4e \uff49\uff4b\uff4c\uff41\uff4e",  # full width
        "\U0001d41b\U0001d42e\U0001d424\U0001d41a\U0001d427 \U0001d422\U0001d424\U0001d425\U0001d41a\U0001d427",  # bold
        "buk\u0430n ikl\u0430n",  # Cyrillic a
        "bukannn iklaaan",
        "bkn iklan",
        "#bukaniklan",
        "buk4n iklan",
        "bu\u0301kan ikla\u0301n",
    ],
)
def test_however_it_is_written_the_words_are_the_same(written: str) -> None:
    words = [token.word for token in taken_apart(written).tokens]

    assert words == ["bukan", "iklan"]


@pytest.mark.parametrize(
    ("informal", "usual"),
    [("gak", "tidak"), ("nggak", "tidak"), ("ngga", "tidak"), ("ilang", "hilang"), ("udh", "sudah"), ("bgt", "banget")],
)
def test_informal_words_are_read_as_the_usual_ones(informal: str, usual: str) -> None:
    assert [token.word for token in taken_apart(informal).tokens] == [usual]


@pytest.mark.parametrize(
    "inflected", ["menghilangkan", "ngilangin", "ngehilangin", "dihilangkan", "ilangin", "penghilang", "hilangnya"]
)
def test_every_form_of_a_listed_word_is_known(inflected: str) -> None:
    assert "hilang" in LEXICON.forms(LEXICON.usual(inflected))


def test_a_word_spelled_with_invisible_marks_is_highlighted_whole() -> None:
    text = "aku: b\u200bu\u200bk\u200ba\u200bn iklan"

    bukan = taken_apart(text).tokens[2]

    assert (bukan.word, text[bukan.start : bukan.end]) == ("bukan", "b\u200bu\u200bk\u200ba\u200bn")


def test_a_reversed_stretch_ends_with_its_line() -> None:
    assert fold("\u202eba\ndc").text == "ab\ndc"


def test_marks_part_clauses_and_sentences_and_a_question_is_known() -> None:
    reading = taken_apart("Enak, murah! Mau?")

    enak, _, murah, _, mau, _ = reading.tokens
    assert (enak.clause, murah.clause, mau.clause) == (0, 1, 2)
    assert (enak.sentence, murah.sentence, mau.sentence) == (0, 0, 1)
    assert reading.asked == {1}


def test_sizes_and_initials_are_not_made_a_word() -> None:
    assert [token.word for token in taken_apart("S M").tokens] == ["s", "m"]
