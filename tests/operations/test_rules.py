"""When something stands still, how late mail was, and how a machine reads it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from partnerships.operations.rules.exposition import by, expose, one
from partnerships.operations.rules.lateness import BOUNDS, measure
from partnerships.operations.rules.standing import Pulse, standstills

NOW = datetime(2026, 1, 5, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
spans = st.lists(st.timedeltas(timedelta(days=-1), timedelta(days=3)), max_size=60)


@given(spans)
def test_every_mail_stands_in_one_bar(late: list[timedelta]) -> None:
    found = measure(late)

    assert found.total == len(late)
    assert found.bars[0].count == sum(one <= BOUNDS[0] for one in late)
    assert found.bars[-1].count == sum(one > BOUNDS[-1] for one in late)


@given(st.lists(st.timedeltas(timedelta(), timedelta(days=3)), max_size=60))
def test_a_share_is_the_least_that_so_many_do_not_exceed(late: list[timedelta]) -> None:
    found = measure(late)

    for share, bound in ((0.5, found.half), (0.99, found.most)):
        assert sum(one <= bound for one in late) >= share * len(late)
        assert sum(one < bound for one in late) < max(share * len(late), 1)


@pytest.mark.parametrize(
    ("age", "stands_still"), [(None, True), (timedelta(seconds=60), False), (timedelta(seconds=61), True)]
)
def test_a_tick_older_than_a_minute_stands_still(age: timedelta | None, *, stands_still: bool) -> None:
    assert Pulse(NOW, None if age is None else NOW - age).stands_still is stands_still


def test_a_clock_that_was_set_back_makes_no_tick_of_the_future() -> None:
    pulse = Pulse(NOW, NOW + timedelta(hours=1), paused_at=NOW + timedelta(hours=1))

    assert (pulse.age, pulse.paused_for) == (timedelta(), timedelta())


@pytest.mark.parametrize(
    ("beat", "paused", "paused_after", "told"),
    [
        (1, None, False, []),
        (9, None, False, []),
        (10, None, False, [("clockwork", 10)]),
        (1, 30, True, []),
        (1, 30, False, [("mail", 31)]),
        (1, 5, False, []),
        (600, 30, False, [("clockwork", 600), ("mail", 31)]),
        (None, None, False, []),
    ],
)
def test_what_stood_still_for_ten_minutes_and_runs_again_is_told(
    beat: int | None, paused: int | None, told: list[tuple[str, int]], *, paused_after: bool
) -> None:
    paused_at = None if paused is None else NOW - paused * MINUTE
    before = Pulse(NOW, None if beat is None else NOW - beat * MINUTE, paused_at)
    after = Pulse(NOW + MINUTE, NOW + MINUTE, paused_at if paused_after else None)

    assert [(one.what, one.minutes) for one in standstills(before, after)] == told
    assert all(one.hours == one.minutes // 60 for one in standstills(before, after))


def test_figures_are_written_as_prometheus_reads_them() -> None:
    text = expose(
        [one("age", "How old.", 1.5), one("unknown", "Nobody knows.", None), by("n", "By.", "x", {'a"\\\n': 2})]
    )

    assert text == (
        "# HELP sahabat_age How old.\n# TYPE sahabat_age gauge\nsahabat_age 1.5\n"
        "# HELP sahabat_unknown Nobody knows.\n# TYPE sahabat_unknown gauge\n"
        "# HELP sahabat_n By.\n# TYPE sahabat_n gauge\n"
        'sahabat_n{x="a\\"\\\\\\n"} 2\n'
    )
