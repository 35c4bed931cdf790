"""A process that works until nothing waits: `python -m tests.drills.sender MANNER AHEAD`.

Its settings come from the environment. Its clock runs AHEAD seconds ahead (or behind), so that nobody has to wait for a
lease. MANNER is one of the words below.
"""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.exc import SQLAlchemyError

from partnerships.config import read_settings
from partnerships.core.clock import SystemClock
from partnerships.core.errors import Conflict
from partnerships.database.work import Transactions
from partnerships.factory import create_app
from partnerships.mail.delivering import deliver
from partnerships.mail.leasing import LEASE
from partnerships.mail.tables import MailState, OutboxMail
from partnerships.plans.tables import Step
from partnerships.reminders.notifying import still_wanted

SENDS = "sends"  # delivers, as a worker does
ALONE = "alone"  # the same, and knows that nobody else does: after a round that failed its leases are over
BEATS = "beats"  # ticks too, as a scheduler does; says that it is ready, and begins when it is told to


@dataclass
class Ahead:
    """The machine's clock, set forward."""

    by: timedelta

    def now(self) -> datetime:
        return SystemClock().now() + self.by


def waiting(transactions: Transactions, manner: str) -> int:
    """Return how many mails are due, or being sent by somebody; for a scheduler steps too, and what a digest tells."""
    with transactions.sweeping() as sweep:
        due = (OutboxMail.waiting if manner == BEATS else OutboxMail.sendable)(sweep.now)
        wanted = select(func.count(OutboxMail.id)).where(or_(due, OutboxMail.state == MailState.SENDING))
        mails = sweep.session.scalar(wanted) or 0
        steps = sweep.session.scalar(select(func.count(Step.id)).where(Step.next_action_at <= sweep.now)) or 0
        return mails + (steps if manner == BEATS else 0)


def main(manner: str, ahead: float) -> None:
    """Do rounds until nothing waits. A round that fails is followed by the next, as the scheduler has it."""
    clock = Ahead(timedelta(seconds=ahead))
    app = create_app(read_settings(os.environ), clock=clock)
    transactions: Transactions = app.extensions["transactions"]
    do: Callable[[], object] = app.extensions["beat"]
    if manner == BEATS:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
    with app.app_context():
        while True:
            try:
                do() if manner == BEATS else deliver(transactions, app.extensions["mailer"], still_wanted)
                if not waiting(transactions, manner):
                    return
            except (SQLAlchemyError, Conflict) as error:
                sys.stderr.write(f"round failed: {type(error).__name__}\n")
                if manner == ALONE:
                    clock.by += LEASE
            time.sleep(0.1)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
