"""Whose turn a review is: shared out by what waits for whom, never to who manages the creator; people hand over."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from partnerships.authenticity import assigning, finding
from partnerships.authenticity.finding import Share, Waiting
from partnerships.authenticity.rules.rounds import Round
from partnerships.authenticity.rules.rubric import Outcome
from partnerships.authenticity.rules.turns import Candidate, next_in_turn
from partnerships.authenticity.tables import ReviewTurn
from partnerships.core.actor import Actor
from partnerships.core.errors import Conflict, NotFound, Refused
from partnerships.core.zones import day_in
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Transactions
from partnerships.mail.tables import OutboxMail
from partnerships.people.tables import Membership
from tests.authenticity.stories import Sent, rate_blind, rejected, send, send_version, start_review
from tests.authenticity.test_looks import appealed, judged
from tests.authenticity.test_pages import english
from tests.conftest import SignIn
from tests.stories import People

CANDIDATES = st.lists(
    st.builds(Candidate, st.integers(1, 99), st.booleans(), st.booleans(), st.integers(0, 9)),
    unique_by=lambda one: one.account_id,
)


def turn_of(transactions: Transactions, people: People, sent: Sent) -> int | None:
    with transactions.looking(people.manager) as reading:
        turn = ReviewTurn.find(reading, sent.deliverable_id)
        return turn.account_id if turn else None


def called(transactions: Transactions, people: People, template: str) -> set[int]:
    """Return who gets a mail of this wording."""
    with transactions.looking(people.manager) as reading:
        mails = select(OutboxMail.recipient_id).where(OutboxMail.template == template)
        return set(reading.session.scalars(mails))


def rows(transactions: Transactions, who: Actor) -> list[Waiting]:
    with transactions.looking(who) as reading:
        return finding.inbox(reading)


def shared(transactions: Transactions, people: People, key: str | None = None) -> Sent:
    sent = send(transactions, people, *([key] if key else []))
    assigning.share_out(transactions)
    return sent


def absent(transactions: Transactions, people: People, account_id: int, *, ended: bool = False) -> None:
    """Have somebody of the team be away today, or leave."""
    with transactions.begin(people.owner) as work:
        member = work.session.scalars(select(Membership).where(Membership.account_id == account_id)).one()
        if ended:
            member.ended_at = work.now
        else:
            member.away_from = member.away_until = day_in(member.account.zone, work.now)


@given(CANDIDATES)
def test_whoever_is_there_to_review_and_has_least_comes_first(candidates: list[Candidate]) -> None:
    chosen = next((one for one in candidates if one.account_id == next_in_turn(candidates)), None)

    if chosen is None:
        assert not candidates
        return
    for other in candidates:
        assert chosen.is_away <= other.is_away
        if chosen.is_away == other.is_away:
            assert chosen.is_reviewer >= other.is_reviewer
            if chosen.is_reviewer == other.is_reviewer:
                assert (chosen.open, chosen.account_id) <= (other.open, other.account_id)


def test_what_waits_is_shared_out_evenly_and_never_to_who_manages_the_creator(
    transactions: Transactions, people: People, others: list[Actor]
) -> None:
    sent = [send(transactions, people) for _ in range(6)]

    assert assigning.share_out(transactions) == 6
    assert assigning.share_out(transactions) == 0

    turns = [turn_of(transactions, people, each) for each in sent]
    team = [people.reviewer.account_id, *(one.account_id for one in others)]
    assert sorted(turns, key=str) == sorted([*team, *team], key=str)
    assert people.manager.account_id not in turns


def test_who_is_away_gets_nothing_new_and_who_left_loses_what_waits(
    transactions: Transactions, people: People, others: list[Actor]
) -> None:
    first = shared(transactions, people)
    assert people.reviewer.account_id is not None
    assert turn_of(transactions, people, first) == people.reviewer.account_id
    absent(transactions, people, others[0].person_id)

    second = shared(transactions, people)
    absent(transactions, people, people.reviewer.account_id, ended=True)
    assigning.share_out(transactions)

    assert turn_of(transactions, people, second) == others[1].account_id
    assert turn_of(transactions, people, first) == others[1].account_id


def test_a_later_version_goes_to_who_has_seen_the_one_before(
    transactions: Transactions, people: People, others: list[Actor]
) -> None:
    sent = shared(transactions, people)
    before = turn_of(transactions, people, sent)
    for _ in range(2):
        shared(transactions, people)

    send_version(transactions, people, sent.deliverable_id, "two")
    assigning.share_out(transactions)

    assert turn_of(transactions, people, sent) == before
    assert others


def test_a_second_look_and_an_appeal_go_to_somebody_who_has_not_judged(
    transactions: Transactions, people: People, others: list[Actor]
) -> None:
    sent = shared(transactions, people)
    judged(transactions, people.reviewer, sent, Outcome.REJECTED)
    second = turn_of(transactions, people, sent)
    judged(transactions, others[0], sent, Outcome.REJECTED)

    appealed(transactions, people, sent)

    assert second == others[0].account_id
    assert turn_of(transactions, people, sent) == others[1].account_id
    assert called(transactions, people, "second_look") == {others[0].account_id}
    assert called(transactions, people, "appealed") == {others[1].account_id, people.manager.account_id}


def test_who_has_begun_goes_on(transactions: Transactions, people: People, others: list[Actor]) -> None:
    sent = send(transactions, people)
    start_review(transactions, others[1], sent)

    assigning.share_out(transactions)

    assert turn_of(transactions, people, sent) == others[1].account_id


def test_in_a_team_where_nobody_else_is_it_is_whoever_there_is(transactions: Transactions, people: People) -> None:
    for member in (people.owner, people.reviewer):
        absent(transactions, people, member.person_id, ended=True)

    sent = shared(transactions, people)

    assert turn_of(transactions, people, sent) == people.manager.account_id


def test_taking_and_handing_over_is_in_the_history(
    transactions: Transactions, people: People, others: list[Actor]
) -> None:
    sent = shared(transactions, people)

    with transactions.begin(others[0]) as work:
        assert assigning.hand_over(work, sent.deliverable_id, others[1].person_id) == "Fajar"
    taken = shared(transactions, people)
    with transactions.begin(people.reviewer) as work:  # who takes one needs no mail about it
        assigning.hand_over(work, taken.deliverable_id, people.reviewer.person_id)

    assert called(transactions, people, "handed_over") == {others[1].account_id}
    assert turn_of(transactions, people, sent) == others[1].account_id
    with transactions.looking(people.manager) as reading:
        facts = reading.session.scalars(select(HistoryEntry.facts).where(HistoryEntry.name == "ReviewHandedOver"))
        assert "Fajar" in [each["name"] for each in facts]


def test_nobody_gets_what_they_may_not_judge(transactions: Transactions, people: People, others: list[Actor]) -> None:
    sent = shared(transactions, people)
    judged(transactions, people.reviewer, sent, Outcome.REJECTED)
    before = turn_of(transactions, people, sent)

    for account_id, error in (
        (people.manager.person_id, Refused),
        (people.reviewer.person_id, Refused),
        (people.creator.person_id, NotFound),
        (people.stranger.person_id, NotFound),
        (0, NotFound),
    ):
        with pytest.raises(error), transactions.begin(others[0]) as work:
            assigning.hand_over(work, sent.deliverable_id, account_id)
    with pytest.raises(NotFound), transactions.begin(people.stranger) as work:
        assigning.hand_over(work, sent.deliverable_id, people.stranger.person_id)
    assert turn_of(transactions, people, sent) == before


def test_what_no_longer_waits_cannot_be_handed_over(transactions: Transactions, people: People) -> None:
    sent = rejected(transactions, people)

    with pytest.raises(Conflict), transactions.begin(people.owner) as work:
        assigning.hand_over(work, sent.deliverable_id, people.reviewer.person_id)


def test_the_queues_of_the_inbox(transactions: Transactions, people: People, others: list[Actor]) -> None:
    mine = shared(transactions, people)
    judged(transactions, people.reviewer, shared(transactions, people), Outcome.REJECTED)
    nobodys = send(transactions, people)

    seen = {
        share: [row.deliverable_id for row in rows(transactions, people.reviewer) if row.belongs_to(share)]
        for share in Share
    }

    assert seen[Share.MINE] == [mine.deliverable_id]
    assert seen[Share.UNASSIGNED] == [nobodys.deliverable_id]
    assert len(seen[Share.AGAIN]) == 1
    assert len(seen[Share.ALL]) == 3
    assert others


def test_the_inbox_offers_to_take_only_what_one_may_judge(
    transactions: Transactions, people: People, others: list[Actor]
) -> None:
    first, again = send(transactions, people), send(transactions, people)
    judged(transactions, people.reviewer, again, Outcome.REJECTED)
    offered = {
        who.account_id: {row.deliverable_id for row in rows(transactions, who) if row.may_take}
        for who in (people.manager, people.reviewer, people.owner, others[1])
    }

    assert offered == {
        people.manager.account_id: set(),
        people.reviewer.account_id: {first.deliverable_id},
        people.owner.account_id: {first.deliverable_id, again.deliverable_id},
        others[1].account_id: {first.deliverable_id, again.deliverable_id},
    }
    assert [row.round for row in rows(transactions, people.owner)] == [Round.FIRST, Round.SECOND]


def test_the_waiting_grows_old_by_the_brands_clock(transactions: Transactions, people: People) -> None:
    sent = shared(transactions, people)
    clock = transactions.clock
    (new,) = rows(transactions, people.owner)
    clock.advance(days=7)  # type: ignore[attr-defined]  # a test's clock
    (old,) = rows(transactions, people.owner)

    assert (new.deliverable_id, new.is_overdue, old.is_overdue) == (sent.deliverable_id, False, True)
    assert old.today - new.today == timedelta(days=7)


@pytest.fixture
def reviewer(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.reviewer))


def test_a_reviewer_takes_and_hands_over_on_the_pages(
    reviewer: FlaskClient, transactions: Transactions, people: People, others: list[Actor]
) -> None:
    sent = send(transactions, people)
    place = f"/review/{sent.deliverable_id}/reviewer"

    assert "Take it" in reviewer.get("/review").text
    taken = reviewer.post(place, data={"account_id": people.reviewer.person_id, "back": "inbox"}, follow_redirects=True)
    page = reviewer.get(f"/review/{sent.deliverable_id}").text
    given = reviewer.post(place, data={"account_id": others[0].person_id}, follow_redirects=True)
    wrong = [reviewer.post(place, data={"account_id": typed}).status_code for typed in ("", "x", "²", "9" * 40)]
    refused = reviewer.post(place, data={"account_id": people.manager.person_id}, follow_redirects=True)

    assert "It is Bayu&#39;s turn" in taken.text
    assert "Take it" not in taken.text
    assert "Mine · 1" in taken.text
    assert "Waiting for each:" in taken.text
    assert "Hand over to" in page
    assert "Citra" in given.text
    assert wrong == [404] * 4
    assert "manages this creator or has judged this version" in refused.text
    assert turn_of(transactions, people, sent) == others[0].account_id


def test_the_inbox_takes_as_many_statements_however_much_waits(
    reviewer: FlaskClient, transactions: Transactions, people: People, others: list[Actor], statements: list[str]
) -> None:
    def asked() -> int:
        reviewer.get("/")
        statements.clear()
        reviewer.get("/review")
        return len(statements)

    shared(transactions, people)
    few = asked()
    for _ in range(4):
        judged(transactions, people.reviewer, shared(transactions, people), Outcome.REJECTED)
    rate_blind(transactions, others[0], shared(transactions, people))

    assert asked() == few
