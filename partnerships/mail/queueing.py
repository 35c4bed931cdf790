"""Put mail into the outbox, in the transaction that causes it: both are kept, or neither."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from partnerships.clockwork.engine import Job
from partnerships.database.claiming import insert_once
from partnerships.database.work import Work
from partnerships.web.tables import MailedLink

from .keeping import new_message_id
from .tables import MailKind, MailState, OutboxMail, Person


@dataclass(frozen=True, slots=True)
class NewMail:
    """A mail to one person under the `key` that names this fact to this person once and for all.

    `context` is plain values: dates as ISO text, and {"id": …, "en": …} for words that exist in both languages.
    """

    key: str
    kind: MailKind
    about: str
    template: str
    context: Mapping[str, Any]
    recipient: Person
    send_after: datetime
    expires_at: datetime | None = None
    link_id: int | None = None
    reply_to: str | None = None
    for_digest: bool = False


def queue_all(work: Work, mails: Sequence[NewMail]) -> Mapping[str, int]:
    """Queue `mails` in one go; return key and id of those that nobody has been told yet."""
    rows = [
        {
            "org_id": work.actor.org_id,
            "kind": mail.kind,
            "idem_key": mail.key,
            "message_id": new_message_id(),
            "about": mail.about,
            "recipient_id": mail.recipient.id,
            "link_id": mail.link_id,
            "template": mail.template,
            "context": dict(mail.context),
            "reply_to": mail.reply_to,
            "send_after": mail.send_after,
            "due_at": mail.send_after,
            "expires_at": mail.expires_at,
            "for_digest": mail.for_digest,
            "state": MailState.QUEUED,
            "attempts": 0,
            "created_at": work.now,
        }
        for mail in mails
    ]
    queued = dict(insert_once(work.session, OutboxMail, rows, OutboxMail.idem_key))
    if any(mail.key in queued and mail.send_after <= work.now and not mail.for_digest for mail in mails):
        work.ask_for(Job.MAIL)
    return queued


def queue(
    work: Work,
    *,
    kind: MailKind,
    about: str,
    template: str,
    context: Mapping[str, Any],
    recipients: Mapping[str, Person],
    send_after: datetime,
    expires_at: datetime | None = None,
    link: MailedLink | None = None,
    reply_to: str | None = None,
) -> Sequence[int]:
    """Queue the same mail to each of `recipients`, each under its key (see `NewMail`); return the new ones' ids."""
    link_id = link.id if link else None
    mails = [
        NewMail(key, kind, about, template, context, recipient, send_after, expires_at, link_id, reply_to)
        for key, recipient in recipients.items()
    ]
    return list(queue_all(work, mails).values())
