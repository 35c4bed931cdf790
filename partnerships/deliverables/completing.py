"""Complete a partnership when nothing of it is left to do."""

from typing import TypeGuard

from partnerships.check_ins.events import CheckInMoved
from partnerships.check_ins.rules.check_ins import UNSETTLED
from partnerships.check_ins.tables import CheckIn
from partnerships.core.events import Event
from partnerships.core.zones import day_in
from partnerships.database.work import Work
from partnerships.plans.events import PartnershipMoved, StageMoved
from partnerships.plans.rules.partnerships import PartnershipAction

from .events import DeliverableMoved
from .keeping import STAGE_IS_OVER, complete_when_done
from .rules.deliverables import SETTLED


def complete(work: Work, event: Event) -> None:
    """Listen for the last thing to be done: every stage closed, no check-in open, all content done or waived."""
    if not _may_be_last(event) or _has_days_left(work, event):
        return
    complete_when_done(work, event.partnership_id)


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
