"""The life of a check-in, state by state, action by action, role by role."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from partnerships.check_ins.rules.check_ins import (
    ANSWERABLE,
    CHECK_IN,
    MARKS,
    SHUT,
    STATE_LABELS,
    CheckInAction,
    CheckInState,
    Door,
    count_done,
    door,
    is_late,
    misses_at,
)
from partnerships.core.actor import Role
from partnerships.core.errors import IllegalTransition, NotAllowed

S, A, R = CheckInState, CheckInAction, Role
ANSWERING = {R.OWNER, R.MANAGER, R.CREATOR}
EXPECTED: dict[tuple[CheckInState, CheckInAction], tuple[CheckInState, set[Role]]] = {
    (S.SCHEDULED, A.OPEN): (S.OPEN, {R.SYSTEM}),
    (S.OPEN, A.LAPSE): (S.LATE, {R.SYSTEM}),
    (S.OPEN, A.MISS): (S.MISSED, {R.SYSTEM}),
    (S.LATE, A.REOPEN): (S.OPEN, ANSWERING),
    (S.LATE, A.MISS): (S.MISSED, {R.SYSTEM}),
    (S.OPEN, A.ANSWER): (S.ANSWERED, ANSWERING),
    (S.LATE, A.ANSWER): (S.ANSWERED, ANSWERING),
    (S.MISSED, A.ANSWER): (S.ANSWERED, ANSWERING),
    (S.SCHEDULED, A.EXCUSE): (S.EXCUSED, {R.OWNER, R.MANAGER}),
    (S.OPEN, A.EXCUSE): (S.EXCUSED, {R.OWNER, R.MANAGER}),
    (S.LATE, A.EXCUSE): (S.EXCUSED, {R.OWNER, R.MANAGER}),
    (S.MISSED, A.EXCUSE): (S.EXCUSED, {R.OWNER, R.MANAGER}),
    (S.SCHEDULED, A.CANCEL): (S.CANCELLED, ANSWERING | {R.SYSTEM}),
    (S.OPEN, A.CANCEL): (S.CANCELLED, ANSWERING | {R.SYSTEM}),
    (S.LATE, A.CANCEL): (S.CANCELLED, ANSWERING | {R.SYSTEM}),
    (S.EXCUSED, A.RESTORE): (S.SCHEDULED, {R.SYSTEM}),
}
DUE_AT = datetime(2026, 1, 6, 16, 59, tzinfo=UTC)


@pytest.mark.parametrize(("state", "action", "role"), list(product(S, A, R)))
def test_every_state_action_and_role_does_what_the_design_says(
    state: CheckInState, action: CheckInAction, role: Role
) -> None:
    target, roles = EXPECTED.get((state, action), (None, set()))

    if target is None:
        with pytest.raises(IllegalTransition):
            CHECK_IN.advance(state, action, role)
    elif role not in roles:
        with pytest.raises(NotAllowed):
            CHECK_IN.advance(state, action, role)
    else:
        assert CHECK_IN.advance(state, action, role) is target


def test_an_answer_is_late_only_after_two_days_of_grace() -> None:
    end_of_grace = DUE_AT + timedelta(days=2)

    assert not is_late(end_of_grace, DUE_AT)
    assert is_late(end_of_grace + timedelta(seconds=1), DUE_AT)


def test_a_check_in_is_missed_after_fourteen_days_or_when_its_stage_closes_whichever_is_later() -> None:
    early, late = DUE_AT + timedelta(days=3), DUE_AT + timedelta(days=30)

    assert misses_at(DUE_AT, early) == DUE_AT + timedelta(days=14)
    assert misses_at(DUE_AT, late) == late


@pytest.mark.parametrize(("state", "is_running", "is_over"), list(product(S, (True, False), (True, False))))
def test_the_door_is_open_exactly_when_an_answer_can_be_taken(
    state: CheckInState,
    is_running: bool,  # noqa: FBT001 - a case of the table
    is_over: bool,  # noqa: FBT001
) -> None:
    met = door(state, is_running=is_running, is_over=is_over)

    assert (met is Door.ASKING) == (state in ANSWERABLE and is_running and not is_over)
    assert (met is Door.GIVEN) == (state is S.ANSWERED)


def test_every_shut_door_and_every_state_has_its_words() -> None:
    assert set(SHUT) == set(Door) - {Door.ASKING}
    assert set(STATE_LABELS) == set(MARKS) == set(S)


def test_answered_and_excused_check_ins_are_done_and_missed_ones_are_not() -> None:
    assert count_done([S.ANSWERED, S.EXCUSED, S.MISSED, S.OPEN]) == 2
