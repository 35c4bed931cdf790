"""Send to a creator's right address what waits for them, once a mistyped one has been mended."""

from sqlalchemy import select

from partnerships.core.events import Event
from partnerships.creators.events import CreatorReaddressed
from partnerships.database.work import Work
from partnerships.mail.tables import MailState, OutboxMail
from partnerships.plans.renewing import is_renewal
from partnerships.plans.rules.partnerships import PartnershipState
from partnerships.plans.tables import Partnership
from partnerships.web.linking import grant

from .mails import Message, notify, person, standing
from .rules.ladder import Side

INVITATION, RENEWED = "invitation", "renewed"


def readdress(work: Work, event: Event) -> None:
    """Listen for mended addresses: mail that waits goes to the new one, and so does an invitation that is gone.

    Links that lie in the wrong mailbox open nothing any more: the membership that they were made for has ended.
    """
    if not isinstance(event, CreatorReaddressed):
        return
    waiting = _waiting(work, event)
    told = {mail.about for mail in waiting if mail.template in {INVITATION, RENEWED}}
    for mail in waiting:
        mail.recipient_id = event.account_id
        if mail.link is not None:
            mail.link = grant(
                work,
                purpose=mail.link.purpose,
                thing_id=mail.link.thing_id,
                account_id=event.account_id,
                expires_at=mail.link.expires_at,
            )
    invited = select(Partnership).where(
        Partnership.creator_id == event.creator_id, Partnership.state == PartnershipState.INVITED
    )
    for partnership in work.session.scalars(invited):
        if partnership.about not in told:
            _invite_again(work, partnership, event)


def _waiting(work: Work, event: CreatorReaddressed) -> list[OutboxMail]:
    waiting = select(OutboxMail).where(
        OutboxMail.recipient_id == event.was_account_id, OutboxMail.state.in_([MailState.QUEUED, MailState.RETRY])
    )
    return list(work.session.scalars(waiting))


def _invite_again(work: Work, partnership: Partnership, event: CreatorReaddressed) -> None:
    message = Message(
        template=RENEWED if is_renewal(work, partnership) else INVITATION,
        key=f"{event.key}:{partnership.id}",
        about=partnership.about,
        context=standing(partnership, note=partnership.invitation_note),
        purpose=INVITATION,
        thing_id=partnership.id,
    )
    notify(work, partnership, person(work, partnership, Side.CREATOR), message)
