"""The transition tables, exhaustively: what is not written here is not allowed."""

import pytest

from partnerships.core.actor import Role
from partnerships.core.errors import IllegalTransition, NotAllowed
from partnerships.plans.rules.partnerships import (
    OVER,
    PARTNERSHIP,
    REASON_LABELS,
    STATE_LABELS,
    EndReason,
    PartnershipAction,
    PartnershipState,
)
from partnerships.plans.rules.proposals import MOVE, MoveAction, MoveState
from partnerships.plans.rules.stages import STAGE, StageAction, StageState
from partnerships.plans.rules.stages import STATE_LABELS as STAGE_LABELS

S, A = PartnershipState, PartnershipAction
BRAND, MINE = "owner manager", "creator"
BOTH = f"{BRAND} {MINE}"
LIFE = {
    (S.DRAFT, A.INVITE): (S.INVITED, BRAND),
    (S.NEGOTIATING, A.INVITE): (S.INVITED, BRAND),
    (S.INVITED, A.NEGOTIATE): (S.NEGOTIATING, BOTH),
    (S.INVITED, A.ACCEPT): (S.ACCEPTED, MINE),
    (S.NEGOTIATING, A.ACCEPT): (S.ACCEPTED, MINE),
    (S.INVITED, A.DECLINE): (S.DECLINED, MINE),
    (S.NEGOTIATING, A.DECLINE): (S.DECLINED, MINE),
    (S.ACCEPTED, A.PREPARE): (S.PREPARING, BRAND),
    (S.ACCEPTED, A.START): (S.ACTIVE, f"{BOTH} system"),
    (S.PREPARING, A.PREPARE): (S.PREPARING, BRAND),
    (S.PREPARING, A.SPOIL): (S.ACCEPTED, BOTH),
    (S.PREPARING, A.START): (S.ACTIVE, BOTH),
    (S.ACTIVE, A.HOLD): (S.ON_HOLD, BOTH),
    (S.ON_HOLD, A.RESUME): (S.ACTIVE, BRAND),
    (S.ACTIVE, A.COMPLETE): (S.COMPLETED, "system"),
    (S.DRAFT, A.END_EARLY): (S.ENDED_EARLY, BRAND),
    (S.INVITED, A.END_EARLY): (S.ENDED_EARLY, BOTH),
    (S.NEGOTIATING, A.END_EARLY): (S.ENDED_EARLY, BOTH),
    (S.ACCEPTED, A.END_EARLY): (S.ENDED_EARLY, BOTH),
    (S.PREPARING, A.END_EARLY): (S.ENDED_EARLY, BOTH),
    (S.ACTIVE, A.END_EARLY): (S.ENDED_EARLY, BOTH),
    (S.ON_HOLD, A.END_EARLY): (S.ENDED_EARLY, BOTH),
}
MOVES = {
    (MoveState.PROPOSED, MoveAction.ACCEPT): (MoveState.APPLIED, MINE),
    (MoveState.PROPOSED, MoveAction.DECLINE): (MoveState.DECLINED, MINE),
    (MoveState.PROPOSED, MoveAction.WITHDRAW): (MoveState.WITHDRAWN, BRAND),
    (MoveState.APPLIED, MoveAction.UNDO): (MoveState.UNDONE, BRAND),
}
STAGE_LIFE = {
    (StageState.UPCOMING, StageAction.OPEN): (StageState.OPEN, "system"),
    (StageState.UPCOMING, StageAction.OPEN_BY_HAND): (StageState.OPEN, BRAND),
    (StageState.UPCOMING, StageAction.CLOSE): (StageState.CLOSED, "system"),
    (StageState.OPEN, StageAction.CLOSE): (StageState.CLOSED, "system"),
    (StageState.UPCOMING, StageAction.SKIP): (StageState.SKIPPED, f"{BRAND} system"),
    (StageState.OPEN, StageAction.SKIP): (StageState.SKIPPED, f"{BRAND} system"),
    (StageState.SKIPPED, StageAction.RESTORE): (StageState.UPCOMING, "system"),
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", PartnershipAction)
@pytest.mark.parametrize("state", PartnershipState)
def test_a_partnership_moves_exactly_as_written(state: PartnershipState, action: PartnershipAction, role: Role) -> None:
    target, roles = LIFE.get((state, action), (None, ""))

    if target is None:
        with pytest.raises(IllegalTransition):
            PARTNERSHIP.advance(state, action, role)
    elif role.value not in roles.split():
        with pytest.raises(NotAllowed):
            PARTNERSHIP.advance(state, action, role)
    else:
        assert PARTNERSHIP.advance(state, action, role) is target


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", MoveAction)
@pytest.mark.parametrize("state", MoveState)
def test_a_move_of_dates_moves_exactly_as_written(state: MoveState, action: MoveAction, role: Role) -> None:
    target, roles = MOVES.get((state, action), (None, ""))

    if target is None:
        with pytest.raises(IllegalTransition):
            MOVE.advance(state, action, role)
    elif role.value not in roles.split():
        with pytest.raises(NotAllowed):
            MOVE.advance(state, action, role)
    else:
        assert MOVE.advance(state, action, role) is target


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", StageAction)
@pytest.mark.parametrize("state", StageState)
def test_a_stage_moves_exactly_as_written(state: StageState, action: StageAction, role: Role) -> None:
    target, roles = STAGE_LIFE.get((state, action), (None, ""))

    if target is None:
        with pytest.raises(IllegalTransition):
            STAGE.advance(state, action, role)
    elif role.value not in roles.split():
        with pytest.raises(NotAllowed):
            STAGE.advance(state, action, role)
    else:
        assert STAGE.advance(state, action, role) is target


@pytest.mark.parametrize("state", OVER)
def test_what_is_over_stays_over(state: PartnershipState) -> None:
    assert not any(PARTNERSHIP.available(state, role) for role in Role)


def test_a_creator_can_leave_from_anywhere_between_invitation_and_end() -> None:
    for state in set(S) - OVER - {S.DRAFT}:
        assert PARTNERSHIP.allows(state, A.END_EARLY, Role.CREATOR)


def test_a_reviewer_moves_no_partnership() -> None:
    assert not any(PARTNERSHIP.available(state, Role.REVIEWER) for state in S)


def test_every_state_and_reason_has_its_word() -> None:
    assert set(STATE_LABELS) == set(S)
    assert set(REASON_LABELS) == set(EndReason)
    assert set(STAGE_LABELS) == set(StageState)
