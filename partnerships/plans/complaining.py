"""Say that something is wrong with a parcel: it has not come, or it is of no use."""

from partnerships.core.errors import IllegalTransition, Refused
from partnerships.core.words import N_
from partnerships.database.work import Work
from partnerships.files.keeping import keep
from partnerships.files.receiving import ReceivedFile

from .events import ShipmentDamaged, ShipmentMissing
from .finding import find_awaited_shipment, get_for
from .rules.partnerships import PartnershipAction
from .tables import Shipment


def report_damage(
    work: Work, partnership_id: int, *, words: str, photo: ReceivedFile | None = None, spoilt: Refused | None = None
) -> Shipment:
    """Write down what is broken and let the brand send another parcel; nothing counts from this one.

    `spoilt` is why a photo was not taken. Raise `Refused` when there are neither words nor a photo,
    `IllegalTransition` when no parcel is awaited.
    """
    parcel = _awaited(work, partnership_id)
    partnership = parcel.partnership
    if spoilt is not None:
        raise spoilt
    if not words and photo is None:
        raise Refused(N_("Please say in a few words what is broken, or show it."), field="words")
    parcel.damaged_at, parcel.damage_note = work.now, words
    if photo is not None:
        (kept,) = keep(work, [photo], partnership.creator.account_id)
        work.session.flush()
        parcel.photo_id = kept.id
    if not parcel.is_refill:
        was = partnership.move(PartnershipAction.SPOIL, work.actor.role, work.now)
        work.session.flush()
        work.emit(partnership.moved(was, PartnershipAction.SPOIL))
    work.emit(
        ShipmentDamaged(
            key=f"shipment:{parcel.id}:damaged",
            about=partnership.about,
            partnership_id=partnership.id,
            shipment_id=parcel.id,
            description=words,
            is_refill=parcel.is_refill,
        )
    )
    return parcel


def report_missing(work: Work, partnership_id: int) -> Shipment:
    """Tell the brand that the parcel has not arrived; saying it again adds nothing."""
    parcel = _awaited(work, partnership_id)
    if parcel.missing_at is None:
        parcel.missing_at = work.now
        work.emit(
            ShipmentMissing(
                key=f"shipment:{parcel.id}:missing",
                about=parcel.partnership.about,
                partnership_id=parcel.partnership_id,
                shipment_id=parcel.id,
            )
        )
    return parcel


def _awaited(work: Work, partnership_id: int) -> Shipment:
    """Return the parcel that is on its way in this partnership, which must be one of the actor's."""
    get_for(work, partnership_id)
    parcel = find_awaited_shipment(work, partnership_id)
    if parcel is None:
        raise IllegalTransition(N_("No parcel is on its way now."))
    return parcel
