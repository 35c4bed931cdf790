"""When approval opens, in numbers, in words and on the pages of whoever waits for it."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from partnerships.database.work import Transactions
from partnerships.deliverables.rules.deliverables import DELIVERABLE, DeliverableAction, DeliverableState
from partnerships.deliverables.rules.gates import Evidence, Outlook
from partnerships.deliverables.wording import gate_text
from partnerships.plans.rules.gates import Counted, StageStand, reached_on, stand
from partnerships.plans.rules.templates import StageGate
from partnerships.plans.wording import stage_gate_text
from tests.authenticity.stories import Sent, answer, rate_blind
from tests.check_ins.scenes import running
from tests.check_ins.test_pages import in_english
from tests.conftest import SignIn
from tests.deliverables.scenes import approved, deliverable_called, send
from tests.stories import People

TODAY = date(2026, 2, 9)  # a Monday
THURSDAY = date(2026, 2, 12)
DAYS = st.lists(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=8)


@given(st.integers(0, 8), st.integers(0, 8), DAYS)
def test_the_gate_opens_on_the_day_that_makes_the_count_full(answered: int, needed: int, due: list[date]) -> None:
    opens_on = reached_on(answered, needed, due)

    if opens_on is None:
        assert answered >= needed or answered + len(due) < needed
    else:
        assert answered + sum(day <= opens_on for day in due) >= needed
        assert answered + sum(day < opens_on for day in due) < needed


@pytest.mark.parametrize(
    ("locale", "answered", "opens_on", "said"),
    [
        ("en", 2, THURSDAY, "2 of 3 check-ins answered; approval opens on Thu, 12 Feb 2026"),
        ("id", 2, THURSDAY, "2 dari 3 update dijawab; persetujuan dibuka Kam, 12 Feb 2026"),
        ("en", 2, TODAY, "2 of 3 check-ins answered; approval opens on Mon, 9 Feb 2026"),
        ("en", 1, TODAY - timedelta(days=1), "1 of 3 check-ins answered; approval opens as soon as the overdue"),
        ("en", 1, None, "1 of 3 check-ins answered; fewer are left than are needed"),
        ("en", 4, None, "3 of 3 check-ins answered"),
    ],
)
def test_it_is_said_with_count_and_day(
    app: Flask, locale: str, answered: int, opens_on: date | None, said: str
) -> None:
    with app.test_request_context(headers={"Accept-Language": locale}):
        assert gate_text(Outlook(Evidence(answered, 3), opens_on), TODAY).startswith(said)


def test_nothing_is_said_where_nothing_is_asked(app: Flask) -> None:
    with app.test_request_context():
        assert gate_text(Outlook(Evidence(3, 0)), TODAY) == ""


def test_a_stage_stands_open_when_answers_and_content_are_there() -> None:
    gate = StageGate(answered=2, approved=("a", "b"), live=("c",))

    missing = stand(gate, Counted(1), approved=["a"], live=["d"])
    there = stand(gate, Counted(2), approved=["a"], live=["b", "c"])

    assert missing == StageStand(answered=1, needed=2, unapproved=("b",), not_live=("c",))
    assert not missing.is_open
    assert there.is_open


@pytest.mark.parametrize(
    ("answered", "content", "opens_on", "said"),
    [
        (1, [], THURSDAY, "1 of 2 check-ins answered; it can open on Thu, 12 Feb 2026"),
        (1, [], TODAY - timedelta(days=1), "1 of 2 check-ins answered"),
        (3, ["A film"], None, "2 of 2 check-ins answered; still missing: A film"),
    ],
)
def test_a_stage_says_what_it_waits_for(
    app: Flask, answered: int, content: list[str], opens_on: date | None, said: str
) -> None:
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert stage_gate_text(StageStand(answered, 2), content, opens_on, TODAY) == said


def test_only_a_decision_approves_and_what_was_approved_stays_so_when_its_link_leads_nowhere() -> None:
    ways = {action for _, action, target, _ in DELIVERABLE.edges() if target is DeliverableState.APPROVED}

    assert ways == {DeliverableAction.APPROVE, DeliverableAction.MISS_POST}


@pytest.fixture
def partnership_id(transactions: Transactions, people: People) -> int:
    """One of two check-ins is answered; the next one that counts is due on Saturday, the 10th of January."""
    partnership_id = running(transactions, people)
    answer(transactions, people, partnership_id, 1)
    return partnership_id


OPENS = "1 of 2 check-ins answered; approval opens on Sat, 10 Jan 2026"


def test_the_creator_and_the_manager_read_when_approval_opens(
    sign_in: SignIn, transactions: Transactions, people: People, partnership_id: int
) -> None:
    deliverable_id = deliverable_called(transactions, people, partnership_id, "first-impression")
    creator, manager = in_english(sign_in(people.creator)), in_english(sign_in(people.manager))

    drafting = texts(creator, f"/me/deliverables/{deliverable_id}", f"/me/deliverables/{deliverable_id}/post")
    overview = texts(creator, f"/me/partnerships/{partnership_id}")
    send(transactions, people.creator, deliverable_id)
    sent = texts(creator, f"/me/deliverables/{deliverable_id}")
    team = texts(
        manager,
        f"/partnerships/{partnership_id}",
        f"/partnerships/{partnership_id}/panel",
        f"/deliverables/{deliverable_id}",
    )

    assert [OPENS in page for page in (*drafting, *overview, *sent, *team)] == [True] * 7


def test_the_reviewer_reads_it_beside_the_decision(
    sign_in: SignIn, transactions: Transactions, people: People, partnership_id: int
) -> None:
    deliverable_id = deliverable_called(transactions, people, partnership_id, "first-impression")
    send(transactions, people.creator, deliverable_id)
    rate_blind(transactions, people.reviewer, Sent(partnership_id, deliverable_id))

    (page,) = texts(in_english(sign_in(people.reviewer)), f"/review/{deliverable_id}")

    assert OPENS in page[page.index('id="decision"') :]


def test_what_is_approved_says_nothing_of_it_any_more(
    sign_in: SignIn, transactions: Transactions, people: People, partnership_id: int
) -> None:
    deliverable_id = approved(transactions, people, partnership_id, "first-impression")

    (page,) = texts(in_english(sign_in(people.creator)), f"/me/deliverables/{deliverable_id}")

    assert "approval opens" not in page


def texts(client: FlaskClient, *addresses: str) -> list[str]:
    return [client.get(address).text for address in addresses]
