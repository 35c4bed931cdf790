"""Settle by itself what needs nobody: clips that are approved, and an optional post whose stage is over."""

from sqlalchemy import select

from partnerships.core.actor import Role
from partnerships.core.events import Event
from partnerships.database.work import Work
from partnerships.plans.events import StageMoved
from partnerships.plans.rules.courses import Course
from partnerships.plans.rules.stages import StageState
from partnerships.plans.tables import Step

from .events import DeliverableMoved
from .rules.deliverables import UNPOSTED, DeliverableAction
from .tables import Deliverable

OVER = frozenset({StageState.CLOSED, StageState.SKIPPED})


def lapse(work: Work, event: Event) -> None:
    """Listen for approvals of clips, which are handed over with it, and for stages that end with an optional post."""
    if isinstance(event, DeliverableMoved) and event.action is DeliverableAction.APPROVE:
        approved = work.get(Deliverable, event.deliverable_id)
        if approved.course is Course.CLIPS:
            _settle(work, approved, DeliverableAction.HAND_OVER)
    elif isinstance(event, DeliverableMoved) and event.action is DeliverableAction.MISS_SESSION:
        missed = work.get(Deliverable, event.deliverable_id)
        if missed.course is Course.OPTIONAL_POST and missed.publish_step.stage.state in OVER:
            _settle(work, missed, DeliverableAction.WAIVE)
    elif isinstance(event, StageMoved) and event.now is StageState.CLOSED:  # what is skipped, its skip lets go
        left = (
            select(Deliverable)
            .join(Step, Deliverable.publish_step_id == Step.id)
            .where(
                Step.stage_id == event.stage_id,
                Deliverable.course == Course.OPTIONAL_POST,
                Deliverable.state.in_(UNPOSTED),
            )
        )
        for optional in work.session.scalars(left).all():
            _settle(work, optional, DeliverableAction.WAIVE)


def _settle(work: Work, deliverable: Deliverable, action: DeliverableAction) -> None:
    was = deliverable.move(action, Role.SYSTEM, work.now)
    work.session.flush()
    work.emit(deliverable.moved(was, action))
