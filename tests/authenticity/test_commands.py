"""What `flask inspect` prints for whoever looks into a caption without the pages."""

import json
from pathlib import Path

import pytest
from flask import Flask


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    return tmp_path / "captions.jsonl"


def test_each_caption_gives_one_line_with_what_was_found(app: Flask, lines: Path) -> None:
    lines.write_text(
        '{"text": "#ad jerawatku ilang, paling ampuh!", "category": "cosmetics"}\n{"text": "😍"}\n', "utf-8"
    )

    result = app.test_cli_runner().invoke(args=["inspect", "--captions", str(lines)])

    first, second = (json.loads(line) for line in result.output.splitlines())
    assert result.exit_code == 0
    assert first == {
        "disclosure": "clear",
        "claims": [
            {
                "text": "jerawatku ilang",
                "rule": "cosmetics-acne",
                "source": "Peraturan BPOM 3/2022 (Persyaratan Teknis Klaim Kosmetika)",
            }
        ],
        "superlatives": [
            {"text": "paling ampuh", "rule": "id-superlatives", "source": "Etika Pariwara Indonesia, 1.2.2"}
        ],
        "language": "id",
    }
    assert second == {"disclosure": "none", "claims": [], "superlatives": [], "language": None}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"nonsense", "no JSON"),
        (b"\xff\xfe", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[]", "“text”"),
        (b"{}", "“text”"),
        (b'{"text": 5}', "“text”"),
        (b'{"text": "a", "category": 5}', "“category”"),
        (b'{"text": "' + b"a" * 1_000_001 + b'"}', "longer than"),
    ],
)
def test_a_bad_line_is_an_error_with_its_number_and_the_others_are_answered(
    app: Flask, lines: Path, line: bytes, said: str
) -> None:
    lines.write_bytes(b'{"text": "iklan: a"}\n\n' + line + b'\n{"text": "\\ud800 toner"}')

    result = app.test_cli_runner().invoke(args=["inspect", "--captions", str(lines)])

    first, bad, last = (json.loads(answer) for answer in result.output.splitlines())
    assert result.exit_code == 1
    assert (first["disclosure"], last["disclosure"]) == ("clear", "none")
    assert bad["line"] == 3
    assert said in bad["error"]


def test_without_something_to_look_at_it_says_how_it_is_called(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["inspect"])

    assert result.exit_code == 2
    assert "--captions" in result.output
