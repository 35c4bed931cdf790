"""What signals are worth: how often reviewers called them relevant, and what became of those decisions."""

from unittest.mock import ANY

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from partnerships.authenticity import answering, gauging
from partnerships.authenticity.rules.rubric import Outcome
from partnerships.authenticity.rules.signals import Finding, Response, RunStatus, Strength
from partnerships.authenticity.rules.worth import JUDGED_FROM, Worth
from partnerships.authenticity.tables import Signal, SignalRun
from partnerships.core.actor import Actor
from partnerships.database.work import Transactions
from tests.authenticity.stories import Sent, examined, rate_blind, send
from tests.authenticity.test_looks import appealed, judged
from tests.authenticity.test_pages import english
from tests.conftest import SignIn
from tests.stories import People

FOUND = Finding("earlier", Strength.WEAK)
PLAIN = Finding("taken", Strength.INFO)


def found(transactions: Transactions, people: People, *findings: Finding) -> Sent:
    """Have Dewi send a draft in which every analyser finds the same."""
    sent = send(transactions, people, answered=2)
    examined(transactions, RunStatus.OK, *findings)
    return sent


def answer(transactions: Transactions, who: Actor, review_id: int, response: Response) -> None:
    with transactions.begin(who) as work:
        ids = [*work.session.scalars(select(Signal.id).join(Signal.run).where(SignalRun.analyser == "capture"))]
        answering.respond(work, review_id, dict.fromkeys(ids, response))


def worths(transactions: Transactions, who: Actor) -> dict[str, Worth]:
    with transactions.looking(who) as reading:
        return {worth.analyser: worth for worth in gauging.gauge(reading).worths}


@pytest.mark.parametrize(
    ("relevant", "wrong", "doubtful"),
    [
        (9, 40, False),
        (9, 41, True),
        (10, 40, False),
        (0, JUDGED_FROM - 1, False),
        (0, JUDGED_FROM, True),
        (50, 0, False),
    ],
)
def test_a_signal_is_doubted_from_fifty_answers_on_below_a_fifth(relevant: int, wrong: int, *, doubtful: bool) -> None:
    assert Worth("capture", "1", relevant=relevant, wrong=wrong).is_doubtful is doubtful


def test_without_answers_there_is_no_rate() -> None:
    assert Worth("capture", "1").rate is None
    assert Worth("capture", "1", relevant=1, explained=2, wrong=1).rate == 0.25


def test_answers_are_counted_for_each_signal_and_version(transactions: Transactions, people: People) -> None:
    sent = found(transactions, people, FOUND, PLAIN)
    review_id = rate_blind(transactions, people.reviewer, sent)
    answer(transactions, people.reviewer, review_id, Response.WRONG)
    answer(transactions, people.reviewer, review_id, Response.RELEVANT)

    worth = worths(transactions, people.manager)["capture"]

    assert worth == Worth("capture", ANY, relevant=2)  # both findings, each by its last answer
    with transactions.everywhere() as everywhere:
        everywhere.execute(update(SignalRun).values(analyser_version="older"))
        everywhere.commit()
    assert worths(transactions, people.manager)["capture"].version == "older"
    assert not worths(transactions, people.stranger)


def test_decisions_are_followed_for_what_says_more_than_how_things_are(
    transactions: Transactions, people: People
) -> None:
    loud, quiet = found(transactions, people, FOUND, FOUND), found(transactions, people, PLAIN)
    judged(transactions, people.reviewer, loud, Outcome.REJECTED)
    appealed(transactions, people, loud)
    judged(transactions, people.owner, loud)
    judged(transactions, people.reviewer, quiet)

    assert worths(transactions, people.manager)["capture"] == Worth("capture", ANY, decided=1, overturned=1)


def test_an_answer_changes_no_level_no_score_and_no_decision(transactions: Transactions, people: People) -> None:
    results = []
    for response in (None, *Response):
        sent = found(transactions, people, FOUND)
        review_id = rate_blind(transactions, people.reviewer, sent)
        if response:
            answer(transactions, people.reviewer, review_id, response)
        decided = judged(transactions, people.reviewer, sent)
        results.append((decided.score, decided.outcome, decided.asks, decided.cause))

    assert len(set(results)) == 1


@pytest.mark.parametrize(("locale", "sentence"), [("id", "perlu memutuskan"), ("en", "whether to retire it")])
def test_the_page_shows_the_rate_with_its_counts_and_marks_what_rarely_matters(
    sign_in: SignIn,
    transactions: Transactions,
    people: People,
    monkeypatch: pytest.MonkeyPatch,
    statements: list[str],
    locale: str,
    sentence: str,
) -> None:
    client = sign_in(people.manager)
    with client.session_transaction() as session:
        session["locale"] = locale
    quiet = _page(client, statements)
    sent = found(transactions, people, FOUND)
    review_id = rate_blind(transactions, people.reviewer, sent)
    answer(transactions, people.reviewer, review_id, Response.EXPLAINED)
    before, _ = _page(client, statements)

    monkeypatch.setattr("partnerships.authenticity.rules.worth.JUDGED_FROM", 1)
    after, asked = _page(client, statements)

    assert sentence not in before
    assert sentence in after
    assert "0%" in after
    assert asked == quiet[1]


def _page(client: FlaskClient, statements: list[str]) -> tuple[str, int]:
    statements.clear()
    text = client.get("/review/quality").text
    return text, len(statements)


def test_nobody_else_sees_a_rate(sign_in: SignIn, people: People) -> None:
    assert english(sign_in(people.creator)).get("/review/quality").status_code in {403, 404}
