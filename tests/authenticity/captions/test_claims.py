"""What is a claim for which kind of product, and what only sounds like one."""

import pytest

from partnerships.authenticity.rules.captions.caption import look
from partnerships.authenticity.rules.captions.packs import Category

C, F, S, H, G = (
    Category.COSMETICS,
    Category.FOOD,
    Category.SUPPLEMENTS,
    Category.HOUSEHOLD,
    Category.GENERAL,
)


def rules(text: str, category: Category) -> list[str]:
    return [claim.rule.key for claim in look(text, category).claims]


@pytest.mark.parametrize(
    ("text", "category", "rule"),
    [
        ("Menghilangkan jerawat", C, "cosmetics-acne"),
        ("jerawatku ilang", C, "cosmetics-acne"),
        ("gak nyangka jerawatku ilang", C, "cosmetics-acne"),
        ("tidak hanya menghilangkan jerawat", C, "cosmetics-acne"),
        ("bye bye komedo", C, "cosmetics-acne"),
        ("noda hitam hilang", C, "cosmetics-marks"),
        ("it erased my scars", C, "cosmetics-marks"),
        ("mengobati eksim", C, "cosmetics-skin-disease"),
        ("membunuh bakteri", C, "cosmetics-germs"),
        ("memutihkan kulit", C, "cosmetics-white"),
        ("glowing dalam 3 hari", C, "cosmetics-instant"),
        ("menumbuhkan rambut", C, "cosmetics-hair"),
        ("gak bakal jerawatan lagi", C, "general-never-again"),
        ("menyembuhkan maag", F, "food-disease"),
        ("kolesterol turun", F, "food-lowers"),
        ("melangsingkan", S, "supplements-slim"),
        ("boosts your immune system", S, "supplements-immune"),
        ("turun 5 kilo", S, "general-weight"),
        ("menggantikan obat", S, "general-replaces"),
        ("membunuh 99,9% kuman", H, "household-germs"),
        ("tanpa efek samping", G, "general-no-side-effects"),
        ("dijamin langsing", G, "general-guarantee"),
        ("terbukti ampuh", G, "general-proven"),
        ("100% aman", G, "general-safe"),
        ("direkomendasikan dokter", G, "general-doctor"),
    ],
)
def test_an_effect_on_a_condition_is_a_claim(text: str, category: Category, rule: str) -> None:
    assert rules(text, category) == [rule]


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("gak menghilangkan jerawat", C),
        ("jerawat belum hilang", C),
        ("jerawat ilang sih enggak", C),
        ("semoga jerawatku hilang", C),
        ("apakah bisa menghilangkan jerawat", C),
        ("Bisa ngilangin jerawat?", C),
        ("jerawat harus diobati dokter", C),
        ("katanya ngilangin jerawat, tapi sama aja", C),
        ("merawat kulit berjerawat", C),
        ("mencegah timbulnya jerawat", C),
        ("setelah 3 minggu kulit lebih cerah", C),
        ("not to treat, cure or prevent any disease", S),
        ("membantu meningkatkan daya tahan tubuh", S),
        ("bukan pengganti obat", S),
        ("noda hilang setelah direndam", H),
        ("efek sampingnya mual", G),
        ("menghilangkan jerawat", F),
    ],
)
def test_what_is_denied_hoped_asked_or_allowed_is_none(text: str, category: Category) -> None:
    assert rules(text, category) == []


def test_a_claim_points_at_its_words_and_names_its_source() -> None:
    text = "Halo!! ✨ ngi\u200blangin  flek dong"

    (claim,) = look(text, C).claims

    assert claim.text == text[claim.start : claim.end] == "ngi\u200blangin  flek"
    assert "BPOM" in claim.rule.source.title
    assert claim.pack.category is C


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("serum terbaik di dunia", ["terbaik"]),
        ("paling ampuh", ["paling ampuh"]),
        ("nomor satu di Indonesia", ["nomor satu"]),
        ("The #1 serum", ["#1"]),
        ("the best serum out there", ["best"]),
        ("paling suka wanginya", []),
        ("paling lambat besok", []),
        ("step #1 cuci muka", []),
        ("the best part is the lid", []),
        ("terbuat dari beras, terasa lembut", []),
        ("buat aku ini terbaik", []),
        ("terlaris menurut survei Toko Demo 2025", []),
    ],
)
def test_opinions_and_instructions_are_no_superlatives_and_a_source_supports_one(text: str, found: list[str]) -> None:
    assert [one.text for one in look(text, C).superlatives if not one.is_supported] == found
