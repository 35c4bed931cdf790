"""Attested use, other brands and engagement: what is put together for analysers, and what they make of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from partnerships.authenticity import examining
from partnerships.authenticity.listing import Card, Standing, cards_of
from partnerships.authenticity.mustering import muster
from partnerships.authenticity.rules.analysers.engagement import ENGAGEMENT
from partnerships.authenticity.rules.analysers.saturation import SATURATION
from partnerships.authenticity.rules.analysers.use import USE
from partnerships.authenticity.rules.signals import (
    Analyser,
    Attested,
    Endorsed,
    Material,
    Measured,
    RunStatus,
    Strength,
    examine,
)
from partnerships.check_ins import answering
from partnerships.database.work import Transactions
from partnerships.deliverables import submitting
from partnerships.deliverables.finding import find_last_revision
from partnerships.deliverables.rules.attestations import Attestation, Frequency
from partnerships.deliverables.rules.metrics import Source
from partnerships.deliverables.tables import LivePost, Measurement
from tests.authenticity.stories import VIDEO, Sent, film, send, send_version
from tests.check_ins.scenes import FIRST_DAYS, opened
from tests.conftest import SignIn
from tests.deliverables.scenes import look, post
from tests.stories import People, competing_campaign, start

BARE = Material(
    caption="", category="cosmetics", received_on=date(2026, 1, 5), submitted_at=datetime(2026, 2, 1, tzinfo=UTC)
)
USED = Attested(date(2026, 1, 5), still_using=True, check_ins=2, photos=1, last_still_using=True, last_days_used=4)
RIVAL = Endorsed("Lumi", "cosmetics", date(2026, 1, 1), date(2026, 1, 20), exclusivity_days=30)


def codes(analyser: Analyser, material: Material) -> list[str]:
    outcome = examine(analyser, material)
    assert outcome.status is RunStatus.OK, outcome
    return [finding.code for finding in outcome.findings]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (USED, ["shown"]),
        (replace(USED, still_using=False), ["shown", "stopped"]),
        (replace(USED, last_still_using=False), ["shown", "contradicts"]),
        (replace(USED, last_days_used=0), ["shown", "no_days"]),
        (replace(USED, since=date(2026, 1, 4)), ["shown", "before_receipt"]),
        (replace(USED, check_ins=0, photos=0), ["shown", "nothing_shown"]),
    ],
)
def test_attested_use_is_held_against_check_ins_and_the_parcel(said: Attested, found: list[str]) -> None:
    assert codes(USE, replace(BARE, attested=said)) == found


def test_where_nothing_was_asked_of_the_use_nothing_is_checked() -> None:
    outcome = examine(USE, BARE)

    assert (outcome.status, outcome.reason) == (RunStatus.SKIPPED, "unasked")


@pytest.mark.parametrize(
    ("others", "limit", "found"),
    [
        ([], None, []),
        ([RIVAL], None, ["rival", "some"]),
        ([replace(RIVAL, exclusivity_days=11)], None, ["some"]),  # it ended on the 31st of January
        ([replace(RIVAL, exclusivity_days=12)], None, ["rival", "some"]),
        ([replace(RIVAL, category="food")], 0, ["many"]),
        ([replace(RIVAL, category="food", brand=name) for name in "ABCD"], None, ["many"]),
        ([replace(RIVAL, category="food", brand=name) for name in "ABC"], None, ["some"]),
        ([replace(RIVAL, category="food", ends_on=date(2026, 1, 1))], 0, []),
        ([replace(RIVAL, starts_on=date(2026, 2, 2), ends_on=date(2026, 3, 1))], 0, []),
    ],
)
def test_rivals_and_too_many_brands_are_told(others: Sequence[Endorsed], limit: int | None, found: list[str]) -> None:
    assert codes(SATURATION, replace(BARE, endorsed=tuple(others), most_brands=limit)) == found


def measured(*rates: float, formula: str = "engagement_by_reach") -> Material:
    posts = [
        Measured(number, f"https://example.com/{number}", date(2026, 1, 1), {formula: rate})
        for number, rate in enumerate(rates)
    ]
    return replace(BARE, posts=tuple(posts))


@pytest.mark.parametrize(
    ("rates", "found"),
    [
        ((0.04, 0.05, 0.045, 0.05, 0.042), []),
        ((0.04, 0.05, 0.045, 0.05, 0.30), ["higher"]),
        ((0.04, 0.05, 0.045, 0.05, 0.0), ["lower"]),
        ((0.05, 0.05, 0.05, 0.05, 0.9), ["no_spread"]),
    ],
)
def test_a_post_far_from_the_creators_own_ones_is_worth_a_look(rates: tuple[float, ...], found: list[str]) -> None:
    assert codes(ENGAGEMENT, measured(*rates)) == found


@pytest.mark.parametrize(
    ("others", "found"),
    [
        ((0.04, 0.05, 0.045, 0.05, 0.042), []),
        ((0.4, 0.5, 0.45, 0.5, 0.42), ["below_others"]),
        ((0.004, 0.005, 0.0045, 0.005, 0.0042), ["above_others"]),
        ((0.4, 0.5, 0.45, 0.5), []),  # too few to say what is usual
        ((0.4, 0.4, 0.4, 0.4, 0.4), []),  # and these do not differ at all
    ],
)
def test_a_usual_rate_far_from_that_of_others_in_the_campaign_is_worth_a_look(
    others: tuple[float, ...], found: list[str]
) -> None:
    material = replace(measured(0.04, 0.05, 0.045, 0.05, 0.042), cohort={"engagement_by_reach": others})

    assert codes(ENGAGEMENT, material) == found
    assert codes(ENGAGEMENT, replace(material, cohort={"engagement_by_followers": others})) == []


def test_few_measured_posts_say_nothing_and_formulas_are_not_mixed() -> None:
    few = measured(0.04, 0.05, 0.045, 0.3)
    other = measured(0.9, formula="engagement_by_followers")
    mixed = replace(BARE, posts=(*few.posts, *other.posts))

    assert [examine(ENGAGEMENT, one).reason for one in (BARE, few, mixed)] == ["too_few"] * 3


def test_no_card_of_these_calls_anything_fake() -> None:
    for words in (analyser.words for analyser in (USE, SATURATION, ENGAGEMENT)):
        said = " ".join([words.title, words.cannot_show, words.nothing, *words.sentences.values()]).lower()
        assert "fake" not in said
        assert "bought followers" not in said


def cards(transactions: Transactions, people: People, sent: Sent) -> dict[str, Card]:
    examining.examine(transactions)
    with transactions.looking(people.reviewer) as reading:
        revision = find_last_revision(reading, sent.deliverable_id)
        assert revision is not None
        return {card.analyser.name: card for card in cards_of(reading, revision)}


def test_what_was_answered_before_the_version_is_told_and_what_came_after_is_not(
    transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people, VIDEO)
    before = cards(transactions, people, sent)["use"]
    check_in_id = opened(transactions, people, sent.partnership_id, "first-days")
    with transactions.begin(people.creator) as work:
        answering.answer(work, check_in_id, FIRST_DAYS | {"still_using": "stopped"}, {}, statement="answers-1")
    send_version(transactions, people, sent.deliverable_id, "two")

    after = cards(transactions, people, sent)["use"]

    assert [signal.code for signal in before.signals] == ["shown", "nothing_shown"]
    assert [signal.code for signal in after.signals] == ["shown", "contradicts"]
    assert after.standing is Standing.FOUND


def test_another_brand_of_the_same_kind_is_a_rival_on_the_review_page(
    sign_in: SignIn, transactions: Transactions, people: People
) -> None:
    campaign_id = competing_campaign(transactions, people)
    start(transactions, replace(people, campaign_id=campaign_id), date(2026, 1, 5))
    sent = send(transactions, people, VIDEO)

    card = cards(transactions, people, sent)["saturation"]

    (rival, *_) = card.signals
    assert (rival.code, rival.strength, rival.data["brand"]) == ("rival", Strength.STRONG, "Rival")
    page = sign_in(people.creator).get(f"/review/{sent.deliverable_id}/signals")
    assert "Rival" in page.text


def posted(transactions: Transactions, people: People, likes: int) -> Sent:
    """Have a post of the video go live that reached a thousand people, of whom so many and ten did something."""
    sent = send(transactions, people, VIDEO)
    url = f"https://www.tiktok.com/@somebody/video/73{sent.deliverable_id}"
    post_id = post(transactions, people.creator, sent.deliverable_id, url)
    look(transactions, people, sent.deliverable_id)
    with transactions.begin(people.manager) as work:
        live = work.get(LivePost, post_id)
        read = Measurement(
            org_id=work.actor.org_id,
            post=live,
            source=Source.MANAGER,
            measured_on=date(2026, 2, 1),
            recorded_at=work.now,
            recorded_by=work.actor.person_id,
        )
        read.reach, read.likes, read.comments, read.saves, read.shares = 1000, likes, 10, 0, 0
        work.session.add(read)
    return sent


def test_the_last_numbers_of_measured_posts_are_brought_together_and_the_usual_ones_of_others(
    transactions: Transactions, people: People
) -> None:
    sent = posted(transactions, people, 40)
    other = replace(people, creator=people.other_creator, creator_id=people.other_creator_id)
    posted(transactions, other, 20)

    with transactions.looking(people.reviewer) as reading:
        revision = find_last_revision(reading, sent.deliverable_id)
        assert revision is not None
        material = muster(reading, revision).material

    (known,) = material.posts
    assert (known.deliverable_id, known.rates["engagement_by_reach"]) == (sent.deliverable_id, 0.05)
    assert material.cohort["engagement_by_reach"] == (0.03,)
    assert Material.from_json(material.to_json()) == material


def test_days_are_written_as_people_write_them(sign_in: SignIn, transactions: Transactions, people: People) -> None:
    sent = send(transactions, people, VIDEO)
    earlier = Attestation(date(2026, 1, 4), Frequency.EVERY_DAY, words="Since before.")
    with transactions.begin(people.creator) as work:
        submitting.submit(
            work,
            sent.deliverable_id,
            caption="Baru #iklan",
            note="",
            files=[film("two")],
            statement="draft-1",
            attestation=earlier,
        )
    examining.examine(transactions)

    page = sign_in(people.creator).get(f"/review/{sent.deliverable_id}/signals").text

    assert "Min, 4 Jan 2026" in page
    assert "2026-01-04" not in page
