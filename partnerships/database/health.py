"""Whether the database answers, and whether what runs on its own is alive."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from partnerships.clockwork.engine import Job

from .claiming import beat
from .heartbeat import TICK, WORKER, Heartbeat
from .work import Transactions

SILENT_AFTER = timedelta(seconds=60)  # a tick or a worker without a sign of life for so long is not alive
FORGOTTEN_AFTER = timedelta(days=1)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Health:
    """What was found. `tick_age` is by the machine's clock; None when the tick was never alive, or nobody answers.

    `workers`: how many processes of `flask worker` are alive; None where there are none, because one process does all.
    """

    database_answers: bool
    tick_age: timedelta | None
    workers: int | None = None

    @property
    def ticks(self) -> bool:
        """Say whether reminders are looked after."""
        return self.tick_age is not None and self.tick_age <= SILENT_AFTER


def examine(transactions: Transactions) -> Health:
    """Ask the database how old the last signs of life are."""
    now = transactions.machine.now()
    try:
        with transactions.everywhere() as everywhere:
            tick = everywhere.get(Heartbeat, TICK)
            workers = None if transactions.engine.is_embedded else count_workers(everywhere, now)
    except SQLAlchemyError:
        log.exception("the database does not answer")
        return Health(database_answers=False, tick_age=None)
    return Health(database_answers=True, tick_age=now - tick.beat_at if tick else None, workers=workers)


def count_workers(session: Session, now: datetime) -> int:
    """Return how many workers have shown life lately, by the machine's clock."""
    alive = Heartbeat.name.startswith(WORKER), Heartbeat.beat_at >= now - SILENT_AFTER
    return session.scalar(select(func.count()).select_from(Heartbeat).where(*alive)) or 0


def show_worker(transactions: Transactions, name: str) -> None:
    """Write down that the worker `name` is alive, and let somebody look for those that are not.

    Forget those that have been silent for a day.
    """
    now = transactions.machine.now()
    with transactions.sweeping() as sweep:
        beat(sweep.session, Heartbeat, WORKER + name, now)
        sweep.ask_for(Job.SWEEP)
        silent = Heartbeat.name.startswith(WORKER), Heartbeat.beat_at < now - FORGOTTEN_AFTER
        for forgotten in sweep.session.scalars(select(Heartbeat).where(*silent).with_for_update(skip_locked=True)):
            sweep.session.delete(forgotten)


def forget_worker(transactions: Transactions, name: str) -> None:
    """Forget the worker `name`, which ended as it should."""
    with transactions.sweeping() as sweep:
        if (ended := sweep.session.get(Heartbeat, WORKER + name)) is not None:
            sweep.session.delete(ended)
