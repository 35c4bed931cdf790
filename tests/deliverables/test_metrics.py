"""What posts have reached: which numbers are taken, what is made of them, and that nothing on record is lost."""

import io
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from partnerships.core.actor import Actor
from partnerships.core.clock import ManualClock
from partnerships.core.errors import NotFound, Refused
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Transactions
from partnerships.deliverables import dropping, measuring
from partnerships.deliverables.rules.metrics import (
    FORMULAS,
    Figures,
    Known,
    Metric,
    check_day,
    check_figures,
    check_growth,
    known_on,
    read_count,
)
from partnerships.deliverables.tables import LivePost, Measurement
from partnerships.mail.tables import OutboxMail
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.tables import Step
from partnerships.web.linking import token_of
from partnerships.web.tables import MailedLink
from tests.check_ins.scenes import received, running
from tests.conftest import SignIn
from tests.deliverables.scenes import approved, look, post
from tests.files.samples import make_jpeg
from tests.portfolio.test_pages import english
from tests.stories import People

M = Metric
FIRST, NEXT = date(2026, 1, 12), date(2026, 1, 20)
READ: dict[Metric, int] = {M.REACH: 10_000, M.LIKES: 300, M.COMMENTS: 50, M.SAVES: 40, M.SHARES: 10, M.REPLIES: 45}
FORM = {"reach": "10.000", "likes": "300", "comments": "50", "saves": "40", "shares": "10", "replies": "45"}


@pytest.fixture
def seen(transactions: Transactions, people: People) -> tuple[int, int]:
    """Return the id of content whose post was seen live, and the post's."""
    content = approved(transactions, people, running(transactions, people), "two-weeks-in")
    post_id = post(transactions, people.creator, content)
    look(transactions, people, content)
    return content, post_id


def write(transactions: Transactions, actor: Actor, seen: tuple[int, int], figures: Figures, **more: Any) -> int:
    """Write numbers down and return their id."""
    with transactions.begin(actor) as work:
        more = {"measured_on": date(2026, 1, 5), **more}
        return measuring.measure(work, *seen, figures=figures, **more).id


def kept(transactions: Transactions, people: People) -> list[Measurement]:
    """Return everything on record."""
    with transactions.looking(people.manager) as reading:
        return list(reading.session.scalars(select(Measurement).order_by(Measurement.id)))


@pytest.mark.parametrize(
    ("typed", "count"),
    [
        ("", None),
        ("  ", None),
        ("0", 0),
        ("12500", 12_500),
        ("12.500", 12_500),
        ("1,250,000", 1_250_000),
        ("1 250", 1250),
    ],
)
def test_a_number_is_read_as_people_write_it(typed: str, count: int | None) -> None:
    assert read_count(typed) == count


@pytest.mark.parametrize(
    "typed", ["-3", "\N{MINUS SIGN}3", "many", "12k", "1.5", "1.250,000", "\N{ARABIC-INDIC DIGIT TWO}", "9" * 13]
)
def test_what_could_mean_something_else_is_refused(typed: str) -> None:
    with pytest.raises(Refused):
        read_count(typed)


def test_numbers_that_cannot_all_be_true_are_refused_beside_the_one_that_is_too_large() -> None:
    with pytest.raises(Refused, match="at least one"):
        check_figures({})
    with pytest.raises(Refused, match="never above the impressions") as reach:
        check_figures({M.REACH: 11, M.IMPRESSIONS: 10})
    with pytest.raises(Refused, match="more than there are comments") as replies:
        check_figures({M.REPLIES: 2, M.COMMENTS: 1})

    check_figures({M.REACH: 10, M.IMPRESSIONS: 10, M.VIEWS: 3})
    assert (reach.value.field, replies.value.field) == ("reach", "replies")


def test_a_day_lies_between_the_post_and_today() -> None:
    check_day(FIRST, FIRST, FIRST)
    with pytest.raises(Refused, match="still to come"):
        check_day(NEXT, FIRST, FIRST)
    with pytest.raises(Refused, match="before the post"):
        check_day(FIRST - timedelta(days=1), NEXT, FIRST)


def test_a_number_neither_shrinks_nor_was_larger_before_it_grew() -> None:
    before, after = known_on([(FIRST, {M.LIKES: 100}), (NEXT, {M.LIKES: 200, M.VIEWS: 9})], FIRST)

    check_growth({M.LIKES: 150, M.REACH: 1}, before, after)
    with pytest.raises(Refused, match="It was 100 on 2026-01-12 already"):
        check_growth({M.LIKES: 99}, before, after)
    with pytest.raises(Refused, match="It was only 200 on 2026-01-20"):
        check_growth({M.LIKES: 201}, before, after)
    assert (before, after) == ({M.LIKES: Known(100, FIRST)}, {M.LIKES: Known(200, NEXT), M.VIEWS: Known(9, NEXT)})


def test_each_formula_is_what_it_says_and_invents_nothing() -> None:
    rates = {formula.key: formula.of(READ, 20_000) for formula in FORMULAS}

    assert rates == {
        "engagement_by_reach": 0.04,
        "engagement_by_views": None,  # nobody said how many views
        "engagement_by_followers": 0.0175,
        "save_rate": 0.004,
        "reply_rate": 0.9,
    }
    by_reach = FORMULAS[0]
    assert by_reach.of({**READ, M.REACH: 0}, None) is None
    assert by_reach.of({one: READ[one] for one in READ if one is not M.SAVES}, None) is None
    assert FORMULAS[2].of(READ, None) is None


def test_numbers_are_kept_with_their_source_and_day_and_sent_twice_once(
    transactions: Transactions, people: People, seen: tuple[int, int]
) -> None:
    mine = write(transactions, people.creator, seen, READ, screenshots=[received()])
    again = write(transactions, people.creator, seen, READ, screenshots=[received()])
    write(transactions, people.manager, seen, {M.VIEWS: 12_000})

    first, second = kept(transactions, people)
    assert mine == again == first.id
    assert (first.source, first.measured_on, first.figures, first.screenshot_id is None) == (
        "creator",
        date(2026, 1, 5),
        READ,
        False,
    )
    assert (second.source, second.figures, second.screenshot_id) == ("manager", {M.VIEWS: 12_000}, None)
    with transactions.looking(people.manager) as reading:
        told = reading.session.scalars(select(HistoryEntry).where(HistoryEntry.name == "PostMeasured")).all()
        assert [entry.facts["source"] for entry in told] == ["creator", "manager"]


def test_a_number_that_runs_backwards_is_taken_with_a_reason_only_and_then_counts(
    transactions: Transactions, people: People, seen: tuple[int, int]
) -> None:
    write(transactions, people.manager, seen, {M.LIKES: 3000})

    with pytest.raises(Refused, match="It was 3000 on 2026-01-05 already"):
        write(transactions, people.manager, seen, {M.LIKES: 300})
    write(transactions, people.manager, seen, {M.LIKES: 300}, why="A zero too many.")
    write(transactions, people.manager, seen, {M.LIKES: 310})

    assert [(one.likes, one.why) for one in kept(transactions, people)] == [
        (3000, ""),
        (300, "A zero too many."),
        (310, ""),
    ]


def test_nothing_is_taken_before_the_post_was_seen_or_for_another_one(
    transactions: Transactions, people: People, seen: tuple[int, int]
) -> None:
    with pytest.raises(Refused, match="seen the post live"):
        write(transactions, people.manager, (seen[0], seen[1] + 1), READ)
    with pytest.raises(NotFound):
        write(transactions, people.other_creator, seen, READ, screenshots=[received()])
    with transactions.begin(people.manager) as work:
        work.get(LivePost, seen[1]).found = None
    with pytest.raises(Refused, match="seen the post live"):
        write(transactions, people.manager, seen, READ)
    assert kept(transactions, people) == []


def test_nobody_changes_what_is_on_record(transactions: Transactions, people: People, seen: tuple[int, int]) -> None:
    written = write(transactions, people.manager, seen, READ)

    with pytest.raises(DBAPIError, match="append-only"), transactions.begin(people.manager) as work:
        work.session.execute(update(Measurement).where(Measurement.id == written).values(likes=1))


def test_a_creator_sends_numbers_with_one_screenshot_and_both_sides_see_them(
    transactions: Transactions, people: People, seen: tuple[int, int], sign_in: SignIn
) -> None:
    content, post_id = seen
    creator, address = english(sign_in(people.creator)), f"/me/deliverables/{seen[0]}/numbers"
    form = {"post": post_id, "measured_on": "2026-01-05", **FORM}

    asked = creator.get(address).text
    without = creator.post(address, data=form)
    wrong = creator.post(
        address,
        data={**form, "likes": "many", "reach": "-1", "screenshot": (io.BytesIO(make_jpeg(40, 60)), "insights.jpg")},
    )
    sent = creator.post(address, data={**form, "screenshot": (io.BytesIO(make_jpeg(40, 60)), "insights.jpg")})

    assert 'name="reach"' in asked
    assert (without.status_code, "one screenshot" in without.text) == (422, True)
    assert (wrong.status_code, 'value="many"' in wrong.text, "never below 0" in wrong.text) == (422, True, True)
    assert (sent.status_code, sent.location) == (303, f"/me/deliverables/{content}")
    assert len(kept(transactions, people)) == 1
    for page in (
        creator.get(f"/me/deliverables/{content}"),
        english(sign_in(people.manager)).get(f"/deliverables/{content}"),
    ):
        words = " ".join(re.sub(r"<[^>]+>", " ", unescape(page.text)).split())
        assert "Engagement rate by reach (likes + comments + saves + shares) ÷ reach 4%" in words
        assert "Views n/a" in words
        assert "from the creator" in words


def test_a_manager_writes_down_what_came_by_mail_and_is_shown_the_earlier_number(
    transactions: Transactions, people: People, seen: tuple[int, int], sign_in: SignIn, clock: ManualClock
) -> None:
    content, post_id = seen
    manager, address = english(sign_in(people.manager)), f"/deliverables/{seen[0]}/numbers"
    form = {"post": post_id, "measured_on": "2026-01-05", "likes": "300"}
    manager.post(address, data=form)
    clock.advance(days=1)

    refused = manager.post(address, data={**form, "measured_on": "2026-01-06", "likes": "30"})
    taken = manager.post(address, data={**form, "measured_on": "2026-01-06", "likes": "30", "why": "Typed wrongly."})
    page = manager.get(f"/deliverables/{content}").text

    assert (refused.status_code, "It was 300 on Mon, 5 Jan 2026 already" in refused.text) == (422, True)
    assert taken.status_code == 303
    assert "Typed wrongly." in page


def asked_on(transactions: Transactions, people: People) -> list[tuple[date, bool]]:
    """Return the days on which numbers are asked for, and whether somebody has sent them."""
    with transactions.looking(people.manager) as reading:
        steps = reading.session.scalars(select(Step).where(Step.kind == StepKind.METRICS))
        return [(step.due_on, step.done_at is not None) for step in steps]


def mails(transactions: Transactions, people: People, template: str) -> list[OutboxMail]:
    """Return what was queued in this wording, each to be told alone or in the mail of a day."""
    with transactions.looking(people.manager) as reading:
        found = select(OutboxMail).where(OutboxMail.template == template).order_by(OutboxMail.id)
        return list(reading.session.scalars(found))


@pytest.mark.usefixtures("seen")
def test_a_week_after_it_was_seen_the_creator_is_asked_again_a_day_later_and_then_the_team_knows(
    app: Flask, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    assert asked_on(transactions, people) == [(date(2026, 1, 12), False)]
    clock.set(datetime(2026, 1, 11, 12, tzinfo=UTC))
    app.extensions["beat"]()
    before = mails(transactions, people, "numbers")
    for day in (12, 13, 15, 20):
        clock.set(datetime(2026, 1, day, 3, tzinfo=UTC))
        app.extensions["beat"]()

    asked = mails(transactions, people, "numbers")
    assert before == []
    assert [(one.recipient_id, one.context["rung"]) for one in asked] == [
        (people.creator.account_id, "due"),
        (people.creator.account_id, "again"),
    ]
    told = [one for one in mails(transactions, people, "overdue") if one.context["waits_for"] == "metrics"]
    assert [one.recipient_id for one in told] == [people.manager.account_id]


def test_the_mail_leads_to_the_form_and_who_has_sent_the_numbers_is_asked_no_more(
    app: Flask, transactions: Transactions, people: People, seen: tuple[int, int], clock: ManualClock
) -> None:
    write(transactions, people.manager, seen, {M.LIKES: 10})  # before its day: it does not count as the answer
    clock.set(datetime(2026, 1, 12, 3, tzinfo=UTC))
    app.extensions["beat"]()
    [mail] = mails(transactions, people, "numbers")
    with app.test_request_context(), transactions.looking(people.manager) as reading:
        link = reading.get(MailedLink, mail.link_id)
        token = token_of(link)
    page = app.test_client().get(f"/s/{token}")
    early = asked_on(transactions, people)
    write(transactions, people.creator, seen, READ, measured_on=FIRST, screenshots=[received()])
    for day in (13, 15, 20):
        clock.set(datetime(2026, 1, day, 3, tzinfo=UTC))
        app.extensions["beat"]()

    assert (page.status_code, 'name="reach"' in page.text) == (200, True)
    assert (early, asked_on(transactions, people)) == ([(FIRST, False)], [(FIRST, True)])
    assert len(mails(transactions, people, "numbers")) == 1
    assert "metrics" not in [one.context["waits_for"] for one in mails(transactions, people, "overdue")]


def test_nobody_asks_for_the_numbers_of_what_is_gone(
    app: Flask, transactions: Transactions, people: People, seen: tuple[int, int], clock: ManualClock
) -> None:
    with transactions.begin(people.manager) as work:
        dropping.take_down(work, seen[0], "The platform took it down.")
    clock.set(datetime(2026, 1, 12, 3, tzinfo=UTC))
    app.extensions["beat"]()

    assert asked_on(transactions, people) == [(FIRST, True)]
    assert mails(transactions, people, "numbers") == []
