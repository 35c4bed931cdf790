"""Confirm that the product arrived: from now on the dates are real."""

from datetime import date

from partnerships.core.zones import day_in
from partnerships.database.work import Work

from .events import ReceiptConfirmed
from .finding import get_for
from .rules.dates import check_receipt
from .rules.partnerships import PartnershipAction
from .tables import Partnership, PlanVersion


def confirm_receipt(work: Work, partnership_id: int, received_on: date) -> Partnership:
    """Fix the anchor at `received_on` (a day in the creator's zone), date every step from it and start the clock.

    Raise `Refused` for a day to come or too long ago, `NotFound` for a creator whose partnership it is not.
    """
    partnership = get_for(work, partnership_id)
    check_receipt(received_on, day_in(partnership.zone, work.now), partnership.anchor_on)
    was = partnership.move(PartnershipAction.START, work.actor.role, work.now)
    moved_days = partnership.confirm_anchor(received_on, work.now)
    PlanVersion.keep(work, partnership, "received")
    work.session.flush()
    work.emit(
        ReceiptConfirmed(
            key=f"partnership:{partnership.id}:received",
            about=partnership.about,
            partnership_id=partnership.id,
            received_on=received_on,
            moved_days=moved_days,
        )
    )
    work.emit(partnership.moved(was, PartnershipAction.START))
    return partnership
