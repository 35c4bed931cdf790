"""Let a creator agree to earlier days, or keep the old ones; and let a manager withdraw what was proposed."""

from partnerships.core.actor import Role
from partnerships.core.errors import NotFound, Refused
from partnerships.core.words import N_
from partnerships.core.zones import day_in
from partnerships.database.work import Reading, Work

from .finding import get_for
from .keeping import check_start, enforce, lock_plans
from .rules.moves import MoveKind, bend
from .rules.proposals import MoveAction, MoveState
from .tables import PlanMove, PlanVersion, quieting_of

TOO_LONG_AGO = N_(
    "Too much time has passed since this was proposed: the start that it counts from would be too long ago now. The old"
    " dates stay, and you can ask the brand to propose others."
)


def get_move(reading: Reading, move_id: int) -> PlanMove:
    """Return the move, or raise `NotFound`: for a skip, which has no dates, and for a creator whose it is not."""
    move = reading.get(PlanMove, move_id)
    get_for(reading, move.partnership_id)
    if move.kind is MoveKind.SKIP:
        raise NotFound(N_("There is nothing here."))
    return move


def decide(work: Work, move_id: int, action: MoveAction) -> PlanMove:
    """Accept, decline or withdraw a proposed move. Accepting puts it into force as it was read, or raises `Refused`."""
    move = get_move(work, move_id)
    if action is MoveAction.UNDO:
        raise NotFound(N_("There is nothing here."))
    move.move(action, work.actor.role, work.now)
    if move.state is MoveState.APPLIED:
        _enforce(work, move)
    work.session.flush()
    work.emit(move.moved())
    return move


def can_decide(move: PlanMove, role: Role) -> bool:
    """Say whether `role` may still agree to it."""
    return move.allows(MoveAction.ACCEPT, role)


def _enforce(work: Work, move: PlanMove) -> None:
    partnership = move.partnership
    lock_plans(work, [partnership.id])
    bent = bend(partnership.as_plan(work.now), move.as_move, quieting_of(partnership))
    last = PlanVersion.last_number(work, partnership.id)
    is_stale = last != move.from_number or bent.problems or list(bent.changes) != move.days_changed
    if is_stale or not partnership.is_agreed or partnership.is_over or partnership.held_at is not None:
        raise Refused(N_("The plan has changed since this was proposed, so the old dates stay for now."))
    try:
        check_start(partnership, move.as_move, day_in(partnership.zone, work.now))
    except Refused:  # its sentence is for who chooses the day
        raise Refused(TOO_LONG_AGO) from None
    enforce(work, move, bent, last)
