"""Two videos of one piece of content beside each other: they play, stop and move in step."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from partnerships.deliverables.rules.deliverables import DeliverableAction
from partnerships.files.receiving import Limits, receive
from tests.check_ins.scenes import running
from tests.conftest import MakeDatabase
from tests.deliverables.scenes import deliverable_called, review, send
from tests.e2e.house import House, open_house
from tests.files.films import make_film
from tests.stories import People, settle

SHORTER, LONGER = 3, 6  # seconds
TIMES = "[...document.querySelectorAll('video')].map(film => film.currentTime)"
PAUSED = "[...document.querySelectorAll('video')].map(film => film.paused)"
NTH = "document.querySelectorAll('video')"

pytestmark = [pytest.mark.browser, pytest.mark.once]


@pytest.fixture
def house(make_database: MakeDatabase, tmp_path: Path) -> Iterator[House]:
    with open_house(make_database(), tmp_path) as opened:
        yield opened


def send_twice(house: House, people: People) -> int:
    """Send a short film, and a longer one after a request for changes; return the content's id."""
    content = deliverable_called(house.transactions, people, running(house.transactions, people), "two-weeks-in")
    for seconds in (SHORTER, LONGER):
        film = make_film(seconds=seconds, form="webm", shade=seconds * 20)
        kept = receive(BytesIO(film), f"{seconds}.webm", Limits(), house.app.extensions["store"])
        send(house.transactions, people.creator, content, files=[kept])
        if seconds is SHORTER:
            review(house.transactions, people, content, DeliverableAction.REQUEST_CHANGES)
    house.beat()
    return content


def wait(page: Page, condition: str) -> None:
    page.wait_for_function(f"() => {{ const [one, two] = {NTH}; return {condition} }}")


def apart(page: Page) -> float:
    one, two = page.evaluate(TIMES)
    return abs(float(one) - float(two))


def test_two_videos_play_stop_and_move_in_step(browser: Browser, house: House) -> None:
    with house.app.app_context():
        people = settle(house.transactions)
        content = send_twice(house, people)
    page = house.signed_in(browser, people.reviewer, locale="en", viewport={"width": 1440, "height": 900}).new_page()
    page.goto(f"/deliverables/{content}/compare")

    page.evaluate(f"{NTH}[1].play()")
    wait(page, "one.currentTime > 0.5 && two.currentTime > 0.5")
    assert apart(page) < 0.5
    page.evaluate(f"{NTH}[0].pause()")
    wait(page, "one.paused && two.paused")
    page.evaluate(f"{NTH}[0].currentTime = 2")
    wait(page, "Math.abs(two.currentTime - 2) < 0.2 && !two.seeking")
    assert page.evaluate(PAUSED) == [True, True]


def test_the_longer_one_goes_on_when_the_shorter_one_is_over(browser: Browser, house: House) -> None:
    with house.app.app_context():
        people = settle(house.transactions)
        content = send_twice(house, people)
    page = house.signed_in(browser, people.creator, locale="id", viewport={"width": 390, "height": 844}).new_page()
    page.goto(f"/deliverables/{content}/compare")

    page.evaluate(f"{NTH}[0].currentTime = 2.5; {NTH}[0].play()")
    wait(page, "one.ended && !two.paused && two.currentTime > 3.5")
    page.evaluate(f"{NTH}[1].currentTime = 4.8")
    wait(page, "!two.seeking && two.currentTime > 4.8 && one.ended")
    wait(page, "two.ended")
    page.evaluate(f"{NTH}[0].play()")
    wait(page, "!one.paused && !two.paused && one.currentTime > 0.2 && two.currentTime > 0.2")

    assert apart(page) < 0.5
