"""The main job, walked by three people in a browser, from the template to a post that is seen on the timeline."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from partnerships.core.actor import Actor
from partnerships.deliverables.tables import Revision
from partnerships.story.camera import FOLDER
from tests.conftest import MakeDatabase
from tests.e2e.house import PASSWORD, House, letters_to, link_in, open_house
from tests.services.seaweed import ACCESS, SECRET, running_seaweed
from tests.services.smtp import Letter, SmtpServer, running_smtp
from tests.stories import People, settle

PARCEL, FACE, STORY = (FOLDER / f"{name}.jpg" for name in ("01", "03", "06"))
ARRIVED_ON = date(2026, 1, 12)
POST_URL = "https://www.tiktok.com/@dewi/video/7000000001"
PATIENCE_MS = 10_000
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "locale": "id-ID"}

pytestmark = pytest.mark.browser


@dataclass
class Phone:
    """The creator's phone. It counts what a thumb does: every press is a tap, typing is not."""

    page: Page
    post: SmtpServer
    address: str
    taps: list[str] = field(default_factory=list)

    def newest_mail(self, subject: str) -> Letter:
        """Return the latest mail about `subject`. What is not for today comes in a mail of its own, in any order."""
        letters = [one for one in letters_to(self.post, self.address) if subject in str(one.message["Subject"])]
        assert letters, subject
        return letters[-1]

    def open(self, letter: Letter) -> None:
        """Press the mail's button: the first tap of everything that follows."""
        self.taps = ["mail"]
        answer = self.page.goto(link_in(letter))
        assert answer is not None
        assert answer.status == 200

    def tap(self, what: Locator, name: str) -> None:
        """Press something."""
        what.tap()
        self.taps.append(name)

    def choose(self, name: str, picture: Path) -> None:
        """Press the button for a file, and take `picture` from the gallery."""
        with self.page.expect_file_chooser() as chooser:
            self.tap(self.page.locator(f'label.btn[for="{name}"]'), name)
        chooser.value.set_files(picture)

    def pick(self, name: str, value: str) -> None:
        """Press one answer of a question."""
        self.tap(self.page.locator(f'label:has(> input[name="{name}"][value="{value}"])'), name)

    def send(self, value: str) -> None:
        """Press the page's one large button and wait for what it says."""
        with self.page.expect_navigation():
            self.tap(self.page.locator(f'button[value="{value}"]'), "send")


@dataclass
class Desk:
    """A computer in the brand's office."""

    page: Page
    house: House
    actor: Actor

    def sign_in(self) -> None:
        """Come in through the door, with a password."""
        self.page.goto("/sign-in")
        self.page.get_by_label("E-mail address").fill(self.house.address_of(self.actor))
        self.page.get_by_label("Password", exact=True).fill(PASSWORD)
        self.press("Sign in")
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Today")

    def press(self, button: str) -> None:
        """Press a button that sends something."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button, exact=True).click()

    def follow(self, link: str) -> None:
        """Follow a link by (a part of) its words."""
        self.page.get_by_role("link", name=link).first.click()


@dataclass
class Everybody:
    """Who takes part, each with a screen of their own."""

    house: House
    manager: Desk
    reviewer: Desk
    creator: Phone


@pytest.fixture(params=["folder", "bucket"])
def store_url(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Give the address of a store: the folder of the installation, or a bucket of a real S3 store."""
    if request.param == "folder":
        yield ""
        return
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    with running_seaweed() as started:
        yield started.make_bucket("main-job")


@pytest.fixture
def everybody(browser: Browser, make_database: MakeDatabase, tmp_path: Path, store_url: str) -> Iterator[Everybody]:
    with (
        running_smtp() as post,
        open_house(make_database(), tmp_path, mail_url=post.url, store_url=store_url) as house,
    ):
        with house.app.app_context():
            people: People = settle(house.transactions)
        house.give_password(people.manager, people.reviewer)
        manager, reviewer = (
            Desk(browser.new_context(base_url=house.url, locale="en-GB").new_page(), house, actor)
            for actor in (people.manager, people.reviewer)
        )
        phone = browser.new_context(base_url=house.url, **PHONE).new_page()  # type: ignore[arg-type]  # TypedDicts
        for context in browser.contexts:
            context.set_default_timeout(PATIENCE_MS)
        yield Everybody(house, manager, reviewer, Phone(phone, post, house.address_of(people.creator)))
        for context in browser.contexts:
            context.close()


def test_three_people_walk_from_the_template_to_a_verified_post(everybody: Everybody) -> None:
    plan_and_invite(everybody)
    accept_by_the_mailed_link(everybody)
    send_the_parcel_and_confirm_it(everybody)
    answer_the_check_ins(everybody)
    send_the_draft_in_three_taps(everybody)
    judge_it_blind_first(everybody)
    post_it_and_see_it_verified(everybody)
    see_the_photo_that_was_sent(everybody)


def plan_and_invite(everybody: Everybody) -> None:
    manager = everybody.manager
    manager.sign_in()
    manager.follow("New partnership")
    manager.press("Use this template Three-month product-usage story")
    manager.page.get_by_label("Campaign").select_option(label="Glow diary")
    manager.page.get_by_label("Dewi").check()
    manager.press("On to the dates")
    manager.page.get_by_label("The day to count from").fill(ARRIVED_ON.isoformat())
    manager.page.get_by_label("The day to count from").dispatch_event("change")
    expect(manager.page.locator("#preview")).to_contain_text("Mon, 12 Jan 2026")
    manager.page.get_by_label("Fee in rupiah").fill("3.000.000")
    manager.press("Plan it")
    expect(manager.page.get_by_role("heading", level=1)).to_have_text("Dewi")

    manager.press("Send invitation")
    everybody.house.beat()


def accept_by_the_mailed_link(everybody: Everybody) -> None:
    creator, house = everybody.creator, everybody.house
    before = house.fingerprint()
    creator.open(creator.newest_mail("Glow Serum"))
    creator.page.reload()
    assert house.fingerprint() == before, "opening a mailed link must change nothing"
    expect(creator.page.locator("html")).to_have_attribute("lang", "id")

    creator.send("accept")

    assert house.fingerprint() != before
    assert creator.taps == ["mail", "send"]


def send_the_parcel_and_confirm_it(everybody: Everybody) -> None:
    manager, creator, house = everybody.manager, everybody.creator, everybody.house
    manager.page.reload()
    manager.follow("Product has been sent")
    manager.page.get_by_label("Carrier").fill("JNE")
    manager.press("It has been sent")
    house.beat()
    parcel = creator.newest_mail("Glow Serum")

    house.wait_until(ARRIVED_ON)
    creator.open(parcel)
    with creator.page.expect_navigation():
        creator.tap(creator.page.locator("main form button.p"), "send")

    assert creator.taps == ["mail", "send"]
    expect(creator.page.locator("h1")).not_to_contain_text("?")  # no question any more, but thanks


def answer_the_check_ins(everybody: Everybody) -> None:
    creator, house = everybody.creator, everybody.house
    house.wait_until(ARRIVED_ON + timedelta(days=1))
    before = house.fingerprint()
    creator.open(creator.newest_mail("Produk sampai"))
    assert house.fingerprint() == before
    creator.choose("q-package_photo", PARCEL)
    creator.pick("q-patch_test", "done")
    creator.choose("q-angle_photo", FACE)
    creator.send("answer")
    questions = ["q-package_photo", "q-patch_test", "q-angle_photo"]
    assert creator.taps == ["mail", *questions, "send"], "one tap for each question, and no other"
    expect(creator.page.locator('button[value="answer"]')).to_have_count(0)  # it goes when the photos have arrived

    house.wait_until(ARRIVED_ON + timedelta(days=5))
    creator.open(creator.newest_mail("Hari-hari pertama"))
    creator.page.locator('input[name="q-days_used"]').fill("5")
    creator.pick("q-comfort", "4")
    creator.pick("q-reaction", "no")
    creator.pick("q-still_using", "most_days")
    creator.send("answer")
    expect(creator.page.locator('button[value="answer"]')).to_have_count(0)


def send_the_draft_in_three_taps(everybody: Everybody) -> None:
    creator, house = everybody.creator, everybody.house
    house.wait_until(ARRIVED_ON + timedelta(days=7))
    creator.open(creator.newest_mail("kesan pertama"))

    creator.choose("files", STORY)
    expect(creator.page.locator(".chosen img")).to_be_visible()
    creator.send("draft")

    assert creator.taps == ["mail", "files", "send"]
    expect(creator.page.locator("main .tag .submitted")).to_be_visible()


def judge_it_blind_first(everybody: Everybody) -> None:
    reviewer, house = everybody.reviewer, everybody.house
    reviewer.sign_in()
    reviewer.follow("Review")
    reviewer.follow("Dewi")
    reviewer.press("Start review")
    expect(reviewer.page.get_by_role("heading", name="Step 1 of 2: your own impression")).to_be_visible()
    expect(reviewer.page.get_by_role("heading", name="Evidence", exact=True)).to_have_count(0)
    rate(reviewer.page)

    reviewer.press("Keep and show the evidence")
    expect(reviewer.page.get_by_role("heading", name="Evidence", exact=True)).to_be_visible()
    rate(reviewer.page)
    reviewer.page.get_by_role("radio", name="Approve").check()
    reviewer.press("Send decision")

    expect(reviewer.page.get_by_role("status")).to_contain_text("Your decision is kept")
    house.beat()


def rate(page: Page) -> None:
    """Give every criterion on the page three of four points."""
    for level in page.locator("fieldset.level input[value='3']").all():
        level.check()


def post_it_and_see_it_verified(everybody: Everybody) -> None:
    creator, manager, house = everybody.creator, everybody.manager, everybody.house
    house.wait_until(ARRIVED_ON + timedelta(days=13))
    creator.open(creator.newest_mail("kesan pertama"))
    creator.page.locator('input[name="url"]').fill(POST_URL)
    creator.pick("label_on", "yes")
    creator.send("post")
    house.beat()

    manager.sign_in()
    manager.follow("Partnerships")
    expect(mark_of_first_impression(manager.page, "submitted")).to_have_count(1)
    expect(mark_of_first_impression(manager.page, "published")).to_have_count(0)
    manager.follow("Dewi")
    manager.page.get_by_role("link", name="Open the partnership").click()
    manager.page.get_by_role("link", name="Story set: first impression").first.click()
    manager.follow("Check the post")
    manager.page.get_by_role("radio", name="Yes, I have seen it").check()
    manager.press("Save")

    manager.page.goto("/partnerships")
    expect(mark_of_first_impression(manager.page, "published")).to_have_count(1)


def mark_of_first_impression(page: Page, state: str) -> Locator:
    """Find the first post's mark on the timeline, if it stands so."""
    return page.locator(f"td.g .c.{state}[title*='first impression']")


def see_the_photo_that_was_sent(everybody: Everybody) -> None:
    """Look at the content once more: its picture comes out of the store, wherever that is."""
    house, page = everybody.house, everybody.manager.page
    house.beat()
    with house.app.app_context(), house.transactions.everywhere() as everywhere:
        content = everywhere.scalars(select(Revision.deliverable_id).limit(1)).one()
    page.goto(f"/deliverables/{content}", wait_until="networkidle")
    picture = page.locator("figure.media img").first
    picture.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")

    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
