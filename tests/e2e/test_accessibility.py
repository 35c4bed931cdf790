"""Every page of every role, looked at by axe, by a thumb, by a keyboard and without scripts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, ViewportSize, expect

from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.core.actor import Actor
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.story.camera import FOLDER
from tests.conftest import MakeDatabase
from tests.e2e.conftest import World
from tests.e2e.house import House, open_house
from tests.e2e.pages import TO_REVIEW, forms, rooms

LOOKS: dict[str, dict[str, Any]] = {
    "phone-id-light": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
    "desk-en-dark": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"},
}
ONLY_WHAT_IS_WRONG = {"resultTypes": ["violations"]}  # telling of all that is right takes longer than looking
NARROWEST: ViewportSize = {"width": 320, "height": 640}
GATHER_OVERFLOW = "document.documentElement.scrollWidth - innerWidth"
EMPTY_THE_FORM = """() => {
  const form = document.querySelector('main form[method=post]:has(button.p)');
  for (const input of form.querySelectorAll('input:not([type=hidden]), textarea, select')) {
    if (['radio', 'checkbox'].includes(input.type)) input.checked = false;
    else input.value = '';
  }
}"""

pytestmark = pytest.mark.browser

every_look = pytest.mark.parametrize("look", LOOKS)


@dataclass
class Watched:
    """A page, and whatever was wrong with what it showed. It is asked at the end, so that all is told at once."""

    page: Page
    url: str
    language: str
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.wrong.append(f"{self.page.url}: {error}"))
        self.page.on("request", self._asked)

    def _heard(self, message: ConsoleMessage) -> None:
        expected = message.text.startswith("Failed to load resource") and message.location["url"] == self.page.url
        if message.type in {"error", "warning"} and not expected:
            self.wrong.append(f"{self.page.url}: {message.text}")

    def _asked(self, request: Request) -> None:
        if urlsplit(request.url).scheme in {"http", "https"} and not request.url.startswith(self.url):
            self.wrong.append(f"{self.page.url} asks {request.url}")

    def open(self, path: str) -> None:
        """Go to a page; an error of ours is never expected."""
        answer = self.page.goto(path)
        if answer is None or answer.status >= 500:
            self.wrong.append(f"{path}: {answer and answer.status}")

    def examine(self) -> None:
        """Ask axe, and look at what it does not: language, title, one heading, width."""
        found = Axe().run(self.page, options=ONLY_WHAT_IS_WRONG).response["violations"]
        here = urlsplit(self.page.url).path
        self.wrong += [f"{here}: {one['id']} {[node['target'] for node in one['nodes']][:3]}" for one in found]
        if self.page.get_attribute("html", "lang") != self.language:
            self.wrong.append(f"{here}: lang")
        if not self.page.title().removesuffix("Sahabat").strip(" \N{EN DASH}") or self.page.locator("h1").count() != 1:
            self.wrong.append(f"{here}: title or heading")
        self._squeeze(here)

    def _squeeze(self, here: str) -> None:
        usual = self.page.viewport_size
        assert usual is not None
        widths = (usual, NARROWEST) if usual["width"] < 1000 else (usual,)
        for size in widths:
            self.page.set_viewport_size(size)
            too_wide = self.page.evaluate(GATHER_OVERFLOW)
            if too_wide > 0:
                self.wrong.append(f"{here}: {too_wide} px too wide at {size['width']}")
        self.page.set_viewport_size(usual)


@contextmanager
def watching(browser: Browser, house: House, actor: Actor | None, look: str) -> Iterator[Watched]:
    """Give a browser of this look in which `actor` is signed in; fail at the end if anything was wrong."""
    language = look.split("-")[1]
    context = house.signed_in(browser, actor, locale=language, **LOOKS[look])
    watched = Watched(context.new_page(), house.url, language)
    yield watched
    context.close()
    assert not watched.wrong, "\n".join(watched.wrong)


@every_look
@pytest.mark.parametrize("number", range(5), ids=["visitor", "manager", "owner", "creator", "late creator"])
def test_every_page_is_whole(browser: Browser, world: World, look: str, number: int) -> None:
    actor, paths = rooms(world)[number]

    with watching(browser, world.house, actor, look) as watched:
        for path in paths:
            watched.open(path)
            watched.examine()


@every_look
def test_every_form_says_what_is_wrong_with_it(browser: Browser, world: World, look: str) -> None:
    by_actor: dict[Actor | None, list[str]] = {}
    for actor, path in forms(world):
        by_actor.setdefault(actor, []).append(path)

    for actor, paths in by_actor.items():
        with watching(browser, world.house, actor, look) as watched:
            for path in paths:
                watched.open(path)
                usual_title = watched.page.title()
                watched.page.evaluate(EMPTY_THE_FORM)
                with watched.page.expect_navigation() as sent:
                    watched.page.locator("main form[method=post] button.p").first.click()

                assert sent.value.status == 422, path
                assert watched.page.title() != usual_title, path
                expect(watched.page.locator(".errors")).to_be_focused()
                assert watched.page.locator(".field.wrong, fieldset.wrong").count(), path
                watched.examine()


@pytest.mark.parametrize(("look", "who"), [("phone-id-light", "reviewer"), ("desk-en-dark", "manager")])
def test_the_review_page_is_whole_in_all_its_moments(browser: Browser, world: World, look: str, who: str) -> None:
    deliverable = world.deliverable(world.running, *TO_REVIEW)
    with watching(browser, world.house, getattr(world.people, who), look) as watched:
        watched.open("/review")
        watched.examine()
        watched.open(f"/review/{deliverable}")
        watched.examine()

        _press(watched.page)  # start
        watched.examine()
        _press(watched.page)  # nothing rated yet
        watched.examine()
        for level in watched.page.locator("fieldset.level input[value='3']").all():
            level.check()
        _press(watched.page)  # the evidence is shown
        watched.examine()
        _press(watched.page)  # nothing decided yet
        watched.examine()


def _press(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form button.p").last.click()


def test_the_first_page_of_an_empty_house_is_whole(
    browser: Browser, make_database: MakeDatabase, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with open_house(make_database(), tmp_path_factory.mktemp("empty")) as house:
        for look in LOOKS:
            with watching(browser, house, None, look) as watched:
                watched.open("/start")
                watched.examine()
                _press(watched.page)
                watched.examine()


def test_a_check_in_is_answered_without_scripts(browser: Browser, world: World) -> None:
    check_in = world.check_in(world.crowd[1], CheckInState.OPEN)
    creator = world.creator_of(world.crowd[1])
    page = world.house.signed_in(browser, creator, locale="en", java_script_enabled=False).new_page()

    page.goto(f"/me/check-ins/{check_in}")
    page.locator('input[name="q-days_used"]').fill("4")
    for name, value in (("q-comfort", "5"), ("q-reaction", "no"), ("q-still_using", "every_day")):
        page.locator(f'label:has(> input[name="{name}"][value="{value}"])').click()
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Sent. Thank you!")
    page.context.close()


def test_a_picture_is_sent_without_scripts(browser: Browser, world: World) -> None:
    draft = world.deliverable(world.crowd[2], DeliverableState.DRAFTING)
    creator = world.creator_of(world.crowd[2])
    page = world.house.signed_in(browser, creator, locale="en", java_script_enabled=False).new_page()

    page.goto(f"/me/deliverables/{draft}")
    with page.expect_file_chooser() as chooser:
        page.locator("#files").click()  # the browser's own control is there when ours is not
    chooser.value.set_files(FOLDER / "06.jpg")
    page.locator('[name="frequency"][value="most_days"]').check()
    page.get_by_role("button", name="Send draft").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Sent. Thank you!")
    page.context.close()


def test_the_timeline_is_walked_by_keyboard(browser: Browser, world: World) -> None:
    with watching(browser, world.house, world.people.manager, "desk-en-dark") as watched:
        page = watched.page
        watched.open("/partnerships")
        names = page.locator("tbody .nm a")
        names.first.focus()

        page.keyboard.press("ArrowDown")
        expect(names.nth(1)).to_be_focused()
        page.keyboard.press("ArrowRight")
        expect(page.locator("#timeline-live")).to_contain_text(names.nth(1).inner_text())
        spoken = page.locator("#timeline-live").inner_text()
        page.keyboard.press("ArrowRight")
        expect(page.locator("#timeline-live")).not_to_have_text(spoken)

        page.keyboard.press("Enter")
        expect(page.locator("#panel [data-panel-title]")).to_be_focused()
        watched.examine()
        page.keyboard.press("Escape")
        expect(page.locator("#panel > *")).to_have_count(0)
        expect(names.nth(1)).to_be_focused()

        page.keyboard.press("/")
        expect(page.locator("#q")).to_be_focused()
