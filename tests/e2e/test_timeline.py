"""The timeline in a real browser: where it opens, and what lies over what."""

import pytest
from playwright.sync_api import Browser

from tests.e2e.conftest import World

PHONE = {"width": 390, "height": 844}
# Where the today line lies between the names and the right edge: 0 to 1, beyond when it is out of sight.
PLACE = """() => {
  const grid = document.querySelector(".tl"), names = grid.querySelector("th.nm").getBoundingClientRect();
  const line = grid.querySelector(".now").getBoundingClientRect(), room = grid.getBoundingClientRect();
  return (line.left - names.right) / (room.right - names.right);
}"""
LAYERS = """() => Object.fromEntries([".now", "td.g .more", "tbody .nm", "thead .nm"].map(
  (part) => [part, Number(getComputedStyle(document.querySelector(".tl " + part)).zIndex)]))"""

pytestmark = [pytest.mark.browser, pytest.mark.once]


@pytest.mark.parametrize("scripts", [True, False])
def test_it_opens_near_today(browser: Browser, world: World, scripts: bool) -> None:  # noqa: FBT001 - a case
    context = world.house.signed_in(
        browser, world.people.manager, locale="en", viewport=PHONE, java_script_enabled=scripts
    )
    page = context.new_page()

    page.goto("/partnerships", wait_until="networkidle")
    place = page.evaluate(PLACE)
    page.evaluate("document.querySelector('.tl').scrollLeft = 0")
    page.wait_for_timeout(300)
    left = page.evaluate("document.querySelector('.tl').scrollLeft")
    context.close()

    assert 0.2 < place < 0.8
    assert left == 0  # it scrolls freely afterwards


def test_a_bundle_lies_over_the_today_line_and_under_the_names(browser: Browser, world: World) -> None:
    context = world.house.signed_in(browser, world.people.manager, locale="en", viewport=PHONE)
    page = context.new_page()

    page.goto("/partnerships?zoom=quarter", wait_until="networkidle")
    layers = page.evaluate(LAYERS)
    context.close()

    assert layers[".now"] < layers["td.g .more"] < layers["tbody .nm"] < layers["thead .nm"]
