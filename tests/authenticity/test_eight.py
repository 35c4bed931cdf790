"""Eight reviewers on one piece of content at the same moment: one decision counts, and nobody's words are lost."""

from concurrent.futures import ThreadPoolExecutor
from html import unescape
from threading import Barrier

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from partnerships.authenticity.rules import rounds
from partnerships.authenticity.rules.rounds import Round
from partnerships.authenticity.tables import Review
from partnerships.core.actor import Actor, Role
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Transactions
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.deliverables.tables import ChangeRequest, Deliverable
from partnerships.people.tables import Account, Membership
from tests.authenticity.stories import Sent, rate_blind, send
from tests.authenticity.test_pages import WHOLE, english
from tests.conftest import SignIn
from tests.stories import SETTLED_AT, People

EIGHT = 8


@pytest.fixture
def eight(transactions: Transactions, people: People) -> list[Actor]:
    """Bayu and seven more."""
    with transactions.everywhere() as everywhere:
        members = []
        for number in range(1, EIGHT):
            name = f"Reviewer {number}"
            account = Account(
                email=f"{number}@glow.example",
                name=name,
                fs_uniquifier=name,
                zone="Asia/Jakarta",
                created_at=SETTLED_AT,
            )
            members.append(
                Membership(org_id=people.owner.org_id, account=account, role=Role.REVIEWER, created_at=SETTLED_AT)
            )
        everywhere.add_all(members)
        everywhere.commit()
        more = [Actor(member.account_id, member.org_id, Role.REVIEWER) for member in members]
    return [people.reviewer, *more]


def words_of(number: int) -> str:
    return f"Kata-kata reviewer nomor {number}: “tolong” & <mohon>."


def all_at_once(clients: list[FlaskClient], sent: Sent, reviews: list[int]) -> list[tuple[int, str]]:
    """Have everybody press "send decision" in the same instant; return status and page by reviewer."""
    ready = Barrier(EIGHT, timeout=30)

    def press(number: int) -> tuple[int, str]:
        typed = {
            "step": "decide",
            "review_id": str(reviews[number]),
            "outcome": "changes_requested",
            "reasons": "fact_wrong",
            "message": words_of(number),
            "C1-note": f"Catatan {number}",
            "change-1-what": f"Ubah hal {number}",
            "change-1-where": "whole",
            **WHOLE,
        }
        ready.wait()
        answered = clients[number].post(f"/review/{sent.deliverable_id}", data=typed)
        return answered.status_code, unescape(answered.text)

    with ThreadPoolExecutor(EIGHT) as pool:
        return [*pool.map(press, range(EIGHT))]


@pytest.mark.parametrize("stands", [True, False], ids=["it stands", "a second look follows"])
def test_one_of_eight_wins_and_seven_keep_their_words(
    sign_in: SignIn,
    transactions: Transactions,
    people: People,
    eight: list[Actor],
    monkeypatch: pytest.MonkeyPatch,
    *,
    stands: bool,
) -> None:
    monkeypatch.setattr(rounds, "NEWCOMER_REVIEWS", 0 if stands else 5)
    sent = send(transactions, people, answered=2)
    reviews = [rate_blind(transactions, reviewer, sent) for reviewer in eight]
    clients = [english(sign_in(reviewer)) for reviewer in eight]

    answers = all_at_once(clients, sent, reviews)

    (winner,) = (number for number, (status, _) in enumerate(answers) if status == 302)
    for number, (status, text) in enumerate(answers):
        if number != winner:
            assert status == 409
            assert "What you wrote" in text
            assert words_of(number) in text
            assert f"Catatan {number}" in text
            assert f"Ubah hal {number}" in text
    with transactions.looking(people.manager) as reading:
        decided = reading.session.scalars(select(Review).where(Review.decided_at.is_not(None))).one()
        asked = [*reading.session.scalars(select(ChangeRequest.what))]
        told = reading.session.scalar(
            select(func.count()).where(HistoryEntry.name.in_({"RevisionDecided", "LookAsked"}))
        )
        state = reading.get(Deliverable, sent.deliverable_id).state
    assert (decided.id, decided.message) == (reviews[winner], words_of(winner))
    assert decided.asks is (None if stands else Round.SECOND)
    assert state is (DeliverableState.CHANGES_REQUESTED if stands else DeliverableState.IN_REVIEW)
    assert (asked, told) == ([f"Ubah hal {winner}"], 1)
    loser = clients[(winner + 1) % EIGHT]
    assert ("Start review" in loser.get(f"/review/{sent.deliverable_id}").text) is not stands
