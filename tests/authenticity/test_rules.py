from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import product

import pytest

from partnerships.authenticity.rules.capture import Capture, compare
from partnerships.authenticity.rules.decision import Decision, Outcome, Rating, check_decision
from partnerships.authenticity.rules.rubric import load
from partnerships.authenticity.rules.telling import told
from partnerships.core.errors import Refused
from partnerships.deliverables.rules.gates import Evidence

RUBRIC = load()
RATED = {criterion.key: Rating(3, blind=criterion.blind) for criterion in RUBRIC.criteria}
RECEIVED_ON = date(2026, 1, 5)
SUBMITTED_AT = datetime(2026, 1, 20, 3, tzinfo=UTC)


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize(
    ("rated", "blind", "blocked", "reasoned", "worded", "answered"), list(product([True, False], repeat=6))
)
def test_exactly_the_complete_and_permitted_decisions_stand(
    outcome: Outcome, *, rated: bool, blind: bool, blocked: bool, reasoned: bool, worded: bool, answered: bool
) -> None:
    ratings = {key: replace(rating, blind=rating.blind and blind) for key, rating in RATED.items()}
    if not rated:
        del ratings["C7"]
    decision = Decision(
        outcome,
        ratings,
        blockers=("B1",) if blocked else (),
        reasons=("agreed_part_missing",) if reasoned else (),
        message="Tolong ditambah." if worded else " ",
    )
    evidence = Evidence(answered=2 if answered else 1, needed=2)
    fits = not blocked and answered if outcome is Outcome.APPROVED else (blocked or reasoned) and worded

    if rated and blind and fits:
        check_decision(RUBRIC, "short_video", decision, evidence)
    else:
        with pytest.raises(Refused):
            check_decision(RUBRIC, "short_video", decision, evidence)


@pytest.mark.parametrize(
    ("taken_at", "received_on", "found"),
    [
        ("2026-01-12T08:00:00", RECEIVED_ON, Capture.INSIDE),
        ("2026-01-04T10:00:00", RECEIVED_ON, Capture.INSIDE),  # the zone is unknown: up to 14 hours off
        ("2026-01-04T09:59:59", RECEIVED_ON, Capture.EARLIER),
        ("2026-01-20T17:00:00", RECEIVED_ON, Capture.INSIDE),
        ("2026-01-20T17:00:01", RECEIVED_ON, Capture.UNREADABLE),
        ("0000-00-00T00:00:00", RECEIVED_ON, Capture.UNREADABLE),
        ("2026-01-12T08:00:00", None, Capture.NO_WINDOW),
        (None, RECEIVED_ON, Capture.ABSENT),
        ("", RECEIVED_ON, Capture.ABSENT),
    ],
)
def test_the_date_in_a_file_is_compared_with_room_for_an_unknown_zone(
    taken_at: str | None, received_on: date | None, found: Capture
) -> None:
    assert compare(taken_at, received_on, SUBMITTED_AT) is found


def test_a_creator_is_told_points_in_the_order_of_the_rubric() -> None:
    decision = Decision(Outcome.REJECTED, RATED, ("B4", "B1"), ("use_not_shown",), "Sorry.")

    lines = told(RUBRIC, decision, "en").splitlines()

    assert [line.split(":")[0] for line in lines] == [
        "Sorry.",
        "• No clear disclosure",
        f"• {RUBRIC.blockers[3].title.en}",
        "• The use cannot be shown",
    ]


def test_an_approval_without_words_tells_nothing_more() -> None:
    assert told(RUBRIC, Decision(Outcome.APPROVED, RATED), "id") == ""
