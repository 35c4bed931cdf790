"""Take a refill that was sent as the answer to those who asked for one."""

from sqlalchemy import select

from partnerships.core.events import Event
from partnerships.database.work import Work
from partnerships.plans.events import ShipmentSent
from partnerships.plans.rules.templates import Meaning

from .tables import CheckIn


def refill(work: Work, event: Event) -> None:
    """Listen for refills, and let the answers that asked for one leave everybody's list."""
    if not isinstance(event, ShipmentSent) or not event.is_refill:
        return
    asked = select(CheckIn).where(
        CheckIn.partnership_id == event.partnership_id,
        CheckIn.needs_person == Meaning.REFILL,
        CheckIn.seen_by.is_(None),
    )
    for check_in in work.session.scalars(asked):
        check_in.seen_by = work.actor.person_id
