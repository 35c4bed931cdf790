"""Waive what a skipped stage had promised, as long as nobody has done anything for it."""

from sqlalchemy import select

from partnerships.core.errors import Refused
from partnerships.core.events import Event
from partnerships.core.words import N_
from partnerships.database.work import Work
from partnerships.plans.events import StageMoved
from partnerships.plans.rules.stages import StageState
from partnerships.plans.tables import Step

from .rules.deliverables import UNPOSTED, DeliverableAction, DeliverableState
from .tables import Deliverable

UNSENT = frozenset({DeliverableState.PLANNED, DeliverableState.DRAFTING})


def skip(work: Work, event: Event) -> None:
    """Listen for skipped stages: content that nobody has sent is waived, and told; what is public stays.

    Raise `Refused` while something lies between the two: a person has to decide on work that was done.
    """
    if not isinstance(event, StageMoved) or event.now is not StageState.SKIPPED:
        return
    left = work.session.scalars(
        select(Deliverable)
        .join(Step, Deliverable.publish_step_id == Step.id)
        .where(Step.stage_id == event.stage_id, Deliverable.state.in_(UNPOSTED))
        .order_by(Deliverable.number)
    ).all()
    if any(deliverable.state not in UNSENT for deliverable in left):
        raise Refused(N_("Content of this stage has been sent. Decide on it or waive it first, then skip the stage."))
    was = [one.move(DeliverableAction.WAIVE, work.actor.role, work.now) for one in left]
    work.session.flush()
    for deliverable, state in zip(left, was, strict=True):
        work.emit(deliverable.moved(state, DeliverableAction.WAIVE, event.note))
