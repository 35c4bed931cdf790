"""Weekdays of weeks of months, and what repeats: as rules, in templates, and in plans."""

import json
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partnerships.core.clock import ManualClock
from partnerships.core.zones import moment
from partnerships.database.work import Transactions
from partnerships.plans import receiving, undoing
from partnerships.plans.rules.checking import check
from partnerships.plans.rules.dates import StepKind, planned_stages, planned_steps, weekdays
from partnerships.plans.rules.moves import Move, MoveKind, Plan, PlanStage, PlanStep, Why, anchored, bend
from partnerships.plans.rules.quiet import Quieting, settle_plan
from partnerships.plans.rules.schedule import MONTHS, WEEKS, Due, Weekday, When, fewest_days, month_start
from partnerships.plans.rules.stages import StageState
from partnerships.plans.rules.templates import Quiet, QuietPolicy, Template, Text, dump, parse
from partnerships.plans.tables import Stage, Step
from partnerships.reminders import watching
from tests.plans.bending import days, mails, published, shift
from tests.stories import ANCHOR_ON, People, agree, ship, start

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


@given(anchors, whens, whens)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=40)
def test_no_anchor_brings_two_weekdays_nearer_than_the_fewest_days_between_them(
    anchor_on: date, first: When, then: When
) -> None:
    sooner, later = Due(first.latest, first), Due(then.latest, then)

    between = (then.on(anchor_on) - first.on(anchor_on)).days

    assert fewest_days(sooner, later) <= between
    assert fewest_days(sooner, Due(400)) <= 400 - (first.on(anchor_on) - anchor_on).days
    assert fewest_days(Due(-5), later) <= (then.on(anchor_on) - anchor_on).days + 5


def test_the_same_weekday_of_the_next_week_is_seven_days_later_whatever_the_anchor() -> None:
    first, then = (When(2, week, Weekday.TUE) for week in (1, 2))

    assert fewest_days(Due(first.latest, first), Due(then.latest, then)) == 7


@pytest.mark.parametrize(
    ("anchor_on", "week", "local", "utc"),
    [
        (date(2026, 2, 1), 2, time(2, 30), datetime(2026, 3, 8, 7, 30, tzinfo=UTC)),  # skipped: an hour later
        (date(2026, 10, 1), 1, time(1, 30), datetime(2026, 11, 1, 5, 30, tzinfo=UTC)),  # twice: the first
        (date(2026, 2, 1), 3, None, datetime(2026, 3, 16, 3, 59, tzinfo=UTC)),  # by the end of the day
    ],
)
def test_a_step_keeps_its_time_of_day_its_zone_and_the_moment_that_both_are(
    anchor_on: date, week: int, local: time | None, utc: datetime
) -> None:
    at = f"{local:%H:%M}" if local else None
    made = template(when={**when(2, week, "sun"), "at": at})
    (planned,) = [step for step in planned_steps(made, anchor_on) if step.key == "diary"]

    step = Step.of(planned, Stage(org_id=1, partnership_id=1, id=1), "America/New_York")

    assert (step.due_by, step.zone, step.due_at) == (local, "America/New_York", utc)


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
    rules = weekdays(made)
    return Plan(tuple(stages), tuple(steps), anchor_on, has_begun=False, anchor_on=anchor_on, weekdays=rules)


def diary_on(plan: Plan) -> date:
    return next(step.due_on for step in plan.steps if step.key == "diary")


def on_diary(plan: Plan, due_on: date) -> Plan:
    return replace(plan, steps=tuple(replace(one, due_on=due_on) if one.key == "diary" else one for one in plan.steps))


@given(anchors, st.integers(-40, 40))
def test_when_the_anchor_moves_the_weekday_is_looked_for_anew_and_all_else_goes_along(anchor: date, by: int) -> None:
    plan = planned(DIARY, anchor)

    bent = bend(plan, Move(MoveKind.ANCHOR, by))

    assert diary_on(bent.plan) == DIARY.check_in("diary").due.on(anchor + timedelta(days=by))
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

    assert DIARY.check_in("diary").due.on(date(2026, 1, 11)) == tuesday + timedelta(days=7)
    assert wanted["check_in:diary"] == tuesday + timedelta(days=6)


def test_a_plan_whose_start_is_moved_and_whose_product_came_on_another_day_keeps_its_weekday(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = agree(transactions, people, template_key=published(transactions, people, DIARY))
    ship(transactions, people.manager, partnership_id)
    planned_on = days(transactions, people, partnership_id)["check_in:diary"]
    shift(transactions, people.manager, partnership_id, Move(MoveKind.ANCHOR, 9))
    moved_on = days(transactions, people, partnership_id)["check_in:diary"]
    received_on = clock.now().date()
    with transactions.begin(people.creator) as work:
        receiving.confirm_receipt(work, partnership_id, received_on)

    fixed_on = days(transactions, people, partnership_id)["check_in:diary"]
    assert [day.weekday() for day in (planned_on, moved_on, fixed_on)] == [1, 1, 1]
    assert moved_on == DIARY.check_in("diary").due.on(ANCHOR_ON + timedelta(days=9)) != planned_on + timedelta(days=9)
    assert fixed_on == DIARY.check_in("diary").due.on(received_on)


def on_weekdays(*, draft_week: int = 3, publish_week: int = 4) -> Template:
    """Return the three-month story with the six-week post drafted and published on Tuesdays of month 2, at nine."""
    raw = deepcopy(RAW)
    line = next(one for one in raw["deliverables"] if one["key"] == "six-weeks-in")
    line["draft_when"] = {**when(2, draft_week), "at": "09:00"}
    line["publish_when"] = {**when(2, publish_week), "at": "09:00"}
    return parse(raw)


def test_content_is_drafted_and_published_on_weekdays_and_its_line_says_what_is_wrong() -> None:
    made, stage = on_weekdays(), "deliverables.six-weeks-in"
    draft, publish = made.deliverable("six-weeks-in").draft_due, made.deliverable("six-weeks-in").publish_due
    days = {
        (step.kind, step.due_on.weekday(), step.due_by)
        for number in range(31)
        for step in planned_steps(made, date(2026, 1, 1) + timedelta(days=number))
        if step.key == "six-weeks-in"
    }

    assert days == {(StepKind.DRAFT, 1, time(9)), (StepKind.PUBLISH, 1, time(9))}
    assert draft is not None
    assert (made.deliverable("six-weeks-in").publish_day, fewest_days(draft, publish)) == (publish.latest, 7)
    assert check(made) == []
    same_week = [str(problem) for problem in check(on_weekdays(draft_week=4)) if problem.row == stage]
    no_week = [str(problem) for problem in check(on_weekdays(publish_week=5)) if problem.row == stage]
    early = [str(problem) for problem in check(on_weekdays(draft_week=1, publish_week=2)) if problem.row == stage]
    assert "There are 0 days from draft to publishing; reviewing needs 6." in same_week[0]
    assert no_week == [f"{stage}: There is no week 5 in month 2: a month has four weeks of seven days."]
    assert f"{stage}: Publishing on day 35 is outside its stage (day 42 to day 76)." in early


def test_an_anchor_that_is_moved_takes_weekdays_to_those_of_its_own_months(
    transactions: Transactions, people: People
) -> None:
    made = on_weekdays()
    partnership_id = agree(transactions, people, template_key=published(transactions, people, made))
    before = days(transactions, people, partnership_id)

    moved = shift(transactions, people.manager, partnership_id, Move(MoveKind.ANCHOR, 9))

    after = days(transactions, people, partnership_id)
    spec = made.deliverable("six-weeks-in")
    assert after["publish:six-weeks-in"] == spec.publish_due.on(ANCHOR_ON + timedelta(days=9))
    assert [after[f"{kind}:six-weeks-in"].weekday() for kind in ("draft", "publish")] == [1, 1]
    assert after["publish:honest-review"] - before["publish:honest-review"] == timedelta(days=9)
    with transactions.begin(people.manager) as work:
        undoing.undo(work, moved.id)
    assert days(transactions, people, partnership_id) == before


def test_a_weekday_survives_being_written_down() -> None:
    made = template(when={**when(2, 2), "at": "09:30"})

    assert made.check_in("diary").due.by == time(9, 30)
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


@pytest.mark.parametrize(
    "rule",
    [
        {"month": 2},
        when(2, 1, "someday"),
        {**when(2, 1), "at": "25:00"},
        {**when(2, 1), "at": "09:00+07:00"},
        {**when(2, 1), "hour": 9},
    ],
)
def test_half_a_rule_or_more_than_one_is_no_template(rule: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        template(when=rule)


def test_what_repeats_is_there_every_so_many_days_until_its_stage_ends() -> None:
    stage = next(stage for stage in parse(RAW).stages if stage.to_day - stage.from_day > 14 and stage.from_day >= 0)

    written = template(day=stage.from_day, every_days=7)
    made = written.unrolled()

    days = [one.day for one in made.check_ins if one.key.startswith("diary_")]
    assert days == list(range(stage.from_day, stage.to_day + 1, 7))
    assert made.check_in("diary_2").title.en == "Diary 2"
    assert problems(written) == problems(made) == []
    assert made.unrolled() == made
    assert parse(json.loads(json.dumps(dump(written)))) == written


@pytest.mark.parametrize("every", ["7", 1.5, True])
def test_every_so_many_days_is_a_whole_number(every: Any) -> None:
    with pytest.raises(ValueError, match="is no int"):
        template(day=1, every_days=every)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ({"day": 1, "every_days": 0}, "It can be asked every day at most: write 1 or more."),
        ({"day": 1, "every_days": -7}, "It can be asked every day at most: write 1 or more."),
        ({"when": when(1, 2), "every_days": 7}, "A weekday comes once: leave either the weekday or the days between"),
    ],
)
def test_what_can_never_repeat_is_said_at_its_line(line: dict[str, Any], sentence: str) -> None:
    made = template(**line)

    assert any(sentence in problem for problem in problems(made))
    assert len(made.unrolled().check_ins) == len(made.check_ins)


def test_what_repeats_too_often_is_said_at_its_line() -> None:
    made = template(day=1, every_days=1)
    stages = (replace(one, to_day=one.to_day + 60) if one.key == "first" else one for one in made.stages)
    long = replace(made, stages=tuple(stages))

    assert "It would be asked more than 60 times." in " ".join(problems(long))


def test_only_what_repeats_is_left_out_on_a_quiet_day() -> None:
    raw = dump(template(day=1, every_days=1))
    raw["quiet_policy"] = {"check_ins": Quiet.SKIP.value, "deliverables": Quiet.KEEP.value}
    made, anchor_on = parse(raw).unrolled(), date(2026, 1, 26)
    quiet = {anchor_on + timedelta(days=number): Text("Tenang", "Quiet") for number in range(10)}

    settled = settle_plan(made, anchor_on, quiet)

    left_out = {key for (_, key), each in settled.items() if each.is_left_out}
    kept = {key for (_, key), each in settled.items() if each.is_kept}
    assert left_out
    assert all(key.startswith("diary_") for key in left_out)
    assert "received" in kept


def test_a_mail_about_what_is_due_at_a_time_says_by_whose_clock(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    key = published(transactions, people, on_weekdays())
    partnership_id = start(transactions, people, date(2026, 1, 5), template_key=key)
    due_on = days(transactions, people, partnership_id)["draft:six-weeks-in"]
    clock.set(moment(due_on - timedelta(days=1), time(10), "Asia/Jakarta"))  # it is due before reminders go out

    watching.tick(transactions)

    found = [mail.context for mail in mails(transactions, people, "draft") if mail.context["rung"] == "due"]
    assert [context["due_by"] for context in found if context["due_on"] == due_on.isoformat()] == ["09.00 WIB"]
