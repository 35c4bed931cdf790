"""Tell those who work with a creator that no mail, or no reminder, reaches them any more; and when it does again."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from partnerships.core.events import Event
from partnerships.creators.tables import Creator
from partnerships.database.work import Work
from partnerships.mail.events import AddressLifted, AddressSuppressed
from partnerships.mail.rules.suppressions import Reason
from partnerships.mail.tables import Suppression
from partnerships.plans.rules.partnerships import OVER, PartnershipState
from partnerships.plans.tables import Partnership

from .events import Contact, ContactChanged
from .mails import Message, notify, person
from .rules.ladder import Side

CONTACTS: Mapping[Reason, Contact] = {
    Reason.UNREACHABLE: Contact.UNREACHABLE,
    Reason.FULL: Contact.RESTING,
    Reason.COMPLAINT: Contact.COMPLAINED,
    Reason.UNSUBSCRIBED: Contact.UNSUBSCRIBED,
}
CHANGED = "contact_changed"


def inform(work: Work, event: Event) -> None:
    """Listen for addresses that get no mail: history of each partnership, and one mail to each of its managers."""
    if not isinstance(event, AddressSuppressed | AddressLifted):
        return
    contact = CONTACTS[event.reason] if isinstance(event, AddressSuppressed) else Contact.BACK
    note = event.note if isinstance(event, AddressLifted) else ""
    suppression = work.get(Suppression, event.suppression_id)
    for partnership in _going_on(work, suppression):
        work.emit(
            ContactChanged(
                key=f"{event.key}:partnership:{partnership.id}",
                about=partnership.about,
                partnership_id=partnership.id,
                contact=contact,
                note=note,
            )
        )
        manager = person(partnership, Side.MANAGER)
        if manager.id not in {work.actor.account_id, partnership.creator.account_id}:
            context = {"contact": str(contact), "told": suppression.told, "reminders": str(event.reason)}
            path = f"/partnerships/{partnership.id}"
            notify(work, partnership, manager, Message(CHANGED, event.key, partnership.about, context, path=path))


def _going_on(work: Work, suppression: Suppression) -> list[Partnership]:
    """Return the partnerships, neither over nor unheard of, of whoever has this address."""
    owner = suppression.person
    if owner is None:
        return []
    going_on = (
        select(Partnership)
        .join(Partnership.creator)
        .where(
            Creator.account_id == owner.id,
            Partnership.state.not_in([*OVER, PartnershipState.DRAFT]),
        )
        .options(joinedload(Partnership.campaign))
        .order_by(Partnership.id)
    )
    return list(work.session.scalars(going_on).unique())
