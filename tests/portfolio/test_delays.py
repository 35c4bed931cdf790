"""Whose delay made dates later: each version counts for what it was made for, and what is taken back counts no more."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

import pytest

from partnerships.deliverables.rules.waiting import PutOff
from partnerships.plans.rules.moves import UNDONE, MoveKind
from partnerships.plans.rules.partnerships import RECEIVED
from partnerships.portfolio.rules.delays import Whose, delays_of


@dataclass(frozen=True)
class Version:
    """A version of a plan with one stage and one check-in."""

    number: int
    reason: str
    dates: dict[str, str]


def plan(*moves: tuple[str, int]) -> list[Version]:
    """Return the versions that these moves make: the check-in goes by so many days, its stage by ten more."""
    days = accumulate((days for _, days in moves), initial=0)
    reasons = ["drafted", *(reason for reason, _ in moves)]
    return [
        Version(number, reason, {"check_in:first": on(day), "stage_closes:first": on(day * 10)})
        for number, (reason, day) in enumerate(zip(reasons, days, strict=True), 1)
    ]


def on(day: int) -> str:
    return (date(2026, 1, 5) + timedelta(days=day)).isoformat()


@pytest.mark.parametrize(
    ("moves", "told"),
    [
        ([], []),
        ([(RECEIVED, 9)], [(Whose.PARCEL, 9)]),
        ([(RECEIVED, -3)], []),
        ([(PutOff.BRAND_LATE, 2), (RECEIVED, 1), (PutOff.BRAND_LATE, 3)], [(Whose.PARCEL, 1), (Whose.BRAND, 5)]),
        ([(MoveKind.REST, 8), (UNDONE, -8)], []),
        ([(MoveKind.PAUSE, 14), (MoveKind.REST, 8), (UNDONE, -8)], [(Whose.PAUSE, 14)]),
        ([(PutOff.APPROVED_LATE, 2), (MoveKind.BACK, -2)], [(Whose.CREATOR, 2)]),
        ([(MoveKind.SKIP, 0), (MoveKind.STEP, 4)], [(Whose.HAND, 4)]),
    ],
)
def test_each_delay_is_whose_it_was(moves: list[tuple[str, int]], told: list[tuple[Whose, int]]) -> None:
    assert delays_of(plan(*moves)) == told


def test_what_went_farther_to_make_way_for_a_quiet_day_is_no_longer_a_pause() -> None:
    moves = plan((MoveKind.PAUSE, 3), (MoveKind.REST, 5), (UNDONE, -5), (MoveKind.PAUSE, 0))

    assert delays_of(moves, {2: 1, 3: 4, 5: 7}) == [(Whose.PAUSE, 1)]
