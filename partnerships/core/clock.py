"""The only place where time is read."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Says what time it is, as an aware UTC datetime."""

    def now(self) -> datetime:
        """Return the present moment."""
        ...


class SystemClock:
    """The real clock."""

    def now(self) -> datetime:
        """Return the machine's present moment."""
        return datetime.now(UTC)


@dataclass
class ManualClock:
    """A clock that moves only when told to: tests, stories, replays."""

    current: datetime = field(default_factory=lambda: datetime(2026, 1, 5, 2, tzinfo=UTC))

    def now(self) -> datetime:
        """Return the moment it was last set to."""
        return self.current

    def advance(self, *, days: float = 0, minutes: float = 0) -> None:
        """Move forward (or, with negative numbers, back)."""
        self.current += timedelta(days=days, minutes=minutes)

    def set(self, moment: datetime) -> None:
        """Jump to `moment` (aware)."""
        self.current = moment.astimezone(UTC)
