"""How long whoever moves next has before day 0."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.plans.rules.clocks import CLOCK_OF, runs_out_on
from partnerships.plans.rules.dates import CLOCKS, StepKind

MONDAY = date(2026, 1, 5)


@pytest.mark.parametrize(
    ("kind", "days"), [(StepKind.INVITATION, 3), (StepKind.PARCEL, 3), (StepKind.RECEIPT, 7), (StepKind.NEGOTIATION, 2)]
)
def test_each_clock_has_its_length(kind: StepKind, days: int) -> None:
    assert runs_out_on(kind, MONDAY) == MONDAY + timedelta(days=days)


@pytest.mark.parametrize(("weekday", "days"), [(2, 2), (3, 4), (4, 4), (5, 3), (6, 2)])
def test_terms_are_settled_within_two_working_days(weekday: int, days: int) -> None:
    since = MONDAY + timedelta(days=weekday)

    assert runs_out_on(StepKind.NEGOTIATION, since) == since + timedelta(days=days)


def test_nobody_settles_terms_on_a_quiet_day() -> None:
    quiet = {MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)}

    assert runs_out_on(StepKind.NEGOTIATION, MONDAY, quiet) == MONDAY + timedelta(days=4)
    assert runs_out_on(StepKind.PARCEL, MONDAY, quiet) == MONDAY + timedelta(days=3)


@given(st.dates(date(2024, 1, 1), date(2052, 12, 31)))
def test_the_brands_two_days_always_end_on_a_working_day_within_four(since: date) -> None:
    day = runs_out_on(StepKind.NEGOTIATION, since)

    assert day.weekday() < 5
    assert 2 <= (day - since).days <= 4


def test_every_clock_belongs_to_one_state() -> None:
    assert sorted(CLOCK_OF.values()) == sorted(CLOCKS)
