"""One browser for each file, and one house for all of them that only look."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.services.browser import running_browser

MANY = 62  # more than one page of the timeline


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as started:
        yield started
