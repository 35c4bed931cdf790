from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from partnerships.authenticity import finding, reviewing
from partnerships.authenticity.finding import Share
from partnerships.authenticity.rules.decision import Rating
from partnerships.authenticity.rules.rubric import Outcome
from partnerships.authenticity.tables import Review
from partnerships.core.actor import Actor
from partnerships.core.clock import ManualClock
from partnerships.core.errors import Conflict, IllegalTransition, NotAllowed, NotFound, Refused
from partnerships.core.zones import moment
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Transactions
from partnerships.deliverables import submitting
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.deliverables.tables import Deliverable, Revision
from partnerships.people.tables import Organisation
from partnerships.plans.rules.partnerships import PartnershipAction
from tests.authenticity.stories import (
    RECEIVED_ON,
    STORIES,
    Sent,
    answer,
    decide,
    rate,
    rate_blind,
    send,
    send_version,
    start_review,
)
from tests.stories import People, move, start

APPROVED, CHANGES, REJECTED = Outcome.APPROVED, Outcome.CHANGES_REQUESTED, Outcome.REJECTED


def state_of(transactions: Transactions, people: People, sent: Sent) -> DeliverableState:
    with transactions.looking(people.manager) as reading:
        return reading.get(Deliverable, sent.deliverable_id).state


def told(transactions: Transactions, people: People, name: str) -> list[dict[str, Any]]:
    with transactions.looking(people.manager) as reading:
        rows = select(HistoryEntry.facts).where(HistoryEntry.name == name).order_by(HistoryEntry.id)
        return list(reading.session.scalars(rows))


def test_starting_takes_the_revision_out_of_the_creators_hands(transactions: Transactions, people: People) -> None:
    sent = send(transactions, people)

    start_review(transactions, people.reviewer, sent)

    assert state_of(transactions, people, sent) is DeliverableState.IN_REVIEW
    assert told(transactions, people, "DeliverableMoved")[-1]["action"] == "start_review"
    with pytest.raises(Refused), transactions.begin(people.creator) as work:
        submitting.pull_back(work, sent.deliverable_id)


def test_a_review_is_bound_to_one_revision_and_its_hash(transactions: Transactions, people: People) -> None:
    sent = send(transactions, people)
    send_version(transactions, people, sent.deliverable_id, "two")

    review_id = start_review(transactions, people.reviewer, sent)

    with transactions.looking(people.reviewer) as reading:
        review = reading.get(Review, review_id)
        newest = reading.session.scalars(select(Revision).where(Revision.number == 2)).one()
        assert (review.revision_id, review.revision_sha256) == (newest.id, newest.sha256)


def test_pressing_start_twice_makes_one_review(transactions: Transactions, people: People) -> None:
    sent = send(transactions, people)

    assert start_review(transactions, people.reviewer, sent) == start_review(transactions, people.reviewer, sent)


def test_nothing_is_started_where_nothing_was_sent(transactions: Transactions, people: People) -> None:
    start(transactions, people, RECEIVED_ON)

    with pytest.raises(IllegalTransition), transactions.begin(people.reviewer) as work:
        reviewing.start(work, 1)


def test_creators_and_strangers_do_not_review(transactions: Transactions, people: People) -> None:
    sent = send(transactions, people)

    with pytest.raises(NotAllowed):
        start_review(transactions, people.creator, sent)
    with pytest.raises(NotFound):
        start_review(transactions, people.stranger, sent)


@pytest.mark.parametrize(("who", "independent"), [("reviewer", True), ("owner", True), ("manager", False)])
def test_whoever_manages_the_creator_is_recorded_as_not_independent(
    transactions: Transactions, people: People, who: str, *, independent: bool
) -> None:
    actor: Actor = getattr(people, who)
    sent = send(transactions, people)

    review_id = start_review(transactions, actor, sent)

    with transactions.looking(people.manager) as reading:
        assert reading.get(Review, review_id).is_independent is independent


def test_blind_ratings_are_kept_beside_those_that_follow_the_evidence(
    transactions: Transactions, people: People
) -> None:
    review_id = rate_blind(transactions, people.reviewer, send(transactions, people, answered=2))

    decide(transactions, people.reviewer, review_id)

    with transactions.looking(people.manager) as reading:
        review = reading.get(Review, review_id)
        assert {key: row.level for key, row in review.levels(blind=True).items()} == {"C1": 2, "C3": 2, "C5": 2}
        assert {key: row.level for key, row in review.levels(blind=False).items()} == {f"C{n}": 3 for n in range(1, 8)}
        assert (review.score, review.tags, review.outcome) == (75, ["home"], APPROVED)


def test_what_was_rated_blind_cannot_be_rated_blind_again(transactions: Transactions, people: People) -> None:
    sent = send(transactions, people)
    review_id = rate_blind(transactions, people.reviewer, sent)

    with transactions.begin(people.reviewer) as work:
        reviewing.rate_blind(work, review_id, rate(3))

    with transactions.looking(people.manager) as reading:
        assert {row.level for row in reading.get(Review, review_id).ratings} == {2}


def test_of_a_story_set_only_lived_experience_is_rated_blind(transactions: Transactions, people: People) -> None:
    sent = send(transactions, people, STORIES, answered=2)
    review_id = rate_blind(transactions, people.reviewer, sent)

    decide(transactions, people.reviewer, review_id, ratings=rate(kind="story_set"))

    with transactions.looking(people.manager) as reading:
        review = reading.get(Review, review_id)
        assert [*review.levels(blind=True)] == ["C1"]
        assert [*review.levels(blind=False)] == ["C1", "C2", "C4"]


def test_the_ends_of_the_scale_are_explained_blind_too(transactions: Transactions, people: People) -> None:
    review_id = start_review(transactions, people.reviewer, send(transactions, people))

    with pytest.raises(Refused, match="C1, C3, C5") as refused, transactions.begin(people.reviewer) as work:
        reviewing.rate_blind(work, review_id, rate(4))

    assert refused.value.field == "C1"


def test_there_is_no_decision_before_the_blind_part(transactions: Transactions, people: People) -> None:
    review_id = start_review(transactions, people.reviewer, send(transactions, people, answered=2))

    with pytest.raises(Refused, match="before you look"):
        decide(transactions, people.reviewer, review_id)


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (APPROVED, DeliverableState.APPROVED),
        (CHANGES, DeliverableState.CHANGES_REQUESTED),
        (REJECTED, DeliverableState.DRAFTING),
    ],
)
def test_a_decision_moves_the_deliverable_and_is_told(
    transactions: Transactions, people: People, outcome: Outcome, state: DeliverableState
) -> None:
    sent = send(transactions, people, answered=2)
    review_id = rate_blind(transactions, people.reviewer, sent)

    decide(transactions, people.reviewer, review_id, outcome)

    assert state_of(transactions, people, sent) is state
    moved, decided = told(transactions, people, "DeliverableMoved")[-1], told(transactions, people, "RevisionDecided")
    assert [fact["outcome"] for fact in decided] == [outcome]
    assert moved["now"] == state
    assert moved["note"] == decided[0]["message"]


def test_the_creator_is_told_what_to_do_in_their_language(transactions: Transactions, people: People) -> None:
    review_id = rate_blind(transactions, people.reviewer, send(transactions, people))

    decide(transactions, people.reviewer, review_id, CHANGES, blockers={"B1": "0:12"}, message=" Hampir jadi. ")

    words = told(transactions, people, "RevisionDecided")[0]["message"].splitlines()
    assert words[0] == "Hampir jadi."
    assert words[1].startswith("• Label iklan tidak jelas: Tulis “iklan”")
    assert words[2].startswith("• Bagian yang disepakati belum ada")


def test_missing_evidence_forbids_approval_until_it_is_there(transactions: Transactions, people: People) -> None:
    sent = send(transactions, people, answered=1)
    review_id = rate_blind(transactions, people.reviewer, sent)

    with pytest.raises(Refused, match="1 of 2 check-ins answered"):
        decide(transactions, people.reviewer, review_id)

    assert state_of(transactions, people, sent) is DeliverableState.IN_REVIEW


def test_what_a_manager_wrote_down_is_no_evidence_until_the_creator_confirms(
    transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people)
    answer(transactions, people, sent.partnership_id, 2, confirmed=False)
    review_id = rate_blind(transactions, people.reviewer, sent)

    with pytest.raises(Refused, match="0 of 2 check-ins answered"):
        decide(transactions, people.reviewer, review_id)


def test_a_decision_that_is_sent_twice_is_taken_once(transactions: Transactions, people: People) -> None:
    review_id = rate_blind(transactions, people.reviewer, send(transactions, people, answered=2))

    for _ in range(2):
        decide(transactions, people.reviewer, review_id)

    assert len(told(transactions, people, "RevisionDecided")) == 1


def test_of_two_reviewers_the_first_wins(transactions: Transactions, people: People) -> None:
    sent = send(transactions, people, answered=2)
    first = rate_blind(transactions, people.reviewer, sent)
    second = rate_blind(transactions, people.owner, sent)
    decide(transactions, people.reviewer, first, CHANGES)

    with pytest.raises(Conflict):
        decide(transactions, people.owner, second)

    assert state_of(transactions, people, sent) is DeliverableState.CHANGES_REQUESTED
    with transactions.looking(people.owner) as reading:
        assert reading.get(Review, second).decided_at is None


def test_ratings_never_carry_over_to_a_later_version(transactions: Transactions, people: People) -> None:
    sent = send(transactions, people, answered=2)
    stale = rate_blind(transactions, people.owner, sent)
    decide(transactions, people.reviewer, rate_blind(transactions, people.reviewer, sent), CHANGES)
    send_version(transactions, people, sent.deliverable_id, "two")
    start_review(transactions, people.reviewer, sent)

    with pytest.raises(Conflict):
        decide(transactions, people.owner, stale)


def test_nobody_decides_in_another_persons_review(transactions: Transactions, people: People) -> None:
    review_id = rate_blind(transactions, people.reviewer, send(transactions, people, answered=2))

    for other in (people.owner, people.stranger):
        with pytest.raises(NotFound):
            decide(transactions, other, review_id)


def test_an_approval_keeps_no_reasons(transactions: Transactions, people: People) -> None:
    review_id = rate_blind(transactions, people.reviewer, send(transactions, people, answered=2))

    review = decide(transactions, people.reviewer, review_id, reasons=["fact_wrong"])

    assert review.reasons == []


def test_only_tags_of_the_rubric_are_kept(transactions: Transactions, people: People) -> None:
    review_id = rate_blind(transactions, people.reviewer, send(transactions, people, answered=2))

    with pytest.raises(Refused, match="cannot be chosen"):
        decide(transactions, people.reviewer, review_id, tags=["authentic"])


def test_a_refused_decision_leaves_nothing_behind(transactions: Transactions, people: People) -> None:
    review_id = rate_blind(transactions, people.reviewer, send(transactions, people, answered=2))

    with pytest.raises(Refused):
        decide(transactions, people.reviewer, review_id, ratings={"C1": Rating(3)})

    with transactions.looking(people.reviewer) as reading:
        assert len(reading.get(Review, review_id).ratings) == 3


def test_the_inbox_shows_the_longest_waiting_first_and_whose_it_is(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    older = send(transactions, people)
    clock.advance(days=3)
    send(transactions, people)
    start_review(transactions, people.reviewer, older)

    with transactions.looking(people.reviewer) as reading:
        first, second = finding.inbox(reading)

    assert (first.deliverable_id, first.reviewers, first.is_mine) == (older.deliverable_id, ("Bayu",), True)
    assert (first.is_overdue, second.is_overdue) == (True, False)
    assert [second.belongs_to(share) for share in Share] == [True, False, True, False, False]


def test_the_inbox_counts_the_days_of_the_place_where_the_brand_works(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    with transactions.everywhere() as everywhere:
        everywhere.get_one(Organisation, people.manager.org_id).zone = "Pacific/Kiritimati"  # Tuesday already
        everywhere.commit()
    clock.set(moment(RECEIVED_ON, time(20), "Asia/Jakarta"))
    send(transactions, people)

    with transactions.looking(people.reviewer) as reading:
        (waiting,) = finding.inbox(reading)

    tuesday = RECEIVED_ON + timedelta(days=1)
    assert (waiting.waiting_on, waiting.today, waiting.due_on) == (tuesday, tuesday, tuesday + timedelta(days=2))


def test_next_and_previous_follow_the_inbox(transactions: Transactions, people: People, clock: ManualClock) -> None:
    sent = []
    for _ in range(3):
        sent.append(send(transactions, people).deliverable_id)
        clock.advance(days=1)

    with transactions.looking(people.reviewer) as reading:
        first, middle, last, gone = (finding.place(reading, each) for each in (*sent, 999))

    assert (first.before, first.after) == (None, sent[1])
    assert (middle.before, middle.after, middle.number, middle.total) == (sent[0], sent[2], 2, 3)
    assert (last.before, last.after) == (sent[1], None)
    assert (gone.number, gone.after) == (None, sent[0])


def test_nothing_is_decided_while_a_partnership_is_on_hold_and_those_days_do_not_count(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    sent = send(transactions, people, answered=2)
    review_id = rate_blind(transactions, people.reviewer, sent)
    move(transactions, people.manager, sent.partnership_id, PartnershipAction.HOLD)
    clock.advance(days=7)

    with transactions.looking(people.reviewer) as reading:
        during = finding.inbox(reading), finding.place(reading, sent.deliverable_id).total
    for outcome in (APPROVED, CHANGES):
        with pytest.raises(Refused, match="paused"):
            decide(transactions, people.reviewer, review_id, outcome)
    with pytest.raises(Refused, match="paused"):
        start_review(transactions, people.manager, sent)
    move(transactions, people.manager, sent.partnership_id, PartnershipAction.RESUME)

    assert during == ([], 0)
    with transactions.looking(people.reviewer) as reading:
        (waiting,) = finding.inbox(reading)
    assert waiting.waiting_on == waiting.today == RECEIVED_ON + timedelta(days=7)
    decide(transactions, people.reviewer, review_id)
    assert state_of(transactions, people, sent) is DeliverableState.APPROVED
