"""Whoever starts it without having compiled anything sees pages in Indonesian all the same."""

import os
from gettext import GNUTranslations
from pathlib import Path

import pytest

from partnerships.config import Settings
from partnerships.factory import create_app
from partnerships.web.catalogues import compile_stale

WORDS = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"

msgid "Today"
msgstr "{today}"
"""


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """Return a catalogue that nobody has compiled."""
    folder = tmp_path / "id" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(WORDS.format(today="Hari ini"))
    return folder / "messages.po"


def said(compiled: Path) -> str:
    with compiled.open("rb") as file:
        return GNUTranslations(file).gettext("Today")


def test_what_is_missing_is_compiled_once(tmp_path: Path, written: Path) -> None:
    made = compile_stale(tmp_path)
    again = compile_stale(tmp_path)

    assert made == [written.with_suffix(".mo")]
    assert said(made[0]) == "Hari ini"
    assert again == []
    assert sorted(path.name for path in written.parent.iterdir()) == ["messages.mo", "messages.po"]


def test_what_is_older_than_its_words_is_compiled_anew(tmp_path: Path, written: Path) -> None:
    [compiled] = compile_stale(tmp_path)
    written.write_text(WORDS.format(today="Sekarang"))
    later = compiled.stat().st_mtime + 1
    os.utime(written, (later, later))

    compile_stale(tmp_path)

    assert said(compiled) == "Sekarang"


def test_where_nothing_can_be_written_it_says_so_and_goes_on(
    tmp_path: Path, written: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(_path: Path, _content: bytes) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "write_bytes", refuse)

    made = compile_stale(tmp_path)

    assert made == []
    assert "messages.mo is missing, so its pages are English" in caplog.text
    assert "Permission denied" in caplog.text
    assert "pybabel compile -d translations" in caplog.text


def test_the_application_compiles_its_own_when_it_starts(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Path] = []
    monkeypatch.setattr("partnerships.web.catalogues.compile_stale", looked.append)

    create_app(settings)

    assert [(folder.name, (folder / "id").is_dir()) for folder in looked] == [("translations", True)]
