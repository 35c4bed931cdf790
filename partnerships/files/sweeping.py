"""Take away what killed processes put into the store and never wrote down: a little at a time, all of it in a day."""

import logging
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from partnerships.clockwork.engine import Pace
from partnerships.core.errors import StorageFailed
from partnerships.database.work import Transactions

from .store import Store
from .tables import StoredFile

TICK = timedelta(seconds=Pace().tick)
EVERY = timedelta(minutes=5)  # another part of the store
PARTS = 256  # by the first two hex digits of the keys
STRAY_AFTER = timedelta(days=1)  # what is being written down right now is younger
ASKED_AT_ONCE = 200

log = logging.getLogger(__name__)


def sweep(transactions: Transactions, store: Store, since: timedelta = TICK) -> int:
    """Look at the part of the store whose turn came within the last tick, `since`; return how many files went.

    Which part it is follows from the machine's clock alone, so nothing has to be remembered.
    """
    now = transactions.machine.now()
    turn, late = divmod(now.timestamp(), EVERY.total_seconds())
    if late >= since.total_seconds():
        return 0
    try:
        return take_strays(transactions, store, f"{int(turn) % PARTS:02x}", now - STRAY_AFTER)
    except StorageFailed:
        log.warning("the store could not be swept; its turn comes again", exc_info=True)
        return 0


def take_strays(transactions: Transactions, store: Store, beginning: str, before: datetime) -> int:
    """Delete the files with this `beginning` of their keys that are older and of which no row speaks."""
    old, gone = list(store.old_keys(beginning, before)), 0
    for first in range(0, len(old), ASKED_AT_ONCE):
        keys = old[first : first + ASKED_AT_ONCE]
        for key in sorted(set(keys) - _known(transactions, keys)):
            log.warning("file %s in the store belongs to nothing: it is deleted", key)
            store.delete(key)
            gone += 1
    return gone


def _known(transactions: Transactions, keys: Collection[str]) -> set[str]:
    """Return which of `keys` some row speaks of."""
    columns = StoredFile.key, StoredFile.small_key, StoredFile.poster_key, StoredFile.stale_key
    with transactions.everywhere() as everywhere:
        rows = everywhere.execute(select(*columns).where(or_(*(column.in_(keys) for column in columns))))
        return {str(key) for row in rows for key in row if key is not None}
