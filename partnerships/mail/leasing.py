"""The right to send a mail, for a while: whoever holds it sends, and whoever does not come back loses it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from partnerships.clockwork.engine import Job
from partnerships.database.claiming import append, claim_all, skip_locked
from partnerships.database.work import Reading, Sweep, Transactions

from .pausing import find_channel, how_many_late, is_late, may_use
from .rules.pauses import LATE
from .rules.suppressions import STOPS, Reason
from .tables import DeliveryEvent, DeliveryEventName, MailState, OutboxMail, Suppression, token_of

LEASE = timedelta(seconds=120)  # by the machine's clock
BATCH = 100

Thread = tuple[int, str, int]  # organisation, thing, recipient: what makes mails belong together


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to send one mail until LEASE is over, with what was known of it when it was taken."""

    mail: OutboxMail  # of a transaction that is over: looked at, never changed
    token: str
    first: str | None  # the Message-ID of the first mail to this person about the same thing

    @property
    def attempts(self) -> int:
        """How many there were with this one."""
        return self.mail.attempts

    @property
    def thread(self) -> Thread:
        """What it belongs to."""
        return _thread(self.mail)


@dataclass(frozen=True, slots=True)
class Batch:
    """What one sender takes at once. `is_trial`: nobody knows yet whether the channel works again."""

    leases: Sequence[Lease] = ()
    is_trial: bool = False


def _thread(mail: OutboxMail) -> Thread:
    return mail.org_id, mail.about, mail.recipient_id


def _claimable(due: ColumnElement[bool], first: InstrumentedAttribute[Any]) -> Select[OutboxMail]:
    mails = select(OutboxMail).where(due).order_by(first, OutboxMail.id).limit(bindparam("room"))
    loaded = mails.options(joinedload(OutboxMail.recipient, innerjoin=True), joinedload(OutboxMail.link))
    return skip_locked(loaded, OutboxMail)


# Built once: a worker with nothing to do asks all day long, and building takes longer than asking.
_ABANDONED = OutboxMail.abandoned(bindparam("machine_now"))
_SENDABLE = OutboxMail.sendable(bindparam("now"))
# An abandoned mail may have killed its sender. It goes alone, so that none dies of its neighbour, and after the others.
# Each time how many, all of them, and those that are not late.
DUE = tuple(
    (room, _claimable(due, first), _claimable(and_(due, OutboxMail.send_after >= bindparam("late")), first))
    for room, due, first in ((1, _ABANDONED, OutboxMail.lease_until), (BATCH, _SENDABLE, OutboxMail.send_after))
)
ANYTHING_DUE = union_all(*(select(OutboxMail.id).where(due) for due in (_ABANDONED, _SENDABLE))).limit(1)


def take(transactions: Transactions, holder: str, catch_up: int | None) -> Batch:
    """Take the right to send one abandoned mail, or at most BATCH others, and count their attempts."""
    token, machine_now = token_of(holder), transactions.machine.now()
    with transactions.everywhere() as everywhere:
        moments = {"now": transactions.clock.now(), "machine_now": machine_now}
        if everywhere.scalars(ANYTHING_DUE, moments).first() is None:
            return Batch()
    with transactions.sweeping() as sweep:
        mails = _next_mails(sweep, machine_now, catch_up)
        if not mails or not may_use(sweep, machine_now):
            return Batch()
        channel = find_channel(sweep.session)
        firsts = _firsts(sweep, mails)
        for mail in mails:
            was_abandoned = mail.state is MailState.SENDING
            mail.lease(token, machine_now + LEASE)
            if was_abandoned:
                append(sweep.session, DeliveryEvent, event_of(mail, sweep.now, DeliveryEventName.LEASE_EXPIRED))
        if len(mails) == BATCH:
            sweep.ask_for(Job.MAIL)  # there may be more, for whoever has nothing to do
        leases = [Lease(mail, token, firsts.get(_thread(mail))) for mail in mails]
        return Batch(leases, is_trial=channel is not None and channel.is_paused)


def _next_mails(sweep: Sweep, machine_now: datetime, catch_up: int | None) -> Sequence[OutboxMail]:
    """Return what is to go now: one abandoned mail or a batch of others, of the late ones as many as may go out.

    Of those that wait what is not late comes first: somebody asked for it just now.
    """
    moments = {"now": sweep.now, "machine_now": machine_now, "late": sweep.now - LATE}
    for room, due, fresh in DUE:
        mails = sweep.session.scalars(due, moments | {"room": room}).all()
        if catch_up is not None and mails and is_late(mails[0], sweep.now):
            late = [mail for mail in mails if is_late(mail, sweep.now)][: how_many_late(sweep, machine_now, catch_up)]
            mails = [*sweep.session.scalars(fresh, moments | {"room": room}), *late][:room]
        if mails:
            return mails
    return []


def _firsts(sweep: Sweep, mails: Sequence[OutboxMail]) -> Mapping[Thread, str]:
    """Return the Message-IDs of the first mails that these people got about the same things."""
    sent = (
        select(OutboxMail.org_id, OutboxMail.about, OutboxMail.recipient_id, OutboxMail.message_id)
        .where(
            OutboxMail.org_id.in_({mail.org_id for mail in mails}),
            OutboxMail.about.in_({mail.about for mail in mails}),
            OutboxMail.state == MailState.SENT,
        )
        .order_by(OutboxMail.id.desc())
    )
    return {(org_id, about, person): name for org_id, about, person, name in sweep.session.execute(sent)}


class LeaseLost(Exception):
    """Somebody else has the right to send the mail now, or has sent it."""


# Asked before each mail: whether it is still held, and what stops hold for its address, in one.
_HELD = (
    select(Suppression.reason)
    .select_from(OutboxMail)
    .outerjoin(Suppression, and_(Suppression.address == bindparam("address"), Suppression.holds(bindparam("now"))))
    .where(OutboxMail.id == bindparam("id"), OutboxMail.held_by(bindparam("token")))
    .order_by(Suppression.id.desc())
)


def stop_of(reading: Reading, lease: Lease) -> Reason | None:
    """Return why the mail must not go to its address, or None. Raise `LeaseLost` when it is not ours to send."""
    mail = lease.mail
    facts = {"id": mail.id, "token": lease.token, "address": mail.recipient.email.lower(), "now": reading.now}
    reasons = reading.session.scalars(_HELD, facts).all()
    if not reasons:
        raise LeaseLost
    return next((reason for reason in reasons if reason is not None and mail.kind in STOPS[reason]), None)


def give_back(
    transactions: Transactions, leases: Sequence[Lease], error: str | None = None, code: int | None = None
) -> int:
    """Let mails wait as if nobody had touched them: the attempt does not count. Return how many were still held."""
    if not leases:
        return 0
    again = case((OutboxMail.attempts > 1, MailState.RETRY), else_=MailState.QUEUED)
    facts: dict[str, Any] = {"last_error": error, "smtp_code": code} if error else {}
    facts |= {"state": again, "attempts": OutboxMail.attempts - 1, "lease_token": None, "lease_until": None}
    held = OutboxMail.held_by(leases[0].token)
    with transactions.sweeping() as sweep:
        return claim_all(sweep.session, OutboxMail, [lease.mail.id for lease in leases], held, facts)


def event_of(
    mail: OutboxMail, at: datetime, name: DeliveryEventName, code: int | None = None, told: str = ""
) -> Mapping[str, object]:
    """Return what happened to `mail` as a row for `append`."""
    return {
        "org_id": mail.org_id,
        "mail_id": mail.id,
        "at": at,
        "name": name,
        "attempt": mail.attempts,
        "smtp_code": code,
        "told": told,
    }
