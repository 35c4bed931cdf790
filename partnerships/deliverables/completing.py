"""Complete a partnership when nothing of it is left to do."""

from typing import TypeGuard

from sqlalchemy import func, select

from partnerships.check_ins.events import CheckInMoved
from partnerships.check_ins.rules.check_ins import UNSETTLED
from partnerships.check_ins.tables import CheckIn
from partnerships.core.actor import Role
from partnerships.core.events import Event
from partnerships.core.zones import day_in
from partnerships.database.work import Work
from partnerships.plans.events import PartnershipMoved, StageMoved
from partnerships.plans.rules.partnerships import PartnershipAction, PartnershipState
from partnerships.plans.rules.stages import StageState
from partnerships.plans.tables import Partnership, Stage

from .events import DeliverableMoved
from .rules.deliverables import SETTLED
from .tables import Deliverable

FEW = 3  # with more than these still open, nobody who acts at the same moment can leave nothing to do
STAGE_IS_OVER = frozenset({StageState.CLOSED, StageState.SKIPPED})


def complete(work: Work, event: Event) -> None:
    """Listen for the last thing to be done: every stage closed, no check-in open, all content done or waived."""
    if not _may_be_last(event) or _has_days_left(work, event):
        return
    open_things = _count_open(work, event.partnership_id)
    if open_things is None or open_things > FEW:
        return
    _wait_for_others(work, event.partnership_id)
    if _count_open(work, event.partnership_id) != 0:
        return
    partnership = work.get(Partnership, event.partnership_id)
    was = partnership.move(PartnershipAction.COMPLETE, Role.SYSTEM, work.now)  # by the facts, whoever made the last
    partnership.wind_up(work.now)
    work.session.flush()
    work.emit(partnership.moved(was, PartnershipAction.COMPLETE))


def _may_be_last(event: Event) -> TypeGuard[PartnershipMoved | StageMoved | CheckInMoved | DeliverableMoved]:
    """Say whether the event settles something; most do not, and ask nothing of the database.

    Whoever resumes a partnership may find that its last thing was settled while it stood.
    """
    if isinstance(event, PartnershipMoved):
        return event.action is PartnershipAction.RESUME
    if isinstance(event, StageMoved):
        return event.now in STAGE_IS_OVER
    if isinstance(event, CheckInMoved):
        return event.was in UNSETTLED and event.now not in UNSETTLED
    return isinstance(event, DeliverableMoved) and event.now in SETTLED


def _has_days_left(work: Work, event: Event) -> bool:
    """Say whether the stage of a settled check-in goes on after today: then its end comes later than this.

    Most answers come so early. What is asked here is at hand; on the stage's last day it may be out of date, because
    the tick closes the stage in the same moment, so that the database has to be asked.
    """
    if not isinstance(event, CheckInMoved):
        return False
    check_in = work.session.get_one(CheckIn, event.check_in_id)
    if not check_in.partnership.is_running:
        return False
    stage = check_in.step.stage
    return stage.state not in STAGE_IS_OVER and day_in(check_in.step.zone, work.now) < stage.ends_on


def _wait_for_others(work: Work, partnership_id: int) -> None:
    """Let one at a time ask whether theirs was the last: two at once would each see the other's still open."""
    work.session.execute(select(Partnership.id).where(Partnership.id == partnership_id).with_for_update(key_share=True))


def _count_open(work: Work, partnership_id: int) -> int | None:
    """Ask once how much is still to be done; None when the partnership does not run."""
    stages = select(func.count()).where(Stage.partnership_id == partnership_id, Stage.state.not_in(STAGE_IS_OVER))
    check_ins = select(func.count()).where(CheckIn.partnership_id == partnership_id, CheckIn.state.in_(UNSETTLED))
    content = select(func.count()).where(
        Deliverable.partnership_id == partnership_id, Deliverable.state.not_in(SETTLED)
    )
    counted = stages.scalar_subquery() + check_ins.scalar_subquery() + content.scalar_subquery()
    return work.session.scalar(
        select(counted).where(Partnership.id == partnership_id, Partnership.state == PartnershipState.ACTIVE)
    )
