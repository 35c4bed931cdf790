"""What support and a trial run without the pages: what the analysers say about files and captions, as JSON lines."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import click
from flask import Flask

from partnerships.files.describing import compare, describe
from partnerships.files.trusting import trust_list

from .rules.captions.caption import look
from .rules.captions.packs import category_of

_LONGEST_LINE = 1_000_000  # bytes


def add_commands(app: Flask, data_dir: Path) -> None:
    """Register `flask inspect`; `data_dir` is where the list of trusted certificates lies."""

    @app.cli.command()
    @click.argument("files", nargs=-1, type=click.Path(path_type=Path))
    @click.option("--json", "as_json", is_flag=True, help="What it prints anyway: one JSON object a line.")
    @click.option("--compare", "pair", is_flag=True, help="Print how far the pictures of two files are apart.")
    @click.option(
        "--captions",
        type=click.File("rb"),
        metavar="FILE.jsonl",
        help='One {"text": …, "category": cosmetics|food|supplements|household|general} a line; - is standard input.',
    )
    def inspect(files: tuple[Path, ...], captions: BinaryIO | None, *, as_json: bool, pair: bool) -> None:
        """Print what the analysers find in FILES or captions, one JSON object a line.

        What cannot be read gives an object that says so, and the command ends with 1.
        """
        if bool(files) == bool(captions) or (pair and len(files) != 2):
            raise click.UsageError("Say what to look at: FILES, --compare A B, or --captions FILE.jsonl.")
        if captions:
            answers = _captions(captions)
        elif pair:
            answers = iter([compare(*files)])
        else:
            answers = _files(files, trust_list(data_dir))
        if not _tell_all(answers):
            raise click.exceptions.Exit(1)


def _files(files: Iterable[Path], trust: Path) -> Iterator[dict[str, object]]:
    for file in files:
        told = describe(file, trust)
        yield told if told["kind"] else told | {"error": told["status"]}


def _tell_all(answers: Iterable[dict[str, object]]) -> bool:
    """Print the answers as they come, in UTF-8 wherever we are; return whether none of them is an error."""
    is_fine = True
    for answer in answers:
        click.echo(json.dumps(answer, ensure_ascii=False).encode(errors="replace"))
        is_fine &= "error" not in answer
    return is_fine


def _captions(lines: BinaryIO) -> Iterator[dict[str, object]]:
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield _caption(line)
            except _BadLine as wrong:
                yield {"line": number, "error": str(wrong)}


class _BadLine(ValueError):
    """A line that is not what is asked for; the message says what is expected."""


def _caption(line: bytes) -> dict[str, object]:
    if len(line) > _LONGEST_LINE:
        raise _BadLine(f"the line is longer than {_LONGEST_LINE:,} bytes")
    try:
        asked = json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError) as wrong:
        raise _BadLine("this is no JSON in UTF-8") from wrong
    if not isinstance(asked, dict) or not isinstance(asked.get("text"), str):
        raise _BadLine("an object with the caption in “text” is expected")
    category = asked.get("category")
    if category is not None and not isinstance(category, str):
        raise _BadLine("“category” must be a word, or be left out")
    found = look(asked["text"], category_of(category))
    return {
        "disclosure": found.disclosed.grade,
        "claims": [
            {"text": claim.text, "rule": claim.rule.key, "source": claim.rule.source.title} for claim in found.claims
        ],
        "superlatives": [
            {"text": one.text, "rule": found.superlative_rule.key, "source": found.superlative_rule.source.title}
            for one in found.superlatives
            if not one.is_supported
        ],
        "language": found.language,
    }
