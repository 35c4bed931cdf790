"""When the clockwork or the mail stands still, and from when on somebody is told."""

from dataclasses import dataclass
from datetime import datetime, timedelta

TICK_EVERY = timedelta(seconds=15)
TICK_IS_OLD_AFTER = timedelta(seconds=60)
SHORT_PAUSE = timedelta(minutes=2)  # of the mail: a server that was started again is not worth a word
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
    def paused_for(self) -> timedelta | None:
        """Return for how long no mail has got out, or None while it does."""
        return None if self.paused_at is None else max(self.now - self.paused_at, timedelta())

    @property
    def stands_still(self) -> bool:
        """Say whether nobody watches what is due."""
        return self.age is None or self.age > TICK_IS_OLD_AFTER

    @property
    def next_at(self) -> datetime | None:
        """Return when the next tick should come."""
        return None if self.beat_at is None else self.beat_at + TICK_EVERY


@dataclass(frozen=True, slots=True)
class Standstill:
    """What did not run for a while, and does again. `what` is a word of the mail that tells of it."""

    what: str
    since: datetime
    lasted: timedelta

    @property
    def hours(self) -> int:
        """Return how long it lasted in whole hours; 0 for less than one."""
        return int(self.lasted.total_seconds()) // 3600

    @property
    def minutes(self) -> int:
        """Return how long it lasted in whole minutes."""
        return int(self.lasted.total_seconds()) // 60


def standstills(before: Pulse, after: Pulse) -> list[Standstill]:
    """Return what stood still before a round and does not after it, if that is worth a mail."""
    found = []
    if before.beat_at is not None and before.age is not None:
        found.append(Standstill("clockwork", before.beat_at, before.age))
    if before.paused_at is not None and after.paused_at is None:
        found.append(Standstill("mail", before.paused_at, after.now - before.paused_at))
    return [one for one in found if one.lasted >= WORTH_A_MAIL]
