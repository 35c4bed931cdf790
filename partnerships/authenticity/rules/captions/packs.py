"""Rule packs: what must not be said about which kind of product, by which rule, as data (`authenticity/data/packs/`).

A pack that does not keep the schema is refused with the place and the reason: a rule that is silently left out would
look like a clean caption.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from partnerships.plans.rules.templates import Text


class BadPack(ValueError):
    """A rule pack with a wrong schema; the message names the pack, the place in it, and what is expected there."""


class Category(StrEnum):
    """The kinds of product that have rules of their own. Everything else is read with the general ones."""

    COSMETICS = "cosmetics"
    FOOD = "food"
    SUPPLEMENTS = "supplements"
    HOUSEHOLD = "household"
    GENERAL = "general"


_ALSO_CALLED = {
    Category.COSMETICS: ("cosmetic", "skincare", "skin care", "makeup", "beauty", "kosmetik", "kosmetika", "haircare"),
    Category.FOOD: ("foods", "drink", "drinks", "beverage", "makanan", "minuman", "pangan", "kuliner", "f&b"),
    Category.SUPPLEMENTS: ("supplement", "suplemen", "jamu", "herbal", "vitamin", "vitamins", "health"),
    Category.HOUSEHOLD: ("home", "home care", "homecare", "rumah tangga", "rumah_tangga", "cleaning"),
}
_CATEGORIES = {name: category for category, names in _ALSO_CALLED.items() for name in (*names, category.value)}


def category_of(word: str | None) -> Category:
    """Return the category that `word` means in either language; the general one for anything else."""
    return _CATEGORIES.get((word or "").strip().lower(), Category.GENERAL)


class Group(StrEnum):
    """What a rule is made of: something is said to have an effect, on a condition, with a certainty."""

    EFFECT = "effect"
    CONDITION = "condition"
    CERTAINTY = "certainty"


@dataclass(frozen=True, slots=True)
class Source:
    """The law or code that a rule comes from; `link` is None where no public address is known."""

    title: str
    link: str | None


@dataclass(frozen=True, slots=True)
class Rule:
    """Classes of words that make a claim when they stand together, one of each group that is given.

    `negated`: only with a negation before the effect ("tanpa efek samping"). `helped_is_fine`: not with "membantu".
    """

    key: str
    title: Text
    source: Source
    groups: Mapping[Group, frozenset[str]]
    negated: bool = False
    helped_is_fine: bool = False


@dataclass(frozen=True, slots=True)
class Pack:
    """One version of the rules for one kind of product. `reviewed_by` is None while no lawyer has read it."""

    key: str
    version: str
    jurisdiction: str
    category: Category
    languages: tuple[str, ...]
    valid_from: date
    reviewed_by: str | None
    title: Text
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class WordPack:
    """Lists of words for one kind of finding (disclosure, superlatives), with the rule that they serve."""

    key: str
    version: str
    title: Text
    source: Source
    reviewed_by: str | None
    words: Mapping[str, frozenset[str]]


_FLAGS = ("negated", "helped_is_fine")
_KINDS: Mapping[type, str] = {str: "text", list: "list", dict: "object"}
_HEAD: Mapping[str, type] = {
    "id": str,
    "version": str,
    "jurisdiction": str,
    "category": str,
    "languages": list,
    "valid_from": str,
    "title": dict,
    "sources": dict,
}


def check_pack(raw: object, name: str, classes: Iterable[str]) -> Pack:
    """Return the pack that `raw` (parsed JSON) describes, or raise `BadPack`; `classes` are those of the word lists."""
    head, sources = _head(raw, name)
    lines = head.get("rules")
    if not isinstance(lines, list) or not lines:
        raise BadPack(f"{name}: “rules” must be a list that is not empty")
    known = frozenset(classes)
    rules = tuple(_rule(line, f"{name}: rule {number}", sources, known) for number, line in enumerate(lines, 1))
    if len({rule.key for rule in rules}) < len(rules):
        raise BadPack(f"{name}: two rules have the same “id”")
    return Pack(
        key=head["id"],
        version=head["version"],
        jurisdiction=head["jurisdiction"],
        category=Category(head["category"]),
        languages=tuple(head["languages"]),
        valid_from=date.fromisoformat(head["valid_from"]),
        reviewed_by=head["reviewed_by"],
        title=_text(head["title"], f"{name}: “title”"),
        rules=rules,
    )


def check_words(raw: object, name: str) -> WordPack:
    """Return the lists that `raw` (parsed JSON) holds, or raise `BadPack`."""
    head, sources = _head(raw, name)
    lists = head.get("words")
    if not isinstance(lists, dict) or not lists:
        raise BadPack(f"{name}: “words” must be an object that is not empty")
    for key, words in lists.items():
        if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
            raise BadPack(f"{name}: words “{key}” must be a list of words")
    if head.get("source") not in sources:
        raise BadPack(f"{name}: “source” must name one of the pack's sources")
    title = _text(head["title"], f"{name}: “title”")
    words = {key: frozenset(words) for key, words in lists.items()}
    return WordPack(head["id"], head["version"], title, sources[head["source"]], head["reviewed_by"], words)


def _head(raw: object, name: str) -> tuple[dict[str, Any], dict[str, Source]]:
    """Return the pack and its sources, once what every pack needs is there."""
    if not isinstance(raw, dict):
        raise BadPack(f"{name}: a rule pack is an object")
    for key, kind in _HEAD.items():
        if not isinstance(raw.get(key), kind) or not raw[key]:
            raise BadPack(f"{name}: “{key}” must be a {_KINDS[kind]} that is not empty")
    if raw["category"] not in list(Category):
        raise BadPack(f"{name}: “category” must be one of {', '.join(Category)}")
    if "reviewed_by" not in raw or not isinstance(raw["reviewed_by"], str | None):
        raise BadPack(f"{name}: “reviewed_by” must be a name, or null while nobody has")
    try:
        date.fromisoformat(raw["valid_from"])
    except ValueError as wrong:
        raise BadPack(f"{name}: “valid_from” must be a date like 2026-01-31") from wrong
    return raw, {key: _source(line, f"{name}: source “{key}”") for key, line in raw["sources"].items()}


def _text(raw: object, place: str) -> Text:
    if not isinstance(raw, dict) or set(raw) != {"id", "en"} or not all(isinstance(v, str) and v for v in raw.values()):
        raise BadPack(f"{place} must hold the words in “id” and “en”")
    return Text(**raw)


def _source(raw: object, place: str) -> Source:
    if not isinstance(raw, dict) or not isinstance(raw.get("title"), str) or not raw["title"]:
        raise BadPack(f"{place} needs a “title”")
    link = raw.get("link")
    if link is not None and not (isinstance(link, str) and link.startswith("https://")):
        raise BadPack(f"{place}: “link” must begin with https://, or be null")
    return Source(raw["title"], link)


def _rule(raw: object, place: str, sources: Mapping[str, Source], classes: frozenset[str]) -> Rule:
    if not isinstance(raw, dict) or not isinstance(raw.get("id"), str) or not raw["id"]:
        raise BadPack(f"{place} needs an “id”")
    place = f"{place} ({raw['id']})"
    if raw.get("source") not in sources:
        raise BadPack(f"{place}: “source” must name one of the pack's sources")
    if unknown := set(raw) - {"id", "title", "source", *_FLAGS, *Group}:
        raise BadPack(f"{place}: nobody knows {', '.join(sorted(unknown))}")
    flags = {key: raw.get(key, False) for key in _FLAGS}
    if not all(isinstance(flag, bool) for flag in flags.values()):
        raise BadPack(f"{place}: {' and '.join(_FLAGS)} are true or false")
    title = _text(raw.get("title"), f"{place}: “title”")
    return Rule(raw["id"], title, sources[raw["source"]], _groups(raw, place, classes), **flags)


def _groups(raw: Mapping[str, Any], place: str, classes: frozenset[str]) -> dict[Group, frozenset[str]]:
    groups = {}
    for group in Group:
        names = raw.get(group, [])
        if not isinstance(names, list) or not all(isinstance(name, str) and name in classes for name in names):
            raise BadPack(f"{place}: “{group}” must be a list of classes of words")
        if names:
            groups[group] = frozenset(names)
    if not groups:
        raise BadPack(f"{place} needs an effect, a condition or a certainty")
    return groups


def parse(text: str, name: str) -> object:
    """Return the JSON in `text`, or raise `BadPack`."""
    try:
        return json.loads(text)
    except ValueError as wrong:
        raise BadPack(f"{name}: this is no JSON: {wrong}") from wrong


def _read(name: str) -> object:
    return parse(files("partnerships.authenticity").joinpath("data", "packs", name).read_text("utf-8"), name)


@cache
def load(category: Category, classes: frozenset[str]) -> Pack:
    """Return the pack for `category` that comes along."""
    name = f"id-{category}.json"
    return check_pack(_read(name), name, classes)


@cache
def load_words(kind: str) -> WordPack:
    """Return the lists for `kind` ("disclosure", "superlatives") that come along."""
    name = f"id-{kind}.json"
    return check_words(_read(name), name)


def packs_for(category: Category, classes: frozenset[str]) -> tuple[Pack, ...]:
    """Return what applies to `category`: its own pack first, then the general one."""
    own = () if category is Category.GENERAL else (load(category, classes),)
    return (*own, load(Category.GENERAL, classes))
