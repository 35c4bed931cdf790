"""Put a move into force: for those who move, and for creators who agree to be asked earlier."""

from partnerships.database.work import Work

from .rules.moves import Bent, MoveKind
from .tables import PlanMove, PlanVersion


def enforce(work: Work, move: PlanMove, bent: Bent, last_number: int) -> None:
    """Give the plan the days of `bent` and write down its new version; `last_number` is that of the one before."""
    partnership = move.partnership
    if move.kind is MoveKind.ANCHOR:
        partnership.move_anchor(int(move.wanted["days"]))
    partnership.bend(bent, work.now)
    move.number = PlanVersion.keep(work, partnership, str(move.kind), note=move.note, number=last_number)
