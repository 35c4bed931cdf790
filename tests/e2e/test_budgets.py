"""How much a page may weigh. Sizes are compressed, as a proxy in front sends them; pictures and films do not count."""

import gzip
import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Response

from bench.crowd import multiply, plant
from partnerships.authenticity import reviewing
from partnerships.authenticity.rules.rubric import load
from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.core.actor import Actor
from partnerships.database.session import db
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.plans.rules.templates import DeliverableKind
from partnerships.plans.tables import Partnership
from partnerships.story.acting import ratings
from tests.conftest import MakeDatabase
from tests.e2e.conftest import World
from tests.e2e.house import House, open_house

STATIC = Path(__file__).parents[2] / "static"
KB = 1000
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
WEIGHTLESS = ("image/jpeg", "image/png", "image/webp", "video/")  # what people sent

pytestmark = pytest.mark.browser


def weigh(browser: Browser, world: World, actor: Actor, path: str, viewport: dict[str, int]) -> tuple[int, int]:
    """Weigh a page of the world in which every page has something to show."""
    return weigh_in(browser, world.house, actor, path, viewport)


def weigh_in(browser: Browser, house: House, actor: Actor, path: str, viewport: dict[str, int]) -> tuple[int, int]:
    """Open a page that nothing of is kept yet; return how many bytes came and how many elements it has."""
    context = house.signed_in(browser, actor, locale="id", viewport=viewport)
    page = context.new_page()
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - Playwright cannot wrap a builtin

    shown = page.goto(path, wait_until="networkidle")
    assert shown is not None
    assert shown.status == 200
    weight = sum(_weight(answer) for answer in answers)
    nodes = int(page.evaluate("document.querySelectorAll('*').length"))
    context.close()
    return weight, nodes


def _weight(answer: Response) -> int:
    kind = answer.headers.get("content-type", "")
    if kind.startswith(WEIGHTLESS) or not answer.ok:
        return 0
    return len(answer.body()) if kind.startswith("font/") else len(gzip.compress(answer.body(), 6))


def test_the_page_on_which_a_creator_answers_comes_over_a_slow_network(browser: Browser, world: World) -> None:
    check_in = world.check_in(world.running, CheckInState.OPEN, CheckInState.LATE)
    draft = world.deliverable(world.forgotten, DeliverableState.DRAFTING)
    posted = world.deliverable(world.running, DeliverableState.KEEPING_LIVE, DeliverableState.DONE)

    for actor, path in (
        (world.people.creator, f"/me/check-ins/{check_in}"),
        (world.people.other_creator, f"/me/deliverables/{draft}"),
        (world.people.creator, f"/me/deliverables/{posted}/numbers"),
    ):
        weight, _ = weigh(browser, world, actor, path, PHONE)

        assert weight <= 40 * KB


def test_the_timeline_stays_light_with_more_partnerships_than_it_shows(browser: Browser, world: World) -> None:
    weight, nodes = weigh(browser, world, world.people.manager, "/partnerships", DESK)

    assert weight <= 70 * KB
    assert nodes <= 2_000


def test_the_timeline_stays_light_at_a_thousand_partnerships(
    browser: Browser, make_database: MakeDatabase, tmp_path: Path
) -> None:
    with open_house(make_database(), tmp_path) as house:
        with house.app.app_context():
            crowd = plant(house.transactions, house.clock.now(), timedelta(days=20))
            multiply(db.engine, 999)
            with house.transactions.everywhere() as everywhere:
                manager = everywhere.get_one(Partnership, crowd.partnership_id).manager.as_actor()
        weight, nodes = weigh_in(browser, house, manager, "/partnerships", DESK)

    assert weight <= 70 * KB
    assert nodes <= 2_000


def test_the_review_page_is_light_beside_what_is_judged(browser: Browser, world: World) -> None:
    deliverable = world.deliverable(world.running, DeliverableState.SUBMITTED, DeliverableState.IN_REVIEW)

    with world.house.app.app_context(), world.house.transactions.begin(world.people.owner) as work:
        review = reviewing.start(work, deliverable)
        reviewing.rate_blind(work, review.id, ratings(load(), DeliverableKind.SHORT_VIDEO, blind_only=True))

    weight, _ = weigh(browser, world, world.people.owner, f"/review/{deliverable}", DESK)  # with all the evidence

    assert weight <= 60 * KB


def test_two_versions_beside_each_other_come_over_a_slow_network(browser: Browser, world: World) -> None:
    compared = f"/deliverables/{world.revised(world.running)}/compare"

    weight, _ = weigh(browser, world, world.people.creator, compared, PHONE)

    assert weight <= 40 * KB


@pytest.mark.parametrize(("pattern", "most"), [("*.css", 12 * KB), ("*.js", 8 * KB)])
def test_what_we_wrote_ourselves_stays_small(pattern: str, most: int) -> None:
    sizes = {path.name: len(gzip.compress(path.read_bytes(), 6)) for path in STATIC.glob(pattern)}

    assert sum(sizes.values()) <= most, sizes


def test_no_page_needs_much_of_the_scripts_that_we_wrote_ourselves() -> None:
    always = len(gzip.compress((STATIC / "page.js").read_bytes(), 6))
    for template in (STATIC.parent / "templates").rglob("*.html"):
        named = set(re.findall(r"static_url\('([a-z]+\.js)'\)", template.read_text())) - {"page.js"}
        size = always + sum(len(gzip.compress((STATIC / name).read_bytes(), 6)) for name in named)

        assert size <= 4.5 * KB, template
