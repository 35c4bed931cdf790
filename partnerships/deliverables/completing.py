"""Complete a partnership when nothing of it is left to do."""

from typing import TypeGuard

from sqlalchemy import exists, select

from partnerships.check_ins.events import CheckInMoved
from partnerships.check_ins.rules.check_ins import UNSETTLED
from partnerships.check_ins.tables import CheckIn
from partnerships.core.actor import Role
from partnerships.core.events import Event
from partnerships.database.work import Work
from partnerships.plans.events import PartnershipMoved, StageMoved
from partnerships.plans.rules.partnerships import PartnershipAction, PartnershipState
from partnerships.plans.rules.stages import StageState
from partnerships.plans.tables import Partnership, Stage

from .events import DeliverableMoved
from .rules.deliverables import SETTLED
from .tables import Deliverable

STAGE_IS_OVER = frozenset({StageState.CLOSED, StageState.SKIPPED})


def complete(work: Work, event: Event) -> None:
    """Listen for the last thing to be done: every stage closed, no check-in open, all content done or waived."""
    if not _may_be_last(event) or not _is_all_done(work, event.partnership_id):
        return
    partnership = work.get(Partnership, event.partnership_id)
    was = partnership.move(PartnershipAction.COMPLETE, Role.SYSTEM, work.now)  # by the facts, whoever made the last
    partnership.rest()
    work.session.flush()
    work.emit(
        PartnershipMoved(
            key=f"partnership:{partnership.id}:v{partnership.version}:{PartnershipAction.COMPLETE}",
            about=partnership.about,
            partnership_id=partnership.id,
            was=was,
            now=partnership.state,
            action=PartnershipAction.COMPLETE,
        )
    )


def _may_be_last(event: Event) -> TypeGuard[StageMoved | CheckInMoved | DeliverableMoved]:
    """Say whether the event settles something; most do not, and ask nothing of the database."""
    if isinstance(event, StageMoved):
        return event.now in STAGE_IS_OVER
    if isinstance(event, CheckInMoved):
        return event.was in UNSETTLED and event.now not in UNSETTLED
    return isinstance(event, DeliverableMoved) and event.now in SETTLED


def _is_all_done(work: Work, partnership_id: int) -> bool:
    """Ask once for everything that may still be open."""
    return (
        work.session.scalar(
            select(Partnership.id).where(
                Partnership.id == partnership_id,
                Partnership.state == PartnershipState.ACTIVE,
                ~exists().where(Stage.partnership_id == partnership_id, Stage.state.not_in(STAGE_IS_OVER)),
                ~exists().where(CheckIn.partnership_id == partnership_id, CheckIn.state.in_(UNSETTLED)),
                ~exists().where(Deliverable.partnership_id == partnership_id, Deliverable.state.not_in(SETTLED)),
            )
        )
        is not None
    )
