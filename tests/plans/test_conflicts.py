"""What a plan runs into, said of each creator."""

from dataclasses import replace
from datetime import date, timedelta

from partnerships.plans.rules.conflicts import Conflict, ConflictKind, Other, Planned, conflicts_of, crowded_days
from partnerships.plans.rules.dates import PlannedStep, StepKind
from partnerships.plans.rules.templates import load

STARTS, ENDS = date(2026, 1, 10), date(2026, 3, 20)
TEMPLATE = replace(load("usage-3m"), exclusivity_days=30, saturation_limit=1)


def step(kind: StepKind, day: date) -> PlannedStep:
    return PlannedStep(kind, "key", "stage", (day - STARTS).days, day)


PLANNED = Planned(TEMPLATE, 1, 1, "cosmetics", STARTS, ENDS, [step(StepKind.DRAFT, date(2026, 2, 2))])
ELSEWHERE = Other(5, 2, "Kopi diary", 2, "Kopi", "food", date(2026, 2, 1), date(2026, 2, 20))


def test_a_creator_without_other_partnerships_runs_into_nothing() -> None:
    assert conflicts_of(PLANNED, []) == []
    assert crowded_days(PLANNED) == []


def test_another_brand_of_the_same_category_competes_until_exclusivity_has_run_out() -> None:
    rival = replace(ELSEWHERE, category="cosmetics")
    late = replace(rival, starts_on=date(2026, 4, 19), ends_on=date(2026, 6, 1))  # the last day of exclusivity
    later = replace(late, starts_on=date(2026, 4, 20))
    before = replace(rival, starts_on=date(2025, 11, 1), ends_on=date(2026, 1, 9))
    own = replace(rival, brand_id=1)

    assert conflicts_of(PLANNED, [rival]) == [Conflict(ConflictKind.COMPETING, rival)]
    assert conflicts_of(PLANNED, [late]) == [Conflict(ConflictKind.COMPETING, late)]
    assert conflicts_of(PLANNED, [later]) == conflicts_of(PLANNED, [before]) == conflicts_of(PLANNED, [own]) == []


def test_a_rival_keeps_others_away_as_long_as_its_own_exclusivity_lasts() -> None:
    earlier = replace(ELSEWHERE, category="cosmetics", starts_on=date(2025, 10, 1), ends_on=STARTS - timedelta(days=30))
    bound, free = replace(earlier, exclusivity_days=30), replace(earlier, exclusivity_days=29)

    assert conflicts_of(PLANNED, [bound]) == [Conflict(ConflictKind.COMPETING, bound)]
    assert conflicts_of(PLANNED, [free]) == []


def test_a_partnership_that_is_over_binds_but_is_no_second_one_in_the_campaign() -> None:
    earlier = replace(ELSEWHERE, campaign_id=1, category="cosmetics", starts_on=date(2025, 10, 1))
    over = replace(earlier, ends_on=STARTS - timedelta(days=1), is_over=True)
    bound = replace(over, exclusivity_days=30)

    assert conflicts_of(PLANNED, [over]) == []
    assert conflicts_of(PLANNED, [bound]) == [Conflict(ConflictKind.COMPETING, bound)]


def test_more_other_brands_in_a_month_than_the_template_allows_are_named_with_the_months() -> None:
    tea = replace(ELSEWHERE, id=6, brand_id=3, brand="Teh", starts_on=date(2026, 2, 15), ends_on=date(2026, 3, 31))

    assert conflicts_of(PLANNED, [ELSEWHERE]) == []
    assert conflicts_of(PLANNED, [ELSEWHERE, tea]) == [
        Conflict(ConflictKind.SATURATED, days=(date(2026, 2, 1),), brands=("Kopi", "Teh"))
    ]
    unlimited = replace(PLANNED, template=replace(TEMPLATE, saturation_limit=None))
    assert conflicts_of(unlimited, [ELSEWHERE, tea]) == []


def test_the_months_of_a_stretch_are_told_together() -> None:
    long = [replace(ELSEWHERE, id=number, brand_id=number, brand=f"B{number}", ends_on=ENDS) for number in (7, 8)]

    (conflict,) = conflicts_of(PLANNED, long)

    assert (conflict.days, conflict.brands) == ((date(2026, 2, 1), date(2026, 3, 1)), ("B7", "B8"))


def test_two_deadlines_on_one_day_are_told_within_the_plan_and_beside_another() -> None:
    busy = replace(ELSEWHERE, owed_on=frozenset({date(2026, 2, 2), date(2026, 2, 3)}))
    chance = step(StepKind.CHECK_IN, date(2026, 2, 1))  # a quiet day puts it off by one
    twice = replace(PLANNED, steps=[*PLANNED.steps, replace(chance, due_on=date(2026, 2, 2))])
    meant = replace(PLANNED, steps=[*PLANNED.steps, step(StepKind.CHECK_IN, date(2026, 2, 2))])
    tacit = replace(PLANNED, steps=[*PLANNED.steps, step(StepKind.STAGE_OPENS, date(2026, 2, 2))])

    assert conflicts_of(PLANNED, [busy]) == [Conflict(ConflictKind.SAME_DAY, busy, (date(2026, 2, 2),))]
    assert crowded_days(twice) == [date(2026, 2, 2)]
    assert crowded_days(meant) == crowded_days(tacit) == []


def test_a_partnership_in_the_same_campaign_comes_first() -> None:
    same = replace(ELSEWHERE, campaign_id=1, brand_id=1, owed_on=frozenset({date(2026, 2, 2)}))

    assert [one.kind for one in conflicts_of(PLANNED, [same])] == [ConflictKind.AGAIN, ConflictKind.SAME_DAY]
