"""What a creator reads before they say yes: every date, and everything that binds them."""

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.deliverables import dropping
from partnerships.mail.letters import worded
from partnerships.plans import correcting, offering, sketching
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.rules.moves import Move, MoveKind
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.plans.rules.quiet import DayKind, Holiday
from partnerships.plans.rules.templates import Text, load
from partnerships.plans.tables import CalendarRule, Partnership
from tests.conftest import SignIn
from tests.deliverables.scenes import deliverable_called
from tests.plans.bending import mails, published, shift
from tests.plans.test_pages import english
from tests.plans.test_schedule import on_weekdays
from tests.stories import ANCHOR_ON, People, draft, move

STORY = load("usage-3m")
REVIEWED_ON = date(2026, 4, 23)


@pytest.fixture
def creator(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.creator))


@pytest.fixture
def manager(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.manager))


def invite(transactions: Transactions, people: People, template_key: str = "usage-3m") -> int:
    partnership_id = draft(transactions, people, template_key=template_key)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    return partnership_id


def read(creator: FlaskClient, partnership_id: int) -> str:
    """Return what stands on the invitation, as one line."""
    page = creator.get(f"/me/invitations/{partnership_id}").text
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_an_invitation_shows_every_date_in_its_stage(
    creator: FlaskClient, transactions: Transactions, people: People
) -> None:
    partnership_id = invite(transactions, people)

    page = read(creator, partnership_id)

    titles = {
        "Check-in": (StepKind.CHECK_IN, {spec.key: spec.title.en for spec in STORY.check_ins}),
        "Draft": (StepKind.DRAFT, {spec.key: spec.title.en for spec in STORY.deliverables if spec.draft_day}),
        "Post": (StepKind.PUBLISH, {spec.key: spec.title.en for spec in STORY.deliverables}),
    }
    with transactions.looking(people.manager) as reading:
        on = {step.name: step.due_on for step in reading.get(Partnership, partnership_id).steps}
    lines = [
        f"{label}: {title} {on[f'{kind}:{key}']:%a, %-d %b %Y}"
        for label, (kind, named) in titles.items()
        for key, title in named.items()
    ]
    assert len(lines) == 17
    assert [line for line in lines if line not in page] == []
    assert page.index("Daily habit") < page.index("Check-in: Two weeks") < page.index("What changed")


def test_an_invitation_says_what_a_yes_binds_to(
    creator: FlaskClient, transactions: Transactions, people: People
) -> None:
    bound = replace(
        STORY,
        disclosure=Text("#iklan Glow", "#ad Glow"),
        exclusivity_days=30,
        saturation_limit=2,
        rights_days=90,
        paid_use=True,
    )
    free = invite(transactions, people)
    partnership_id = invite(transactions, people, published(transactions, people, bound))

    page, plain = read(creator, partnership_id), read(creator, free)

    assert "Ad label “#ad Glow”, with the platform's own label on" in page
    assert "Competing brands none until Tue, 30 Jun 2026, 30 days after the end" in page
    assert "Other brands at most 2 in a month" in page
    assert "Use of your content for 90 days from posting on, also in advertisements" in page
    assert "Story set: first impression Instagram, TikTok · stays up for 14 days · up to 2 rounds of changes" in page
    assert "Q&A or live: 30 minutes of answers TikTok, Instagram · stays up for 14 days" in page
    assert page.index("What you agree to") < page.index("When you are paid") < page.index("Yes, I would like to")
    assert "Ad label say that it is an ad, with the platform's own label on" in plain
    assert "Competing brands no rule after the end" in plain
    assert "Use of your content not part of this plan" in plain
    assert "Other brands" not in plain


def test_a_plan_without_posts_asks_for_no_ad_label(
    creator: FlaskClient, transactions: Transactions, people: People
) -> None:
    licensed = load("ugc-license")
    clips = tuple(spec for spec in licensed.deliverables if spec.kind == "raw_clips")
    payment = replace(licensed.payments[0], percent=100)
    key = published(transactions, people, replace(licensed, deliverables=clips, payments=(payment,)))

    page = read(creator, invite(transactions, people, key))

    assert "Ad label" not in page
    assert "for 90 days from posting on" in page


@pytest.fixture
def invited(transactions: Transactions, people: People, clock: ManualClock) -> int:
    """Return a partnership whose creator has been invited, and wants to talk a day later."""
    partnership_id = invite(transactions, people)
    clock.advance(days=1)
    move(transactions, people.creator, partnership_id, PartnershipAction.NEGOTIATE, "The fee")
    clock.advance(days=1)
    return partnership_id


def offer(
    transactions: Transactions, people: People, partnership_id: int, *, fee: int = 3_000_000, scope: str = ""
) -> None:
    with transactions.begin(people.manager) as work:
        offering.offer(work, partnership_id, fee=fee, note="As we said.")
        correcting.correct(work, partnership_id, {"scope": scope})


def news(page: str) -> str:
    """Return what an invitation says is new, or nothing."""
    return page.partition("What is new since ")[2].partition("As we said.")[0]


def test_a_second_invitation_says_what_is_new_in_it(
    creator: FlaskClient, transactions: Transactions, people: People, clock: ManualClock, invited: int
) -> None:
    before = read(creator, invited)
    content = deliverable_called(transactions, people, invited, "live-answers")
    with transactions.begin(people.manager) as work:
        dropping.waive(work, content, "Agreed on the phone")
    shift(transactions, people.manager, invited, Move(MoveKind.STEP, key="draft:honest-review", to=REVIEWED_ON))
    offer(transactions, people, invited, fee=4_000_000, scope="No live session")

    page = read(creator, invited)

    told = news(page)
    assert news(before) == ""
    assert told.startswith("Mon, 5 Jan 2026 09.00 WIB")
    assert "Fee: Rp3.000.000 → Rp4.000.000" in told
    assert "Scope of work: it is new" in told
    assert "Not asked for any more: Q&A or live: 30 minutes of answers" in told
    assert (
        "Draft: TikTok/Reel/YouTube: three months, honest review: Wed, 22 Apr → Thu, 23 Apr 2026 (1 day later)" in told
    )
    assert told.count("→") == 2


def test_of_many_dates_that_are_new_only_their_number_stands_in_front(
    creator: FlaskClient, transactions: Transactions, people: People, invited: int
) -> None:
    shift(transactions, people.manager, invited, Move(MoveKind.ANCHOR, 7))
    talking = creator.get(f"/me/invitations/{invited}").text
    offer(transactions, people, invited)

    front, _, each = news(read(creator, invited)).partition("Each date")

    assert "What is new since" in talking  # also before they are invited again
    assert "17 dates: 7 days later" in front
    assert "→" not in front
    assert each.count("(7 days later)") == 17


def test_a_second_invitation_in_which_nothing_is_new_says_so(
    creator: FlaskClient, transactions: Transactions, people: People, clock: ManualClock, invited: int
) -> None:
    offer(transactions, people, invited, fee=4_000_000)
    clock.advance(days=1)
    move(transactions, people.creator, invited, PartnershipAction.NEGOTIATE, "One more thing")
    clock.advance(days=1)
    offer(transactions, people, invited, fee=4_000_000)

    page = read(creator, invited)

    assert "Nothing: the fee, the work and every date are as they were." in news(page)
    assert "Rp3.000.000" not in page


def test_a_second_invitation_is_mailed_as_one_and_no_mail_names_a_template(
    transactions: Transactions, people: People, invited: int
) -> None:
    offer(transactions, people, invited, fee=4_000_000)

    first, second = mails(transactions, people, "invitation")

    said = [worded(mail.template, "en", mail.context | {"name": "Dewi"}, None) for mail in (first, second)]
    assert [letter.subject for letter in said] == [
        "Glow would like to work with you: Glow Serum",
        "Glow invites you once more: Glow Serum",
    ]
    assert ["What is new since you talked about it" in letter.text for letter in said] == [False, True]
    assert not any(STORY.title.en in letter.text for letter in said)


def test_an_invitation_into_a_plan_that_runs_already_says_what_is_not_asked_any_more(
    creator: FlaskClient, manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    begun_on = transactions.clock.now().date() - timedelta(days=26)
    partnership_id = draft(transactions, people, anchor_on=begun_on, template_key="ambassador-6m")
    story = draft(transactions, people, anchor_on=begun_on)
    to_come = invite(transactions, people)
    for each in (partnership_id, story):
        move(transactions, people.manager, each, PartnershipAction.INVITE)
    first = manager.post("/partnerships/new", data={"template_key": "ambassador-6m"}).location
    chosen = {"campaign_id": people.campaign_id, "chosen": people.creator_id, "next": "1"}
    step = manager.post(first, data=chosen).location

    page, parcel, later = (read(creator, each) for each in (partnership_id, story, to_come))
    preview = manager.get(step.replace("/dates", "/preview"), query_string={"anchor_on": begun_on.isoformat()}).text
    preview_to_come = manager.get(step.replace("/dates", "/preview"), query_string={"anchor_on": "2026-01-26"}).text

    over = "Part of this plan was over before you were invited. What reads “Before Sahabat” is not asked of you:"
    assert f"{over} 1 piece." in page
    assert f"{over} 3 check-ins, 2 pieces." in parcel
    assert "was an estimate: every date counts from when the product arrives." in parcel
    assert "was an estimate" not in page
    assert "over before" not in later
    assert "Part of this plan is over already. What reads “Before Sahabat” is not asked for: 1 piece." in preview
    assert "is over already" not in preview_to_come


def test_an_invitation_that_waited_past_its_start_says_what_a_yes_makes_due_at_once(
    sign_in: SignIn, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = invite(transactions, people, "ambassador-6m")
    clock.advance(days=21 + 23)

    page = read(english(sign_in(people.creator)), partnership_id)
    move(transactions, people.creator, partnership_id, PartnershipAction.ACCEPT)

    assert "2 dates have passed meanwhile. With your yes they are due on that very day." in page
    today = clock.now().date()
    with transactions.looking(people.manager) as reading:
        steps = reading.get(Partnership, partnership_id).steps
    assert [step.name for step in steps if step.due_on == today] == ["draft:month-1", "publish:month-1"]


def test_a_time_of_day_is_shown_with_the_zone_in_which_it_counts(
    creator: FlaskClient, manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    key = published(transactions, people, on_weekdays())
    partnership_id = invite(transactions, people, key)
    both = [people.creator_id, people.other_creator_id]
    with transactions.begin(people.manager) as work:
        run_id = sketching.begin(work, key, campaign_id=people.campaign_id, creator_ids=both).id

    page = read(creator, partnership_id)
    own = creator.get(f"/me/partnerships/{partnership_id}").text
    preview = manager.get(f"/partnerships/new/{run_id}/preview?anchor_on={ANCHOR_ON}").text

    assert page.count("2026 09.00 WIB") == 2
    assert "2026 09.00 WIB" in own
    assert preview.count("2026 09.00 WIB / WIT") == 2


def test_a_feast_that_nobody_has_announced_is_shown_as_an_estimate(
    creator: FlaskClient, manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    feast_on = ANCHOR_ON + timedelta(days=60)
    quiet_on = feast_on - timedelta(days=10)  # a check-in of the plan is due then

    def preview(*, estimated: bool) -> str:
        with transactions.begin(people.manager) as work:
            for on, key in ((feast_on, "idul-fitri"), (quiet_on, "")):
                found = work.session.scalars(select(CalendarRule).where(CalendarRule.on == on)).one_or_none()
                feast = Holiday(on, key, Text("Hari raya", "Feast"), DayKind.PUBLIC, estimated)
                rule = found or CalendarRule.of(feast, people.manager.org_id)
                rule.estimated = estimated
                work.session.add(rule)
            run = sketching.begin(work, "ramadan", campaign_id=people.campaign_id, creator_ids=[people.creator_id])
            run_id = run.id
        return manager.get(f"/partnerships/new/{run_id}/preview?anchor_on={feast_on}").text

    known, expected = preview(estimated=False), preview(estimated=True)
    partnership_id = draft(transactions, people, anchor_on=feast_on, template_key="ramadan")
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)

    sentence = "The feast on Fri, 27 Mar 2026 is an estimate until it is announced, and the dates may move with it."
    assert "Feast" in known
    assert "estimate" not in known
    assert sentence in expected
    assert "Feast · an estimate until it is announced" in expected
    assert sentence in read(creator, partnership_id)
