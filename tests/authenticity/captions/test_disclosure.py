"""What counts as a clear label, as a weak one, and as a denial."""

import pytest

from partnerships.authenticity.rules.captions.caption import look
from partnerships.authenticity.rules.captions.disclosure import Disclosed
from partnerships.authenticity.rules.captions.packs import Category


def disclosed(text: str) -> Disclosed:
    return look(text, Category.GENERAL).disclosed


@pytest.mark.parametrize(
    "text",
    [
        "#ad pagi ini pakai toner baru",
        "#Iklan toner baru",
        "Iklan: toner baru",
        "[IKLAN] toner baru",
        "Toner baru (iklan)",
        "Konten ini iklan ya",
        "Kerja sama berbayar dengan @toko",
        "Paid partnership with @shop",
        "This video is an ad for @shop",
        "Video ini disponsori @toko",
        "AD | toner",
        "Ini iklan? Iya, tapi jujur",
        "#kerjasamaberbayar toner baru",
    ],
)
def test_a_clear_word_that_is_meant_is_clear(text: str) -> None:
    assert disclosed(text).grade == "clear"


@pytest.mark.parametrize(
    "text",
    [
        "bukan iklan",
        "#bukaniklan suka banget",
        "b u k a n iklan ya",
        "Ini nggak diendorse kok",
        "not an ad, promise",
        "this isn't sponsored",
        "#notsponsored",
        "#ad tapi bukan iklan",
        "Ini iklan? Bukan.",
        "gak dibayar sepeser pun",
    ],
)
def test_a_denial_is_a_denial_whatever_else_is_said(text: str) -> None:
    assert disclosed(text).grade == "denied"


@pytest.mark.parametrize(
    "text", ["#sp toner", "#gifted toner", "#collab toner", "makasih @toko", "pakai kode DEMO10", "barter sama toko"]
)
def test_hints_are_weak(text: str) -> None:
    assert disclosed(text).grade == "weak"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "😍😍😍",
        "Kemarin lihat iklan di TV",
        "Add it to your bag, what an adventure",
        "Kalau disponsori pasti aku bilang",
        "Bukan cuma iklan yang bikin penasaran",
        "Iklan di jalan makin banyak",
    ],
)
def test_talking_of_ads_discloses_nothing(text: str) -> None:
    assert disclosed(text).grade == "none"


def test_where_the_label_stands_is_told_apart_from_what_it_says() -> None:
    late = disclosed("a" * 60 + "\n" + "b " * 60 + "#ad")

    assert (late.grade, late.in_first_line, late.above_fold) == ("clear", False, False)
    early = disclosed("#ad " + "b " * 60)
    assert (early.in_first_line, early.above_fold) == (True, True)


@pytest.mark.parametrize(
    ("text", "audience", "is_fine"),
    [
        ("Advertisement. Toner", "id", False),
        ("Iklan. Toner", "id", True),
        ("#ad toner", "id", True),
        ("Iklan. Toner", None, True),
        ("Toner", "id", False),
    ],
)
def test_a_label_is_for_the_audience_when_they_read_its_language(text: str, audience: str, *, is_fine: bool) -> None:
    assert disclosed(text).is_in(audience) is is_fine


def test_a_label_points_at_its_words() -> None:
    text = "Halo semua. Kerja sama berbayar dengan toko"

    (label,) = disclosed(text).labels

    assert text[label.start : label.end] == "Kerja sama berbayar"
