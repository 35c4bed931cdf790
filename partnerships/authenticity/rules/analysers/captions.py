"""What the words of a caption show: whether and in which language it discloses, what it claims and calls the best."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from partnerships.authenticity.rules.captions import lexicon, packs
from partnerships.authenticity.rules.captions.caption import Looked, look
from partnerships.authenticity.rules.captions.copies import (
    COPIED_FROM,
    FEWEST_WORDS,
    LOOK_FROM,
    essence,
    find_alike,
    find_scripted,
)
from partnerships.authenticity.rules.captions.disclosure import Disclosure
from partnerships.authenticity.rules.captions.lines import find_line
from partnerships.authenticity.rules.captions.packs import Category, Source, category_of
from partnerships.authenticity.rules.captions.reading import read
from partnerships.authenticity.rules.signals import Analyser, Finding, Material, NotChecked, Strength, Words
from partnerships.core.words import N_

CONTEXT = 60  # characters shown on each side of the words that were found
NO_CAPTION = "no_caption"
TOO_SHORT = "too_short"
MOST_ALIKE = 5  # captions named on a card
REASONS: Mapping[str, str] = {NO_CAPTION: N_("There is no caption in this version.")}
READ_IT = N_("Nothing was found by the word list. Read it yourself.")

VERSIONS: Mapping[str, str] = {
    "words": lexicon.digest(),
    **{category: packs.load(category, lexicon.load().classes).version for category in Category},
    **{kind: packs.load_words(kind).version for kind in ("disclosure", "superlatives")},
}
"""Of the word lists and the rule packs: new ones look anew."""


def _looked(material: Material) -> Looked:
    if not material.caption.strip():
        raise NotChecked(NO_CAPTION)
    return look(material.caption, category_of(material.category))


def _shown(text: str, start: int, end: int) -> dict[str, str]:
    """Return the words that were found with what stands around them, for the card to highlight."""
    before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
    return {
        "before": ("…" if start > CONTEXT else "") + before,
        "words": text[start:end],
        "after": after + ("…" if end + CONTEXT < len(text) else ""),
    }


def _ruled(title: Mapping[str, str], rule: str, source: Source, pack: str) -> dict[str, Any]:
    return {"rule": rule, "title": dict(title), "source": source.title, "link": source.link, "pack": pack}


def examine_disclosure(material: Material) -> Iterator[Finding]:
    """Say how the caption discloses, and whether where people look and in the language they read."""
    looked = _looked(material)
    found, language = looked.disclosed, looked.language
    if found.labels:
        label = next(label for label in found.labels if label.grade is found.grade)
        pack = packs.load_words("disclosure")
        title = {"id": pack.title.id, "en": pack.title.en}
        rule = _ruled(title, pack.key, pack.source, f"{pack.key} {pack.version}")
        yield Finding(found.grade, Strength.WEAK, _shown(material.caption, label.start, label.end) | rule)
    if found.grade is Disclosure.CLEAR and not (found.in_first_line or found.above_fold):
        yield Finding("late", Strength.WEAK)
    if found.grade is Disclosure.CLEAR and not found.is_in(language):
        yield Finding("other_language", Strength.WEAK)
    if language:
        yield Finding(language, Strength.INFO)


def examine_claims(material: Material) -> Iterator[Finding]:
    """Yield each stretch of words that looks like a claim, with the rule that it meets.

    What the organisation allows people to say of the product is left out, and what it bans comes first.
    """
    looked = _looked(material)
    banned, allowed = (_lines(looked, lines) for lines in (material.banned, material.allowed))
    for start, end, line in banned:
        yield Finding("banned", Strength.MEDIUM, _shown(material.caption, start, end) | {"line": line})
    for claim in looked.claims:
        if any(start <= claim.start and claim.end <= end for start, end, _ in (*banned, *allowed)):
            continue
        title, pack = claim.rule.title, f"{claim.pack.key} {claim.pack.version}"
        rule = _ruled({"id": title.id, "en": title.en}, claim.rule.key, claim.rule.source, pack)
        yield Finding("claim", Strength.WEAK, _shown(material.caption, claim.start, claim.end) | rule)


def _lines(looked: Looked, lines: Iterable[str]) -> list[tuple[int, int, str]]:
    words = lexicon.load()
    return [(start, end, line) for line in lines for start, end in find_line(looked.scope, read(line, words), words)]


def examine_copies(material: Material) -> Iterator[Finding]:
    """Yield what the caption repeats: sentences of the brief, the same creator's words elsewhere, somebody else's."""
    words = lexicon.load()
    reading = read(material.caption, words)
    if not essence(reading):
        raise NotChecked(TOO_SHORT)
    for said in material.said:
        if said.whose == "brief":
            for part in find_scripted(reading, read(said.text, words)):
                yield Finding("script", Strength.MEDIUM, _shown(material.caption, part.start, part.end))
    captions = [said for said in material.said if said.whose != "brief"]
    others = ((str(place), read(said.text, words)) for place, said in enumerate(captions))
    for alike in find_alike(reading, others)[:MOST_ALIKE]:
        said = captions[int(alike.key)]
        data = {"ratio": round(alike.ratio), "deliverable_id": said.deliverable_id}
        yield Finding(f"{said.whose}_{alike.likeness}", Strength.MEDIUM, data)


def examine_superlatives(material: Material) -> Iterator[Finding]:
    """Yield what is called the best of all, and whether a source is named for it."""
    looked = _looked(material)
    pack = looked.superlative_rule
    rule = _ruled({"id": pack.title.id, "en": pack.title.en}, pack.key, pack.source, f"{pack.key} {pack.version}")
    for one in looked.superlatives:
        code = "supported" if one.is_supported else "superlative"
        yield Finding(code, Strength.WEAK, _shown(material.caption, one.start, one.end) | rule)


DISCLOSURE = Analyser(
    name="disclosure",
    version="1",
    params=VERSIONS,
    examine=examine_disclosure,
    words=Words(
        title=N_("Disclosure in the caption"),
        cannot_show=N_("A label of the platform, or one that is spoken or written in the picture."),
        sentences={
            Disclosure.CLEAR: N_("It says clearly that it is paid for."),
            Disclosure.WEAK: N_("It only hints at being paid for; many readers do not understand that."),
            Disclosure.DENIED: N_("It denies being paid for."),
            "late": N_("The label comes after the first line and the first 125 characters, where many do not look."),
            "other_language": N_("The label is in another language than the caption."),
            "id": N_("Most of the caption is in Indonesian, Malay or Javanese."),
            "en": N_("Most of the caption is in English."),
        },
        nothing=N_("The word list found nothing that says it is paid for. Read it yourself."),
        reasons=REASONS,
    ),
)
CLAIMS = Analyser(
    name="claims",
    version="1",
    params=VERSIONS,
    examine=examine_claims,
    words=Words(
        title=N_("Claims in the caption"),
        cannot_show=N_("Whether a claim is true or meant so, or what is said in other words or in the video."),
        sentences={
            "claim": N_("These words read like a claim that a rule forbids."),
            "banned": N_("Your organisation bans this claim for the product: “%(line)s”."),
        },
        nothing=READ_IT,
        reasons=REASONS,
    ),
)
SUPERLATIVES = Analyser(
    name="superlatives",
    version="1",
    params=VERSIONS,
    examine=examine_superlatives,
    words=Words(
        title=N_("Superlatives in the caption"),
        cannot_show=N_("Whether there is proof elsewhere, or what is said in the video."),
        sentences={
            "superlative": N_("This puts the product above all others, and names no source."),
            "supported": N_("This puts the product above all others, and seems to name a source."),
        },
        nothing=READ_IT,
        reasons=REASONS,
    ),
)
COPIES = Analyser(
    name="copies",
    version="1",
    params={
        "words": VERSIONS["words"],
        "copied_from": COPIED_FROM,
        "look_from": LOOK_FROM,
        "fewest_words": FEWEST_WORDS,
    },
    examine=examine_copies,
    words=Words(
        title=N_("Repeated words"),
        cannot_show=N_("Who wrote it first, or whether the words were agreed upon; nothing outside is searched."),
        sentences={
            "script": N_("This sentence repeats one of the brief."),
            "own_copied": N_("The same creator's caption elsewhere has nearly the same words (%(ratio)s of 100)."),
            "own_look": N_("The same creator's caption elsewhere has similar words (%(ratio)s of 100). Have a look."),
            "other_copied": N_("Another creator's caption has nearly the same words (%(ratio)s of 100)."),
            "other_look": N_("Another creator's caption has similar words (%(ratio)s of 100). Have a look."),
        },
        nothing=N_("Nothing was found that repeats the brief or another caption in this organisation."),
        reasons={TOO_SHORT: N_("The caption is too short to compare: fewer than six words.")},
    ),
)
