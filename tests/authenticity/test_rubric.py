import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.authenticity.rules.rubric import OUTCOME_LABELS, Outcome, load, note_required
from partnerships.core.errors import NotFound
from partnerships.plans.rules.templates import DeliverableKind, Text

RUBRIC = load("AR-1")
KEYS = [criterion.key for criterion in RUBRIC.criteria]
LEVELS_GIVEN = st.dictionaries(st.sampled_from(KEYS), st.none() | st.integers(0, 4))


def texts(part: object) -> Iterator[Text]:
    if isinstance(part, Text):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from texts(item)
    elif is_dataclass(part):
        for each in fields(part):
            yield from texts(getattr(part, each.name))


def test_ar_1_has_seven_criteria_with_their_weights() -> None:
    weights = {criterion.key: criterion.weight for criterion in RUBRIC.criteria}

    assert weights == {"C1": 20, "C2": 20, "C3": 15, "C4": 15, "C5": 15, "C6": 10, "C7": 5}
    assert {criterion.key for criterion in RUBRIC.criteria if criterion.blind} == {"C1", "C3", "C5"}


def test_every_criterion_says_what_each_level_means() -> None:
    for criterion in RUBRIC.criteria:
        assert len(criterion.anchors) == 5
        assert len({anchor.en for anchor in criterion.anchors}) == 5
        for anchor in criterion.anchors:
            assert anchor.id.endswith(".")
            assert anchor.en.endswith(".")
            assert len(anchor.id.split()) >= 4


def test_there_are_seven_blockers_with_a_code_and_a_way_on() -> None:
    assert [blocker.key for blocker in RUBRIC.blockers] == ["B1", "B2", "B3", "B4", "B5", "B6", "B7"]
    assert len({blocker.code for blocker in RUBRIC.blockers}) == 7
    assert all(blocker.what_to_do.id and blocker.what_to_do.en for blocker in RUBRIC.blockers)


def test_every_word_of_the_rubric_is_written_in_both_languages() -> None:
    words = list(texts(RUBRIC))

    assert len(words) > 100
    assert all(each.id.strip() and each.en.strip() for each in words)


def test_no_reason_is_about_a_good_opinion() -> None:
    sentiment = re.compile(
        r"positi[vf]|negati[vf]|memuji|pujian|enthusias|antusias|sentimen|praise|happy|senang", re.IGNORECASE
    )

    for reason in RUBRIC.reasons:
        words = " ".join([reason.key, reason.title.id, reason.title.en, reason.meaning.id, reason.meaning.en])
        assert not sentiment.search(words), words


def test_reasons_belong_to_changes_or_rejection_and_never_to_approval() -> None:
    assert RUBRIC.reasons_for(Outcome.APPROVED) == ()
    assert len(RUBRIC.reasons_for(Outcome.CHANGES_REQUESTED)) >= 5
    assert len(RUBRIC.reasons_for(Outcome.REJECTED)) >= 3
    assert all(reason.outcomes for reason in RUBRIC.reasons)
    assert len({reason.key for reason in RUBRIC.reasons}) == len(RUBRIC.reasons)


def test_naturalness_is_a_tag_and_no_criterion() -> None:
    tags = {tag.key: tag.group for tag in RUBRIC.naturalness}

    assert tags == {
        "studio": "setting",
        "home": "setting",
        "outdoors": "setting",
        "scripted": "manner",
        "loose": "manner",
    }


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        (DeliverableKind.STORY_SET, ["C1", "C2", "C4"]),
        (DeliverableKind.SHORT_VIDEO, KEYS),
        (DeliverableKind.LIVE, KEYS),
        ("something new", KEYS),
    ],
)
def test_a_story_set_is_rated_by_three_criteria_only(kind: str, keys: list[str]) -> None:
    assert [criterion.key for criterion in RUBRIC.criteria_for(kind)] == keys


@pytest.mark.parametrize(
    ("levels", "score"),
    [
        ({}, None),
        ({"C1": None, "C2": None}, None),
        (dict.fromkeys(KEYS, 4), 100),
        (dict.fromkeys(KEYS, 0), 0),
        (dict.fromkeys(KEYS, 2), 50),
        ({"C1": 4, "C7": 0}, 80),
        ({"C1": 4, "C7": None}, 100),
        ({"C1": 1, "C2": 2, "C4": 3}, 48),  # (20 + 40 + 45) / 220 = 47.7
        ({"C1": 0, "C2": 0, "C3": 1, "C4": 1}, 11),  # 30 / 280 = 10.7
        ({"C6": 1, "C3": 1, "C5": 0}, 16),  # 25 / 160 = 15.6
        ({"C1": 1, "C2": 0}, 13),  # 20 / 160 = 12.5: half goes up
    ],
)
def test_the_score_weighs_what_applies(levels: Mapping[str, int | None], score: int | None) -> None:
    assert RUBRIC.score(levels) == score


@given(LEVELS_GIVEN)
def test_a_score_lies_between_the_lowest_and_the_highest_level(levels: dict[str, int | None]) -> None:
    rated = [level for level in levels.values() if level is not None]
    score = RUBRIC.score(levels)

    if rated:
        assert score is not None
        assert 25 * min(rated) <= score <= 25 * max(rated)
    else:
        assert score is None


@pytest.mark.parametrize("levels", [{"C8": 2}, {"C1": 5}, {"C1": -1}, {"C9": None}])
def test_levels_of_another_rubric_are_an_error(levels: dict[str, int | None]) -> None:
    with pytest.raises(ValueError, match="not levels of AR-1"):
        RUBRIC.score(levels)


def test_the_ends_of_the_scale_need_a_note() -> None:
    assert [level for level in (None, 0, 1, 2, 3, 4) if note_required(level)] == [0, 1, 4]


def test_an_unknown_rubric_is_not_found() -> None:
    with pytest.raises(NotFound, match="There is no rubric called “AR-0”"):
        load("AR-0")


def test_every_outcome_has_a_label() -> None:
    assert set(OUTCOME_LABELS) == set(Outcome)
