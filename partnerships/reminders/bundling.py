"""Put a person's reminders of one day into one mail: by itself goes only what a creator has to do today.

Several workers may do so at once: they claim different reminders, perhaps of the same person, and whoever comes second
adds to the mail that the first has made. What is to be told together is sent by nobody before that.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import and_, bindparam, or_, select, true
from sqlalchemy.orm import joinedload

from partnerships.core.zones import day_in, end_of, moment
from partnerships.database.claiming import claim_all, skip_locked
from partnerships.database.work import Sweep, Transactions, Work
from partnerships.mail.queueing import queue
from partnerships.mail.tables import OUT_OF_DATE, MailKind, MailState, OutboxMail, Person
from partnerships.people.tables import Membership
from partnerships.plans.tables import quiet_days_of, quiet_hours_of

from .tables import policy_of

BATCH = 1000
WAITING = (MailState.QUEUED, MailState.RETRY)
OF_TEAM, OF_CREATOR = DIGESTS = ("digest", "digest_creator")  # the wordings

log = logging.getLogger(__name__)


# Built once, as it is asked all day long.
TO_BUNDLE = skip_locked(
    select(OutboxMail)
    .where(OutboxMail.waiting(bindparam("now")), OutboxMail.for_digest)
    .order_by(OutboxMail.org_id, OutboxMail.recipient_id, OutboxMail.id)
    .limit(bindparam("most"))
    .options(joinedload(OutboxMail.recipient, innerjoin=True), joinedload(OutboxMail.link)),
    OutboxMail,
)


def bundle(transactions: Transactions) -> int:
    """Let digests tell what waits to be told, in every organisation; return how many reminders they took.

    What comes after somebody's mail of the day has gone waits for that of tomorrow, unless that is too late for it.
    """
    taken = 0
    while True:
        with transactions.sweeping() as sweep:
            mails = _claim(sweep)
            for (org_id, _), group in groupby(mails, lambda mail: (mail.org_id, mail.recipient_id)):
                taken += _bundle(sweep, org_id, list(group))
        if len(mails) < BATCH:
            return taken


def _claim(sweep: Sweep) -> Sequence[OutboxMail]:
    """Return what waits, in one order for all workers: so none waits for another that waits for it."""
    return sweep.session.scalars(TO_BUNDLE, {"now": sweep.now, "most": BATCH}).all()


def _bundle(sweep: Sweep, org_id: int, mails: Sequence[OutboxMail]) -> int:
    """Settle what becomes of one person's reminders. What cannot be told together goes by itself."""
    ids = [mail.id for mail in mails]
    try:
        with sweep.session.begin_nested(), sweep.work_in(org_id) as work:
            current = [mail for mail in mails if not _is_out_of_date(work, mail)]
            if current and not _wants_each_alone(work, current[0].recipient_id):
                return _fold(work, current)
            for mail in current:
                mail.go_alone()
            return 0
    except Exception:  # one person's mail of the day must not hold up all the others
        log.exception("reminders %s cannot be told together", ids)
        claim_all(sweep.session, OutboxMail, ids, true(), {"for_digest": False})
        return 0


def _is_out_of_date(work: Work, mail: OutboxMail) -> bool:
    """Call `mail` off if a later reminder has come meanwhile, because everything stood still; say whether."""
    if mail.expires_at is None or mail.expires_at > work.now:
        return False
    mail.call_off(OUT_OF_DATE)
    return True


def _wants_each_alone(work: Work, account_id: int) -> bool:
    alone = select(Membership.id).where(Membership.account_id == account_id, Membership.each_alone)
    return work.session.scalars(alone.limit(1)).first() is not None


def _find_digest(work: Work, recipient: Person, key: str, at: datetime) -> OutboxMail | None:
    """Return the mail that waits to go to this person on the day of `at`, whatever its key, or else that of this key.

    One of an earlier day waits while it could not be sent; one that rests until a later day tells nothing of this one.
    """
    day_ends = end_of(day_in(recipient.zone, at), recipient.zone)
    waits = and_(
        OutboxMail.recipient_id == recipient.id,
        OutboxMail.state.in_(WAITING),
        OutboxMail.template.in_(DIGESTS),
        OutboxMail.send_after <= day_ends,
    )
    found = work.session.scalars(
        select(OutboxMail).where(or_(waits, OutboxMail.idem_key == key)).order_by(OutboxMail.id).with_for_update()
    ).all()
    return next((mail for mail in found if mail.state in WAITING), found[0] if found else None)


def _fold(work: Work, mails: Sequence[OutboxMail]) -> int:
    """Let one person's digest of the day on which they may be reminded tell these; return how many it took."""
    recipient = mails[0].recipient
    at = _goes_at(work, recipient.zone)
    late = [mail for mail in mails if mail.expires_at is not None and mail.expires_at <= at]
    for mail in late:
        mail.go_alone()
    mails = [mail for mail in mails if mail not in late]
    if not mails:
        return 0
    key = f"digest:{recipient.id}:{day_in(recipient.zone, at).isoformat()}"
    digest = _find_digest(work, recipient, key, at)
    if digest is None and not _begin(work, key, mails, at):
        digest = _find_digest(work, recipient, key, at)  # another worker has made it meanwhile
    if digest is not None and digest.state not in {*WAITING, MailState.CANCELLED}:
        return _put_off(work, mails, recipient.zone)
    if digest is not None:
        _add(digest, mails, at)
    for mail in mails:
        mail.leave_to(digest.idem_key if digest is not None else key)
    return len(mails)


def _goes_at(work: Work, zone: str) -> datetime:
    """Return when a digest that is made now goes: at once, or with the reminders of the next day that is not quiet."""
    until = quiet_hours_of(work.session).lets_go(work.now, zone, quiet_days_of(work.session))
    if until is None:
        return work.now
    day = day_in(zone, until)
    return max(until, moment(day, policy_of(work.session).hour_on(day), zone))


def _begin(work: Work, key: str, mails: Sequence[OutboxMail], at: datetime) -> bool:
    """Queue a digest that tells these; return whether it is new, after whoever makes the same one has kept it."""
    is_for_team = "path" in mails[0].context
    queued = queue(
        work,
        kind=MailKind.REMINDER,
        about=key,
        template=OF_TEAM if is_for_team else OF_CREATOR,
        context={"items": _told(mails)} | ({"path": "/"} if is_for_team else {}),
        recipients={key: mails[0].recipient},
        send_after=at,
        expires_at=_latest(mails),
        reply_to=mails[0].reply_to,
    )
    return bool(queued)


def _add(digest: OutboxMail, mails: Sequence[OutboxMail], at: datetime) -> None:
    """Let a digest that has not gone tell these too; one that had nothing left to tell waits again."""
    if digest.state is MailState.CANCELLED:
        digest.wait_again({**digest.context, "items": _told(mails)}, send_after=at, expires_at=_latest(mails))
    else:
        digest.context = {**digest.context, "items": [*digest.context["items"], *_told(mails)]}
        digest.expires_at = _latest([digest, *mails])


def _put_off(work: Work, mails: Sequence[OutboxMail], zone: str) -> int:
    """Let these wait for tomorrow's mail; what that would be too late for goes by itself."""
    tomorrow = day_in(zone, work.now) + timedelta(days=1)
    at = moment(tomorrow, policy_of(work.session).hour_on(tomorrow), zone)
    for mail in mails:
        if mail.expires_at is None or mail.expires_at > at:
            mail.put_off(at)
        else:
            mail.go_alone()
    return 0


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
