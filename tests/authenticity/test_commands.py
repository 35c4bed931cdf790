"""What `flask inspect` prints for whoever looks into a caption without the pages."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from PIL import Image, ImageOps

from partnerships.config import Settings
from partnerships.files.trusting import trust_list
from tests.files.samples import make_exif, make_jpeg, make_mp4
from tests.files.signed import make_signer, sign


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


def told(app: Flask, *arguments: str) -> tuple[int, list[dict[str, Any]]]:
    result = app.test_cli_runner().invoke(args=["inspect", *arguments])
    return result.exit_code, [json.loads(line) for line in result.output.splitlines()]


def test_each_file_gives_one_object_with_all_that_it_tells(app: Flask, tmp_path: Path) -> None:
    photo, film, text = tmp_path / "a.jpg", tmp_path / "b.mp4", tmp_path / "c.txt"
    photo.write_bytes(make_jpeg(640, 480, exif=make_exif(taken="2026:01:12 08:00:00")))
    film.write_bytes(make_mp4(3.0, 640, 360))
    text.write_text("no picture")

    code, (first, second, third, missing) = told(app, str(photo), str(film), str(text), str(tmp_path / "d"), "--json")

    assert code == 1
    assert first["file"] == str(photo)
    assert (first["kind"], first["width"], first["height"], first["duration_s"]) == ("photo", 640, 480, None)
    assert first["capture"] == {
        "at": "2026-01-12T08:00:00",
        "offset": None,
        "camera": "Fujifilm X-T5",
        "software": None,
        "gps": True,
        "confidence": "low",
    }
    assert first["credentials"] == {"state": "none", "reason": "", "declared_ai": False, "issuer": None}
    assert (len(first["views"]), {len(view) for view in first["views"]}) == (12, {64})
    assert first["status"] == "ok"
    assert (second["kind"], second["duration_s"]) == ("video", 3.0)
    assert "Please send a photo" in third["error"]
    assert missing["status"] == "cannot be read: No such file or directory"


def test_a_signer_on_the_list_is_trusted_from_then_on(app: Flask, tmp_path: Path) -> None:
    signer, photo, known = make_signer(), tmp_path / "a.jpg", tmp_path / "list.pem"
    photo.write_bytes(sign(make_jpeg(), signer))
    known.write_bytes(b"# the list of 2026\n" + signer.root)
    before = told(app, str(photo))[1][0]["credentials"]

    updated = app.test_cli_runner().invoke(args=["trust", "update", str(known)])

    assert "1 certificates are trusted" in updated.output
    assert (before["state"], before["issuer"]) == ("valid", None)
    after = told(app, str(photo))[1][0]["credentials"]
    assert (after["state"], after["issuer"]) == ("trusted", "Kamera Demo")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no list",
        b"-----BEGIN CERTIFICATE-----\nAAAA",
        b"-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n",
        b"\xff\xfe",
        b"x" * (4 << 20) + b"x",
    ],
)
def test_what_is_no_list_changes_nothing(app: Flask, tmp_path: Path, settings: Settings, content: bytes) -> None:
    known = tmp_path / "list.pem"
    known.write_bytes(content)

    result = app.test_cli_runner().invoke(args=["trust", "update", str(known)])

    assert result.exit_code == 1
    assert not trust_list(settings.data_dir).exists()


def test_two_files_are_compared_by_what_they_show(app: Flask, tmp_path: Path) -> None:
    pictures = Path(__file__).parents[2] / "partnerships" / "story" / "pictures"
    mirrored, black = tmp_path / "mirrored.jpg", tmp_path / "black.png"
    ImageOps.mirror(Image.open(pictures / "01.jpg")).save(mirrored, quality=40)
    Image.new("RGB", (300, 200)).save(black)
    one, other = str(pictures / "01.jpg"), str(pictures / "08.jpg")

    answers = [told(app, "--compare", one, str(two)) for two in (mirrored, other, black, tmp_path / "nothing")]

    assert [code for code, _ in answers] == [0, 0, 0, 1]
    labels = [answer["label"] for _, (answer,) in answers]
    assert labels == ["same", "different", "nothing to compare", "could not check"]
    assert answers[0][1][0]["distance"] <= 31
    assert answers[1][1][0]["distance"] > 64


@pytest.mark.parametrize("arguments", [(), ("--compare", "a"), ("a", "--captions", "-")])
def test_what_is_not_to_be_looked_at_is_said(app: Flask, arguments: tuple[str, ...]) -> None:
    assert app.test_cli_runner().invoke(args=["inspect", *arguments]).exit_code == 2
