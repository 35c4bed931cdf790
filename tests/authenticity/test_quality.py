"""How well reviewing goes: agreement by criterion, and what became of first decisions."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from partnerships.authenticity import gauging
from partnerships.authenticity.rules.agreement import SHOWN_FROM_PAIRS
from partnerships.authenticity.rules.rounds import Round
from partnerships.authenticity.rules.rubric import Outcome
from partnerships.authenticity.tables import Rating, Review
from partnerships.core.actor import Actor
from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.deliverables.finding import find_last_revision
from tests.authenticity.stories import RUBRIC, Sent, decide, rate_blind, send
from tests.authenticity.test_pages import english
from tests.conftest import SignIn
from tests.stories import People

LOOKS = [Round.FIRST, Round.SECOND, Round.ADJUDICATION]


def judge(transactions: Transactions, people: People, sent: Sent, levels: list[int]) -> None:
    """Write down that three people gave C1 these levels, one after the other, for one version."""
    with transactions.begin(people.reviewer) as work:
        revision = find_last_revision(work, sent.deliverable_id)
        assert revision is not None
        who = [people.reviewer, people.owner, people.manager]
        for reviewer, which, level in zip(who, LOOKS, levels, strict=False):
            review = Review(
                org_id=work.actor.org_id,
                revision_id=revision.id,
                revision_sha256=revision.sha256,
                reviewer_id=reviewer.person_id,
                round=which,
                rubric=RUBRIC.version,
                seed="",
                started_at=work.now,
                decided_at=work.now,
                outcome=Outcome.APPROVED if level > 2 else Outcome.REJECTED,
                reasons=[],
                tags=[],
                is_independent=True,
            )
            review.ratings = [Rating(org_id=work.actor.org_id, criterion="C1", blind=True, level=level)]
            work.session.add(review)


def gauged(transactions: Transactions, who: Actor) -> gauging.Quality:
    with transactions.looking(who) as reading:
        return gauging.gauge(reading)


def test_first_decisions_are_followed_to_what_stands(transactions: Transactions, people: People) -> None:
    judge(transactions, people, send(transactions, people), [4, 1])
    judge(transactions, people, send(transactions, people), [4, 4])
    judge(transactions, people, send(transactions, people), [4])

    (record,) = gauged(transactions, people.manager).records

    assert (record.name, record.decided, record.looked_at_again, record.overturned) == ("Bayu", 3, 2, 1)


def test_a_level_given_blind_counts_before_the_one_after_the_evidence(
    transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people, answered=2)
    decide(transactions, people.reviewer, rate_blind(transactions, people.reviewer, sent))  # blind 2, decided 3

    with transactions.looking(people.manager) as reading:
        levels = gauging._levels(reading, reading.now - timedelta(days=1))[RUBRIC.version]

    assert {key: [*by_person.values()] for key, (by_person,) in ((k, v.values()) for k, v in levels.items())} == {
        criterion.key: [2 if criterion.blind else 3] for criterion in RUBRIC.criteria
    }


def test_what_is_older_than_ninety_days_does_not_count(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    judge(transactions, people, send(transactions, people), [4, 1])
    clock.advance(days=91)

    assert gauged(transactions, people.manager).records == ()


def test_other_organisations_see_nothing_of_it(transactions: Transactions, people: People) -> None:
    judge(transactions, people, send(transactions, people), [4, 1])

    quality = gauged(transactions, people.stranger)

    assert quality.records == ()
    assert all(known.pairs == 0 for agreed in quality.agreements for _, known in agreed.criteria)


@pytest.fixture
def manager(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.manager))


def test_the_page_shows_a_figure_only_when_there_is_enough(
    manager: FlaskClient, transactions: Transactions, people: People, statements: list[str]
) -> None:
    before = manager.get("/review/quality")
    assert before.status_code == 200
    assert "No decision yet" in before.text
    assert before.text.count("too few pairs or reviewers yet") == len(RUBRIC.criteria)
    asked = len(statements)

    drafts = [send(transactions, people) for _ in range(4)]
    for number, sent in enumerate(drafts):
        judge(transactions, people, sent, [number, number, (number + 1) % 5])
    few = manager.get("/review/quality").text
    assert "too few" in few
    statements.clear()
    manager.get("/review/quality")
    assert len(statements) == asked
    assert SHOWN_FROM_PAIRS > 12


def test_the_page_says_the_figure_and_its_interval(
    manager: FlaskClient, transactions: Transactions, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("partnerships.authenticity.rules.agreement.SHOWN_FROM_PAIRS", 6)
    for levels in ([0, 0, 1], [4, 4, 4], [2, 3, 2]):
        judge(transactions, people, send(transactions, people), levels)

    shown = manager.get("/review/quality").text

    assert "0,93" in shown
    assert shown.count("too few pairs or reviewers yet") == len(RUBRIC.criteria) - 1
