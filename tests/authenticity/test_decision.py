from collections.abc import Mapping
from dataclasses import replace

import pytest

from partnerships.authenticity.rules.decision import Decision, Outcome, Rating, check_blind, check_decision
from partnerships.authenticity.rules.rubric import load
from partnerships.core.errors import Refused
from partnerships.deliverables.rules.gates import Evidence
from partnerships.plans.rules.templates import DeliverableKind

RUBRIC = load("AR-1")
VIDEO = DeliverableKind.SHORT_VIDEO
OPEN = Evidence(answered=2, needed=2)


def rated(level: int | None = 3, note: str = "") -> dict[str, Rating]:
    return {criterion.key: Rating(level, note, blind=criterion.blind) for criterion in RUBRIC.criteria}


APPROVAL = Decision(Outcome.APPROVED, rated())
CHANGES = Decision(Outcome.CHANGES_REQUESTED, rated(), reasons=("fact_wrong",), message="Harganya sudah berubah.")
REJECTION = Decision(Outcome.REJECTED, rated(), reasons=("use_not_shown",), message="Kami belum melihat pemakaiannya.")


def refusal(decision: Decision, evidence: Evidence = OPEN, kind: str = VIDEO) -> Refused:
    with pytest.raises(Refused) as refused:
        check_decision(RUBRIC, kind, decision, evidence)
    return refused.value


@pytest.mark.parametrize("decision", [APPROVAL, CHANGES, REJECTION], ids=lambda decision: decision.outcome)
def test_a_complete_decision_stands(decision: Decision) -> None:
    check_decision(RUBRIC, VIDEO, decision, OPEN)


@pytest.mark.parametrize("blocker", [blocker.key for blocker in RUBRIC.blockers])
def test_a_blocker_forbids_approval_whatever_the_score(blocker: str) -> None:
    best = Decision(Outcome.APPROVED, rated(4, "seen in every scene"), blockers=(blocker,))

    assert RUBRIC.score({key: rating.level for key, rating in best.ratings.items()}) == 100
    assert str(refusal(best)) == f"It cannot be approved while a blocker is set: {blocker}."


def test_the_lowest_score_may_be_approved_because_a_person_decides() -> None:
    worst = Decision(Outcome.APPROVED, rated(0, "explained by the creator"))

    check_decision(RUBRIC, VIDEO, worst, OPEN)


@pytest.mark.parametrize("decision", [CHANGES, REJECTION], ids=lambda decision: decision.outcome)
def test_a_no_needs_a_reason_or_a_blocker(decision: Decision) -> None:
    bare = replace(decision, reasons=())

    assert str(refusal(bare)) == "Choose at least one reason or blocker."
    check_decision(RUBRIC, VIDEO, replace(bare, blockers=("B1",)), OPEN)


@pytest.mark.parametrize("decision", [CHANGES, REJECTION], ids=lambda decision: decision.outcome)
def test_a_no_needs_words_to_the_creator(decision: Decision) -> None:
    refused = refusal(replace(decision, message="  \n"))

    assert refused.field == "message"
    assert str(refused).startswith("Write to the creator")


def test_missing_evidence_is_counted_in_the_sentence() -> None:
    refused = refusal(APPROVAL, Evidence(answered=2, needed=3))

    assert "2 of 3 check-ins answered" in str(refused)
    assert refused.values == {"answered": 2, "needed": 3}


@pytest.mark.parametrize("decision", [CHANGES, REJECTION], ids=lambda decision: decision.outcome)
def test_missing_evidence_does_not_hold_back_an_answer_to_the_creator(decision: Decision) -> None:
    check_decision(RUBRIC, VIDEO, decision, Evidence(answered=0, needed=3))


@pytest.mark.parametrize("decision", [APPROVAL, CHANGES, REJECTION], ids=lambda decision: decision.outcome)
def test_missing_ratings_are_named(decision: Decision) -> None:
    ratings = {key: rating for key, rating in decision.ratings.items() if key not in {"C2", "C7"}}
    refused = refusal(replace(decision, ratings=ratings))

    assert str(refused) == "Still to be rated: C2, C7."
    assert refused.field == "C2"


def test_not_applicable_is_a_rating() -> None:
    check_decision(RUBRIC, VIDEO, replace(APPROVAL, ratings=rated(None)), OPEN)


@pytest.mark.parametrize("level", [0, 1, 4])
def test_the_ends_of_the_scale_are_explained(level: int) -> None:
    ratings = {**rated(), "C6": Rating(level, " ")}

    assert str(refusal(replace(APPROVAL, ratings=ratings))) == ("Levels 0, 1 and 4 need a note on what you saw: C6.")


def test_blind_criteria_are_rated_before_the_signals_are_seen() -> None:
    ratings = {**rated(), "C1": Rating(3), "C5": Rating(3)}
    refused = refusal(replace(APPROVAL, ratings=ratings))

    assert str(refused) == "Rate C1, C5 before you look at the signals."


@pytest.mark.parametrize(
    ("kind", "ratings"),
    [
        (VIDEO, {"C1": Rating(2, blind=True), "C3": Rating(2, blind=True)}),
        (DeliverableKind.STORY_SET, {}),
    ],
)
def test_signals_stay_hidden_until_the_blind_part_is_done(kind: str, ratings: Mapping[str, Rating]) -> None:
    with pytest.raises(Refused, match="before you look at the signals"):
        check_blind(RUBRIC, kind, ratings)


def test_a_story_set_is_decided_on_three_ratings() -> None:
    ratings = {"C1": Rating(3, blind=True), "C2": Rating(3), "C4": Rating(2)}

    check_decision(RUBRIC, DeliverableKind.STORY_SET, Decision(Outcome.APPROVED, ratings), OPEN)


@pytest.mark.parametrize(
    ("decision", "sentence"),
    [
        (replace(CHANGES, reasons=("not_positive_enough",)), "“not_positive_enough” cannot be chosen here."),
        (replace(CHANGES, reasons=("use_not_shown",)), "“use_not_shown” cannot be chosen here."),
        (replace(REJECTION, blockers=("B9",)), "“B9” cannot be chosen here."),
        (replace(APPROVAL, ratings={**rated(), "C9": Rating(2)}), "“C9” cannot be chosen here."),
        (replace(APPROVAL, ratings={**rated(), "C2": Rating(5)}), "A level of C2 is a number from 0 to 4."),
    ],
)
def test_what_the_rubric_does_not_know_is_refused(decision: Decision, sentence: str) -> None:
    assert str(refusal(decision)) == sentence
