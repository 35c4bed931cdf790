"""Starts the record of drawn templates, and lets the test that reads it come last."""

import pytest

from tests.nets.drawn import keep_record

keep_record()

WITHOUT_LOOKS = "not browser"
AT_THE_END = "test_every_template_is_drawn_by_some_test"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what looks back on the whole run to its end."""
    items.sort(key=lambda item: item.name == AT_THE_END)


def _is_whole(config: pytest.Config) -> bool:
    """Say whether all tests run that draw pages: what a browser shows has a lane of its own, and no page of its own."""
    is_narrowed = config.option.keyword or config.option.markexpr not in {"", WITHOUT_LOOKS}
    return config.args_source is not pytest.Config.ArgsSource.ARGS and not is_narrowed


@pytest.fixture
def whole_run(request: pytest.FixtureRequest) -> None:
    """Skip unless every test of the project was asked to run."""
    if not _is_whole(request.config):
        pytest.skip("only part of the tests runs")
