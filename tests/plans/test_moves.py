"""What a move makes of a plan: plain values, any plan, any day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.plans.rules.checking import MIN_DAYS_DRAFT_TO_PUBLISH
from partnerships.plans.rules.dates import StepKind, planned_stages, planned_steps
from partnerships.plans.rules.moves import Bent, Move, MoveKind, Plan, PlanStage, PlanStep, Why, bend
from partnerships.plans.rules.stages import StageState
from partnerships.plans.rules.templates import load

TEMPLATE = load("usage-3m")
ANCHOR = date(2026, 1, 5)
LAST = TEMPLATE.last_day
STAGES = [stage.key for stage in TEMPLATE.stages]
NAMES = [
    step.name
    for step in (
        PlanStep(one.kind, one.key, one.stage, one.due_on, done=False) for one in planned_steps(TEMPLATE, ANCHOR)
    )
]
ASKED = [name for name in NAMES if not name.startswith("stage_")]
FIRST_DRAFT, FIRST_POST = "draft:first-impression", "publish:first-impression"


def on(day: int) -> date:
    return ANCHOR + timedelta(days=day)


def plan_on(day: int, done: frozenset[str] = frozenset(), *, has_begun: bool = True) -> Plan:
    """Return the three-month plan as the clock leaves it on `day`: stages have opened and closed, `done` is done."""
    today = on(day)

    def state(starts_on: date, ends_on: date) -> StageState:
        if not has_begun or starts_on > today:
            return StageState.UPCOMING
        return StageState.OPEN if ends_on >= today else StageState.CLOSED

    stages = tuple(
        PlanStage(one.key, one.starts_on, one.ends_on, state(one.starts_on, one.ends_on))
        for one in planned_stages(TEMPLATE, ANCHOR)
    )
    states = {stage.key: stage.state for stage in stages}
    happened = {
        StepKind.STAGE_OPENS: {StageState.OPEN, StageState.CLOSED},
        StepKind.STAGE_CLOSES: {StageState.CLOSED},
    }
    steps = tuple(
        PlanStep(
            one.kind,
            one.key,
            one.stage,
            one.due_on,
            f"{one.kind}:{one.key}" in done or states[one.stage] in happened.get(one.kind, set()),
        )
        for one in planned_steps(TEMPLATE, ANCHOR)
    )
    return Plan(stages, steps, today, has_begun)


def day_of(bent: Bent, name: str) -> date:
    return next(step.due_on for step in bent.plan.steps if step.name == name)


def sentences(bent: Bent) -> list[tuple[str, str]]:
    return [(problem.line, problem.sentence) for problem in bent.problems]


def why_of(bent: Bent) -> dict[str, Why]:
    return {f"{stay.kind}:{stay.key}": stay.why for stay in bent.stays}


plans = st.builds(plan_on, st.integers(-25, LAST + 3), st.frozensets(st.sampled_from(ASKED)), has_begun=st.booleans())
days = st.integers(-40, 40)
moves = st.one_of(
    st.builds(Move, st.sampled_from([MoveKind.REST, MoveKind.ANCHOR]), days),
    st.builds(Move, st.just(MoveKind.PAUSE), st.integers(0, 40)),
    st.builds(Move, st.just(MoveKind.STAGE), days, st.sampled_from(STAGES)),
    st.builds(Move, st.just(MoveKind.STEP), key=st.sampled_from(ASKED), to=st.integers(-30, LAST + 30).map(on)),
    st.builds(
        Move,
        st.just(MoveKind.BACK),
        dates=st.dictionaries(st.sampled_from(NAMES), days.map(lambda n: on(n).isoformat())),
    ),
)


@given(plans, moves)
def test_what_is_done_never_moves_and_what_moves_is_told(plan: Plan, move: Move) -> None:
    bent = bend(plan, move)

    told = {f"{change.kind}:{change.key}": (change.old_on, change.new_on) for change in bent.changes}
    for was, now in zip(plan.steps, bent.plan.steps, strict=True):
        assert replace(was, due_on=now.due_on) == now
        assert told.get(was.name, (was.due_on, was.due_on)) == (was.due_on, now.due_on)
        if was.done:
            assert now.due_on == was.due_on


@given(plans, moves)
def test_a_move_without_problems_leaves_the_past_alone_and_breaks_nothing(plan: Plan, move: Move) -> None:
    bent = bend(plan, move)

    if bent.problems or move.kind is MoveKind.PAUSE:
        return
    for change in bent.changes:
        assert change.new_on is not None
        assert not plan.is_past(change.new_on)
        assert move.kind is MoveKind.STEP or not plan.is_past(change.old_on or change.new_on)
    assert broken(bent.plan) <= broken(plan)


def broken(plan: Plan) -> set[str]:
    """Return what is not as a plan should be, found in another way than the rules find it."""
    found = set()
    live = [stage for stage in plan.stages if stage.state in {StageState.UPCOMING, StageState.OPEN}]
    bounds = {stage.key: (stage.starts_on, stage.ends_on) for stage in live}
    for number, stage in enumerate(live):
        found |= {f"ends {stage.key}"} if stage.ends_on < stage.starts_on else set()
        found |= {f"starts {stage.key}"} if number and stage.starts_on <= live[number - 1].ends_on else set()
    waiting = {step.name: step for step in plan.steps if not step.done}
    for name, step in waiting.items():
        first, last = bounds.get(step.stage, (date.min, date.max))
        if step.kind in {StepKind.CHECK_IN, StepKind.PUBLISH} and not first <= step.due_on <= last:
            found.add(f"outside {name}")
        draft = waiting.get(f"draft:{step.key}")
        if step.kind is StepKind.PUBLISH and draft and (step.due_on - draft.due_on).days < MIN_DAYS_DRAFT_TO_PUBLISH:
            found.add(f"close {name}")
    return found


@given(plans, st.sampled_from([MoveKind.REST, MoveKind.ANCHOR]), st.integers(1, 40))
def test_everything_to_come_moves_by_the_same_days_and_the_rest_says_why_it_stays(
    plan: Plan, kind: MoveKind, days: int
) -> None:
    bent = bend(plan, Move(kind, days))

    moved = {f"{change.kind}:{change.key}": change.days for change in bent.changes}
    assert set(moved.values()) <= {days}
    assert moved.keys().isdisjoint(why_of(bent))
    assert moved.keys() | why_of(bent).keys() == {step.name for step in plan.steps}


@given(plans, st.integers(0, 60))
def test_a_pause_leaves_what_was_late_as_late_as_it_was(plan: Plan, days: int) -> None:
    bent = bend(replace(plan, has_begun=True), Move(MoveKind.PAUSE, days))

    waiting = [step for step in plan.steps if step.name not in why_of(bent)]
    assert [day_of(bent, step.name) - step.due_on for step in waiting] == [timedelta(days=days)] * len(waiting)
    assert bent.problems == ()


@given(plans, st.sampled_from([MoveKind.REST, MoveKind.ANCHOR]), st.integers(0, 40))
def test_a_shift_and_the_way_back_end_where_they_began(plan: Plan, kind: MoveKind, days: int) -> None:
    there = bend(plan, Move(kind, days))

    back = bend(there.plan, Move(MoveKind.BACK, dates={step.name: step.due_on.isoformat() for step in plan.steps}))

    assert back.plan == plan


def test_late_is_what_was_due_before_today_and_is_still_waited_for() -> None:
    plan = plan_on(8, frozenset({"check_in:received"}))  # the draft of day 7 and the check-in of day 5 are late

    bent = bend(plan, Move(MoveKind.REST, 5))

    why = why_of(bent)
    assert (why["check_in:received"], why["check_in:first-days"], why[FIRST_DRAFT]) == (Why.DONE, Why.LATE, Why.LATE)
    assert why["stage_opens:first"] is Why.DONE
    assert day_of(bent, "check_in:first-days") == on(5)
    assert day_of(bent, FIRST_POST) == on(18)
    assert bent.plan.stages[1].starts_on == on(0)
    assert bent.plan.stages[1].ends_on == on(18)


def test_a_late_check_in_can_be_given_a_day_of_its_own() -> None:
    bent = bend(plan_on(8), Move(MoveKind.STEP, key="check_in:first-days", to=on(10)))

    assert [(change.key, change.old_on, change.new_on) for change in bent.changes] == [("first-days", on(5), on(10))]
    assert bent.problems == ()


def test_what_counts_from_a_post_stays() -> None:
    plan = plan_on(20)
    kept = PlanStep(StepKind.KEEP_LIVE, "first-impression", "first", on(41), done=False)

    bent = bend(replace(plan, steps=(*plan.steps, kept)), Move(MoveKind.REST, 5))

    assert why_of(bent)[kept.name] is Why.POSTED
    assert day_of(bent, kept.name) == on(41)


@pytest.mark.parametrize("days", [-3, 4])
def test_another_end_of_a_stage_takes_every_later_stage_along_and_leaves_its_own_days(days: int) -> None:
    bent = bend(plan_on(1), Move(MoveKind.STAGE, days, key="habit"))

    assert [(stage.starts_on, stage.ends_on) for stage in bent.plan.stages[1:4]] == [
        (on(0), on(13)),
        (on(14), on(41 + days)),
        (on(42 + days), on(76 + days)),
    ]
    assert day_of(bent, "check_in:four-weeks") == on(28)
    assert day_of(bent, "check_in:six-weeks") == on(42 + days)
    assert bent.problems == ()


def test_a_stage_cannot_end_before_what_lies_in_it() -> None:
    bent = bend(plan_on(1), Move(MoveKind.STAGE, -20, key="habit"))

    assert [problem.line for problem in bent.problems if "outside" in problem.sentence] == [
        "publish:two-weeks-in",
        "check_in:four-weeks",
    ]


def test_a_stage_that_is_over_keeps_its_end() -> None:
    bent = bend(plan_on(20), Move(MoveKind.STAGE, 3, key="first"))

    assert sentences(bent)[0] == ("key", "This stage is over: its end cannot be moved any more.")


@pytest.mark.parametrize(
    ("name", "day", "said"),
    [
        ("check_in:two-weeks", 13, "outside its stage"),
        ("check_in:two-weeks", 42, "outside its stage"),
        ("publish:first-impression", 14, "outside its stage"),
        (FIRST_DRAFT, 8, "days from draft to post"),
        (FIRST_POST, 12, "days from draft to post"),
        ("check_in:two-weeks", 0, "This day is over"),
    ],
)
def test_one_date_stays_inside_what_was_agreed(name: str, day: int, said: str) -> None:
    bent = bend(plan_on(1), Move(MoveKind.STEP, key=name, to=on(day)))

    assert said in bent.problems[0].sentence


def test_nothing_is_moved_into_the_past() -> None:
    bent = bend(plan_on(4), Move(MoveKind.REST, -2))

    assert [(problem.line, problem.values["day"]) for problem in bent.problems] == [("check_in:first-days", on(3))]


def test_before_the_product_has_arrived_everything_follows_the_estimate() -> None:
    plan = plan_on(6, has_begun=False)  # the estimate is six days past, and nothing has begun

    bent = bend(plan, Move(MoveKind.ANCHOR, 9))

    assert {change.days for change in bent.changes} == {9}
    assert len(bent.changes) == len(plan.steps)
    assert bent.problems == ()


def test_the_way_back_leaves_what_would_be_over() -> None:
    plan = plan_on(10)
    later = bend(plan, Move(MoveKind.REST, 7)).plan
    then = replace(later, today=on(15))
    versions = {step.name: step.due_on.isoformat() for step in plan.steps}

    bent = bend(then, Move(MoveKind.BACK, dates=versions))

    assert why_of(bent)["check_in:two-weeks"] is Why.PASSED
    assert day_of(bent, "check_in:two-weeks") == on(21)
    assert day_of(bent, "check_in:four-weeks") == on(28)


def test_what_was_bent_before_is_no_reason_to_refuse() -> None:
    plan = plan_on(1)
    bent_before = replace(
        plan, steps=tuple(replace(one, due_on=on(20)) if one.name == FIRST_POST else one for one in plan.steps)
    )

    assert bend(bent_before, Move(MoveKind.REST, 3)).problems == ()


def test_only_days_that_are_asked_for_count_as_earlier() -> None:
    stage = bend(plan_on(1), Move(MoveKind.STAGE, -1, key="close"))
    rest = bend(plan_on(1), Move(MoveKind.STEP, key="check_in:first-days", to=on(4)))

    assert [len(stage.changes), stage.is_earlier] == [1, False]
    assert rest.is_earlier


@pytest.mark.parametrize("kind", list(MoveKind))
def test_what_was_due_before_sahabat_stays_unless_all_counts_from_another_day(kind: MoveKind) -> None:
    plan = replace(plan_on(20, has_begun=False), known_on=on(20))
    move = Move(kind, 3, "habit", dates={"check_in:first-days": on(8).isoformat()})

    stays = why_of(bend(plan, move))

    everything = kind in {MoveKind.REST, MoveKind.PAUSE}
    assert (stays.get("check_in:first-days") is Why.BEFORE) is (everything or kind is MoveKind.BACK)
    assert (stays.get("stage_opens:first") is Why.BEFORE) is everything
    assert stays.get("check_in:four-weeks") is None
