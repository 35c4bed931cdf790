"""What happened, who did it and when: rows are added, never changed (a trigger refuses both other ways)."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Self

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from partnerships.core.actor import Actor, Role
from partnerships.core.events import Event

from .base import Base, Owned, owned
from .types import word_column

UNCHANGING = (str, int, float, date, type(None))


class HistoryEntry(Owned, Base):
    """One event as it was told."""

    __tablename__ = "history_entry"
    __table_args__ = owned(UniqueConstraint("org_id", "key"), Index(None, "org_id", "about", "at"))

    at: Mapped[datetime]
    account_id: Mapped[int | None]  # nobody, when the clock acted
    role: Mapped[Role] = mapped_column(word_column(Role))
    name: Mapped[str]
    key: Mapped[str] = mapped_column(insert_sentinel=True)  # of which row an insert of many tells the id
    about: Mapped[str]  # the thing whose story this belongs to, such as "partnership:12"
    facts: Mapped[dict[str, Any]]

    @classmethod
    def of(cls, event: Event, actor: Actor, now: datetime) -> Self:
        """Return the entry that records `event`."""
        return cls(
            org_id=actor.org_id,
            at=now,
            account_id=actor.account_id,
            role=actor.role,
            name=type(event).__name__,
            key=event.key,
            about=event.about,
            facts=_facts(event),
        )


def _facts(event: Event) -> dict[str, Any]:
    """Return what `event` says beside its key and what it is about; copied only where a value could be changed."""
    values = {name: getattr(event, name) for name in event.__dataclass_fields__ if name not in {"key", "about"}}
    if not all(isinstance(value, UNCHANGING) for value in values.values()):
        values = {name: value for name, value in asdict(event).items() if name in values}
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    """Return `value` as JSON can keep it."""
    return value.isoformat() if isinstance(value, date) else value
