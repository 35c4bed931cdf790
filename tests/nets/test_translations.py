"""Translations: every sentence has its Indonesian words, and the catalogue has no sentence too many."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from tests.nets.source import ROOT

pytestmark = pytest.mark.once

INDONESIAN = ROOT / "translations" / "id" / "LC_MESSAGES" / "messages.po"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    if not INDONESIAN.exists():
        pytest.skip("nothing has been translated yet")
    with INDONESIAN.open("rb") as file:
        return read_po(file, locale="id")


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """Give the sentences of the code, found by the same words as `make translate` finds them by."""
    target: Path = tmp_path_factory.mktemp("words") / "messages.pot"
    keywords = re.findall(r"-k \S+", (ROOT / "Makefile").read_text())
    subprocess.run(
        [sys.executable, "-m", "babel.messages.frontend", "-q", "extract", "-F", "babel.cfg",
         *(part for keyword in keywords for part in keyword.split()), "-o", target, "."],
        cwd=ROOT, check=True,
    )  # fmt: skip
    with target.open("rb") as file:
        return read_po(file)


def sentences(catalogue: Catalog) -> dict[str, Message]:
    return {str(message.id): message for message in catalogue if message.id}


def said(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ("",))


def asked(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[-1]


def test_the_catalogue_holds_exactly_the_sentences_of_the_code(catalogue: Catalog, extracted: Catalog) -> None:
    translated, written = set(sentences(catalogue)), set(sentences(extracted))

    assert not written - translated, "run `make translate`"
    assert not translated - written, "run `make translate`"


def test_no_sentence_lacks_its_words(catalogue: Catalog) -> None:
    untranslated = [text for text, message in sentences(catalogue).items() if not all(said(message))]

    assert not untranslated


def test_no_translation_is_a_guess(catalogue: Catalog) -> None:
    assert not [text for text, message in sentences(catalogue).items() if message.fuzzy]


def test_a_translation_fills_in_the_same_values(catalogue: Catalog) -> None:
    different = [
        text
        for text, message in sentences(catalogue).items()
        if any(
            not set(PLACEHOLDER.findall(words)) <= set(PLACEHOLDER.findall(asked(message))) for words in said(message)
        )
    ]

    assert not different
