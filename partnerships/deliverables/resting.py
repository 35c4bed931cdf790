"""Let the brand's own clock stand still as long as a partnership is on hold."""

from datetime import timedelta

from sqlalchemy import select

from partnerships.core.events import Event
from partnerships.database.work import Work
from partnerships.plans.events import PlanMoved
from partnerships.plans.rules.partnerships import RESUMED

from .tables import Deliverable


def rest(work: Work, event: Event) -> None:
    """Listen for partnerships that go on, and leave the days on hold out of what the brand has taken."""
    if not isinstance(event, PlanMoved) or event.reason != RESUMED:
        return
    waiting = select(Deliverable).where(
        Deliverable.partnership_id == event.partnership_id, Deliverable.waiting_since.is_not(None)
    )
    for deliverable in work.session.scalars(waiting):
        since = deliverable.waiting_since or work.now
        deliverable.waiting_since = min(since + timedelta(days=event.days), work.now)
