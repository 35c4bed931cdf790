"""A round of feedback on two phones: a version, three anchored requests, the next version, both compared, approved."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.plans.tables import Campaign
from partnerships.story.camera import FOLDER
from tests.authenticity.stories import RECEIVED_ON, VIDEO, answer
from tests.conftest import MakeDatabase
from tests.deliverables.scenes import deliverable_called, state_of
from tests.e2e.house import House, open_house
from tests.stories import People, settle, start

PHOTO, OTHER = FOLDER / "03.jpg", FOLDER / "06.jpg"
PHONE = {"viewport": {"width": 390, "height": 844}}
CAPTION = "#iklan Dua minggu pakai. Noda hilang total, tanpa sisa."
BETTER = "#iklan Dua minggu pakai. Noda tampak lebih pudar di aku."

pytestmark = [pytest.mark.browser, pytest.mark.once]


@pytest.fixture
def house(make_database: MakeDatabase, tmp_path: Path) -> Iterator[House]:
    with open_house(make_database(), tmp_path) as opened:
        yield opened


def content(house: House, people: People) -> int:
    """Begin a partnership whose brief has a guideline, and whose video may be approved; return the video's id."""
    with house.app.app_context():
        partnership_id = start(house.transactions, people, RECEIVED_ON)
        answer(house.transactions, people, partnership_id, 2)
        with house.transactions.begin(people.manager) as work:
            work.get(Campaign, people.campaign_id).brief = "Apa adanya.\n- Tanpa filter"
        return deliverable_called(house.transactions, people, partnership_id, VIDEO)


def press(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.locator(button).click()


def send(page: Page, caption: str, photo: Path) -> None:
    with page.expect_file_chooser() as chooser:
        page.locator('label.btn[for="files"]').click()
    chooser.value.set_files(photo)
    expect(page.locator(".chosen")).to_contain_text("sudah masuk", timeout=15_000)
    page.locator('[name="caption"]').fill(caption)
    page.locator('[name="frequency"][value="most_days"]').check()
    press(page, 'button[value="draft"]')


def rate(page: Page) -> None:
    for level in page.locator("fieldset.level").all():
        level.locator('label:has(input[value="3"])').click()


def begin_review(page: Page, deliverable_id: int) -> None:
    page.goto(f"/review/{deliverable_id}")
    press(page, 'form:has(input[value="start"]) button')
    rate(page)
    press(page, "form.stack .sticky button")
    rate(page)


def check_fits(page: Page) -> None:
    """See that nothing sticks out of the phone, and that axe finds nothing."""
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def ask_for_three(reviewer: Page, deliverable_id: int) -> None:
    """Rate, point at a photo, at words and at a guideline, and be told which words do not stand there."""
    begin_review(reviewer, deliverable_id)
    reviewer.locator('label:has(input[value="changes_requested"])').click()
    reviewer.locator('input[name="reasons"][value="agreed_part_missing"]').check()
    reviewer.get_by_label("Change 1", exact=True).fill("Nearer, please")
    reviewer.locator(".seen .media img").click(position={"x": 100, "y": 60})
    reviewer.get_by_label("Change 2", exact=True).fill("Not proven")
    reviewer.get_by_label("Where (2)").select_option("words")
    reviewer.get_by_label("Where exactly (2)").fill("hilang semua")
    reviewer.get_by_label("Change 3", exact=True).fill("It looks filtered")
    reviewer.get_by_label("Where (3)").select_option(label="Guideline: Tanpa filter")
    press(reviewer, 'button[name="more"]')
    expect(reviewer.locator('[name="change-4-what"]')).to_be_visible()
    press(reviewer, ".sticky button")
    expect(reviewer.get_by_role("alert")).to_contain_text("These words do not stand in the caption.")
    expect(reviewer.get_by_label("Where (1)")).to_have_value("medium-1")
    expect(reviewer.get_by_label("Where exactly (1)")).to_have_value(re.compile(r"0\.\d\d, 0\.\d\d"))
    check_fits(reviewer)
    reviewer.get_by_label("Where exactly (2)").fill("hilang total")
    press(reviewer, ".sticky button")
    expect(reviewer.get_by_role("status").first).to_contain_text("Your decision is kept")


def answer_them(creator: Page, deliverable_id: int) -> None:
    """Tick two, be told of the third without losing anything, and explain it."""
    creator.goto(f"/me/deliverables/{deliverable_id}")
    expect(creator.get_by_role("heading", name="3 hal perlu diubah")).to_be_visible()
    expect(creator.locator("mark")).to_have_text("hilang total")
    expect(creator.locator("svg circle").first).to_be_visible()
    ticks = creator.get_by_label("Ini sudah kuubah")
    ticks.nth(0).check()
    ticks.nth(1).check()
    send(creator, BETTER, OTHER)
    expect(creator.get_by_role("alert")).to_contain_text("Centang kalau sudah diubah")
    expect(creator.locator('[name="caption"]')).to_have_value(BETTER)
    expect(creator.locator(".chosen")).to_contain_text("sudah masuk")
    expect(ticks.nth(0)).to_be_checked()
    check_fits(creator)
    creator.get_by_label("Kalau tidak: kenapa").nth(2).fill("Memang tanpa filter")
    press(creator, 'button[value="draft"]')
    expect(creator.get_by_role("heading", level=1)).to_contain_text("Terkirim")


def compare_and_approve(reviewer: Page, deliverable_id: int) -> None:
    """Read the answers, see both versions beside each other, and approve the newer one."""
    begin_review(reviewer, deliverable_id)
    expect(reviewer.get_by_text("Memang tanpa filter")).to_be_visible()
    reviewer.get_by_role("link", name="Compare versions").click()
    expect(reviewer.locator("ins").first).to_have_text("tampak lebih pudar di aku.")
    expect(reviewer.locator(".compare .media img")).to_have_count(2)
    check_fits(reviewer)
    reviewer.goto(f"/review/{deliverable_id}")
    rate(reviewer)
    reviewer.locator('label:has(input[value="approved"])').click()
    press(reviewer, ".sticky button")


def test_a_round_from_three_anchored_requests_to_the_approval(browser: Browser, house: House) -> None:
    with house.app.app_context():
        people = settle(house.transactions)
    deliverable_id = content(house, people)
    creator = house.signed_in(browser, people.creator, locale="id", **PHONE).new_page()
    reviewer = house.signed_in(browser, people.reviewer, locale="en", **PHONE).new_page()
    creator.goto(f"/me/deliverables/{deliverable_id}")
    creator.get_by_label("Tanpa filter").check()
    send(creator, CAPTION, PHOTO)
    house.beat()

    ask_for_three(reviewer, deliverable_id)
    answer_them(creator, deliverable_id)
    house.beat()
    compare_and_approve(reviewer, deliverable_id)

    with house.app.app_context():
        assert state_of(house.transactions, people, deliverable_id) is DeliverableState.APPROVED
