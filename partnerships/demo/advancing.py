"""Move the demo's clock, stop by stop, while the scheduler waits."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from partnerships.clockwork.scheduler import Taking
from partnerships.database.work import Transactions
from partnerships.story.playing import Player, SettableClock


@dataclass(frozen=True, slots=True)
class Beat:
    """What one beat of the machinery did."""

    opened: int = 0  # check-ins
    sent: int = 0  # mails


@dataclass(slots=True)
class Advanced:
    """What happened on the way. `since` is the business moment before the clock was moved."""

    since: datetime
    opened: int = 0
    sent: int = 0

    def as_dict(self) -> dict[str, int | str]:
        """Return what happened, to be shown on the next page."""
        return {"since": self.since.isoformat(), "opened": self.opened, "sent": self.sent}


@dataclass(frozen=True, slots=True)
class Advancer:
    """What moving the clock needs: the clock, and the round of beating, the lock of the scheduler."""

    transactions: Transactions
    clock: SettableClock
    taking: Taking[Beat]

    def advance(self, step: timedelta) -> Advanced:
        """Go `step` ahead, resting at every moment at which something is due."""
        happened = Advanced(since=self.clock.now())
        with self.taking.held() as round_:

            def beat() -> None:
                this = round_()
                happened.opened += this.opened
                happened.sent += this.sent

            Player(self.transactions, self.clock, beat, longest_step=step).play_until(self.clock.now() + step)
        return happened
