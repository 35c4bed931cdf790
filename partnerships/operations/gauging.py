"""Measure what runs on its own: one number of statements, however much there is to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from partnerships.database.heartbeat import TICK, Heartbeat
from partnerships.mail.rules.states import MailState
from partnerships.mail.tables import DeliveryEvent, OutboxMail
from partnerships.plans.tables import Step

from .finding import take_pulse
from .rules.lateness import Lateness, measure
from .rules.standing import Pulse

LOOKED_BACK = timedelta(hours=24)
MEASURED = 10_000  # the newest mails of that time, whose lateness is looked at
WORKER_IS_GONE_AFTER = timedelta(minutes=2)  # by the machine's clock


@dataclass(frozen=True, slots=True)
class Queue:
    """What is due now and has not been done; `oldest` is how long the oldest of it waits."""

    count: int
    oldest: timedelta | None


@dataclass(frozen=True, slots=True)
class Gauges:
    """Everything that is measured. Within one organisation its own; the pulse and the workers are everybody's."""

    pulse: Pulse
    workers: Mapping[str, datetime]  # when each was last alive
    steps: Queue
    mails: Queue
    waiting: int  # mails whose time has not come
    leased: int
    leases_expired: int  # mails whose sender has not come back
    events: Mapping[str, int]  # of the last day, by name
    codes: Mapping[int, int]  # SMTP reply codes of the last day
    lateness: Lateness


def gauge(session: Session, now: datetime, machine_now: datetime) -> Gauges:
    """Measure what `session` may see, at `now` by the business clock."""
    since = now - LOOKED_BACK
    leased, expired = session.execute(
        select(
            func.count(OutboxMail.id), func.count(OutboxMail.id).filter(OutboxMail.lease_until <= machine_now)
        ).where(OutboxMail.state == MailState.SENDING)
    ).one()
    return Gauges(
        pulse=take_pulse(session, machine_now),
        workers=_workers(session, machine_now),
        steps=_steps(session, now),
        mails=_mails(session, now),
        waiting=session.scalar(
            select(func.count(OutboxMail.id)).where(
                OutboxMail.state.in_([MailState.QUEUED, MailState.RETRY]), OutboxMail.send_after > now
            )
        )
        or 0,
        leased=leased,
        leases_expired=expired,
        events=_events(session, since),
        codes=_codes(session, since),
        lateness=_lateness(session, since),
    )


def _workers(session: Session, machine_now: datetime) -> dict[str, datetime]:
    alive = select(Heartbeat).where(Heartbeat.name != TICK, Heartbeat.beat_at > machine_now - WORKER_IS_GONE_AFTER)
    return {one.name: one.beat_at for one in session.scalars(alive.order_by(Heartbeat.name))}


def _steps(session: Session, now: datetime) -> Queue:
    due = select(func.count(Step.id), func.min(Step.next_action_at))
    count, first = session.execute(due.where(Step.next_action_at <= now)).one()
    return Queue(count, now - first if first else None)


def _mails(session: Session, now: datetime) -> Queue:
    due = select(func.count(OutboxMail.id), func.min(OutboxMail.send_after))
    count, first = session.execute(due.where(OutboxMail.waiting(now))).one()
    return Queue(count, now - first if first else None)


def _events(session: Session, since: datetime) -> dict[str, int]:
    counted = select(DeliveryEvent.name, func.count(DeliveryEvent.id)).where(DeliveryEvent.at >= since)
    return {str(name): count for name, count in session.execute(counted.group_by(DeliveryEvent.name))}


def _codes(session: Session, since: datetime) -> dict[int, int]:
    counted = select(DeliveryEvent.smtp_code, func.count(DeliveryEvent.id)).where(
        DeliveryEvent.at >= since, DeliveryEvent.smtp_code.is_not(None)
    )
    grouped = counted.group_by(DeliveryEvent.smtp_code).order_by(DeliveryEvent.smtp_code)
    return {code: count for code, count in session.execute(grouped) if code is not None}


def _lateness(session: Session, since: datetime) -> Lateness:
    sent = (
        select(OutboxMail.due_at, OutboxMail.sent_at)
        .where(OutboxMail.state == MailState.SENT, OutboxMail.sent_at >= since, OutboxMail.due_at.is_not(None))
        .order_by(OutboxMail.sent_at.desc())
        .limit(MEASURED)
    )
    return measure(sent_at - due_at for due_at, sent_at in session.execute(sent) if sent_at and due_at)
