"""Send a parcel: the product, another one in its place, or a refill months later."""

from datetime import date

from partnerships.core.actor import MANAGING
from partnerships.core.errors import NotAllowed
from partnerships.core.words import N_
from partnerships.core.zones import day_in
from partnerships.database.work import Work

from .events import ShipmentSent
from .finding import find_last_shipment, get_for
from .rules.partnerships import PartnershipAction, PartnershipState
from .rules.shipments import check_sent
from .tables import Partnership, Shipment


def send(
    work: Work, partnership_id: int, *, sent_on: date, carrier: str = "", receipt_number: str = "", note: str = ""
) -> Shipment:
    """Write down a parcel that was sent on `sent_on`, a day in the creator's zone; one for who uses it is a refill.

    Raise `Refused` for a day to come or before the creator agreed, `IllegalTransition` while nothing is to be sent.
    """
    partnership = get_for(work, partnership_id)
    if work.actor.role not in MANAGING:
        raise NotAllowed(N_("Your role may not do this."))
    earliest, is_refill = _earliest(work, partnership), partnership.is_running
    was = partnership.state if is_refill else partnership.move(PartnershipAction.PREPARE, work.actor.role, work.now)
    check_sent(sent_on, earliest, day_in(partnership.zone, work.now))
    shipment = Shipment(
        org_id=partnership.org_id,
        partnership=partnership,
        is_refill=is_refill,
        carrier=carrier,
        receipt_number=receipt_number,
        note=note,
        sent_on=sent_on,
        created_at=work.now,
    )
    work.session.add(shipment)
    work.session.flush()
    if not is_refill:
        work.emit(partnership.moved(was, PartnershipAction.PREPARE))
    work.emit(
        ShipmentSent(
            key=f"shipment:{shipment.id}:sent",
            about=partnership.about,
            partnership_id=partnership.id,
            shipment_id=shipment.id,
            sent_on=sent_on,
            is_refill=is_refill,
        )
    )
    return shipment


def _earliest(work: Work, partnership: Partnership) -> date:
    """Return the first day on which this parcel can have been sent."""
    if partnership.state is PartnershipState.ACCEPTED:
        return day_in(partnership.zone, partnership.moved_at)
    last = find_last_shipment(work, partnership.id)
    if last is not None:
        return last.sent_on
    return partnership.anchor_on if partnership.waits_for_parcel else partnership.planned_on
