"""How reality bends the plan of a story: a late parcel, a pause, a feast that falls on another day than expected."""

from dataclasses import dataclass
from datetime import timedelta

from partnerships.core.actor import Actor
from partnerships.core.zones import day_in
from partnerships.database.work import Transactions
from partnerships.plans import moving, shifting
from partnerships.plans.finding import list_versions
from partnerships.plans.rules.moves import Move, MoveKind
from partnerships.plans.rules.partnerships import RESUMED, PartnershipAction
from partnerships.plans.tables import Partnership

PAUSES_ON, FEAST_MOVES_ON = 30, -15  # days from the anchor
TRAVELS = "Kreatornya sedang mudik."
SIGHTED = "Sidang isbat: hilal belum terlihat."


@dataclass(frozen=True, slots=True)
class Bends:
    """What comes otherwise than planned, in days; 0 is what does not."""

    parcel_late: int = 0
    pause: int = 0
    feast_moves: int = 0


AS_PLANNED = Bends()


def bend(transactions: Transactions, manager: Actor, partnership: Partnership, bends: Bends, day: int) -> bool:
    """Let the manager pause the plan or move its feast once the `day` has come; say whether that happened now."""
    pauses, moves = bends.pause and day >= PAUSES_ON, bends.feast_moves and day >= FEAST_MOVES_ON
    if not (pauses or moves):
        return False
    with transactions.looking(manager) as reading:
        reasons = [version.reason for version in list_versions(reading, partnership.id)]
    if pauses and RESUMED not in reasons:
        with transactions.begin(manager) as work:
            moving.move(work, partnership.id, PartnershipAction.HOLD, note=TRAVELS)
        return True
    if moves and MoveKind.ANCHOR not in reasons:
        with transactions.begin(manager) as work:
            seen = {partnership.id: len(reasons)}
            shifting.shift(work, seen, Move(MoveKind.ANCHOR, bends.feast_moves), SIGHTED)
        return True
    return False


def go_on(transactions: Transactions, manager: Actor, partnership: Partnership, bends: Bends) -> int:
    """Let the manager resume what was paused, once it has stood for its days; return how much was done."""
    with transactions.begin(manager) as work:
        held_on = day_in(partnership.zone, partnership.moved_at)
        if day_in(partnership.zone, work.now) < held_on + timedelta(days=bends.pause):
            return 0
        moving.move(work, partnership.id, PartnershipAction.RESUME)
    return 1
