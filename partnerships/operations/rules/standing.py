"""When the clockwork or the mail stands still, and from when on somebody is told."""

from dataclasses import dataclass
from datetime import datetime, timedelta

TICK_EVERY = timedelta(seconds=15)
TICK_IS_OLD_AFTER = timedelta(seconds=60)
WORTH_A_MAIL = timedelta(minutes=10)  # shorter, and a restart would be told


@dataclass(frozen=True, slots=True)
class Pulse:
    """What was last heard of the clockwork, by the machine's clock."""

    now: datetime
    beat_at: datetime | None  # None: it has never run
    paused_at: datetime | None = None  # since when no mail gets out
    paused_until: datetime | None = None  # when that is tried again
    why: str = ""  # what the mail server said

    @property
    def age(self) -> timedelta | None:
        """Return how old the last tick is; none is younger than now, whatever the clock did."""
        return None if self.beat_at is None else max(self.now - self.beat_at, timedelta())

    @property
    def stands_still(self) -> bool:
        """Say whether nobody watches what is due."""
        return self.age is None or self.age > TICK_IS_OLD_AFTER

    @property
    def next_at(self) -> datetime | None:
        """Return when the next tick should come."""
        return None if self.beat_at is None else self.beat_at + TICK_EVERY


def gap(beat_at: datetime | None, now: datetime) -> timedelta | None:
    """Return how long nobody had watched before `now`, if that is worth a mail."""
    stood = now - beat_at if beat_at is not None else timedelta()
    return stood if stood >= WORTH_A_MAIL else None
