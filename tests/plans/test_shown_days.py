"""On which days the stages of a plan are shown: those that stand on their own, a skipped one on what they leave."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.plans.rules.moves import Move, MoveKind
from partnerships.plans.rules.stages import StageState, shown_days
from partnerships.portfolio import charting
from partnerships.portfolio.finding import Narrowing
from partnerships.reminders.watching import tick
from tests.conftest import SignIn
from tests.plans.bending import shift
from tests.stories import People, start

FIRST = date(2026, 1, 5)
A_DAY = timedelta(days=1)


@dataclass
class Dated:
    """A stage as it is dated now."""

    key: str
    starts_on: date
    ends_on: date
    state: StageState = StageState.UPCOMING


def on(day: int) -> date:
    return FIRST + day * A_DAY


def stages(*days: tuple[int, int], skipped: tuple[int, ...] = ()) -> list[Dated]:
    """Return stages called 0, 1, 2 … on these days, some of them skipped."""
    return [
        Dated(str(number), on(first), on(last), StageState.SKIPPED if number in skipped else StageState.UPCOMING)
        for number, (first, last) in enumerate(days)
    ]


def test_what_stands_is_shown_on_its_own_days() -> None:
    plan = stages((0, 6), (7, 13), (20, 30))

    assert shown_days(plan) == {one.key: (one.starts_on, one.ends_on) for one in plan}


def test_a_skipped_stage_is_shown_where_its_neighbours_leave_room() -> None:
    later = stages((0, 11), (7, 13), (19, 30), skipped=(1,))
    earlier = stages((0, 6), (7, 13), (9, 20), skipped=(1,))

    assert shown_days(later)["1"] == (on(12), on(18))
    assert shown_days(earlier)["1"] == (on(7), on(8))


def test_a_skipped_stage_without_room_is_not_shown() -> None:
    assert list(shown_days(stages((0, 6), (7, 13), (7, 20), skipped=(1,)))) == ["0", "2"]


def test_the_last_stage_keeps_its_length_behind_what_moved() -> None:
    assert shown_days(stages((0, 11), (7, 13), skipped=(1,)))["1"] == (on(12), on(18))


def test_the_first_stage_ends_before_what_moved() -> None:
    assert shown_days(stages((0, 6), (10, 13), skipped=(0,)))["0"] == (on(0), on(9))


@given(st.lists(st.integers(1, 20), min_size=1, max_size=6), st.data())
def test_there_is_neither_gap_nor_overlap_however_the_rest_has_moved(lengths: list[int], data: st.DataObject) -> None:
    left_out = data.draw(st.sets(st.sampled_from(range(len(lengths)))))
    plan, day, moved = [], 0, 0
    for number, length in enumerate(lengths):
        moved = moved + data.draw(st.integers(0, 9)) if number - 1 in left_out and number not in left_out else moved
        state = StageState.SKIPPED if number in left_out else StageState.UPCOMING
        here = day if state is StageState.SKIPPED else day + moved  # what is skipped has not moved
        plan.append(Dated(str(number), on(here), on(here + length - 1), state))
        day += length

    shown = shown_days(plan)

    assert list(shown) == [one.key for one in plan]
    assert all(first <= last for first, last in shown.values())
    assert all(after[0] - before[1] == A_DAY for before, after in pairwise(shown.values()))


def test_a_move_after_a_skip_leaves_no_gap_in_the_timeline(
    transactions: Transactions, people: People, clock: ManualClock, sign_in: SignIn
) -> None:
    plan = start(transactions, people, FIRST)
    tick(transactions)
    shift(transactions, people.manager, plan, Move(MoveKind.SKIP, key="habit"))
    clock.advance(minutes=1)
    tick(transactions)
    shift(transactions, people.manager, plan, Move(MoveKind.REST, 5))

    with transactions.looking(people.manager) as reading:
        bars = charting.chart(reading, Narrowing()).rows[0].bars
    client = sign_in(people.manager)
    client.post("/language", data={"locale": "en"})
    page = client.get(f"/partnerships/{plan}").text

    assert [after.starts_on - before.ends_on for before, after in pairwise(bars)] == [A_DAY] * (len(bars) - 1)
    assert "Sat, 24 Jan \u2013 Fri, 20 Feb" in page
