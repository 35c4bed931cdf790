"""A second look, a third, and an appeal: who takes them, and when the creator hears."""

import pytest
from sqlalchemy import select

from partnerships.authenticity import appealing
from partnerships.authenticity.rules import rounds
from partnerships.authenticity.rules.rounds import APPEAL_DAYS, Cause, Round
from partnerships.authenticity.rules.rubric import Outcome
from partnerships.authenticity.tables import Review
from partnerships.core.actor import Actor
from partnerships.core.clock import ManualClock
from partnerships.core.errors import Conflict, NotFound, Refused
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Transactions
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.deliverables.tables import Deliverable
from partnerships.people.tables import Membership
from partnerships.reminders import watching
from tests.authenticity.stories import Sent, answer, decide, rate, rate_blind, send, send_version, start_review
from tests.stories import SETTLED_AT, People

APPROVED, CHANGES, REJECTED = Outcome.APPROVED, Outcome.CHANGES_REQUESTED, Outcome.REJECTED
S = DeliverableState
WORDS = "Fotonya saya ambil sendiri di kamar mandi, lihat jamnya."


def judged(
    transactions: Transactions, reviewer: Actor, sent: Sent, outcome: Outcome = APPROVED, level: int = 3
) -> Review:
    """Have somebody take the look that is due, from its beginning to its end."""
    review_id = rate_blind(transactions, reviewer, sent)
    return decide(transactions, reviewer, review_id, outcome, ratings=rate(level, "Terlihat di menit pertama."))


def state_of(transactions: Transactions, people: People, sent: Sent) -> DeliverableState:
    with transactions.looking(people.manager) as reading:
        return reading.get(Deliverable, sent.deliverable_id).state


def told(transactions: Transactions, people: People, name: str) -> list[dict[str, object]]:
    with transactions.looking(people.manager) as reading:
        rows = select(HistoryEntry.facts).where(HistoryEntry.name == name).order_by(HistoryEntry.id)
        return list(reading.session.scalars(rows))


def appealed(transactions: Transactions, people: People, sent: Sent, words: str = WORDS) -> None:
    with transactions.begin(people.creator) as work:
        appealing.appeal(work, sent.deliverable_id, words)


def test_a_rejection_is_told_only_when_a_second_person_has_come_to_the_same(
    transactions: Transactions, people: People, others: list[Actor]
) -> None:
    sent = send(transactions, people)

    first = judged(transactions, people.reviewer, sent, REJECTED)

    assert (first.round, first.cause, first.asks) == (Round.FIRST, Cause.REJECTION, Round.SECOND)
    assert state_of(transactions, people, sent) is S.IN_REVIEW
    assert not told(transactions, people, "RevisionDecided")
    assert told(transactions, people, "LookAsked")[0]["cause"] == Cause.REJECTION

    second = judged(transactions, others[0], sent, REJECTED)

    assert (second.round, second.asks, second.is_independent) == (Round.SECOND, None, True)
    assert state_of(transactions, people, sent) is S.DRAFTING
    assert len(told(transactions, people, "RevisionDecided")) == 1


@pytest.mark.parametrize(("outcome", "level"), [(CHANGES, 3), (REJECTED, 1)])
def test_two_who_differ_leave_it_to_a_third(
    transactions: Transactions, people: People, others: list[Actor], outcome: Outcome, level: int
) -> None:
    sent = send(transactions, people)
    judged(transactions, people.reviewer, sent, REJECTED)

    second = judged(transactions, others[0], sent, outcome, level)

    assert second.asks is Round.ADJUDICATION
    assert state_of(transactions, people, sent) is S.IN_REVIEW
    for somebody in (people.reviewer, others[0], people.manager):
        with pytest.raises(Refused):
            start_review(transactions, somebody, sent)

    third = judged(transactions, others[1], sent, CHANGES)

    assert (third.round, third.asks) == (Round.ADJUDICATION, None)
    assert state_of(transactions, people, sent) is S.CHANGES_REQUESTED


def test_the_first_decisions_of_a_person_are_looked_at_once_more(
    transactions: Transactions, people: People, others: list[Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "SAMPLED_PERCENT", 0)
    monkeypatch.setattr(rounds, "NEWCOMER_REVIEWS", 2)  # as many versions as may be sent back
    sent = send(transactions, people, answered=2)
    for number in range(2):
        first = judged(transactions, people.reviewer, sent, CHANGES)
        assert (first.cause, first.asks) == (Cause.NEWCOMER, Round.SECOND)
        judged(transactions, others[0], sent, CHANGES)
        send_version(transactions, people, sent.deliverable_id, f"version {number}")

    last = judged(transactions, people.reviewer, sent)

    assert (last.cause, last.asks) == (None, None)
    assert state_of(transactions, people, sent) is S.APPROVED


def test_an_approval_that_was_drawn_before_is_looked_at_once_more(
    transactions: Transactions, people: People, others: list[Actor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounds, "NEWCOMER_REVIEWS", 0)
    monkeypatch.setattr(rounds, "SAMPLED_PERCENT", 100)
    sent = send(transactions, people, answered=2)

    first = judged(transactions, people.reviewer, sent)

    assert (first.cause, first.asks) == (Cause.SAMPLE, Round.SECOND)
    assert first.seed
    assert rounds.is_drawn(first.seed, first.revision_sha256)


def test_a_small_team_decides_at_once_and_the_record_says_what_was_due(
    transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people)

    only = judged(transactions, people.reviewer, sent, REJECTED)

    assert (only.cause, only.asks) == (Cause.REJECTION, None)
    assert state_of(transactions, people, sent) is S.DRAFTING


def test_nobody_reviews_a_creator_they_manage_where_others_can(
    transactions: Transactions, people: People, others: list[Actor]
) -> None:
    sent = send(transactions, people)

    with pytest.raises(Refused):
        start_review(transactions, people.manager, sent)

    assert state_of(transactions, people, sent) is S.SUBMITTED


def test_of_several_in_one_round_one_wins_and_the_others_become_the_second_look(
    transactions: Transactions, people: People, others: list[Actor]
) -> None:
    sent = send(transactions, people)
    mine, yours = (rate_blind(transactions, somebody, sent) for somebody in (people.reviewer, others[0]))
    decide(transactions, people.reviewer, mine, REJECTED)

    with pytest.raises(Conflict):
        decide(transactions, others[0], yours, APPROVED)

    assert start_review(transactions, others[0], sent) == yours  # what was rated blind is kept
    assert decide(transactions, others[0], yours, REJECTED).round is Round.SECOND
    assert state_of(transactions, people, sent) is S.DRAFTING


@pytest.mark.parametrize(("outcome", "comes"), [(APPROVED, S.APPROVED), (REJECTED, S.DRAFTING)])
def test_an_appeal_is_heard_by_somebody_else_and_once(
    transactions: Transactions, people: People, outcome: Outcome, comes: DeliverableState
) -> None:
    sent = send(transactions, people)
    judged(transactions, people.reviewer, sent, REJECTED)
    answer(transactions, people, sent.partnership_id, 2)

    appealed(transactions, people, sent)

    assert state_of(transactions, people, sent) is S.IN_REVIEW
    with pytest.raises(Refused):
        start_review(transactions, people.reviewer, sent)
    heard = judged(transactions, people.owner, sent, outcome)
    assert (heard.round, heard.asks, heard.is_independent) == (Round.APPEAL, None, True)
    assert state_of(transactions, people, sent) is comes
    with pytest.raises(Conflict):
        appealed(transactions, people, sent)


def test_a_team_of_one_hears_the_appeal_and_the_record_says_not_independent(
    transactions: Transactions, people: People
) -> None:
    with transactions.everywhere() as everywhere:
        for member in everywhere.scalars(
            select(Membership).where(
                Membership.account_id.in_([people.owner.person_id, people.manager.person_id]),
                Membership.org_id == people.owner.org_id,
            )
        ):
            member.ended_at = SETTLED_AT
        everywhere.commit()
    sent = send(transactions, people)
    judged(transactions, people.reviewer, sent, REJECTED)
    appealed(transactions, people, sent)

    heard = judged(transactions, people.reviewer, sent, REJECTED)

    assert (heard.round, heard.is_independent) == (Round.APPEAL, False)


def test_nothing_is_asked_of_the_creator_while_an_appeal_is_open(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    sent = send(transactions, people)
    judged(transactions, people.reviewer, sent, REJECTED)
    appealed(transactions, people, sent)

    with transactions.looking(people.manager) as reading:
        deliverable = reading.get(Deliverable, sent.deliverable_id)
        assert deliverable.draft_step is not None
        assert deliverable.draft_step.done_at is not None  # what would remind, and count days as late
        assert deliverable.waiting_since == reading.now  # the brand's clock
    clock.advance(days=20)
    watching.tick(transactions)
    assert state_of(transactions, people, sent) is S.IN_REVIEW


def test_bad_appeals_change_nothing(transactions: Transactions, people: People, clock: ManualClock) -> None:
    sent = send(transactions, people)
    with pytest.raises(Conflict):  # nothing has been decided
        appealed(transactions, people, sent)
    judged(transactions, people.reviewer, sent, REJECTED)
    with pytest.raises(Refused):
        appealed(transactions, people, sent, words=" \n")
    with pytest.raises(NotFound), transactions.begin(people.other_creator) as work:
        appealing.appeal(work, sent.deliverable_id, WORDS)
    clock.advance(days=APPEAL_DAYS)
    with transactions.looking(people.creator) as reading:
        assert appealing.look_at_verdict(reading, sent.deliverable_id).until is not None
    clock.advance(days=1)
    with pytest.raises(Conflict):
        appealed(transactions, people, sent)
    assert state_of(transactions, people, sent) is S.DRAFTING
    assert not told(transactions, people, "AppealMade")


def test_an_approval_cannot_be_appealed_nor_a_version_that_was_replaced(
    transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people, answered=2)
    judged(transactions, people.reviewer, sent, CHANGES)
    send_version(transactions, people, sent.deliverable_id, "two")
    with pytest.raises(Conflict):
        appealed(transactions, people, sent)
    judged(transactions, people.reviewer, sent)
    with pytest.raises(Conflict):
        appealed(transactions, people, sent)
