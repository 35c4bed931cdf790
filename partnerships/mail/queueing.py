"""Put mail into the outbox, in the transaction that causes it: both are kept, or neither."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from partnerships.clockwork.engine import Job
from partnerships.database.claiming import insert_once
from partnerships.database.work import Work
from partnerships.web.tables import MailedLink

from .keeping import new_message_id
from .tables import MailKind, MailState, OutboxMail, Person


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
    """Queue a mail to each of `recipients` and return the ids, without those that have been told already.

    Each stands under the key that names this fact to this person once and for all. `context` is plain values: dates
    as ISO text, and {"id": …, "en": …} for words that exist in both languages.
    """
    same = {
        "org_id": work.actor.org_id,
        "kind": kind,
        "about": about,
        "link_id": link.id if link else None,
        "template": template,
        "context": dict(context),
        "reply_to": reply_to,
        "send_after": send_after,
        "due_at": send_after,
        "expires_at": expires_at,
        "state": MailState.QUEUED,
        "attempts": 0,
        "created_at": work.now,
    }
    rows = [
        {**same, "idem_key": key, "recipient_id": recipient.id, "message_id": new_message_id()}
        for key, recipient in recipients.items()
    ]
    queued = insert_once(work.session, OutboxMail, *rows)
    if queued and send_after <= work.now:
        work.ask_for(Job.MAIL)
    return queued
