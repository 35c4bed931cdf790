"""Send a mail again, or not at all, because a manager says so."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from partnerships.core.errors import NotFound, Refused
from partnerships.core.words import N_
from partnerships.database.claiming import insert_once
from partnerships.database.work import Work

from .events import MailCalledOff, MailSentAgain
from .keeping import new_message_id
from .rules.states import BY_HAND, MailAction
from .suppressing import find_stop
from .tables import MailState, OutboxMail


def handle(work: Work, mail_id: int, action: MailAction) -> None:
    """Take `action` on a mail.

    Raise `Refused` when a digest tells it, the link in it has run out, or its address takes no such mail;
    `IllegalTransition` when it has moved on meanwhile.
    """
    mail = _locked(work, mail_id)
    if action is MailAction.CANCEL:
        mail.take_back(work.actor.role, BY_HAND)
        work.emit(MailCalledOff(key=_key(work, mail, action), about=mail.about, mail_id=mail.id))
        return
    if mail.digest is not None:
        raise Refused(N_("The mail of the day tells this. Send that one again."))
    if mail.link is not None and (mail.link.revoked_at is not None or mail.link.expires_at <= work.now):
        raise Refused(N_("The link in this mail has run out. Let the mail be written anew from where it came from."))
    if find_stop(work, mail) is not None:
        raise Refused(N_("This address takes no such mail. Lift that first, on the list of addresses."))
    if action is MailAction.COPY:
        _copy(work, mail)
    else:
        mail.wait_once_more(work.actor.role, work.now)
    work.emit(MailSentAgain(key=_key(work, mail, action), about=mail.about, mail_id=mail.id))


def _locked(work: Work, mail_id: int) -> OutboxMail:
    wanted = select(OutboxMail).where(OutboxMail.id == mail_id)
    loaded = wanted.options(joinedload(OutboxMail.recipient), joinedload(OutboxMail.link))
    mail = work.session.scalars(loaded.with_for_update(of=OutboxMail)).one_or_none()
    if mail is None:
        raise NotFound(N_("There is nothing here."))
    return mail


def _key(work: Work, mail: OutboxMail, action: MailAction) -> str:
    return f"mail:{mail.id}:{action}:{work.now.isoformat()}"


def _copy(work: Work, mail: OutboxMail) -> None:
    """Queue the same words to the same person: a mail of its own, because mailboxes hide what they know already."""
    mail.check(MailAction.COPY, work.actor.role)
    insert_once(
        work.session,
        OutboxMail,
        [
            {
                "org_id": mail.org_id,
                "kind": mail.kind,
                "idem_key": f"{mail.idem_key}:again:{work.now.isoformat()}",
                "message_id": new_message_id(),
                "about": mail.about,
                "recipient_id": mail.recipient_id,
                "link_id": mail.link_id,
                "template": mail.template,
                "context": mail.context,
                "reply_to": mail.reply_to,
                "send_after": work.now,
                "due_at": work.now,
                "state": MailState.QUEUED,
                "attempts": 0,
                "created_at": work.now,
            },
        ],
        OutboxMail.idem_key,
    )
