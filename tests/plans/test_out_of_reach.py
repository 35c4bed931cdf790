"""What cannot come true any more is said: before a plan is made, before it is moved, and on the partnership's page."""

import re
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from partnerships.check_ins import excusing, finding
from partnerships.database.work import Transactions
from partnerships.plans import sketching
from partnerships.plans.rules.conflicts import Planned, out_of_reach
from partnerships.plans.rules.dates import planned_steps
from partnerships.plans.rules.templates import load
from partnerships.plans.tables import Partnership
from tests.conftest import SignIn
from tests.stories import People, draft, start

TODAY = date(2026, 1, 5)
STORY = load("usage-3m")
FIRST_PAYMENT = STORY.payments[0].label.en  # the first check-in, one day after the product has come, earns it


@pytest.fixture
def manager(sign_in: SignIn, people: People) -> FlaskClient:
    client = sign_in(people.manager)
    client.post("/language", data={"locale": "en"})
    return client


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def planned(days_ago: int, without: str = "") -> Planned:
    """Return the three-month story that began so many days ago, maybe without one of its check-ins."""
    steps = [step for step in planned_steps(STORY, TODAY - timedelta(days=days_ago)) if step.key != without]
    return Planned(STORY, 1, 1, "cosmetics", steps[0].due_on, steps[-1].due_on, steps)


@pytest.mark.parametrize(("days_ago", "payments"), [(0, []), (1, []), (2, ["start"]), (54, ["start", "middle"])])
def test_what_was_due_before_a_plan_is_made_earns_nothing_and_counts_for_gates(
    days_ago: int, payments: list[str]
) -> None:
    reach = out_of_reach(planned(days_ago), TODAY)

    assert [payment.key for payment in reach.unearned] == payments
    assert reach.lost == ()


def test_a_gate_is_shut_that_waits_for_a_check_in_which_is_left_out() -> None:
    reach = out_of_reach(planned(0, without="first-days"), TODAY)

    assert [(gate.line, gate.opens_on, gate.by) for gate in reach.lost] == [
        ("publish:first-impression", TODAY + timedelta(days=14), TODAY + timedelta(days=13))
    ]


def test_the_preview_of_a_plan_says_which_payment_it_does_not_earn(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    with transactions.begin(people.manager) as work:
        run = sketching.begin(work, "usage-3m", campaign_id=people.campaign_id, creator_ids=[people.creator_id]).id

    late, timely = (
        manager.get(f"/partnerships/new/{run}/preview?anchor_on={TODAY - timedelta(days=ago)}").text for ago in (3, 0)
    )

    said = f"Payment “{FIRST_PAYMENT}”: what it waits for is not asked for"
    assert (said in late, said in timely) == (True, False)


def test_the_preview_of_a_move_says_which_gate_it_puts_out_of_reach(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    running = start(transactions, people, TODAY)

    page, earlier = (
        words(manager.get(f"/partnerships/{running}/dates?what=check_in:first-days&to={TODAY + day}").text)
        for day in (timedelta(days=12), timedelta(days=9))
    )

    post = STORY.deliverable("first-impression").title.en
    assert "It puts 1 gate out of reach" in page
    assert f"{post}: its gate opens on Sat, 17 Jan 2026 at the earliest, and its day is Sun, 18 Jan 2026" in page
    assert "out of reach" not in earlier


def test_the_preview_of_a_start_in_the_past_says_which_payment_it_does_not_earn(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    planned_later = draft(transactions, people)  # from the 26th of January on

    past, coming = (
        words(manager.get(f"/partnerships/{planned_later}/dates?what=anchor&days={days}&way=earlier").text)
        for days in (24, 20)
    )

    assert f"1 payment is not earned by itself any more {FIRST_PAYMENT}" in past
    assert "not earned by itself" not in coming


def test_the_page_says_what_cannot_come_true_until_it_is_over(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    running = start(transactions, people, TODAY)
    sound = words(manager.get(f"/partnerships/{running}").text)
    with transactions.begin(people.manager) as work:
        for check_in in finding.list_of(work, running)[:3]:
            excusing.excuse(work, check_in.id, "She was ill")

    page = words(manager.get(f"/partnerships/{running}").text)
    manager.post(f"/partnerships/{running}/end_early", data={"reason": "incident", "note": "It is over"})
    over = words(manager.get(f"/partnerships/{running}").text)

    assert "1 payment is not earned by itself any more" in page
    assert "1 gate does not open any more Draft" not in page
    assert f"Post: {STORY.deliverable('honest-review').title.en}: never" in page
    for other in (sound, over):
        assert "not earned by itself" not in other
        assert ": never, what its gate" not in other


def test_the_page_says_it_of_what_was_due_before_sahabat_too(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    entered = draft(transactions, people, anchor_on=TODAY - timedelta(days=3))
    with transactions.looking(people.manager) as reading:
        assert reading.get(Partnership, entered).anchor_confirmed_at is None

    page = words(manager.get(f"/partnerships/{entered}").text)

    assert f"1 payment is not earned by itself any more {FIRST_PAYMENT}" in page
