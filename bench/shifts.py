"""What it costs to look at a shift of two hundred partnerships, and to make it: statements and milliseconds."""

import time
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select

from partnerships.core.actor import Role
from partnerships.core.clock import ManualClock, SystemClock
from partnerships.database.session import db
from partnerships.people.tables import Membership
from partnerships.plans import shifting
from partnerships.plans.rules.moves import Move, MoveKind
from partnerships.plans.tables import Partnership

from .crowd import multiply, plant
from .figures import Extent, Figure, doing, median
from .places import Opened, empty_place, opened
from .statements import counted

RECEIVED = timedelta(days=29)
LATER = Move(MoveKind.REST, 3)


def measure(extent: Extent) -> Iterator[Figure]:
    """Yield one figure for each database: the preview's median, and the move once."""
    for database in extent.databases:
        clock = ManualClock(SystemClock().now())
        with (
            empty_place(database) as settings,
            opened(settings, clock) as place,
            doing(f"{database}: a shift of {extent.shifted} partnerships"),
        ):
            plant(place.transactions, clock.now(), RECEIVED)
            multiply(db.engine, extent.shifted - 1)
            yield {"measure": "shift", "database": database, "partnerships": extent.shifted} | _costs(extent, place)


def _costs(extent: Extent, place: Opened) -> Figure:
    with place.transactions.everywhere() as everywhere:
        manager = everywhere.scalars(select(Membership).where(Membership.role == Role.MANAGER)).one().as_actor()
        ids = list(everywhere.scalars(select(Partnership.id)))
    looks = []
    for _ in range(extent.rounds + 1):
        begun = time.perf_counter()
        with place.transactions.looking(manager) as reading, counted() as asked:
            rows = shifting.preview(reading, ids, LATER)
            versions = {row.partnership.id: row.number for row in rows}
            dates = sum(row.count for row in rows)
        looks.append(1000 * (time.perf_counter() - begun))
    begun = time.perf_counter()
    with counted() as written, place.transactions.begin(manager) as work:
        shifting.shift(work, versions, LATER, "The parcels are late")
    return {
        "dates": dates,
        "preview_ms": median(looks[1:], 1),
        "preview_statements": len(asked),
        "move_ms": round(1000 * (time.perf_counter() - begun), 1),
        "move_statements_each": round(len(written) / len(ids), 1),
    }
