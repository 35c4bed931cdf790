"""Let the brand's own clock stand still as long as a partnership is on hold."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from partnerships.core.events import Event
from partnerships.database.work import Work
from partnerships.plans.events import DatesMoved, PlanMoved
from partnerships.plans.finding import find_resumption
from partnerships.plans.rules.moves import MoveKind
from partnerships.plans.rules.partnerships import RESUMED
from partnerships.plans.rules.proposals import MoveState
from partnerships.plans.tables import PlanMove

from .tables import Deliverable


def rest(work: Work, event: Event) -> None:
    """Listen for partnerships that go on, and leave the days on hold out of what the brand has taken; or back again."""
    if isinstance(event, PlanMoved) and event.reason == RESUMED:
        _leave_out(work, event)
    elif isinstance(event, DatesMoved) and event.kind is MoveKind.PAUSE and event.now is MoveState.UNDONE:
        _count_again(work, work.get(PlanMove, event.move_id))


def _leave_out(work: Work, event: PlanMoved) -> None:
    stood = {}
    for deliverable in _waiting(work, event.partnership_id):
        since = deliverable.waiting_since or work.now
        stood[deliverable.about] = since.isoformat()
        deliverable.waiting_since = min(since + timedelta(days=event.days), work.now)
    move = find_resumption(work, event.partnership_id) if stood else None
    if move is not None:
        move.let_go(stood)


def _count_again(work: Work, move: PlanMove) -> None:
    for deliverable in _waiting(work, move.partnership_id):
        if deliverable.about in move.stood:
            deliverable.waiting_since = datetime.fromisoformat(move.stood[deliverable.about])


def _waiting(work: Work, partnership_id: int) -> Sequence[Deliverable]:
    return work.session.scalars(
        select(Deliverable).where(Deliverable.partnership_id == partnership_id, Deliverable.waiting_since.is_not(None))
    ).all()
