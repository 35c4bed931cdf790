"""Let a person choose a password through a mailed link, and by nothing else."""

from datetime import timedelta

from sqlalchemy import select

from partnerships.core.errors import Gone
from partnerships.core.words import N_
from partnerships.database.work import Work
from partnerships.mail.queueing import queue
from partnerships.mail.tables import MailKind
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


def choose_password(work: Work, password_hash: str) -> Account:
    """Give the actor's account this password, end its sessions and take back every link that could do so again."""
    account = work.session.scalars(select(Account).where(Account.id == work.actor.person_id)).one_or_none()
    if account is None:
        raise Gone(N_("This link has run out. Sign in, or ask for a new one."))
    account.take_password(password_hash)
    linking.revoke(work, purpose=PURPOSE, thing_id=account.id)
    work.emit(
        PasswordChosen(
            key=f"account:{account.id}:password:{work.now.isoformat()}",
            about=f"account:{account.id}",
            account_id=account.id,
        )
    )
    return account


def _offer(work: Work, account_id: int, template: str, lasts: timedelta) -> None:
    account = work.session.scalars(select(Account).where(Account.id == account_id)).one()
    expires_at = work.now + lasts
    link = linking.grant(work, purpose=PURPOSE, thing_id=account.id, account_id=account.id, expires_at=expires_at)
    queue(
        work,
        kind=MailKind.NOTICE,
        key=f"account:{account.id}:{template}:{work.now:%Y-%m-%dT%H:%M}",
        about=f"account:{account.id}",
        template=template,
        context={"name": account.name, "organisation": work.actor.org_name, "by": work.actor.name},
        recipient=account,
        send_after=work.now,
        expires_at=expires_at,
        link=link,
        reply_to=None,
    )
