"""Whether the database answers, and whether what runs on its own is alive."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.exc import SQLAlchemyError

from .heartbeat import TICK, Heartbeat
from .work import Transactions

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Health:
    """What was found. `tick_age` is by the machine's clock; None when the tick was never alive, or nobody answers."""

    database_answers: bool
    tick_age: timedelta | None


def examine(transactions: Transactions) -> Health:
    """Ask the database how old the last sign of life is."""
    try:
        with transactions.everywhere() as everywhere:
            heartbeat = everywhere.get(Heartbeat, TICK)
    except SQLAlchemyError:
        log.exception("the database does not answer")
        return Health(database_answers=False, tick_age=None)
    return Health(database_answers=True, tick_age=transactions.machine.now() - heartbeat.beat_at if heartbeat else None)
