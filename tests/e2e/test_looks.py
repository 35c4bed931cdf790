"""Second review, third review and appeal by keyboard alone, in both languages: each page whole and light on the way."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from partnerships.core.actor import Actor, Role
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.people.tables import Account, Membership
from tests.authenticity.stories import send
from tests.conftest import MakeDatabase
from tests.deliverables.scenes import state_of
from tests.e2e.house import House, open_house
from tests.e2e.test_budgets import DESK, KB, weigh_in
from tests.stories import SETTLED_AT, People, settle

STOPS = 400  # more than any page has
OUTCOMES = ("approved", "changes_requested", "rejected")
WORDS = {
    "id": {
        "second": "Penilaian kedua",
        "third": "Penilaian ketiga",
        "appeal": "Banding",
        "hidden": "Keputusannya baru terlihat setelah Anda memutuskan.",
        "last": "keputusan di atas adalah yang terakhir",
        "approved": "Disetujui",
        "rejected": "Ditolak",
    },
    "en": {
        "second": "Second review",
        "third": "Third review",
        "appeal": "Appeal",
        "hidden": "Their decision is shown when you have taken yours.",
        "last": "the decision above is the last one",
        "approved": "Approved",
        "rejected": "Rejected",
    },
}

pytestmark = [pytest.mark.browser, pytest.mark.once]


@pytest.fixture
def house(make_database: MakeDatabase, tmp_path: Path) -> Iterator[House]:
    with open_house(make_database(), tmp_path) as opened:
        yield opened


def enlist(house: House, people: People, *names: str) -> list[Actor]:
    with house.app.app_context(), house.transactions.everywhere() as everywhere:
        members = []
        for name in names:
            account = Account(
                email=f"{name}@glow.example", name=name, fs_uniquifier=name, zone="Asia/Jakarta", created_at=SETTLED_AT
            )
            members.append(
                Membership(org_id=people.owner.org_id, account=account, role=Role.REVIEWER, created_at=SETTLED_AT)
            )
        everywhere.add_all(members)
        everywhere.commit()
        return [Actor(member.account_id, member.org_id, Role.REVIEWER) for member in members]


@contextmanager
def at_the_desk(browser: Browser, house: House, who: Actor, locale: str) -> Iterator[Page]:
    context = house.signed_in(browser, who, locale=locale, viewport=DESK)
    yield context.new_page()
    context.close()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there."""
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"Tab never comes to {selector}")


def press(page: Page, selector: str) -> None:
    """Go to a button by keyboard and press it."""
    tab_to(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def rate(page: Page, level: int) -> None:
    """Rate every criterion on the page with its digit, and say what was seen where that is needed."""
    for key in page.locator("fieldset.level").evaluate_all("all => all.map(each => each.id)"):
        tab_to(page, f"[name={key}]")
        page.keyboard.press(str(level))
        tab_to(page, f"#{key}-note")
        page.keyboard.press("Control+A")
        page.keyboard.type("0:12")


def choose(page: Page, outcome: str) -> None:
    """Choose a decision with the arrows, and give its reason and words."""
    tab_to(page, "[name=outcome]")
    page.keyboard.press("Space")
    for _ in range(OUTCOMES.index(outcome)):
        page.keyboard.press("ArrowDown")
    if outcome != "approved":
        tab_to(page, "[name=reasons][value=agreed_part_missing]")
        page.keyboard.press("Space")
        tab_to(page, "#message")
        page.keyboard.type("Tolong tunjukkan pemakaiannya.")


def is_whole(page: Page) -> bool:
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert found == [], [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found]
    return True


def look(page: Page, address: str, outcome: str, level: int, *told: str) -> None:
    """Take the look that is due, from the inbox to the decision."""
    page.goto("/review?show=all")
    assert is_whole(page)
    press(page, f"a[href='{address}']")
    for words in told:
        expect(page.locator("main")).to_contain_text(words)
    assert is_whole(page)
    press(page, ".ask form button.p")
    rate(page, level)
    press(page, "form .sticky button.p")
    assert is_whole(page)
    rate(page, level)
    choose(page, outcome)
    press(page, "#decide .sticky button.p")
    expect(page.locator(".flash").first).to_be_visible()
    assert "/review/" not in page.url


@pytest.mark.parametrize("locale", ["id", "en"])
@pytest.mark.parametrize("verdict", ["rejected", "approved"], ids=["upheld", "overturned"])
def test_two_differ_a_third_decides_and_the_creator_appeals(
    browser: Browser, house: House, locale: str, verdict: str
) -> None:
    said = WORDS[locale]
    with house.app.app_context():
        people = settle(house.transactions)
        sent = send(house.transactions, people, answered=2)
    citra, fajar = enlist(house, people, "Citra", "Fajar")
    address = f"/review/{sent.deliverable_id}"

    with at_the_desk(browser, house, people.reviewer, locale) as page:
        look(page, address, "rejected", 1)
    with at_the_desk(browser, house, citra, locale) as page:
        look(page, address, "changes_requested", 3, said["second"], said["hidden"])
    with at_the_desk(browser, house, fajar, locale) as page:
        look(page, address, "rejected", 2, said["third"])
        page.goto(address)
        assert is_whole(page)
    with at_the_desk(browser, house, people.creator, locale) as page:
        page.goto(f"{address}/appeal")
        expect(page.locator("main")).to_contain_text(said["rejected"])
        assert is_whole(page)
        tab_to(page, "#words")
        page.keyboard.type("Fotonya saya ambil sendiri di kamar mandi.")
        press(page, "main form button.p")
        assert is_whole(page)
    with at_the_desk(browser, house, people.owner, locale) as page:
        look(page, address, verdict, 3, said["appeal"], "Fotonya saya ambil sendiri")
    with at_the_desk(browser, house, people.creator, locale) as page:
        page.goto(f"{address}/appeal")
        expect(page.locator("main")).to_contain_text(said[verdict])
        expect(page.locator("main")).to_contain_text(said["last"])
        assert page.locator("main textarea").count() == 0  # one appeal
        assert is_whole(page)

    weight, _ = weigh_in(browser, house, people.owner, address, DESK)  # with four reviews on record
    assert weight <= 60 * KB
    with house.app.app_context():
        state = state_of(house.transactions, people, sent.deliverable_id)
    assert state is (DeliverableState.APPROVED if verdict == "approved" else DeliverableState.DRAFTING)
