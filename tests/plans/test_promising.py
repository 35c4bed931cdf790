"""What a creator reads before they say yes: every date, and everything that binds them."""

import re
from dataclasses import replace
from html import unescape

import pytest
from flask.testing import FlaskClient

from partnerships.database.work import Transactions
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.plans.rules.templates import Text, load
from partnerships.plans.tables import Partnership
from tests.conftest import SignIn
from tests.plans.bending import published
from tests.plans.test_pages import english
from tests.stories import People, draft, move

STORY = load("usage-3m")


@pytest.fixture
def creator(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.creator))


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
