"""What a manager does when life gets in the way, and what the creator sees of it: in a browser, in both languages."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask_babel import force_locale, gettext
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from partnerships.check_ins.tables import CheckIn
from tests.check_ins.scenes import RECEIVED_ON, check_in_called, running
from tests.conftest import MakeDatabase
from tests.e2e.house import House, open_house
from tests.stories import People, settle

DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
TRAVELS, ILL, WITHDRAWN = "She travels until Monday.", "She was ill that week.", "The product is withdrawn."

pytestmark = [pytest.mark.browser, pytest.mark.once]


@dataclass
class Walk:
    """A manager at a desk and a creator with a phone, in one language, around one running partnership."""

    house: House
    people: People
    browser: Browser
    locale: str
    partnership_id: int
    desk: Page = field(init=False)
    phone: Page = field(init=False)

    def come_in_on(self, day: date) -> None:
        """Let time pass until `day`, and sign both in: their sessions have ended meanwhile."""
        self.house.wait_until(day)
        manager, creator = self.people.manager, self.people.creator
        self.desk = self.house.signed_in(self.browser, manager, locale=self.locale, **DESK).new_page()
        self.phone = self.house.signed_in(self.browser, creator, locale=self.locale, **PHONE).new_page()

    def said(self, sentence: str, **values: object) -> str:
        """Return a sentence of the pages as it reads in the walk's language."""
        with self.house.app.test_request_context(), force_locale(self.locale):
            return str(gettext(sentence, **values))

    def open_desk(self) -> None:
        """Show the partnership to the manager."""
        self.desk.goto(f"/partnerships/{self.partnership_id}")

    def check_in(self, key: str) -> int:
        """Return the id of a check-in."""
        with self.house.app.app_context():
            return check_in_called(self.house.transactions, self.people, self.partnership_id, key)

    def due_on(self, key: str) -> date:
        """Return until when a check-in is asked for."""
        with self.house.app.app_context(), self.house.transactions.looking(self.people.manager) as reading:
            found = select(CheckIn).where(CheckIn.partnership_id == self.partnership_id, CheckIn.key == key)
            return reading.session.scalars(found).unique().one().step.due_on


@pytest.fixture(params=["id", "en"])
def walk(
    request: pytest.FixtureRequest, browser: Browser, make_database: MakeDatabase, tmp_path: Path
) -> Iterator[Walk]:
    with open_house(make_database(), tmp_path) as house:
        with house.app.app_context():
            people = settle(house.transactions)
            partnership_id = running(house.transactions, people)
        walk = Walk(house, people, browser, request.param, partnership_id)
        walk.come_in_on(RECEIVED_ON + timedelta(days=5))
        yield walk
        for context in browser.contexts:
            context.close()


def test_a_manager_holds_resumes_records_excuses_and_ends_and_the_creator_sees_it(walk: Walk) -> None:
    hold_and_resume(walk)
    write_down_an_answer_that_she_confirms(walk)
    excuse_a_check_in(walk)
    end_it_early(walk)


def hold_and_resume(walk: Walk) -> None:
    walk.open_desk()
    answer = f"/me/check-ins/{walk.check_in('first-days')}"
    due = walk.due_on("four-weeks")
    press(open_up(walk.desk, "/hold"), note=TRAVELS)
    expect(walk.desk.locator(".flashes")).to_contain_text(
        walk.said("On hold: nothing opens and nobody is reminded until you resume.")
    )
    expect(walk.desk.locator("main")).to_contain_text(TRAVELS)
    walk.phone.goto(answer)
    expect(walk.phone.locator("main")).to_contain_text(
        walk.said("Everything is paused for now. You do not have to send anything.")
    )

    walk.come_in_on(RECEIVED_ON + timedelta(days=8))
    walk.open_desk()
    press(walk.desk.locator("main form[action$='/resume']"))
    expect(walk.desk.locator(".flashes")).to_contain_text(
        walk.said("It runs again. The dates to come moved by the days it stood still.")
    )
    walk.phone.goto(answer)
    expect(walk.phone.locator("button[value='answer']")).to_be_visible()
    assert walk.due_on("four-weeks") == due + timedelta(days=3)


def write_down_an_answer_that_she_confirms(walk: Walk) -> None:
    desk, phone, check_in_id = walk.desk, walk.phone, walk.check_in("first-days")
    desk.goto(f"/check-ins/{check_in_id}/record")
    for name, value in (
        ("channel", "whatsapp"),
        ("q-comfort", "4"),
        ("q-reaction", "no"),
        ("q-still_using", "stopped"),
    ):
        desk.locator(f"label:has(> input[name='{name}'][value='{value}'])").click()
    desk.locator("input[name='q-days_used']").fill("3")
    desk.locator("textarea[name='note']").fill("Dewi, this morning")
    press(desk.locator("main form[enctype]"))
    name = "Dewi"
    waits = walk.said("Waits for %(name)s to confirm it; until then it is no evidence.", name=name)
    expect(desk.locator("main")).to_contain_text(waits)

    phone.goto(f"/me/check-ins/{check_in_id}")
    expect(phone.get_by_role("heading", level=1)).to_have_text(walk.said("Is this right?"))
    with phone.expect_navigation():
        phone.locator("button[value='confirm']").tap()
    expect(phone.get_by_role("heading", level=1)).to_have_text(walk.said("Sent. Thank you!"))

    desk.reload()
    expect(desk.locator("main")).not_to_contain_text(waits)


def excuse_a_check_in(walk: Walk) -> None:
    check_in_id = walk.check_in("two-weeks")
    walk.desk.goto(f"/check-ins/{check_in_id}")

    press(open_up(walk.desk, "/excuse"), reason=ILL)

    expect(walk.desk.locator(".flashes")).to_contain_text(walk.said("Excused: nobody will be reminded of it."))
    walk.open_desk()
    expect(walk.desk.locator("main")).to_contain_text(ILL)
    walk.phone.goto(f"/me/check-ins/{check_in_id}")
    expect(walk.phone.locator("main")).to_contain_text(
        walk.said("This check-in is closed. Nothing more has to be sent.")
    )


def end_it_early(walk: Walk) -> None:
    walk.open_desk()
    ending = open_up(walk.desk, "/end_early")
    ending.locator("select").select_option("brand_stopped")

    press(ending, note=WITHDRAWN)

    expect(walk.desk.locator(".flashes")).to_contain_text(walk.said("Ended. What was earned stays earned."))
    expect(walk.desk.locator("main")).to_contain_text(walk.said("Stopped by the brand"))
    expect(walk.desk.locator("main")).to_contain_text(WITHDRAWN)
    walk.phone.goto("/me")
    expect(walk.phone.locator("main")).to_contain_text(walk.said("Ended early"))
    walk.phone.goto(f"/me/check-ins/{walk.check_in('four-weeks')}")
    expect(walk.phone.locator("button[value='answer']")).to_have_count(0)


def open_up(page: Page, action: str) -> Locator:
    """Press what hides a form, and return the form that posts to `action`."""
    hidden = page.locator(f"main details:has(form[action$='{action}'])")
    hidden.locator("summary").click()
    return hidden.locator("form")


def press(form: Locator, **typed: str) -> None:
    """Fill in fields by name and press the form's button."""
    for name, text in typed.items():
        form.locator(f"[name='{name}']").fill(text)
    with form.page.expect_navigation():
        form.get_by_role("button").last.click()


def test_a_button_that_takes_back_is_gone_once_it_would_be_refused(walk: Walk) -> None:
    walk.desk.clock.install()
    walk.desk.goto(f"/partnerships/{walk.partnership_id}/dates?what=rest&days=2&way=later")
    walk.desk.fill("#note", TRAVELS)
    walk.desk.locator("form[method=post]:has(#note) button").click()
    undo = walk.desk.get_by_role("button", name=walk.said("Undo (10 seconds)"))
    expect(undo).to_be_visible()

    walk.desk.clock.fast_forward(11_000)

    expect(undo).to_have_count(0)
