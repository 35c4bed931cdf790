"""The one way out for mail: whether it may be used now, and what all senders do when no mail gets out.

What is wrong with the channel (a password, a setting, a server that is down) is wrong with no single mail: nothing
counts as an attempt, and one sender tries again for all when the pause is over.
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from partnerships.database.work import Sweep, Transactions

from .rules.pauses import CONNECTIONS, CROWDED_FOR, LATE, paused_until
from .tables import DeliveryEvent, DeliveryEventName, MailChannel, OutboxMail

CHANNEL = "mail"
TRYING = timedelta(minutes=1)  # nobody else tries while one does
ONE_MINUTE = timedelta(minutes=1)

log = logging.getLogger(__name__)


def find_channel(session: Session) -> MailChannel | None:
    """Return how the channel does; None when it never failed."""
    return session.get(MailChannel, CHANNEL)


def may_use(sweep: Sweep, machine_now: datetime) -> bool:
    """Say whether a sender may use the channel now; after a pause the first that asks is the one that tries."""
    channel = find_channel(sweep.session)
    if channel is None or not (channel.is_paused or channel.is_crowded(machine_now)):
        return True
    channel = sweep.session.get_one(MailChannel, CHANNEL, with_for_update=True, populate_existing=True)
    if channel.paused_until is not None:
        if machine_now < channel.paused_until:
            return False
        channel.paused_until = machine_now + TRYING
    if not channel.is_crowded(machine_now):
        return True
    sending = select(func.count(OutboxMail.lease_token.distinct())).where(OutboxMail.being_sent(machine_now))
    return (sweep.session.scalar(sending) or 0) < CONNECTIONS


def how_many_late(sweep: Sweep, machine_now: datetime, at_most: int) -> int:
    """Return how many mails may still go out in this minute when many are late: a mass of them looks like spam.

    What others have in hand counts as if it were out.
    """
    lately = select(func.count()).where(
        DeliveryEvent.name == DeliveryEventName.SENT,
        DeliveryEvent.at > sweep.now - ONE_MINUTE,
        DeliveryEvent.at <= sweep.now,  # a clock that was set back has sent nothing in this minute
    )
    in_hand = select(func.count()).where(OutboxMail.being_sent(machine_now))
    begun = sum(sweep.session.scalar(question) or 0 for question in (lately, in_hand))
    return max(at_most - begun, 0)


def is_late(mail: OutboxMail, now: datetime) -> bool:
    """Say whether it should have gone out long ago: then something stood still."""
    return mail.send_after < now - LATE


def pause(transactions: Transactions, why: str, code: int | None, *, has_tried: bool) -> None:
    """Let nobody use the channel for a while: longer, the more often it failed.

    Several senders meet one failure: the first pauses, and after that only the one that tried again, `has_tried`.
    """
    now = transactions.machine.now()
    with transactions.sweeping() as sweep:
        channel = _channel(sweep)
        if channel.is_paused and not has_tried:
            return
        channel.failures += 1
        channel.paused_at, channel.paused_until = channel.paused_at or now, paused_until(channel.failures, now)
        channel.why, channel.smtp_code = why, code
        log.error("mail is paused until %s: %s", channel.paused_until.isoformat(), why)


def resume(transactions: Transactions) -> None:
    """Let everybody use the channel again, once a server has talked to one of us."""
    with transactions.sweeping() as sweep:
        channel = _channel(sweep)
        if not channel.is_paused:
            return
        channel.failures, channel.paused_at, channel.paused_until = 0, None, None
        log.warning("mail goes out again")


def crowd(transactions: Transactions) -> None:
    """Let only a few use the channel at once for a while: the server has said that it has too many of us."""
    with transactions.sweeping() as sweep:
        _channel(sweep).crowded_until = transactions.machine.now() + CROWDED_FOR


def _channel(sweep: Sweep) -> MailChannel:
    channel = sweep.session.get(MailChannel, CHANNEL, with_for_update=True, populate_existing=True)
    if channel is None:
        channel = MailChannel(name=CHANNEL, failures=0, why="")
        sweep.session.add(channel)
    return channel
