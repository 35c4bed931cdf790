"""The documentation keeps up with the code."""

import re
from pathlib import Path

import pytest

from partnerships.core.machine import Machine
from tests.nets.source import ROOT, project_files
from tools import diagrams

pytestmark = pytest.mark.once

PAGES = sorted(path for path in project_files() if path.suffix == ".md")
LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")


def test_the_state_diagrams_show_what_the_machines_do() -> None:
    page = diagrams.PAGE.read_text()

    assert diagrams.refreshed(page) == page, "run: python -m tools.diagrams --write"


def test_every_machine_is_drawn() -> None:
    places = {place["name"] for place in diagrams.PLACE.finditer(diagrams.PAGE.read_text())}

    assert places == set(diagrams.MACHINES)
    assert all(isinstance(drawn.machine, Machine) for drawn in diagrams.MACHINES.values())


def test_a_changed_page_would_be_noticed() -> None:
    page = diagrams.PAGE.read_text().replace("Send invitation", "Send a pigeon")

    assert diagrams.refreshed(page) != page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    broken = [link for link in LINK.findall(page.read_text()) if not (page.parent / link).exists()]

    assert not broken
