"""Confirm that a parcel arrived: with the first one the dates become real."""

from datetime import date

from partnerships.core.errors import IllegalTransition
from partnerships.core.words import N_
from partnerships.core.zones import day_in
from partnerships.database.work import Work

from .events import ReceiptConfirmed, RefillReceived
from .finding import find_awaited_shipment, get_for
from .rules.dates import check_receipt
from .rules.partnerships import RECEIVED, PartnershipAction
from .rules.shipments import check_arrived
from .tables import Partnership, PlanVersion, Shipment


def confirm_receipt(work: Work, partnership_id: int, received_on: date) -> Partnership:
    """Fix the anchor at `received_on` (a day in the creator's zone), date every step from it and start the clock.

    Raise `Refused` for a day to come, too long ago or before the parcel was sent, `NotFound` for a creator whose
    partnership it is not.
    """
    partnership = get_for(work, partnership_id)
    today = day_in(partnership.zone, work.now)
    check_receipt(received_on, today, partnership.anchor_on)
    parcel = find_awaited_shipment(work, partnership_id)
    if parcel is not None:
        check_arrived(received_on, parcel.sent_on, today)
    was = partnership.move(PartnershipAction.START, work.actor.role, work.now)
    if parcel is not None:
        parcel.received_on = received_on
    moved_days = partnership.confirm_anchor(received_on, work.now)
    PlanVersion.keep(work, partnership, RECEIVED)
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


def receive_refill(work: Work, partnership_id: int, received_on: date) -> Shipment:
    """Write down that a refill arrived on `received_on`: no date moves.

    Raise `IllegalTransition` when none is awaited.
    """
    partnership, parcel = get_for(work, partnership_id), find_awaited_shipment(work, partnership_id)
    if parcel is None or not parcel.is_refill:
        raise IllegalTransition(N_("No parcel is on its way now."))
    check_arrived(received_on, parcel.sent_on, day_in(partnership.zone, work.now))
    parcel.received_on = received_on
    work.emit(
        RefillReceived(
            key=f"shipment:{parcel.id}:received",
            about=partnership.about,
            partnership_id=partnership.id,
            shipment_id=parcel.id,
            received_on=received_on,
        )
    )
    return parcel
