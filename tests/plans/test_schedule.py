"""Weekdays of weeks of months, and what repeats: as rules, in templates, and in plans."""

import json
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.plans import copying, publishing, receiving
from partnerships.plans.rules.checking import check
from partnerships.plans.rules.dates import planned_stages, planned_steps
from partnerships.plans.rules.moves import Move, MoveKind, Plan, PlanStage, PlanStep, Why, anchored, bend
from partnerships.plans.rules.quiet import Quieting, settle_plan
from partnerships.plans.rules.schedule import MONTHS, WEEKS, Weekday, When, month_start
from partnerships.plans.rules.stages import StageState
from partnerships.plans.rules.templates import Quiet, QuietPolicy, Template, Text, dump, parse
from tests.plans.bending import days, shift
from tests.stories import ANCHOR_ON, People, agree, ship

anchors = st.dates(date(2024, 1, 1), date(2052, 12, 31))
months = st.integers(1, MONTHS)
whens = st.builds(When, months, st.integers(1, WEEKS), st.sampled_from(Weekday))
RAW = json.loads(files("partnerships.plans").joinpath("data", "usage-3m.json").read_text("utf-8"))


def template(**check_in: Any) -> Template:
    """Return the three-month story with one more check-in."""
    raw = deepcopy(RAW)
    asked = {"key": "diary", "title": {"id": "Catatan", "en": "Diary"}, "intro": raw["check_ins"][0]["intro"]}
    raw["check_ins"].append({**asked, "questions": raw["check_ins"][0]["questions"], **check_in})
    return parse(raw)


def when(month: int, week: int, weekday: str = "tue") -> dict[str, Any]:
    return {"month": month, "week": week, "weekday": weekday}


def problems(made: Template) -> list[str]:
    return [str(problem) for problem in check(made) if problem.line.startswith("check_ins.diary")]


DIARY = next(
    made
    for made in (template(when=when(month, week)) for month in (2, 1, 3) for week in (2, 1, 3, 4))
    if not problems(made)
)
"""With a check-in on a Tuesday, of a week that lies in one stage whatever the anchor."""


@pytest.mark.parametrize(
    ("month", "start"),
    [(1, date(2026, 1, 31)), (2, date(2026, 2, 28)), (3, date(2026, 3, 31)), (4, date(2026, 4, 30))],
)
def test_months_count_from_the_anchor_and_never_from_each_other(month: int, start: date) -> None:
    assert month_start(date(2026, 1, 31), month) == start


def test_a_leap_day_begins_months_too() -> None:
    assert month_start(date(2028, 2, 29), 13) == date(2029, 2, 28)
    assert month_start(date(2027, 11, 29), 4) == date(2028, 2, 29)


def test_month_2_week_1_tuesday_is_the_first_tuesday_of_the_second_month() -> None:
    assert When(2, 1, Weekday.TUE).on(date(2026, 1, 26)) == date(2026, 3, 3)  # the month begins on Thursday the 26th


@given(anchors, whens)
def test_every_week_has_each_weekday_once_in_its_seven_days(anchor_on: date, rule: When) -> None:
    start = month_start(anchor_on, rule.month) + timedelta(weeks=rule.week - 1)

    on = rule.on(anchor_on)

    assert start <= on < start + timedelta(days=7)
    assert on.weekday() == list(Weekday).index(rule.weekday)


@given(anchors, whens)
def test_earliest_and_latest_hold_every_day_that_there_can_be(anchor_on: date, rule: When) -> None:
    assert rule.earliest <= (rule.on(anchor_on) - anchor_on).days <= rule.latest


@pytest.mark.parametrize(("month", "week"), [(2, 5), (2, 0), (0, 1), (14, 1)])
def test_weeks_that_there_are_not_are_known_as_such(month: int, week: int) -> None:
    assert not When(month, week, Weekday.MON).is_known


@pytest.mark.parametrize(
    ("anchor_on", "local", "utc"),
    [
        (date(2026, 2, 1), time(2, 30), datetime(2026, 3, 8, 7, 30, tzinfo=UTC)),  # skipped: an hour later
        (date(2026, 10, 1), time(1, 30), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),  # twice: the first
    ],
)
def test_a_time_of_day_that_is_skipped_moves_forward_and_one_that_comes_twice_is_the_first(
    anchor_on: date, local: time, utc: datetime
) -> None:
    week = 2 if anchor_on.month == 2 else 1

    assert When(2, week, Weekday.SUN).at(anchor_on, local, "America/New_York") == utc


def test_a_check_in_on_a_weekday_is_planned_on_it_whatever_the_anchor() -> None:
    made = template(when=when(2, 2))

    for number in range(35):
        anchor_on = date(2026, 1, 1) + timedelta(days=number)
        (step,) = [step for step in planned_steps(made, anchor_on) if step.key == "diary"]
        assert step.due_on.weekday() == 1
        assert step.due_on == anchor_on + timedelta(days=step.day)


def planned(made: Template, anchor_on: date) -> Plan:
    """Return the plan made from `made`, which nobody has begun."""
    stages = [
        PlanStage(one.key, one.starts_on, one.ends_on, StageState.UPCOMING) for one in planned_stages(made, anchor_on)
    ]
    steps = [PlanStep(one.kind, one.key, one.stage, one.due_on, done=False) for one in planned_steps(made, anchor_on)]
    rules = {one.key: one.when for one in made.check_ins if one.when}
    return Plan(tuple(stages), tuple(steps), anchor_on, has_begun=False, anchor_on=anchor_on, weekdays=rules)


def diary_on(plan: Plan) -> date:
    return next(step.due_on for step in plan.steps if step.key == "diary")


def on_diary(plan: Plan, due_on: date) -> Plan:
    return replace(plan, steps=tuple(replace(one, due_on=due_on) if one.key == "diary" else one for one in plan.steps))


@given(anchors, st.integers(-40, 40))
def test_when_the_anchor_moves_the_weekday_is_looked_for_anew_and_all_else_goes_along(anchor: date, by: int) -> None:
    plan = planned(DIARY, anchor)

    bent = bend(plan, Move(MoveKind.ANCHOR, by))

    assert diary_on(bent.plan) == DIARY.check_in("diary").on(anchor + timedelta(days=by))
    assert diary_on(bent.plan).weekday() == 1
    assert {change.days for change in bent.changes if change.key != "diary"} <= {by}
    assert all(change.days * by > 0 for change in bent.changes)  # never earlier because the start is later
    assert bent.problems == ()


def test_a_tuesday_stays_a_tuesday_after_nine_days_and_after_two_it_stays_where_it_is() -> None:
    plan = planned(DIARY, date(2026, 1, 5))

    after_nine, after_two = (bend(plan, Move(MoveKind.ANCHOR, by)) for by in (9, 2))

    assert [change.days for change in after_nine.changes if change.key == "diary"] == [7]
    assert [(stay.key, stay.why) for stay in after_two.stays] == [("diary", Why.WEEKDAY)]


def test_a_day_that_somebody_has_given_it_goes_along_with_the_anchor() -> None:
    plan = planned(DIARY, date(2026, 1, 5))
    chosen = diary_on(plan) + timedelta(days=1)

    bent = bend(on_diary(plan, chosen), Move(MoveKind.ANCHOR, 9))

    assert diary_on(bent.plan) == chosen + timedelta(days=9)


def test_off_a_quiet_day_its_weekday_is_looked_for_anew_all_the_same() -> None:
    plan = planned(DIARY, date(2026, 1, 5))
    quiet = Quieting({diary_on(plan): Text("Tenang", "Quiet")}, QuietPolicy(check_ins=Quiet.NEXT))

    bent = bend(on_diary(plan, diary_on(plan) + timedelta(days=1)), Move(MoveKind.ANCHOR, 9), quiet)

    assert diary_on(bent.plan) == diary_on(plan) + timedelta(days=7)


def test_a_weekday_that_would_lie_outside_its_stage_goes_along_instead() -> None:
    plan = planned(DIARY, date(2026, 1, 5))
    tuesday = diary_on(plan)
    own = next(step.stage for step in plan.steps if step.key == "diary")
    short = tuple(replace(one, ends_on=tuesday) if one.key == own else one for one in plan.stages)

    wanted = anchored(replace(plan, stages=short), 6, None)

    assert DIARY.check_in("diary").on(date(2026, 1, 11)) == tuesday + timedelta(days=7)
    assert wanted["check_in:diary"] == tuesday + timedelta(days=6)


def test_a_plan_whose_start_is_moved_and_whose_product_came_on_another_day_keeps_its_weekday(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    with transactions.begin(people.manager) as work:
        own = copying.copy_built_in(work, "usage-3m")
        work.session.flush()
        asked = (*own.template.check_ins, DIARY.check_in("diary"))
        own.write(replace(own.template, check_ins=asked), people.manager.person_id, work.now)
        publishing.publish(work, own.id)
        key = own.key
    partnership_id = agree(transactions, people, template_key=key)
    ship(transactions, people.manager, partnership_id)
    planned_on = days(transactions, people, partnership_id)["check_in:diary"]
    shift(transactions, people.manager, partnership_id, Move(MoveKind.ANCHOR, 9))
    moved_on = days(transactions, people, partnership_id)["check_in:diary"]
    received_on = clock.now().date()
    with transactions.begin(people.creator) as work:
        receiving.confirm_receipt(work, partnership_id, received_on)

    fixed_on = days(transactions, people, partnership_id)["check_in:diary"]
    assert [day.weekday() for day in (planned_on, moved_on, fixed_on)] == [1, 1, 1]
    assert moved_on == DIARY.check_in("diary").on(ANCHOR_ON + timedelta(days=9)) != planned_on + timedelta(days=9)
    assert fixed_on == DIARY.check_in("diary").on(received_on)


def test_a_weekday_survives_being_written_down() -> None:
    made = template(when=when(2, 2))

    assert parse(json.loads(json.dumps(dump(made)))) == made
    assert made.check_in("diary").day == made.check_in("diary").when.latest  # type: ignore[union-attr]  # it has one


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        (when(2, 5), "There is no week 5 in month 2: a month has four weeks of seven days."),
        (when(0, 1), "There is no week 1 in month 0: a month has four weeks of seven days."),
        (when(9, 1), "is outside the timeline"),
    ],
)
def test_a_week_that_there_is_not_is_said_at_its_line(rule: dict[str, Any], sentence: str) -> None:
    assert any(sentence in problem for problem in problems(template(when=rule)))


def test_a_week_that_can_lie_in_two_stages_is_said_at_its_line() -> None:
    weeks = [problems(template(when=when(month, week))) for month in (1, 2, 3) for week in (1, 2, 3, 4)]

    assert any("can lie in two stages" in problem for found in weeks for problem in found)
    assert any(not found for found in weeks)


@pytest.mark.parametrize("rule", [{"month": 2}, when(2, 1, "someday"), {**when(2, 1), "at": "09:00"}])
def test_half_a_rule_or_more_than_one_is_no_template(rule: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        template(when=rule)


def test_what_repeats_is_there_every_so_many_days_until_its_stage_ends() -> None:
    stage = next(stage for stage in parse(RAW).stages if stage.to_day - stage.from_day > 14 and stage.from_day >= 0)

    made = template(day=stage.from_day, every_days=7)

    days = [one.day for one in made.check_ins if one.key.startswith("diary-")]
    assert days == list(range(stage.from_day, stage.to_day + 1, 7))
    assert made.check_in("diary-2").title.en == "Diary 2"
    assert not [problem for problem in check(made) if problem.line.startswith("check_ins.diary")]
    assert parse(json.loads(json.dumps(dump(made)))) == made


@pytest.mark.parametrize("every", [0, -7, "7", 1.5, True])
def test_every_so_many_days_is_a_whole_number(every: Any) -> None:
    with pytest.raises(ValueError, match="diary"):
        template(day=1, every_days=every)


def test_only_what_repeats_is_left_out_on_a_quiet_day() -> None:
    raw = dump(template(day=1, every_days=1))
    raw["quiet_policy"] = {"check_ins": Quiet.SKIP.value, "deliverables": Quiet.KEEP.value}
    made, anchor_on = parse(raw), date(2026, 1, 26)
    quiet = {anchor_on + timedelta(days=number): Text("Tenang", "Quiet") for number in range(10)}

    settled = settle_plan(made, anchor_on, quiet)

    left_out = {key for (_, key), each in settled.items() if each.is_left_out}
    kept = {key for (_, key), each in settled.items() if each.is_kept}
    assert left_out
    assert all(key.startswith("diary-") for key in left_out)
    assert "received" in kept
