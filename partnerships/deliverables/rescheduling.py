"""Give the creator new days when the next move comes back to them: what the brand took is not held against them."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from partnerships.core.events import Event
from partnerships.core.zones import day_in
from partnerships.database.work import Work
from partnerships.plans.events import StageMoved
from partnerships.plans.rules.stages import StageState
from partnerships.plans.tables import PlanVersion, Step

from .events import ContentPutOff, DeliverableMoved
from .finding import find_last_revision
from .rules.deliverables import SENT_BACK, SETTLED, DeliverableAction, DeliverableState
from .rules.revisions import DAYS_TO_POST, days_to_redo
from .rules.waiting import PutOff, whose_delay
from .tables import Deliverable


def reschedule(work: Work, event: Event) -> None:
    """Listen for content that is sent back or approved, and put off its days when they are past or too near."""
    if not isinstance(event, DeliverableMoved) or event.action not in SENT_BACK | {DeliverableAction.APPROVE}:
        return
    deliverable = work.get(Deliverable, event.deliverable_id)
    if deliverable.partnership.is_over or deliverable.state in SETTLED:
        return
    today = day_in(deliverable.partnership.zone, work.now)
    if event.action is DeliverableAction.APPROVE:
        why = _whose_delay(work, deliverable)
        moved = _move(deliverable.publish_step, today + timedelta(days=DAYS_TO_POST), work.now)
    else:
        why = PutOff.SENT_BACK
        moved = _put_off(deliverable, today + timedelta(days=_days(work, deliverable, event)), work.now)
    if moved:
        _keep_new_dates(work, deliverable, moved, why)


def wait_with_stage(work: Work, event: Event) -> None:
    """Listen for stages that open late because of their gate: what belongs to them is due as many days later."""
    if not isinstance(event, StageMoved) or event.now is not StageState.OPEN or not event.waited_days:
        return
    here = select(Deliverable).join(Step, Step.id == Deliverable.publish_step_id).where(Step.stage_id == event.stage_id)
    for deliverable in work.session.scalars(here.order_by(Deliverable.number)).all():
        steps = (deliverable.draft_step, deliverable.publish_step)
        owed = [step for step in steps if step is not None and step.done_at is None]
        for step in owed:
            _move(step, step.due_on + timedelta(days=event.waited_days), work.now)
        if owed:
            _keep_new_dates(work, deliverable, event.waited_days, PutOff.GATE)


def _whose_delay(work: Work, deliverable: Deliverable) -> PutOff:
    """Return whose it is when the post has to be put off: the draft's step says since when the brand had it."""
    draft = deliverable.draft_step
    if draft is None or draft.done_at is None:
        return PutOff.APPROVED_LATE
    return whose_delay(draft.done_at, draft.due_at, work.now, deliverable.partnership.zone)


def _keep_new_dates(work: Work, deliverable: Deliverable, moved: int, why: PutOff) -> None:
    partnership = deliverable.partnership
    work.session.flush()
    version = PlanVersion.keep(work, partnership, str(why))
    work.emit(
        ContentPutOff(
            key=f"{partnership.about}:plan:{version}",
            about=partnership.about,
            partnership_id=partnership.id,
            deliverable_id=deliverable.id,
            version=version,
            days=moved,
            reason=str(why),
        )
    )


def _days(work: Work, deliverable: Deliverable, event: DeliverableMoved) -> int:
    """Return how many days the creator gets; those since an approval that is revoked nobody waited for the brand."""
    if event.was is DeliverableState.PUBLISHED_UNVERIFIED:
        since = max((post.added_at for post in deliverable.posts), default=work.now)
    elif event.action is DeliverableAction.REVOKE_APPROVAL:
        since = work.now
    else:
        revision = find_last_revision(work, deliverable.id)
        since = revision.submitted_at if revision else work.now
    zone = deliverable.partnership.zone
    return days_to_redo((day_in(zone, work.now) - day_in(zone, since)).days)


def _put_off(deliverable: Deliverable, redone_by: date, now: datetime) -> int:
    """Move the steps that are awaited again to a day not before `redone_by`; return by how many days at most."""
    draft, publish = deliverable.draft_step, deliverable.publish_step
    posted_by = redone_by
    moved = 0
    if draft is not None and draft.done_at is None:
        moved = _move(draft, redone_by, now)
        posted_by = draft.due_on + timedelta(days=DAYS_TO_POST)
    return max(moved, _move(publish, posted_by, now))


def _move(step: Step, to: date, now: datetime) -> int:
    """Place the step on `to` unless it comes later anyway; return by how many days it moved.

    It is looked at again in any case: nobody has, since its ladder ended or as long as somebody else had the next move.
    """
    days = max((to - step.due_on).days, 0)
    step.place(max(step.due_on, to))
    step.wake(now)
    return days
