"""When a decision stands by itself, and who looks after it."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.authenticity.rules.rounds import (
    CONFLICT_LEVELS,
    NEWCOMER_REVIEWS,
    SAMPLED_PERCENT,
    Cause,
    Judgement,
    Round,
    appeal_until,
    cause_of,
    differ,
    is_drawn,
    next_round,
)
from partnerships.authenticity.rules.rubric import Outcome

LEVELS = st.dictionaries(st.sampled_from(["C1", "C2", "C3"]), st.none() | st.integers(0, 4))
ASKED = {"has_blocker": False, "decided_before": NEWCOMER_REVIEWS, "drawn": False}


def judged(who: int, which: Round, outcome: Outcome = Outcome.APPROVED, **levels: int | None) -> Judgement:
    return Judgement(who, which, outcome, levels)


@pytest.mark.parametrize(
    ("outcome", "asked", "cause"),
    [
        (Outcome.APPROVED, {}, None),
        (Outcome.CHANGES_REQUESTED, {}, None),
        (Outcome.CHANGES_REQUESTED, {"has_blocker": True}, Cause.BLOCKER),
        (Outcome.REJECTED, {}, Cause.REJECTION),
        (Outcome.REJECTED, {"has_blocker": True}, Cause.BLOCKER),
        (Outcome.APPROVED, {"decided_before": NEWCOMER_REVIEWS - 1}, Cause.NEWCOMER),
        (Outcome.APPROVED, {"drawn": True}, Cause.SAMPLE),
        (Outcome.CHANGES_REQUESTED, {"drawn": True}, None),  # only approvals are sampled
    ],
)
def test_what_needs_a_second_look(outcome: Outcome, asked: dict[str, int | bool], cause: Cause | None) -> None:
    assert cause_of(outcome, **{**ASKED, **asked}) is cause  # type: ignore[arg-type]


def test_the_sample_is_fifteen_in_a_hundred_and_can_be_drawn_again() -> None:
    drawn = [is_drawn("a seed", f"{number:064x}") for number in range(20_000)]
    assert sum(drawn) / len(drawn) == pytest.approx(SAMPLED_PERCENT / 100, abs=0.01)
    assert drawn == [is_drawn("a seed", f"{number:064x}") for number in range(20_000)]
    assert drawn != [is_drawn("another seed", f"{number:064x}") for number in range(20_000)]


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [
        (judged(1, Round.FIRST, C1=3), judged(2, Round.SECOND, C1=2), False),
        (judged(1, Round.FIRST, C1=3), judged(2, Round.SECOND, C1=3 - CONFLICT_LEVELS), True),
        (judged(1, Round.FIRST, C1=3), judged(2, Round.SECOND, C1=None), False),
        (judged(1, Round.FIRST, C1=3), judged(2, Round.SECOND, C2=0), False),
        (judged(1, Round.FIRST), judged(2, Round.SECOND, Outcome.REJECTED), True),
    ],
)
def test_two_people_differ_by_outcome_or_by_two_levels(one: Judgement, other: Judgement, *, far: bool) -> None:
    assert differ(one, other) is far
    assert differ(other, one) is far


FIRST, SAME = judged(1, Round.FIRST, C1=4), judged(2, Round.SECOND, C1=3)
FAR, THIRD = judged(2, Round.SECOND, C1=1), judged(3, Round.ADJUDICATION, C1=2)
APPEALED = judged(4, Round.APPEAL)


@pytest.mark.parametrize(
    ("decided", "cause", "full", "appealed", "comes"),
    [
        ([], None, True, False, Round.FIRST),
        ([FIRST], None, True, False, None),
        ([FIRST], Cause.SAMPLE, True, False, Round.SECOND),
        ([FIRST], Cause.SAMPLE, False, False, None),
        ([FIRST, SAME], Cause.SAMPLE, True, False, None),
        ([FIRST, FAR], Cause.SAMPLE, True, False, Round.ADJUDICATION),
        ([FIRST, FAR, THIRD], Cause.SAMPLE, True, False, None),
        ([FIRST], None, False, True, Round.APPEAL),
        ([FIRST, FAR, THIRD], Cause.SAMPLE, True, True, Round.APPEAL),
        ([FIRST, APPEALED], Cause.REJECTION, True, True, None),  # an appeal is heard once
    ],
)
def test_which_look_comes_next(
    decided: Sequence[Judgement], cause: Cause | None, *, full: bool, appealed: bool, comes: Round | None
) -> None:
    assert next_round(decided, cause, is_full_team=full, is_appealed=appealed) is comes


@given(st.lists(st.tuples(st.sampled_from(Outcome), LEVELS), max_size=6), st.sampled_from([None, *Cause]))
def test_every_revision_comes_to_an_end_within_three_looks_and_an_appeal(
    answers: list[tuple[Outcome, dict[str, int | None]]], cause: Cause | None
) -> None:
    decided: list[Judgement] = []
    for number, (outcome, levels) in enumerate(answers):
        comes = next_round(decided, cause, is_full_team=True, is_appealed=False)
        if comes is None:
            break
        decided.append(Judgement(number, comes, outcome, levels))
    assert len(decided) <= 3
    if len(decided) == 3:
        assert next_round(decided, cause, is_full_team=True, is_appealed=False) is None
    if decided:
        assert next_round(decided, cause, is_full_team=True, is_appealed=True) is Round.APPEAL


def test_an_appeal_is_open_for_a_fortnight() -> None:
    assert appeal_until(date(2026, 2, 20)) == date(2026, 3, 6)
