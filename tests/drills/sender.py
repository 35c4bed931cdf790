"""A process that sends until nothing waits: `python -m tests.drills.sender AHEAD`.

Its settings come from the environment. Its clock runs AHEAD seconds ahead, so that nobody has to wait for a lease.
"""

import os
import sys
import time
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
from partnerships.mail.tables import MailState, OutboxMail
from partnerships.reminders.notifying import still_wanted


@dataclass(frozen=True)
class Ahead:
    """The machine's clock, set forward."""

    by: timedelta

    def now(self) -> datetime:
        return SystemClock().now() + self.by


def waiting(transactions: Transactions) -> int:
    """Return how many mails are due, or being sent by somebody."""
    with transactions.sweeping() as sweep:
        due = or_(OutboxMail.waiting(sweep.now), OutboxMail.state == MailState.SENDING)
        return sweep.session.scalar(select(func.count(OutboxMail.id)).where(due)) or 0


def main(ahead: float) -> None:
    """Do rounds until nothing waits. A round that fails is followed by the next, as the scheduler has it."""
    app = create_app(read_settings(os.environ), clock=Ahead(timedelta(seconds=ahead)))
    transactions: Transactions = app.extensions["transactions"]
    with app.app_context():
        while True:
            try:
                deliver(transactions, app.extensions["mailer"], still_wanted)
                if not waiting(transactions):
                    return
            except (SQLAlchemyError, Conflict) as error:
                sys.stderr.write(f"round failed: {type(error).__name__}\n")
            time.sleep(0.1)


if __name__ == "__main__":
    main(float(sys.argv[1]))
