"""Find what was last heard of the clockwork and of the mail."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from partnerships.database.heartbeat import TICK, Heartbeat
from partnerships.mail.tables import MailChannel

from .rules.standing import Pulse


def take_pulse(session: Session, machine_now: datetime) -> Pulse:
    """Return what was last heard of the clockwork: two statements."""
    heartbeat = session.get(Heartbeat, TICK)
    channel = session.scalars(select(MailChannel).where(MailChannel.paused_at.is_not(None))).first()
    beat_at = heartbeat.beat_at if heartbeat else None
    if channel is None:
        return Pulse(machine_now, beat_at)
    return Pulse(machine_now, beat_at, channel.paused_at, channel.paused_until, channel.why)
