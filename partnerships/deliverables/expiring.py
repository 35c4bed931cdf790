"""Let rights begin, come near their end and run out, each on its day."""

import logging
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select, true

from partnerships.core.actor import Role
from partnerships.database.claiming import claim, skip_locked
from partnerships.database.work import Sweep, Transactions

from .rules.licences import look
from .tables import Licence

BATCH = 500
FAILED_WAITS = timedelta(hours=1)

log = logging.getLogger(__name__)


def expire(transactions: Transactions) -> int:
    """Look at every licence whose moment has come, in every organisation; return how many moved."""
    moved = 0
    while True:
        with transactions.sweeping() as sweep:
            licences = _claim(sweep)
            moved += sum(_look(sweep, licence) for licence in licences)
        if len(licences) < BATCH:
            return moved


def _claim(sweep: Sweep) -> Sequence[Licence]:
    due = (
        select(Licence)
        .where(Licence.next_action_at.is_not(None), Licence.next_action_at <= sweep.now)
        .order_by(Licence.next_action_at, Licence.id)
        .limit(BATCH)
    )
    return sweep.session.scalars(skip_locked(due, Licence)).all()


def _look(sweep: Sweep, licence: Licence) -> int:
    """Do what is due for one, also several steps at once. What fails takes nobody along: it comes again in an hour."""
    licence_id, moved = licence.id, 0
    try:
        with sweep.session.begin_nested(), sweep.work_in(licence.org_id) as work:
            while (
                action := look(licence.state, licence.from_on, licence.to_on, licence.zone, work.now).action
            ) is not None:
                licence.move(action, Role.SYSTEM, work.now)
                work.session.flush()
                work.emit(licence.moved(action))
                moved += 1
    except Exception:  # whatever a single row does, the others go on
        log.exception("licence %s failed", licence_id)
        claim(sweep.session, Licence, licence_id, true(), {"next_action_at": sweep.now + FAILED_WAITS})
        return 0
    return moved
