"""Rule packs are refused when they do not keep their schema, and say where."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from partnerships.authenticity.rules.captions import lexicon, packs
from partnerships.authenticity.rules.captions.packs import BadPack, Category

CLASSES = lexicon.load().classes
GOOD: dict[str, Any] = {
    "id": "demo",
    "version": "1",
    "jurisdiction": "ID",
    "category": "cosmetics",
    "languages": ["id"],
    "valid_from": "2026-01-31",
    "reviewed_by": None,
    "title": {"id": "Contoh", "en": "Example"},
    "sources": {"law": {"title": "A law", "link": "https://law.example"}},
    "rules": [
        {"id": "one", "title": {"id": "Satu", "en": "One"}, "source": "law", "effect": ["cure"], "condition": ["acne"]}
    ],
}


@pytest.mark.parametrize("category", Category)
def test_the_packs_that_come_along_keep_the_schema(category: Category) -> None:
    *own, general = packs.packs_for(category, CLASSES)

    assert [pack.category for pack in own] == ([] if category is Category.GENERAL else [category])
    assert general.category is Category.GENERAL


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda pack: pack.pop("version"), "“version” must be a text"),
        (lambda pack: pack.update(version=""), "“version” must be a text"),
        (lambda pack: pack.update(languages="id"), "“languages” must be a list"),
        (lambda pack: pack.update(category="toys"), "“category” must be one of cosmetics"),
        (lambda pack: pack.pop("reviewed_by"), "“reviewed_by” must be a name, or null"),
        (lambda pack: pack.update(valid_from="31/1/2026"), "“valid_from” must be a date"),
        (lambda pack: pack.update(title={"id": "x"}), "must hold the words in “id” and “en”"),
        (lambda pack: pack.update(sources={"law": {}}), "source “law” needs a “title”"),
        (lambda pack: pack["sources"]["law"].update(link="ftp://x"), "“link” must begin with https://"),
        (lambda pack: pack.update(rules=[]), "“rules” must be a list"),
        (lambda pack: pack["rules"].append(pack["rules"][0]), "two rules have the same “id”"),
        (lambda pack: pack["rules"][0].pop("id"), "rule 1 needs an “id”"),
        (lambda pack: pack["rules"][0].update(source="x"), "rule 1 (one): “source” must name one"),
        (lambda pack: pack["rules"][0].update(efect=[]), "rule 1 (one): nobody knows efect"),
        (lambda pack: pack["rules"][0].update(effect=["fly"]), "“effect” must be a list of classes of words"),
        (lambda pack: pack["rules"][0].update(effect=[], condition=[]), "needs an effect, a condition or a certainty"),
        (lambda pack: pack["rules"][0].update(negated="yes"), "are true or false"),
    ],
)
def test_a_wrong_pack_is_refused_with_the_place(spoil: Callable[[dict[str, Any]], object], said: str) -> None:
    raw = copy.deepcopy(GOOD)
    spoil(raw)

    with pytest.raises(BadPack) as refused:
        packs.check_pack(raw, "demo.json", CLASSES)

    assert str(refused.value).startswith("demo.json")
    assert said in str(refused.value)


@pytest.mark.parametrize("text", ["{", "[]", "null", '"rules"'])
def test_what_is_no_pack_at_all_is_refused(text: str) -> None:
    with pytest.raises(BadPack, match=r"demo\.json"):
        packs.check_pack(packs.parse(text, "demo.json"), "demo.json", CLASSES)


def test_a_pack_that_keeps_the_schema_is_taken() -> None:
    pack = packs.check_pack(packs.parse(json.dumps(GOOD), "demo.json"), "demo.json", CLASSES)

    assert (pack.key, pack.reviewed_by, pack.rules[0].source.link) == ("demo", None, "https://law.example")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda pack: pack.update(words={}), "“words” must be an object"),
        (lambda pack: pack.update(words={"weak": "sp"}), "words “weak” must be a list"),
        (lambda pack: pack.update(source="x"), "“source” must name one"),
    ],
)
def test_lists_of_words_are_checked_too(spoil: Callable[[dict[str, Any]], object], said: str) -> None:
    raw = {**copy.deepcopy(GOOD), "words": {"weak": ["sp"]}, "source": "law"}
    spoil(raw)

    with pytest.raises(BadPack, match=said):
        packs.check_words(raw, "demo.json")


@pytest.mark.parametrize(
    ("word", "category"),
    [
        ("skincare", "cosmetics"),
        ("Makanan", "food"),
        (" jamu ", "supplements"),
        ("rumah tangga", "household"),
        (None, "general"),
        ("cars", "general"),
    ],
)
def test_people_call_categories_by_other_names(word: str | None, category: str) -> None:
    assert packs.category_of(word) == category
