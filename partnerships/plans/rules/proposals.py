"""The life of a move: later days hold at once, earlier ones wait until the creator has agreed to them."""

from datetime import datetime, timedelta
from enum import StrEnum

from partnerships.core.actor import MANAGING, Role
from partnerships.core.machine import Machine, Transition, some
from partnerships.core.words import N_

UNDO_FOR = timedelta(seconds=10)  # by the business clock; the creator's mail waits as long


class MoveState(StrEnum):
    """Stored in the database: rename only with a migration."""

    PROPOSED = "proposed"
    APPLIED = "applied"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    UNDONE = "undone"


class MoveAction(StrEnum):
    """What people do with a move."""

    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    UNDO = "undo"


_CREATOR = frozenset({Role.CREATOR})

MOVE: Machine[MoveState, MoveAction] = Machine(
    "move",
    Transition(MoveAction.ACCEPT, some(MoveState.PROPOSED), MoveState.APPLIED, _CREATOR, N_("Agree to these dates")),
    Transition(MoveAction.DECLINE, some(MoveState.PROPOSED), MoveState.DECLINED, _CREATOR, N_("Keep the old dates")),
    Transition(
        MoveAction.WITHDRAW, some(MoveState.PROPOSED), MoveState.WITHDRAWN, MANAGING, N_("Withdraw the proposal")
    ),
    Transition(MoveAction.UNDO, some(MoveState.APPLIED), MoveState.UNDONE, MANAGING, N_("Undo")),
)

STATE_LABELS = {
    MoveState.PROPOSED: N_("Proposed"),
    MoveState.APPLIED: N_("In force"),
    MoveState.DECLINED: N_("Declined: the old dates stay"),
    MoveState.WITHDRAWN: N_("Withdrawn"),
    MoveState.UNDONE: N_("Taken back"),
}


def undo_ends(made_at: datetime) -> datetime:
    """Return the last moment at which a move made then may still be taken back."""
    return made_at + UNDO_FOR


def can_undo(made_at: datetime, now: datetime) -> bool:
    """Say whether a move made then may still be taken back as if nothing had happened."""
    return now <= undo_ends(made_at)
