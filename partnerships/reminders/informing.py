"""Tell those who work with somebody that no mail, or no reminder, reaches them any more; and when it does again."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from partnerships.core.actor import STAFF, Role
from partnerships.core.events import Event
from partnerships.creators.tables import Creator
from partnerships.database.work import Work
from partnerships.mail.events import AddressLifted, AddressSuppressed
from partnerships.mail.queueing import NewMail, queue_all
from partnerships.mail.rules.suppressions import Reason
from partnerships.mail.tables import MailKind, Suppression
from partnerships.people.tables import Membership
from partnerships.plans.rules.partnerships import OVER, PartnershipState
from partnerships.plans.tables import Partnership

from .events import Contact, ContactChanged
from .mails import Message, notify, person, tells_at
from .rules.ladder import Side

CONTACTS: Mapping[Reason, Contact] = {
    Reason.UNREACHABLE: Contact.UNREACHABLE,
    Reason.FULL: Contact.RESTING,
    Reason.COMPLAINT: Contact.COMPLAINED,
    Reason.UNSUBSCRIBED: Contact.UNSUBSCRIBED,
}
CHANGED, COLLEAGUE = "contact_changed", "colleague_unreached"
NOBODY_READS = frozenset({Reason.UNREACHABLE, Reason.FULL, Reason.COMPLAINT})


def inform(work: Work, event: Event) -> None:
    """Listen for addresses that get no mail: history of each partnership, and one mail to each of its managers.

    Of a colleague's address the owners are told.
    """
    if not isinstance(event, AddressSuppressed | AddressLifted):
        return
    contact = CONTACTS[event.reason] if isinstance(event, AddressSuppressed) else Contact.BACK
    note = event.note if isinstance(event, AddressLifted) else ""
    suppression = work.get(Suppression, event.suppression_id)
    if isinstance(event, AddressSuppressed) and event.reason in NOBODY_READS:
        _tell_owners(work, event, suppression)
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
        manager = person(work, partnership, Side.MANAGER)
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


def _tell_owners(work: Work, event: AddressSuppressed, suppression: Suppression) -> None:
    """Tell the owners that a colleague gets no mail: whatever waits for that person waits unseen."""
    team = work.session.scalars(
        select(Membership).where(Membership.role.in_(STAFF), Membership.ended_at.is_(None))
    ).unique()
    members = {member.account_id: member for member in team}
    colleague = members.get(suppression.person.id) if suppression.person else None
    if colleague is None:
        return
    owners = [member.account for member in members.values() if member.role is Role.OWNER and member is not colleague]
    context = {"colleague": colleague.account.name, "contact": str(CONTACTS[event.reason])}
    context |= {"told": suppression.told, "path": "/admin/mail/addresses"}
    about = f"organisation:{work.actor.org_id}"
    mails = [
        NewMail(
            key=f"{event.key}:{owner.id}",
            kind=MailKind.NOTICE,
            about=about,
            template=COLLEAGUE,
            context=context,
            recipient=owner,
            send_after=tells_at(work, owner, work.now),
        )
        for owner in owners
    ]
    queue_all(work, mails)
