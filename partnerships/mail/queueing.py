"""Put mail into the outbox, in the transaction that causes it: both are kept, or neither."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from partnerships.database.claiming import insert_once
from partnerships.database.work import Work
from partnerships.web.addresses import public_host
from partnerships.web.tables import MailedLink

from .tables import MailKind, MailState, OutboxMail, Person


def queue(
    work: Work,
    *,
    kind: MailKind,
    key: str,
    about: str,
    template: str,
    context: Mapping[str, Any],
    recipient: Person,
    send_after: datetime,
    expires_at: datetime | None = None,
    link: MailedLink | None = None,
    reply_to: str | None = None,
) -> int | None:
    """Queue one mail and return its id, or None when this `key` has been told already.

    `context` is plain values: dates as ISO text, and {"id": …, "en": …} for words that exist in both languages.
    """
    return insert_once(
        work.session,
        OutboxMail,
        org_id=work.actor.org_id,
        kind=kind,
        idem_key=key,
        message_id=f"{secrets.token_hex(16)}@{public_host()}",
        about=about,
        recipient_id=recipient.id,
        link_id=link.id if link else None,
        template=template,
        context=dict(context),
        reply_to=reply_to,
        send_after=send_after,
        expires_at=expires_at,
        state=MailState.QUEUED,
        attempts=0,
        created_at=work.now,
    )
