"""Let a person choose a password through a mailed link, and by nothing else."""

from datetime import timedelta

from sqlalchemy import select

from partnerships.core.errors import Gone
from partnerships.core.words import N_
from partnerships.database.work import Sweep, Work
from partnerships.mail.queueing import queue
from partnerships.mail.tables import MailKind, OutboxMail
from partnerships.web import linking

from .events import PasswordChosen
from .tables import Account

PURPOSE = "password"
RESET_LASTS = timedelta(hours=2)
WELCOME_LASTS = timedelta(days=7)


def offer_new_password(work: Work) -> None:
    """Mail the actor a link to choose a password, at most one a minute."""
    _offer(work, work.actor.person_id, "password", RESET_LASTS)


def welcome_member(work: Work, account_id: int) -> None:
    """Mail a new member of the team what this is and a link to choose a password."""
    _offer(work, account_id, "welcome", WELCOME_LASTS)


def take_back_links(sweep: Sweep, account_id: int) -> None:
    """Take back every link that could change this account's password: it is one, whichever organisation mailed it."""
    linking.revoke(sweep, purpose=PURPOSE, thing_id=account_id)


def choose_password(work: Work, password_hash: str) -> Account:
    """Give the actor's account this password and end its sessions; `take_back_links` goes before, everywhere.

    Raise `Gone` when the account is.
    """
    account = work.session.scalars(select(Account).where(Account.id == work.actor.person_id)).one_or_none()
    if account is None:
        raise Gone(N_("This link has run out. Sign in, or ask for a new one."))
    account.take_password(password_hash)
    work.emit(
        PasswordChosen(
            key=f"account:{account.id}:password:{work.now.isoformat()}",
            about=f"account:{account.id}",
            account_id=account.id,
        )
    )
    return account


def _offer(work: Work, account_id: int, template: str, lasts: timedelta) -> None:
    """Mail a link of its own, which makes every one before it worthless."""
    account = work.session.scalars(select(Account).where(Account.id == account_id)).one()
    key = f"account:{account.id}:{template}:{work.now:%Y-%m-%dT%H:%M}"
    if work.session.scalars(select(OutboxMail.id).where(OutboxMail.idem_key == key)).first() is not None:
        return  # the link in that mail has to stay good
    expires_at = work.now + lasts
    linking.revoke(work, purpose=PURPOSE, thing_id=account.id)
    link = linking.grant(work, purpose=PURPOSE, thing_id=account.id, account_id=account.id, expires_at=expires_at)
    queue(
        work,
        kind=MailKind.NOTICE,
        about=f"account:{account.id}",
        template=template,
        context={"name": account.name, "organisation": work.actor.org_name, "by": work.actor.name},
        recipients={key: account},
        send_after=work.now,
        expires_at=expires_at,
        link=link,
        reply_to=None,
    )
