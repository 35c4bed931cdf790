"""Give the creator new days when the next move comes back to them: what the brand took is not held against them."""

from datetime import date, datetime, timedelta

from partnerships.core.events import Event
from partnerships.core.zones import day_in
from partnerships.database.work import Work
from partnerships.plans.events import PlanMoved
from partnerships.plans.tables import PlanVersion, Step

from .events import DeliverableMoved
from .finding import find_last_revision
from .rules.deliverables import SENT_BACK, DeliverableAction, DeliverableState
from .rules.revisions import DAYS_TO_POST, days_to_redo
from .tables import Deliverable


def reschedule(work: Work, event: Event) -> None:
    """Listen for content that is sent back, and put off its days when they are past or too near."""
    if not isinstance(event, DeliverableMoved) or event.action not in SENT_BACK:
        return
    deliverable = work.get(Deliverable, event.deliverable_id)
    if deliverable.partnership.is_over:
        return
    redone_by = day_in(deliverable.partnership.zone, work.now) + timedelta(days=_days(work, deliverable, event))
    moved = _put_off(deliverable, redone_by, work.now)
    if not moved:
        return
    work.session.flush()
    version = PlanVersion.keep(work, deliverable.partnership, "sent_back")
    work.emit(
        PlanMoved(
            key=f"{deliverable.partnership.about}:plan:{version}",
            about=deliverable.partnership.about,
            partnership_id=deliverable.partnership_id,
            version=version,
            days=moved,
            reason="sent_back",
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
    """Place the step on `to` unless it comes later anyway; return by how many days it moved."""
    days = max((to - step.due_on).days, 0)
    if days:
        step.place(to)
        step.wake(now)  # the ladder of the day before may have come to its end, and nobody looked at it any more
    return days
