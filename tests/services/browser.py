"""A real Chromium for tests, without a word to the world outside."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.services.needed import missing

FLAGS = [
    "--no-sandbox",  # CI runs as root, where Chromium's sandbox refuses to start
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Give a headless browser: $CHROMIUM, chromium, google-chrome or playwright's own, in this order."""
    with sync_playwright() as playwright:
        program = find_program(playwright)
        if program is None:
            missing("no Chromium: neither $CHROMIUM, chromium, google-chrome nor playwright's own", "REQUIRE_BROWSER")
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def find_program(playwright: Playwright) -> str | None:
    """Return the path of a Chromium that is there, or None."""
    for name in (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
        if name and (found := shutil.which(name)):
            return found
    own = playwright.chromium.executable_path
    return own if Path(own).exists() else None
