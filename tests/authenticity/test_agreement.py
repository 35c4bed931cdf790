"""How far reviewers agree, held against the reference implementation."""

import math

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partnerships.authenticity.rules.agreement import SHOWN_FROM_PAIRS, agree, alpha

LEVEL = st.none() | st.integers(0, 4)
TABLES = st.integers(2, 6).flatmap(  # people; each list is one revision, with gaps
    lambda people: st.lists(st.lists(LEVEL, min_size=people, max_size=people), min_size=2, max_size=30)
)


def reference(table: list[list[int | None]]) -> float | None:
    """Return what the package makes of it, None where it says that there is nothing to compare."""
    filled = np.array([[np.nan if level is None else level for level in unit] for unit in table], dtype=float).T
    try:
        found = krippendorff.alpha(filled, level_of_measurement="ordinal", value_domain=list(range(5)))
    except ValueError:
        return None
    return None if math.isnan(found) else float(found)


@settings(max_examples=1000)
@given(TABLES)
def test_it_is_the_figure_of_the_reference_package(table: list[list[int | None]]) -> None:
    found = alpha([[level for level in unit if level is not None] for unit in table])
    levels = {level for unit in table if sum(each is not None for each in unit) > 1 for level in unit} - {None}
    if len(levels) < 2:
        assert found is None  # no variation: the package calls it an error, or 1
    else:
        assert found == pytest.approx(reference(table), abs=1e-9)


def test_nothing_is_said_of_too_few_pairs_or_people() -> None:
    few = [{1: 3, 2: 3}, {2: 1, 3: 1}] * (SHOWN_FROM_PAIRS // 2 - 1)
    assert not agree(few).is_enough
    assert agree(few).alpha is None
    two_people = [{1: 3, 2: 3}, {1: 1, 2: 1}] * SHOWN_FROM_PAIRS
    assert not agree(two_people).is_enough
    assert agree([*two_people, {1: 3, 3: 3}]).alpha == 1.0


def test_pairs_are_counted_within_each_revision() -> None:
    known = agree([{1: 3, 2: 3, 3: 2}, {1: 4}, {}])
    assert (known.pairs, known.reviewers) == (3, 3)


def test_no_variation_is_told_from_agreement() -> None:
    same = agree([{1: 3, 2: 3}, {2: 3, 3: 3}] * SHOWN_FROM_PAIRS)
    assert same.is_enough
    assert same.alpha is None


def test_the_interval_holds_the_figure_and_is_the_same_each_time() -> None:
    rated = [{1: 3, 2: 2, 3: 3}, {1: 1, 2: 1}, {2: 4, 3: 3}, {1: 0, 3: 2}] * 15
    known = agree(rated)
    assert known.alpha is not None
    assert known.low is not None
    assert known.high is not None
    assert known.low < known.alpha < known.high
    assert agree(rated) == known
    assert agree(rated * 4).high - agree(rated * 4).low < known.high - known.low  # type: ignore[operator]
