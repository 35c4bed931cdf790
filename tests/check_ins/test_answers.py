"""From the text of a form to checked values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.check_ins.rules.answers import (
    CONCERN_LABELS,
    TEXT_LENGTH,
    Answers,
    check_answers,
    find_concern,
    words_beside,
)
from partnerships.plans.rules.templates import CONCERNS, CheckInSpec, Meaning, load

TEMPLATE = load("usage-3m")
FIRST_DAYS, FOUR_WEEKS, TWO_WEEKS = (TEMPLATE.check_in(key) for key in ("first-days", "four-weeks", "two-weeks"))
GOOD = {"days_used": "4", "comfort": "3", "reaction": "no", "still_using": "every_day"}


def check(spec: CheckInSpec, raw: dict[str, str], photos: dict[str, int] | None = None) -> Answers:
    return check_answers(spec.questions, raw, photos or {})


def test_good_answers_become_values_of_their_kind() -> None:
    answers = check(FIRST_DAYS, GOOD)

    assert answers.values == {"days_used": 4, "comfort": 3, "reaction": "no", "still_using": "every_day"}
    assert answers.problems == {}


@pytest.mark.parametrize("text", ["0", "5", " 5 "])
def test_both_ends_of_a_range_belong_to_it(text: str) -> None:
    assert check(FIRST_DAYS, {**GOOD, "days_used": text}).values["days_used"] == int(text)


@pytest.mark.parametrize("text", ["6", "-1", "4.5", "four", "٤", "999999999999", "1e1", "4\x00"])
def test_a_number_outside_its_range_or_no_whole_number_is_a_problem_of_that_question(text: str) -> None:
    answers = check(FIRST_DAYS, {**GOOD, "days_used": text})

    assert set(answers.problems) == {"days_used"}
    assert answers.values["comfort"] == 3


@pytest.mark.parametrize(
    ("key", "text"), [("reaction", "maybe"), ("still_using", "never"), ("comfort", "0"), ("comfort", "6")]
)
def test_an_answer_that_was_not_offered_is_a_problem(key: str, text: str) -> None:
    assert set(check(FIRST_DAYS, {**GOOD, key: text}).problems) == {key}


def test_every_missing_required_answer_is_told_at_once() -> None:
    assert set(check(FIRST_DAYS, {}).problems) == {"days_used", "comfort", "reaction", "still_using"}


def test_an_answer_whose_condition_is_not_met_is_dropped() -> None:
    unmet = check(FIRST_DAYS, {**GOOD, "reaction_detail": "typed, then changed my mind"})
    met = check(FIRST_DAYS, {**GOOD, "reaction": "yes", "reaction_detail": "itchy since Monday"})

    assert "reaction_detail" not in unmet.values
    assert met.values["reaction_detail"] == "itchy since Monday"


def test_an_optional_text_may_stay_empty_and_a_long_one_says_by_how_much() -> None:
    raw = {"days_used": "9", "level_left": "over_half", "refill": "no", "minus": "   "}

    empty, longest, over = (check(TWO_WEEKS, {**raw, "minus": text}) for text in ("  ", "x" * 2000, "x" * 2003))

    assert "minus" not in empty.values
    assert len(str(longest.values["minus"])) == TEXT_LENGTH
    assert over.problems["minus"].values == {"limit": 2000, "over": 3}


def test_a_required_photo_has_to_come_and_not_by_the_dozen() -> None:
    raw = {"days_used": "9", "still_using": "most_days", "keep_going": "yes"}

    none, one, many = (check(FOUR_WEEKS, raw, {"angle_photo": count}) for count in (0, 1, 6))

    assert set(none.problems) == set(many.problems) == {"angle_photo"}
    assert one.problems == {}
    assert "angle_photo" not in one.values


def test_what_arrived_elsewhere_may_be_incomplete_but_not_wrong() -> None:
    partial = check_answers(FOUR_WEEKS.questions, {"days_used": "9"}, {}, is_partial=True)
    wrong = check_answers(FOUR_WEEKS.questions, {"days_used": "99"}, {}, is_partial=True)

    assert (partial.values, partial.problems) == ({"days_used": 9}, {})
    assert set(wrong.problems) == {"days_used"}


@pytest.mark.parametrize(
    ("spec", "values", "expected"),
    [
        (FIRST_DAYS, {"reaction": "yes", "still_using": "stopped"}, Meaning.REACTION),
        (FIRST_DAYS, {"reaction": "no", "still_using": "stopped"}, Meaning.STILL_USING),
        (FIRST_DAYS, {"reaction": "no", "still_using": "some_days"}, None),
        (TWO_WEEKS, {"refill": "yes"}, Meaning.REFILL),
        (TWO_WEEKS, {"refill": "no"}, None),
        (FOUR_WEEKS, {"keep_going": "no", "still_using": "every_day"}, Meaning.KEEP_GOING),
        (FOUR_WEEKS, {}, None),
    ],
)
def test_the_most_pressing_answer_is_found(
    spec: CheckInSpec, values: dict[str, str | int], expected: Meaning | None
) -> None:
    assert find_concern(spec.questions, values) is expected


def test_the_words_beside_a_reaction_are_those_asked_because_of_it() -> None:
    values: dict[str, str | int] = {"reaction": "yes", "reaction_detail": "itchy"}

    assert words_beside(FIRST_DAYS.questions, values, Meaning.REACTION) == "itchy"
    assert words_beside(FIRST_DAYS.questions, {"reaction": "yes"}, Meaning.REACTION) == ""


def test_every_concern_has_its_words() -> None:
    assert set(CONCERNS) == set(CONCERN_LABELS)


@given(
    st.sampled_from(TEMPLATE.check_ins),
    st.dictionaries(st.sampled_from(["days_used", "comfort", "reaction", "still_using", "minus", "x"]), st.text()),
    st.dictionaries(st.sampled_from(["angle_photo", "package_photo"]), st.integers(0, 9)),
)
def test_whatever_is_sent_every_question_is_answered_refused_or_left_out(
    spec: CheckInSpec, raw: dict[str, str], photos: dict[str, int]
) -> None:
    answers = check(spec, raw, photos)

    keys = {question.key for question in spec.questions}
    assert set(answers.values) <= keys
    assert set(answers.problems) <= keys
    assert not set(answers.values) & set(answers.problems)
