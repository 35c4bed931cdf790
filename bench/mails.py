"""How fast reminders go out: worded, checked and handed to a real server over one connection."""

import time
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import update

from partnerships.core.clock import ManualClock
from partnerships.database.session import db
from partnerships.mail.delivering import deliver
from partnerships.mail.mailers import mailer_from_url
from partnerships.plans.tables import Step
from partnerships.portfolio import attaching
from partnerships.reminders import notifying, watching

from .crowd import STRIDE, multiply, plant
from .figures import Extent, Figure, doing
from .places import Opened, empty_place, opened
from .sink import running_sink
from .ticks import NOW, RECEIVED, next_check_in

BUDGET = {"per_minute": 6_000, "cpu_ms_each": 6}


def measure(extent: Extent) -> Iterator[Figure]:
    """Yield one figure for each database."""
    for database in extent.databases:
        clock = ManualClock(NOW)
        with (
            empty_place(database) as settings,
            running_sink() as sink,
            opened(settings, clock, mailer_from_url(sink.url)) as place,
            doing(f"{database}: {extent.mails} mails"),
        ):
            _queue(place, clock, extent.mails)
            yield {"measure": "mail", "database": database, **_deliver(place, extent.mails), "budget": BUDGET}


def _queue(place: Opened, clock: ManualClock, mails: int) -> None:
    """Let one check-in of each partnership open, so that its creator is to be told."""
    plant(place.transactions, NOW, RECEIVED)
    opens_at, step_id, _ = next_check_in(place)
    multiply(db.engine, mails)
    with db.engine.begin() as connection:
        copies = (Step.id % STRIDE == step_id, Step.id > STRIDE)
        connection.execute(update(Step).where(*copies).values(next_action_at=opens_at))
    clock.set(opens_at + timedelta(minutes=1))
    watching.tick(place.transactions)


def _deliver(place: Opened, mails: int) -> Figure:
    begun, worked = time.perf_counter(), time.process_time()
    report = deliver(
        place.transactions, place.app.extensions["mailer"], notifying.still_wanted, attach=attaching.attach
    )
    took, worked = time.perf_counter() - begun, time.process_time() - worked
    if report.sent != mails:
        raise RuntimeError(f"{mails} mails should have been sent: {report}")
    return {"mails": mails, "per_minute": round(60 * mails / took), "cpu_ms_each": round(1000 * worked / mails, 2)}
