"""Quiet days and hours as rules: what becomes of dates, and until when reminders wait."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.core.zones import day_in, moment
from partnerships.plans.rules.checking import MIN_DAYS_DRAFT_TO_PUBLISH, check
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.rules.quiet import (
    DayKind,
    Kept,
    QuietHours,
    Quieting,
    Settled,
    around,
    holidays,
    settle,
    settle_plan,
)
from partnerships.plans.rules.templates import Quiet, QuietPolicy, Text, load

EID = date(2026, 3, 21)
NAME = Text(id="Idul Fitri", en="Eid")
DAYS = {EID + timedelta(days=number): NAME for number in range(-3, 4)}  # Wednesday 18 to Tuesday 24 March
FRAMES = {"use": (date(2026, 3, 1), date(2026, 3, 31))}
ZONES = ["Asia/Jakarta", "Asia/Jayapura", "America/New_York", "Europe/Berlin", "Pacific/Auckland"]

policies = st.builds(QuietPolicy, st.sampled_from(Quiet), st.sampled_from(Quiet))
days_of_march = st.integers(1, 31).map(lambda day: date(2026, 3, day))


@dataclass(frozen=True)
class Thing:
    kind: StepKind
    due_on: date
    key: str = "thing"
    stage: str = "use"


def check_in(due_on: date) -> Thing:
    return Thing(StepKind.CHECK_IN, due_on)


def moved(*things: Thing, policy: Quiet, earliest: date = date.min) -> dict[StepKind, date]:
    settled = settle(things, FRAMES, DAYS, QuietPolicy(policy, policy), earliest)
    return {kind: each.to for (kind, _), each in settled.items()}


@pytest.mark.parametrize(
    ("policy", "to"),
    [(Quiet.NEXT, date(2026, 3, 25)), (Quiet.PREVIOUS, date(2026, 3, 17)), (Quiet.KEEP, EID), (Quiet.SKIP, EID)],
)
def test_a_check_in_on_a_quiet_day_goes_where_the_policy_says(policy: Quiet, to: date) -> None:
    assert moved(check_in(EID), policy=policy) == {StepKind.CHECK_IN: to}


def test_a_date_on_a_day_of_a_quiet_stage_goes_where_the_policy_says() -> None:
    ramadan, anchor_on = load("ramadan"), date(2026, 3, 20)
    late = tuple(replace(one, draft_day=4) if one.key == "look-back" else one for one in ramadan.deliverables)
    made = replace(ramadan, deliverables=late)

    (settled,) = settle_plan(made, anchor_on, {}).values()

    assert ramadan.resting == {"eid": ramadan.stage("eid").title}
    assert settle_plan(ramadan, anchor_on, {}) == {}
    assert (settled.to, settled.because) == (anchor_on + timedelta(days=8), ramadan.stage("eid").title)


def test_a_quiet_stage_with_dates_in_it_is_said_at_their_lines_unless_they_are_kept() -> None:
    ramadan = load("ramadan")
    asked = tuple(replace(one, day=3) if one.key == "after" else one for one in ramadan.check_ins)
    late = tuple(replace(one, draft_day=4) if one.key == "look-back" else one for one in ramadan.deliverables)
    made = replace(ramadan, check_ins=asked, deliverables=late)
    kept = replace(made, quiet_policy=QuietPolicy(Quiet.KEEP, Quiet.KEEP))
    long = replace(ramadan, stages=tuple(replace(one, quiet=one.key == "prep") for one in ramadan.stages))

    sentence = "“eid” is quiet (day 0 to day 7): nobody is asked for anything then."
    assert [str(problem) for problem in check(made)] == [
        f"check_ins.after: {sentence}",
        f"deliverables.look-back: {sentence}",
    ]
    assert check(kept) == []
    assert "stages.prep: A quiet stage has at most 21 days: reminders wait for its end." in map(str, check(long))


@pytest.mark.parametrize(
    ("policy", "earliest", "to"),
    [
        (Quiet.NEXT, EID, date(2026, 3, 25)),
        (Quiet.PREVIOUS, date(2026, 3, 17), date(2026, 3, 17)),
        (Quiet.PREVIOUS, date(2026, 3, 18), date(2026, 3, 25)),  # the days that the creator was promised count more
        (Quiet.KEEP, EID, EID),
        (Quiet.SKIP, EID, EID),
    ],
)
def test_what_is_put_off_to_a_quiet_day_goes_where_the_policy_says(policy: Quiet, earliest: date, to: date) -> None:
    settled = Quieting(DAYS, QuietPolicy(Quiet.KEEP, policy)).put_off(StepKind.PUBLISH, EID, earliest)

    assert settled is not None
    assert (settled.due_on, settled.to, settled.because) == (EID, to, NAME)


def test_what_is_put_off_to_another_day_comes_there() -> None:
    assert Quieting(DAYS, QuietPolicy(Quiet.NEXT, Quiet.NEXT)).put_off(StepKind.DRAFT, date(2026, 3, 26), EID) is None


def test_it_names_what_was_gone_out_of_the_way_of_once_and_not_what_stayed() -> None:
    nyepi = Text(id="Nyepi", en="Day of Silence")
    settled = [
        Settled(EID, date(2026, 3, 25), NAME),
        Settled(date(2026, 3, 20), date(2026, 3, 25), NAME),
        Settled(date(2026, 3, 19), date(2026, 3, 19), nyepi),
    ]

    assert around(settled) == {"id": "Idul Fitri", "en": "Eid"}
    assert around(settled[2:]) == {}


def test_a_day_that_is_not_quiet_is_left_alone() -> None:
    assert moved(check_in(date(2026, 3, 17)), policy=Quiet.NEXT) == {}


def test_stages_open_and_close_on_quiet_days_too() -> None:
    assert moved(Thing(StepKind.STAGE_OPENS, EID), policy=Quiet.NEXT) == {}


def test_it_says_which_day_it_was_and_why() -> None:
    (settled,) = settle([check_in(EID)], FRAMES, DAYS, QuietPolicy(Quiet.NEXT, Quiet.KEEP)).values()

    assert (settled.due_on, settled.because, settled.is_kept) == (EID, NAME, False)


def why(*things: Thing, policy: Quiet = Quiet.NEXT, earliest: date = date.min) -> Kept | None:
    """Return why the last of `things` stays on a quiet day."""
    frames = {"use": (date(2026, 3, 1), date(2026, 3, 24))}
    *_, last = settle(things, frames, DAYS, QuietPolicy(policy, policy), earliest).values()
    assert last.is_kept == (last.why is not None)
    return last.why


def test_what_stays_says_why() -> None:
    post = Thing(StepKind.PUBLISH, EID + timedelta(days=MIN_DAYS_DRAFT_TO_PUBLISH))

    assert why(check_in(EID), policy=Quiet.KEEP) is Kept.POLICY
    assert why(check_in(EID), policy=Quiet.NEXT) is Kept.STAGE
    assert why(check_in(EID), policy=Quiet.PREVIOUS, earliest=EID) is Kept.PASSED
    assert why(check_in(EID), policy=Quiet.PREVIOUS) is None
    assert why(post, Thing(StepKind.DRAFT, EID)) is Kept.ROOM


def test_a_check_in_does_not_leave_its_stage() -> None:
    frames = {"use": (date(2026, 3, 1), date(2026, 3, 24))}

    (settled,) = settle([check_in(EID)], frames, DAYS, QuietPolicy(Quiet.NEXT, Quiet.NEXT)).values()

    assert settled.is_kept


def test_nothing_is_put_before_the_earliest_day() -> None:
    assert moved(check_in(EID), policy=Quiet.PREVIOUS, earliest=date(2026, 3, 18)) == {StepKind.CHECK_IN: EID}


def test_a_draft_that_would_come_too_near_its_post_stays() -> None:
    post = Thing(StepKind.PUBLISH, date(2026, 3, 30))

    assert moved(Thing(StepKind.DRAFT, EID), post, policy=Quiet.NEXT) == {StepKind.DRAFT: EID}
    assert moved(Thing(StepKind.DRAFT, EID), post, policy=Quiet.PREVIOUS) == {StepKind.DRAFT: date(2026, 3, 17)}


def test_a_draft_follows_where_its_post_went() -> None:
    post = Thing(StepKind.PUBLISH, date(2026, 3, 24))
    draft = Thing(StepKind.DRAFT, date(2026, 3, 18))

    assert moved(draft, post, policy=Quiet.PREVIOUS) == {
        StepKind.PUBLISH: date(2026, 3, 24),  # the seventeenth is too near the draft
        StepKind.DRAFT: date(2026, 3, 17),
    }


@given(st.lists(days_of_march, max_size=8), days_of_march, st.integers(MIN_DAYS_DRAFT_TO_PUBLISH, 14), policies)
def test_whatever_the_policy_order_room_and_stages_are_kept(
    check_in_days: list[date], draft_on: date, room: int, policy: QuietPolicy
) -> None:
    publish_on = min(draft_on + timedelta(days=room), date(2026, 3, 31))
    draft_on = publish_on - timedelta(days=room)
    things = [Thing(StepKind.CHECK_IN, day, f"c{number}") for number, day in enumerate(sorted(check_in_days))]
    things += [Thing(StepKind.DRAFT, draft_on, "post"), Thing(StepKind.PUBLISH, publish_on, "post")]

    settled = settle(things, FRAMES, DAYS, policy)

    to = {
        (thing.kind, thing.key): settled[thing.kind, thing.key].to
        if (thing.kind, thing.key) in settled
        else thing.due_on
        for thing in things
    }
    answered = [to[thing.kind, thing.key] for thing in things if thing.kind is StepKind.CHECK_IN]
    assert answered == sorted(answered)
    assert (to[StepKind.PUBLISH, "post"] - to[StepKind.DRAFT, "post"]).days >= MIN_DAYS_DRAFT_TO_PUBLISH
    assert all(
        date(2026, 3, 1) <= on <= date(2026, 3, 31) for (kind, _), on in to.items() if kind is not StepKind.DRAFT
    )


@pytest.mark.parametrize("zone", ZONES)
@given(
    st.integers(0, 35 * 24 * 60).map(lambda minutes: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    st.times(),
    st.times(),
)
def test_whenever_reminders_wait_they_end_at_a_moment_that_is_not_quiet(
    zone: str, now: datetime, begins: time, ends: time
) -> None:
    hours = QuietHours(begins, ends)

    until = hours.lets_go(now, zone, DAYS)

    if until is None:
        assert day_in(zone, now) not in DAYS
    else:
        assert until > now or begins == ends
        assert day_in(zone, until) not in DAYS


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ((2026, 3, 16, 21, 0), (17, 8)),  # in the evening
        ((2026, 3, 17, 7, 59), (17, 8)),  # in the night
        ((2026, 3, 17, 12, 0), None),
        ((2026, 3, 17, 20, 0), (25, 8)),  # in the evening before seven quiet days
        ((2026, 3, 20, 12, 0), (25, 8)),  # in the middle of them
        ((2026, 3, 24, 23, 0), (25, 8)),
    ],
)
def test_reminders_wait_for_the_first_morning_that_is_not_quiet(
    at: tuple[int, int, int, int, int], until: tuple[int, int] | None
) -> None:
    year, month, day, hour, minute = at
    now = moment(date(year, month, day), time(hour, minute), "Asia/Makassar")

    waits = QuietHours().lets_go(now, "Asia/Makassar", DAYS)

    assert waits == (until and moment(date(2026, 3, until[0]), time(until[1]), "Asia/Makassar"))


def test_without_quiet_hours_only_quiet_days_hold_reminders() -> None:
    hours = QuietHours(time(0), time(0))
    night = moment(date(2026, 3, 17), time(3), "Asia/Jakarta")

    assert hours.lets_go(night, "Asia/Jakarta", DAYS) is None
    assert hours.lets_go(night + timedelta(days=1), "Asia/Jakarta", DAYS) == moment(
        date(2026, 3, 25), time(0), "Asia/Jakarta"
    )


def test_hours_in_the_middle_of_the_day_are_quiet_too() -> None:
    noon = moment(date(2026, 3, 17), time(12, 30), "Asia/Jakarta")

    assert QuietHours(time(12), time(13)).lets_go(noon, "Asia/Jakarta", {}) == noon + timedelta(minutes=30)


def test_the_list_of_holidays_has_every_year_in_both_languages() -> None:
    eids = [day for day in holidays() if day.key == "idul-fitri"]

    assert [day.on.year for day in eids] == [2025, 2026, 2027, 2028, 2029]
    assert all(day.estimated for day in eids if day.on.year > 2025)
    assert all(day.name.id and day.name.en for day in holidays())
    assert not any(day.estimated for day in holidays() if day.key == "kemerdekaan")
    assert {day.kind for day in holidays()} == {DayKind.PUBLIC, DayKind.JOINT}
