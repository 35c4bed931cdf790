from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.core.zones import day_in, end_of, moment
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.rules.quiet import QuietDays, QuietHours
from partnerships.plans.rules.templates import Text
from partnerships.reminders.rules.ladder import (
    LADDERS,
    NO_DAYS,
    Rung,
    Side,
    acts_at,
    climbs,
    next_look,
    rung_at,
    told_of,
)

DUE = date(2026, 2, 10)
JAKARTA = "Asia/Jakarta"
HOURS = QuietHours()
NEVER = datetime(2020, 1, 1, tzinfo=UTC)
zones = st.sampled_from(sorted(available_timezones()))
# 2024 to 2052 holds leap days and every daylight-saving change; no zone skips a whole day any more.
days = st.dates(date(2024, 1, 1), date(2052, 12, 31))
kinds = st.sampled_from(sorted(LADDERS))


def looks(kind: StepKind, due_on: date, zone: str, quiet: QuietDays = NO_DAYS) -> list[tuple[datetime, Rung]]:
    """Follow `next_look` from one moment to the next, as the tick does."""
    climbed, rung, now = [], None, NEVER
    while True:
        look = next_look(kind, due_on, zone, now, rung, days=quiet)
        if look.rung is not None:
            rung = look.rung.rung
            climbed.append((now, look.rung.rung))
        if look.next_action_at is None:
            return climbed
        assert look.next_action_at > now
        now = look.next_action_at


@pytest.mark.parametrize(
    ("due_by", "first"),
    [
        (None, date(2026, 2, 10)),
        (time(19), date(2026, 2, 10)),
        (time(9), date(2026, 2, 9)),
        (time(7), date(2026, 2, 9)),
    ],
)
def test_what_is_due_by_a_morning_is_asked_for_on_the_one_before(due_by: time | None, first: date) -> None:
    due, again, *_ = LADDERS[StepKind.CHECK_IN]

    assert rung_at(due, DUE, JAKARTA, due_by=due_by) == moment(first, time(9), JAKARTA)
    assert rung_at(again, DUE, JAKARTA, due_by=due_by) == moment(date(2026, 2, 11), time(9), JAKARTA)


@pytest.mark.parametrize(
    ("kind", "offsets"),
    [
        (StepKind.CHECK_IN, {0: "creator", 1: "creator", 3: "creator manager", 7: "owner"}),
        (StepKind.DRAFT, {-3: "creator", 0: "creator", 1: "creator", 3: "creator manager", 7: "owner"}),
        (StepKind.PUBLISH, {0: "creator", 3: "manager", 7: "owner"}),
        (StepKind.INVITATION, {0: "creator manager"}),
        (StepKind.NEGOTIATION, {0: "manager", 7: "owner"}),
        (StepKind.PARCEL, {0: "manager", 7: "owner"}),
        (StepKind.RECEIPT, {0: "creator manager"}),
    ],
)
def test_each_kind_has_its_ladder(kind: StepKind, offsets: dict[int, str]) -> None:
    ladder = {stair.days: " ".join(side for side in Side if side in stair.sides) for stair in LADDERS[kind]}

    assert ladder == offsets


def test_rungs_are_nine_in_the_morning_where_the_creator_lives() -> None:
    climbed = looks(StepKind.CHECK_IN, DUE, JAKARTA)

    assert climbed == [
        (datetime(2026, 2, 10, 2, tzinfo=UTC), Rung.DUE),
        (datetime(2026, 2, 11, 2, tzinfo=UTC), Rung.AGAIN),
        (datetime(2026, 2, 13, 2, tzinfo=UTC), Rung.MANAGER),
        (datetime(2026, 2, 17, 2, tzinfo=UTC), Rung.OWNER),
    ]


@given(kinds, days, zones)
def test_every_rung_is_climbed_once_in_order_and_never_in_quiet_hours(kind: StepKind, due_on: date, zone: str) -> None:
    climbed = looks(kind, due_on, zone)

    assert [rung for _, rung in climbed] == [stair.rung for stair in LADDERS[kind]]
    assert all(earlier < later for (earlier, _), (later, _) in pairwise(climbed))
    assert all(HOURS.lets_go(at, zone, {}) is None for at, _ in climbed)


@given(kinds, days, zones, st.integers(-10, 40), st.integers(0, 23))
def test_after_a_stop_only_the_latest_rung_is_climbed(
    kind: StepKind, due_on: date, zone: str, days_after: int, hour: int
) -> None:
    now = moment(due_on + timedelta(days=days_after), time(hour), zone)

    look = next_look(kind, due_on, zone, now, None)

    at = {stair: rung_at(stair, due_on, zone) for stair in LADDERS[kind]}
    come = tuple(stair for stair in LADDERS[kind] if at[stair] <= now)
    goes_on = day_in(zone, HOURS.lets_go(now, zone, NO_DAYS) or now)
    waits = any(moment > now and day_in(zone, moment) == goes_on for moment in at.values())
    assert look.come == (() if waits else come)
    if look.rung is not None:
        assert next_look(kind, due_on, zone, now, look.rung.rung).rung is None


def test_after_a_long_stop_each_side_hears_the_last_rung_that_names_it() -> None:
    now = moment(DUE + timedelta(days=8), time(9), JAKARTA)

    check_in, post, terms = (
        told_of(next_look(kind, DUE, JAKARTA, now, None).come)
        for kind in (StepKind.CHECK_IN, StepKind.PUBLISH, StepKind.NEGOTIATION)
    )
    later = told_of(next_look(StepKind.CHECK_IN, DUE, JAKARTA, now, Rung.MANAGER).come)

    assert check_in == {Side.CREATOR: Rung.MANAGER, Side.MANAGER: Rung.MANAGER, Side.OWNER: Rung.OWNER}
    assert post == {Side.CREATOR: Rung.DUE, Side.MANAGER: Rung.MANAGER, Side.OWNER: Rung.OWNER}
    assert terms == {Side.MANAGER: Rung.DUE, Side.OWNER: Rung.OWNER}
    assert later == {Side.OWNER: Rung.OWNER}


@pytest.mark.parametrize(("day", "hour"), [(6, 23), (7, 1), (7, 8)])
def test_what_could_only_go_on_the_day_of_the_next_rung_waits_for_that(day: int, hour: int) -> None:
    now = moment(DUE + timedelta(days=day), time(hour), JAKARTA)

    look = next_look(StepKind.CHECK_IN, DUE, JAKARTA, now, None)
    then = next_look(StepKind.CHECK_IN, DUE, JAKARTA, look.next_action_at or now, None)

    assert look.come == ()
    assert set(told_of(then.come)) == set(Side)


@given(kinds, days, zones, st.sets(st.integers(-5, 14), max_size=12))
def test_quiet_days_hold_rungs_back_and_let_none_come_twice_or_together(
    kind: StepKind, due_on: date, zone: str, quiet: set[int]
) -> None:
    quiet_days = {due_on + timedelta(days=number): Text("Tenang", "Quiet") for number in quiet}
    climbed, rung = [], None

    for number in range(-4, 40):
        now = moment(due_on + timedelta(days=number), time(9), zone)
        look = next_look(kind, due_on, zone, now, rung, days=quiet_days)
        if look.rung is not None:
            climbed.append((day_in(zone, now), look.rung.rung))
            rung = look.rung.rung

    mornings = [day for day, _ in climbed]
    order = [stair.rung for stair in LADDERS[kind]]
    assert not set(mornings) & quiet_days.keys()
    assert len(set(mornings)) == len(mornings)
    assert [rung for _, rung in climbed] == sorted({rung for _, rung in climbed}, key=order.index)
    assert rung == order[-1]


def test_a_leap_day_is_a_day_like_any_other() -> None:
    (first, _), *_ = looks(StepKind.DRAFT, date(2028, 3, 3), JAKARTA)

    assert first == datetime(2028, 2, 29, 2, tzinfo=UTC)


@given(st.datetimes(datetime(2024, 1, 1), datetime(2052, 1, 1), timezones=st.just(UTC)), zones)  # noqa: DTZ001 - hypothesis adds the zone
def test_quiet_hours_end_within_half_a_day_and_are_over_then(now: datetime, zone: str) -> None:
    local = now.astimezone(ZoneInfo(zone)).time()

    until = HOURS.lets_go(now, zone, {})

    assert (until is None) == (HOURS.ends <= local < HOURS.begins)
    if until is not None:
        assert timedelta(0) < until - now <= timedelta(hours=14)
        assert HOURS.lets_go(until, zone, {}) is None


@given(days, zones)
def test_a_stage_opens_as_its_day_begins_and_closes_as_it_ends(day: date, zone: str) -> None:
    opens, closes = acts_at(StepKind.STAGE_OPENS, day, zone), acts_at(StepKind.STAGE_CLOSES, day, zone)

    assert opens < closes == end_of(day, zone)
    assert opens.astimezone(ZoneInfo(zone)).date() == day
    assert next_look(StepKind.STAGE_OPENS, day, zone, opens, None).rung is None


@given(kinds, days, zones, st.sets(st.integers(-4, 12)))
def test_what_is_climbed_on_quiet_days_is_what_the_tick_climbs(
    kind: StepKind, due_on: date, zone: str, numbers: set[int]
) -> None:
    quiet = {due_on + timedelta(days=number): Text(id="Nyepi", en="Day of Silence") for number in numbers}

    climbed = [(at, come[-1].rung) for come, at in climbs(kind, due_on, zone, quiet)]

    assert climbed == looks(kind, due_on, zone, quiet)
