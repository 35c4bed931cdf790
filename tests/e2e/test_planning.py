"""A manager plans for three creators in three steps, on a phone and at a desk, and invites them all."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import MakeDatabase
from tests.e2e.conftest import ARRIVED_ON
from tests.e2e.house import House, open_house
from tests.services.browser import running_browser
from tests.stories import People, settle

pytestmark = [pytest.mark.browser, pytest.mark.once]

ROWS = "Nama\tAkun\tWA\tEmail\nAyu Maharani\t@ayu.skin\t0812-3456-7890\tayu@creator"
MENDED = ROWS + ".example"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as started:
        yield started


@pytest.fixture
def house(make_database: MakeDatabase, tmp_path: Path) -> Iterator[House]:
    with open_house(make_database(), tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("width", [390, 1440])
def test_three_creators_are_planned_and_invited(browser: Browser, house: House, width: int) -> None:
    with house.app.app_context():
        people: People = settle(house.transactions)
    context = house.signed_in(browser, people.manager, locale="en", viewport={"width": width, "height": 900})
    page = context.new_page()
    page.set_default_timeout(30_000)

    page.goto("/partnerships/new")
    page.get_by_role("button", name="Use this template Three-month product-usage story").click()
    page.get_by_label("Campaign").select_option(label="Glow diary")
    page.get_by_label("Dewi").check()
    page.get_by_label("Search by name, account or niche").fill("@gal")
    page.get_by_role("button", name="Search").click()
    page.get_by_label("Galih").check()
    page.get_by_label("Rows from a spreadsheet").fill(ROWS)
    page.get_by_role("button", name="On to the dates").click()
    expect(page.locator("#rows")).to_contain_text(
        "Row 2 (Ayu Maharani), E-mail address: This does not look like an e-mail address."
    )
    page.get_by_label("Rows from a spreadsheet").fill(MENDED)
    page.get_by_role("button", name="On to the dates").click()
    page.get_by_label("The day to count from").fill(ARRIVED_ON.isoformat())
    page.get_by_label("The day to count from").dispatch_event("change")
    expect(page.locator("#preview")).to_contain_text("Mon, 12 Jan 2026")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Plan all 3").click()
    expect(page.get_by_role("status").first).to_contain_text("3 of 3")
    page.get_by_role("button", name="Send 3 invitations").click()

    expect(page.get_by_role("heading", name="Invitations for WhatsApp")).to_be_visible()
    page.locator("summary", has_text="Ayu Maharani").click()
    expect(page.get_by_label("Invitation for Ayu Maharani")).to_have_value(
        re.compile(r"^Hai Ayu! Aku Rina dari Glow\.")
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()
