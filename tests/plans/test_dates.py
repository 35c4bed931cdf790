from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.core.errors import Refused
from partnerships.core.zones import end_of
from partnerships.plans import previewing
from partnerships.plans.rules.dates import (
    EARLIEST_DAYS_BACK,
    LATEST_DAYS_AHEAD,
    StepKind,
    check_anchor,
    check_receipt,
    on_day,
    planned_stages,
    planned_steps,
)
from partnerships.plans.rules.templates import load

TEMPLATE = load("usage-3m")
ANCHORS = st.dates(date(2000, 2, 1), date(2099, 1, 31))
ZONES = st.sampled_from(sorted(available_timezones() - {"localtime"}))
TODAY = date(2026, 1, 5)


@given(ANCHORS)
def test_the_counts_are_the_templates_for_any_anchor(anchor_on: date) -> None:
    kinds = Counter(step.kind for step in planned_steps(TEMPLATE, anchor_on))

    assert kinds[StepKind.CHECK_IN] == len(TEMPLATE.check_ins) == 8
    assert kinds[StepKind.PUBLISH] == len(TEMPLATE.deliverables) == 5
    assert kinds[StepKind.DRAFT] == sum(one.draft_day is not None for one in TEMPLATE.deliverables)
    assert kinds[StepKind.STAGE_OPENS] == kinds[StepKind.STAGE_CLOSES] == len(TEMPLATE.stages) == 6
    assert kinds[StepKind.KEEP_LIVE] == kinds[StepKind.PAY_FACT] == 0  # these come with the post


@given(ANCHORS)
def test_every_date_is_its_day_counted_from_the_anchor(anchor_on: date) -> None:
    for step in planned_steps(TEMPLATE, anchor_on):
        assert (step.due_on - anchor_on).days == step.day


@given(ANCHORS)
def test_every_date_lies_inside_its_stage_or_leads_up_to_it(anchor_on: date) -> None:
    stages = {stage.key: stage for stage in planned_stages(TEMPLATE, anchor_on)}

    for step in planned_steps(TEMPLATE, anchor_on):
        stage = stages[step.stage]
        assert step.due_on <= stage.ends_on
        assert step.due_on >= stage.starts_on or step.kind is StepKind.DRAFT


@given(ANCHORS)
def test_steps_come_in_the_order_in_which_they_happen(anchor_on: date) -> None:
    order = list(StepKind)
    places = [(step.due_on, order.index(step.kind)) for step in planned_steps(TEMPLATE, anchor_on)]

    assert places == sorted(places)


@given(ANCHORS)
def test_stages_follow_each_other_without_gap_or_overlap(anchor_on: date) -> None:
    for before, after in pairwise(planned_stages(TEMPLATE, anchor_on)):
        assert after.starts_on - before.ends_on == timedelta(days=1)


@given(ANCHORS, ZONES)
def test_what_is_due_on_a_day_is_due_in_its_last_minute_there(anchor_on: date, zone: str) -> None:
    for step in planned_steps(TEMPLATE, anchor_on):
        local = end_of(step.due_on, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        wanted = datetime.combine(step.due_on, time(23, 59))

        # A zone that skips this very minute (or, at the date line, the day) is the only one to differ.
        assert local == wanted or _is_skipped(wanted, zone)


def _is_skipped(local: datetime, zone: str) -> bool:
    there_and_back = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(zone))
    return there_and_back.replace(tzinfo=None) != local


def test_a_leap_day_is_a_day() -> None:
    assert on_day(date(2028, 2, 28), 1) == date(2028, 2, 29)
    assert on_day(date(2027, 2, 28), 1) == date(2027, 3, 1)


@pytest.mark.parametrize(("anchor_on", "day"), [(date.max, 1), (date.min, -1)])
def test_a_date_beyond_the_calendar_is_refused(anchor_on: date, day: int) -> None:
    with pytest.raises(Refused, match="too far away") as refusal:
        on_day(anchor_on, day)

    assert refusal.value.field == "anchor_on"


@pytest.mark.parametrize("days", [-TEMPLATE.last_day, -1, 0, 1, LATEST_DAYS_AHEAD])
def test_an_estimate_near_today_is_taken(days: int) -> None:
    check_anchor(TODAY + timedelta(days=days), TODAY, TEMPLATE)


@pytest.mark.parametrize("days", [-TEMPLATE.last_day - 1, LATEST_DAYS_AHEAD + 1, -100_000])
def test_an_estimate_far_from_today_is_refused(days: int) -> None:
    with pytest.raises(Refused) as refusal:
        check_anchor(TODAY + timedelta(days=days), TODAY, TEMPLATE)

    assert refusal.value.field == "anchor_on"


@pytest.mark.parametrize("days", [-EARLIEST_DAYS_BACK, -1, 0])
def test_a_receipt_of_the_last_days_is_taken(days: int) -> None:
    check_receipt(TODAY + timedelta(days=days), TODAY, TODAY)


@pytest.mark.parametrize("days", [-EARLIEST_DAYS_BACK - 1, 1, 300])
def test_a_receipt_in_the_future_or_long_ago_is_refused(days: int) -> None:
    with pytest.raises(Refused) as refusal:
        check_receipt(TODAY + timedelta(days=days), TODAY, TODAY)

    assert refusal.value.field == "received_on"


def test_a_receipt_as_long_ago_as_it_was_planned_is_taken() -> None:
    check_receipt(TODAY - timedelta(days=60), TODAY, TODAY - timedelta(days=60))


@given(ANCHORS)
def test_a_preview_shows_the_dates_that_the_plan_would_have(anchor_on: date) -> None:
    stages = previewing.preview(TEMPLATE, anchor_on)

    shown = sorted((step.kind, step.due_on) for stage in stages for step in stage.steps)
    planned = sorted(
        (step.kind, step.due_on)
        for step in planned_steps(TEMPLATE, anchor_on)
        if step.kind in {StepKind.CHECK_IN, StepKind.DRAFT, StepKind.PUBLISH}
    )
    assert shown == planned
    assert all(stage.title.id and stage.title.en for stage in stages)
    assert all(step.title.id and step.title.en for stage in stages for step in stage.steps)


def test_a_preview_calls_a_task_a_task() -> None:
    stages = previewing.preview(load("ugc-license"), TODAY)

    labels = [step.label for stage in stages for step in stage.steps if step.kind is StepKind.PUBLISH]
    assert labels == ["Clips handed over", "Post", "Task", "Task"]


def test_a_preview_says_what_was_before_sahabat_and_asks_for_a_draft_whose_post_is_to_come() -> None:
    stages = previewing.preview(TEMPLATE, TODAY - timedelta(days=50), earliest=TODAY)

    past = [(step.kind, step.day) for stage in stages for step in stage.steps if step.is_past]
    assert [day for kind, day in past if kind is StepKind.CHECK_IN] == [1, 5, 14, 28, 42]
    assert [day for kind, day in past if kind is StepKind.DRAFT] == [7, 18]
    assert [day for kind, day in past if kind is StepKind.PUBLISH] == [13, 25]


def test_a_preview_beyond_the_calendar_is_refused() -> None:
    with pytest.raises(Refused):
        previewing.preview(TEMPLATE, date(9999, 12, 1))
