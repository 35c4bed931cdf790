"""Signs of life of what runs on its own."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from .base import Base

TICK = "tick"
WORKER = "worker "  # followed by the name of one


class Heartbeat(Base):
    """When a named worker was last alive, by the machine's clock."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(primary_key=True)
    beat_at: Mapped[datetime]


class BusinessClock(Base):
    """How far the business clock runs ahead of the machine's: one row, moved by the demo and by stories only."""

    __tablename__ = "business_clock"

    id: Mapped[int] = mapped_column(primary_key=True)
    ahead_seconds: Mapped[int]
