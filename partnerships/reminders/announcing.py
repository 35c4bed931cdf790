"""Tell of parcels: the creator that one is on its way, the manager that one is missed or broken; and of messages."""

from sqlalchemy import select

from partnerships.core.actor import STAFF, Role
from partnerships.core.events import Event
from partnerships.database.work import Work
from partnerships.deliverables.events import MessageWritten
from partnerships.deliverables.tables import Deliverable
from partnerships.people.tables import Account, Membership
from partnerships.plans.events import ShipmentDamaged, ShipmentMissing, ShipmentSent, TermsChanged
from partnerships.plans.finding import list_shipments
from partnerships.plans.tables import Partnership, Shipment

from .mails import Message, both, notify, notify_team, person
from .rules.ladder import Side


def announce(work: Work, event: Event) -> None:
    """Listen for parcels that are sent, missed or found damaged, and for messages: the other side is told."""
    if isinstance(event, TermsChanged):
        _tell_of_terms(work, event)
    elif isinstance(event, MessageWritten):
        _pass_on(work, event)
    elif isinstance(event, ShipmentSent):
        template = "refill_sent" if event.is_refill else "sent"
        _tell(work, event, Side.CREATOR, template)
    elif isinstance(event, ShipmentMissing):
        _tell(work, event, Side.MANAGER, "parcel_missing")
    elif isinstance(event, ShipmentDamaged):
        _tell(work, event, Side.MANAGER, "parcel_damaged", event.description)


def _tell(
    work: Work,
    event: ShipmentSent | ShipmentMissing | ShipmentDamaged,
    side: Side,
    template: str,
    description: str = "",
) -> None:
    parcel = work.get(Shipment, event.shipment_id)
    partnership = parcel.partnership
    recipient = person(work, partnership, side)
    if recipient.id == work.actor.account_id:
        return
    context = {
        "carrier": parcel.carrier,
        "receipt_number": parcel.receipt_number,
        "inside": parcel.note,
        "description": description,
        "is_refill": parcel.is_refill,
        "is_first": len(list_shipments(work, partnership.id)) == 1 and not partnership.waits_for_parcel,
        "sent_on": parcel.sent_on.isoformat(),
    }
    message = Message(
        template=template,
        key=event.key,
        about=partnership.about,
        context=context,
        purpose="receipt",
        thing_id=partnership.id,
        path=f"/partnerships/{partnership.id}",
    )
    notify(work, partnership, recipient, message)


def _tell_of_terms(work: Work, event: TermsChanged) -> None:
    """Tell the other side what was corrected after both had agreed; before that, the invitation itself tells."""
    partnership = work.get(Partnership, event.partnership_id)
    if not partnership.is_agreed or partnership.moved_at == work.now:  # the answer itself has been told
        return
    side = Side.MANAGER if work.actor.role is Role.CREATOR else Side.CREATOR
    message = Message(
        template="details_changed" if side is Side.MANAGER else "details_changed_creator",
        key=event.key,
        about=partnership.about,
        context={"fields": event.fields},
        path=f"/partnerships/{partnership.id}",
    )
    notify(work, partnership, person(work, partnership, side), message)


def _pass_on(work: Work, event: MessageWritten) -> None:
    """Tell the creator of the team's message, or the manager and whoever had asked of the creator's.

    There is one mail for all that the other side has not seen.
    """
    if not event.is_told:
        return
    deliverable = work.get(Deliverable, event.deliverable_id)
    partnership, by_creator = deliverable.partnership, work.actor.role is Role.CREATOR
    message = Message(
        template="wrote" if by_creator else "wrote_creator",
        key=event.key,
        about=deliverable.about,
        context={"title": both(deliverable.spec.title), "note": event.note, "by": work.actor.name},
        purpose=None if by_creator else "deliverable",
        thing_id=deliverable.id,
        path=f"/deliverables/{deliverable.id}",
    )
    first = person(work, partnership, Side.MANAGER if by_creator else Side.CREATOR)
    recipients = {first.id: first, **{account.id: account for account in _asking(work, event)}}
    notify_team(work, partnership, [*recipients.values()], message)


def _asking(work: Work, event: MessageWritten) -> list[Account]:
    """Return whoever of the team is answered, as long as they are there."""
    if event.answers_id is None:
        return []
    member = work.session.scalars(
        select(Membership).where(
            Membership.account_id == event.answers_id, Membership.role.in_(STAFF), Membership.ended_at.is_(None)
        )
    ).first()
    return [member.account] if member is not None and member.account.active else []
