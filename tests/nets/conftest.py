"""Starts the record of drawn templates, and lets the test that reads it come last."""

import pytest

from tests.nets.drawn import keep_record
from tests.nets.source import ROOT

keep_record()

LOOKS = {"test_accessibility.py", "test_budgets.py"}
AT_THE_END = "test_every_template_is_drawn_by_some_test"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put what looks back on the whole run to its end, and note whether the run is a whole one."""
    items.sort(key=lambda item: item.name == AT_THE_END)
    present = set((ROOT / "tests").rglob("test_*.py"))
    # What a browser shows has a lane of its own, and draws nothing that no other test draws.
    missing = {path.name for path in present - {item.path for item in items}}
    config.stash[WHOLE_RUN] = missing <= LOOKS and not _is_narrowed(config)


WHOLE_RUN = pytest.StashKey[bool]()


def _is_narrowed(config: pytest.Config) -> bool:
    return bool(config.option.keyword or config.option.markexpr or any("::" in arg for arg in config.args))


@pytest.fixture
def whole_run(request: pytest.FixtureRequest) -> None:
    """Skip unless every test of the project was asked to run."""
    if not request.config.stash[WHOLE_RUN]:
        pytest.skip("only part of the tests runs")
