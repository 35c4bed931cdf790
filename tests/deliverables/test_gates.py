"""The evidence gate of what nobody had to approve: it holds nothing back, and it is never passed over in silence."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from partnerships.core.clock import ManualClock
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Transactions
from partnerships.deliverables.rules.deliverables import DeliverableState
from tests.authenticity.stories import answer
from tests.check_ins.scenes import running
from tests.check_ins.test_pages import in_english
from tests.conftest import SignIn
from tests.deliverables.scenes import approved, deliverable_called, look, post, state_of
from tests.stories import People

LIVE, HONEST, FIRST = "live-answers", "honest-review", "first-impression"


@pytest.fixture
def manager(sign_in: SignIn, people: People) -> FlaskClient:
    return in_english(sign_in(people.manager))


@pytest.fixture
def partnership_id(transactions: Transactions, people: People, clock: ManualClock) -> int:
    return running(transactions, people)


def counted(transactions: Transactions, people: People) -> list[tuple[int | None, int | None]]:
    """Return what the history keeps of the gates of posts that were found."""
    with transactions.looking(people.manager) as reading:
        entries = reading.session.scalars(
            select(HistoryEntry.facts).where(HistoryEntry.name == "DeliverableMoved").order_by(HistoryEntry.id)
        )
        return [(facts["answered"], facts["needed"]) for facts in entries if facts["action"] == "verify"]


@pytest.mark.parametrize(("answers", "kept"), [(2, (2, 4)), (4, (None, None))])
def test_a_live_session_below_its_gate_counts_and_the_history_says_so(
    manager: FlaskClient,
    transactions: Transactions,
    people: People,
    partnership_id: int,
    answers: int,
    kept: tuple[int | None, int | None],
) -> None:
    answer(transactions, people, partnership_id, answers)
    deliverable_id = deliverable_called(transactions, people, partnership_id, LIVE)
    post(transactions, people.creator, deliverable_id)
    asked = manager.get(f"/deliverables/{deliverable_id}/live").text

    look(transactions, people, deliverable_id)

    assert f"{answers} of 4 check-ins answered" in asked
    assert ("the history keeps how many were answered" in asked) == (answers < 4)
    assert state_of(transactions, people, deliverable_id) is DeliverableState.KEEPING_LIVE
    assert counted(transactions, people) == [kept]
    told = manager.get(f"/partnerships/{partnership_id}").text
    assert ("”: Live (2 of 4 check-ins answered)" in told) == (answers < 4)


def test_an_early_post_below_its_gate_is_kept_as_such_too(
    manager: FlaskClient, transactions: Transactions, people: People, partnership_id: int
) -> None:
    deliverable_id = deliverable_called(transactions, people, partnership_id, HONEST)
    post(transactions, people.creator, deliverable_id)
    asked = manager.get(f"/deliverables/{deliverable_id}/live").text

    look(transactions, people, deliverable_id)

    ((answered, needed),) = counted(transactions, people)
    assert (answered, needed) == (0, 6)
    assert "0 of 6 check-ins answered" in asked


def test_what_was_approved_has_passed_its_gate(
    manager: FlaskClient, transactions: Transactions, people: People, partnership_id: int
) -> None:
    deliverable_id = approved(transactions, people, partnership_id, FIRST)
    post(transactions, people.creator, deliverable_id)
    asked = manager.get(f"/deliverables/{deliverable_id}/live").text

    look(transactions, people, deliverable_id)

    assert "Evidence gate" not in asked
    assert counted(transactions, people) == [(None, None)]


def test_creator_and_staff_see_what_a_live_session_comes_after(
    manager: FlaskClient, sign_in: SignIn, transactions: Transactions, people: People, partnership_id: int
) -> None:
    answer(transactions, people, partnership_id, 2)

    pages = [
        manager.get(f"/partnerships/{partnership_id}").text,
        in_english(sign_in(people.creator)).get(f"/me/partnerships/{partnership_id}").text,
    ]

    assert ["after 4 answered check-ins: 2 so far" in page for page in pages] == [True, True]
