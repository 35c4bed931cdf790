"""Put a person's reminders of one day into one mail: by itself goes only what a creator has to do today."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from partnerships.core.zones import day_in, moment
from partnerships.database.claiming import skip_locked
from partnerships.database.work import Sweep, Transactions, Work
from partnerships.mail.queueing import queue
from partnerships.mail.tables import MailKind, MailState, OutboxMail
from partnerships.people.tables import Membership

from .rules.ladder import Rung
from .tables import policy_of

BATCH = 1000
# By their wordings: all that the team is told, and what a creator is told on other days than the day itself.
OF_TEAM = (
    *("overdue", "at_risk", "task", "review_waits", "review_waits_long", "payment_waits", "payment_waits_long"),
    *("unanswered", "terms_wait", "terms_wait_long", "parcel_waits", "parcel_waits_long", "unconfirmed"),
)
OF_CREATORS = ("check_in", "draft", "publish")
WAITING = (MailState.QUEUED, MailState.RETRY)


def bundle(transactions: Transactions) -> int:
    """Let digests tell what waits to be told, in every organisation; return how many reminders they took.

    What comes after somebody's mail of the day has gone waits for that of tomorrow, unless that is too late for it.
    """
    taken = 0
    while True:
        with transactions.sweeping() as sweep:
            mails = _claim(sweep)
            for (org_id, _), group in groupby(mails, lambda mail: (mail.org_id, mail.recipient_id)):
                with sweep.work_in(org_id) as work:
                    taken += _fold(work, list(group))
        if len(mails) < BATCH:
            return taken


def _claim(sweep: Sweep) -> Sequence[OutboxMail]:
    by_itself = select(Membership.id).where(
        Membership.org_id == OutboxMail.org_id, Membership.account_id == OutboxMail.recipient_id, Membership.each_alone
    )
    on_other_days = and_(OutboxMail.template.in_(OF_CREATORS), OutboxMail.context["rung"].as_string() != Rung.DUE.value)
    waiting = (
        select(OutboxMail)
        .where(
            OutboxMail.waiting(sweep.now),
            OutboxMail.state == MailState.QUEUED,
            OutboxMail.kind == MailKind.REMINDER,
            or_(OutboxMail.template.in_(OF_TEAM), on_other_days),
            ~by_itself.exists(),
        )
        .order_by(OutboxMail.org_id, OutboxMail.recipient_id, OutboxMail.id)
        .limit(BATCH)
        .options(joinedload(OutboxMail.recipient, innerjoin=True), joinedload(OutboxMail.link))
    )
    return sweep.session.scalars(skip_locked(waiting, OutboxMail)).all()


def _fold(work: Work, mails: Sequence[OutboxMail]) -> int:
    """Let one person's digest of today tell these reminders; return how many it took."""
    recipient = mails[0].recipient
    key = f"digest:{recipient.id}:{day_in(recipient.zone, work.now).isoformat()}"
    digest = work.session.scalars(select(OutboxMail).where(OutboxMail.idem_key == key).with_for_update()).one_or_none()
    if digest is not None and digest.state not in {*WAITING, MailState.CANCELLED}:
        return _put_off(work, mails, recipient.zone)
    if digest is None:
        queue(
            work,
            kind=MailKind.REMINDER,
            about=key,
            template="digest" if _is_for_team(mails) else "digest_creator",
            context={"items": _told(mails)} | ({"path": "/"} if _is_for_team(mails) else {}),
            recipients={key: recipient},
            send_after=work.now,
            expires_at=_latest(mails),
            reply_to=mails[0].reply_to,
        )
    elif digest.state is MailState.CANCELLED:  # there was nothing left to tell
        digest.wait_again({**digest.context, "items": _told(mails)}, send_after=work.now, expires_at=_latest(mails))
    else:
        digest.context = {**digest.context, "items": [*digest.context["items"], *_told(mails)]}
        digest.expires_at = _latest([digest, *mails])
    for mail in mails:
        mail.leave_to(key)
    return len(mails)


def _put_off(work: Work, mails: Sequence[OutboxMail], zone: str) -> int:
    """Let these wait for tomorrow's mail; what that would be too late for goes by itself."""
    tomorrow = day_in(zone, work.now) + timedelta(days=1)
    at = moment(tomorrow, policy_of(work.session).hour_on(tomorrow), zone)
    for mail in mails:
        if mail.expires_at is None or mail.expires_at > at:
            mail.put_off(at)
    return 0


def _is_for_team(mails: Sequence[OutboxMail]) -> bool:
    return "path" in mails[0].context


def _told(mails: Iterable[OutboxMail]) -> list[Mapping[str, Any]]:
    return [
        {
            "about": mail.about,
            "template": mail.template,
            "context": mail.context,
            "nonce": mail.link.nonce if mail.link else None,
        }
        for mail in mails
    ]


def _latest(mails: Iterable[OutboxMail]) -> datetime | None:
    ends = [mail.expires_at for mail in mails]
    return None if None in ends else max(end for end in ends if end is not None)
