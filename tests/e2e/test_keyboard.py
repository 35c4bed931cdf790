"""Planning by keyboard alone: everything is reached in order, seen where it is, and left again."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import World

pytestmark = [pytest.mark.browser, pytest.mark.once]

# What the keyboard has to reach, in its order: folded things are not there, of a group of radios one is enough.
GATHER = """() => {
  const seen = new Set();
  window.stops = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
    .filter((each) => each.checkVisibility({visibilityProperty: true}) && !each.disabled && each.type !== 'hidden')
    .filter((each) => !each.closest('.demo'))
    .filter((each) => each.type !== 'radio' || (!seen.has(each.name) && seen.add(each.name)));
  return window.stops.length;
}"""
# Where the focus is among these (-1: elsewhere), and whether one sees it there.
LOOK = """() => {
  const here = document.activeElement, style = getComputedStyle(here), drawn = (own) => own.outlineStyle !== 'none';
  const at = window.stops.findIndex((each) => each === here || (here.type === 'radio' && each.name === here.name));
  return [at, drawn(style) || drawn(getComputedStyle(here.parentElement)), here.outerHTML.slice(0, 120)];
}"""


def manager(browser: Browser, world: World) -> Page:
    return world.house.signed_in(browser, world.people.manager, locale="en").new_page()


def walk(page: Page) -> tuple[list[int], list[str]]:
    """Press Tab until everything was met or no more comes; return where the focus went, and where nobody saw it."""
    count, places, unseen = page.evaluate(GATHER), list[int](), list[str]()
    for _ in range(count + 12):  # some belong to the browser's own fields: day, month and year are three stops
        page.keyboard.press("Tab")
        stop: tuple[int, bool, Any] = page.evaluate(LOOK)
        if stop[0] >= 0 and (not places or places[-1] != stop[0]):
            places.append(stop[0])
            unseen += [] if stop[1] else [str(stop[2])]
        if stop[0] == count - 1:
            break
    return places, unseen


@pytest.mark.parametrize("room", ["editor", "wizard", "calendar", "moves"])
def test_tab_reaches_everything_in_order_and_one_sees_where_it_is(browser: Browser, world: World, room: str) -> None:
    paths = {
        "editor": f"/templates/{world.template}/edit",
        "wizard": f"/partnerships/new/{world.begun}/people",
        "calendar": "/calendar?view=week",
        "moves": f"/partnerships/{world.running}/dates?what=rest&days=3&way=later",
    }
    page = manager(browser, world)
    page.goto(paths[room])

    places, unseen = walk(page)

    assert places == list(range(len(places))), room
    assert len(places) == page.evaluate("window.stops.length"), room
    assert unseen == []
    page.context.close()


def test_a_stage_is_edited_by_keyboard_and_one_goes_on_where_one_was(browser: Browser, world: World) -> None:
    page = manager(browser, world)
    page.goto(f"/templates/{world.template}/edit")
    row = page.locator("[id='stages.habit']")

    row.get_by_role("link").first.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Purpose in English").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Every day.")
    while not page.evaluate("document.activeElement.matches('button.p')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/edit#stages.habit")
    page.keyboard.press("Tab")

    expect(row.get_by_role("link").first).to_be_focused()
    page.context.close()


def test_an_invitation_is_neither_accepted_by_enter_nor_closed_by_one_press(browser: Browser, world: World) -> None:
    page = world.house.signed_in(browser, world.people.creator, locale="en").new_page()
    page.goto(f"/me/invitations/{world.invited}")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))

    page.get_by_label("Variant").fill("Ivory")
    page.keyboard.press("Enter")
    closes = page.get_by_role("button", name="Yes, decline it")
    expect(closes).to_be_hidden()
    page.get_by_text("No, thank you").focus()
    page.keyboard.press("Enter")

    expect(closes).to_be_visible()
    expect(page.get_by_text("This closes the invitation for good")).to_be_visible()
    expect(page.get_by_label("Variant")).to_have_value("Ivory")
    assert "POST" not in sent
    page.context.close()
