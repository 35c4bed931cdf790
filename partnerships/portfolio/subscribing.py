"""Give a person an address under which a calendar program finds their dates, give another, or take it back."""

from datetime import timedelta

from sqlalchemy import select

from partnerships.database.work import Reading, Work
from partnerships.web import linking
from partnerships.web.tables import MailedLink

PURPOSE = "feed"  # of the link: it opens dates, and no page
LASTS = timedelta(days=3650)  # a program asks for years; whoever no longer wants that takes the address back


def find_address(reading: Reading) -> MailedLink | None:
    """Return the link to the actor's dates, if there is one."""
    return reading.session.scalars(
        select(MailedLink).where(
            MailedLink.purpose == PURPOSE,
            MailedLink.account_id == reading.actor.person_id,
            MailedLink.revoked_at.is_(None),
            MailedLink.expires_at >= reading.now,
        )
    ).first()


def subscribe(work: Work) -> MailedLink:
    """Return the link to the actor's dates, made if there is none."""
    person_id = work.actor.person_id
    return linking.grant(work, purpose=PURPOSE, thing_id=person_id, account_id=person_id, expires_at=work.now + LASTS)


def unsubscribe(work: Work) -> None:
    """Take the address back: whoever has it finds nothing there from now on."""
    linking.revoke(work, purpose=PURPOSE, thing_id=work.actor.person_id)
