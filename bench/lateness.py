"""How late reminders are when a thousand fall due within a minute and the clockwork ticks as in production."""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update

from partnerships.check_ins.tables import CheckIn
from partnerships.clockwork.scheduler import build_scheduler
from partnerships.core.clock import SystemClock
from partnerships.database.base import Base
from partnerships.database.session import db
from partnerships.mail.mailers import mailer_from_url
from partnerships.mail.tables import MailState, OutboxMail
from partnerships.plans.tables import Step

from .crowd import STRIDE, multiply, plant
from .figures import Extent, Figure, doing, percentile
from .places import Opened, empty_place, opened
from .sink import running_sink
from .ticks import NOW, RECEIVED, next_check_in

BUDGET = {"late_p99_s": 30}
LONGEST = 600  # seconds until everything is out


@dataclass
class Shifted:
    """The real clock, as if it were another day."""

    by: timedelta

    def now(self) -> datetime:
        """Return what time it is there."""
        return SystemClock().now() + self.by


def measure(extent: Extent) -> Iterator[Figure]:
    """Yield one figure for each database."""
    for database in extent.databases:
        clock = Shifted(NOW - SystemClock().now())
        with (
            empty_place(database) as settings,
            running_sink() as sink,
            opened(settings, clock, mailer_from_url(sink.url)) as place,
            doing(f"{database}: {extent.due} check-ins within {extent.within_seconds} seconds"),
        ):
            late = _run(place, clock, extent)
        yield {
            "measure": "lateness",
            "database": database,
            "due": extent.due,
            "within_s": extent.within_seconds,
            "late_p50_s": percentile(late, 50, 1),
            "late_p99_s": percentile(late, 99, 1),
            "budget": BUDGET,
        }


def _run(place: Opened, clock: Shifted, extent: Extent) -> list[float]:
    """Let check-ins fall due one after the other while the scheduler ticks; return by how many seconds each is late."""
    plant(place.transactions, NOW, RECEIVED)
    opens_at, step_id, _ = next_check_in(place)
    multiply(db.engine, extent.due)
    clock.by = opens_at - SystemClock().now()
    chance = random.Random(extent.due)
    due = {
        step_id + number * STRIDE: opens_at + timedelta(seconds=chance.uniform(0, extent.within_seconds))
        for number in range(1, extent.due + 1)
    }
    with db.engine.begin() as connection:
        change = (
            update(Base.metadata.tables["step"])
            .where(Step.id == bindparam("step"))
            .values(next_action_at=bindparam("at"))
        )
        connection.execute(change, [{"step": step, "at": at} for step, at in due.items()])
    scheduler = build_scheduler(place.app.extensions["beat"])
    scheduler.start()
    try:
        sent = _wait_for_all(place, extent.due)
    finally:
        scheduler.shutdown(wait=True)
    return [(at - due[step]).total_seconds() for step, at in sent.items()]


def _wait_for_all(place: Opened, count: int) -> dict[int, datetime]:
    """Return when the reminder of each step went out, once all have."""
    deadline = time.monotonic() + LONGEST
    while True:
        with place.transactions.everywhere() as everywhere:
            out = select(OutboxMail.about, OutboxMail.sent_at).where(
                OutboxMail.state == MailState.SENT, OutboxMail.template == "check_in"
            )
            sent = {about: at for about, at in everywhere.execute(out) if at}
            if len(sent) >= count:
                rows = everywhere.execute(select(CheckIn.id, CheckIn.step_id)).all()
                return {step: sent[f"check_in:{one}"] for one, step in rows if f"check_in:{one}" in sent}
        if time.monotonic() > deadline:
            raise RuntimeError(f"only {len(sent)} of {count} went out")
        time.sleep(0.5)
