"""What workers need of the outbox, with an engine that writes down what is asked for."""

from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from partnerships.clockwork.engine import Job, NeedsNoWorkers, Pace, Work
from partnerships.core.clock import ManualClock
from partnerships.database.health import examine
from partnerships.database.work import Transactions
from partnerships.mail.delivering import deliver
from partnerships.mail.leasing import BATCH
from partnerships.mail.mailers import MemoryMailer
from partnerships.mail.tables import OutboxMail, token_of
from partnerships.mail.waking import free, wake
from tests.mail.scenes import queue_notices
from tests.stories import People


@dataclass
class WritingDown:
    """An engine whose jobs are done by the test."""

    is_embedded = False
    asked: list[Job] = field(default_factory=list)
    work_found: Work | None = None

    def enqueue(self, session: Session, job: Job) -> None:
        self.asked.append(job)

    def work(self, work: Work) -> None:
        work.show_life()
        work.tick()
        work.run[Job.MAIL]("job-1-0")
        work.lost("job-1-0")
        self.work_found = work


@pytest.fixture
def engine() -> WritingDown:
    return WritingDown()


@pytest.fixture
def shared(transactions: Transactions, engine: WritingDown) -> Transactions:
    return replace(transactions, engine=engine)


def test_whoever_queues_a_mail_wakes_those_who_deliver_if_it_is_due_and_new(
    shared: Transactions, engine: WritingDown, people: People
) -> None:
    queue_notices(shared, people, later=timedelta(days=1))
    later = list(engine.asked)
    queue_notices(shared, people, mails=2)
    queue_notices(shared, people, mails=2)

    assert (later, engine.asked) == ([], [Job.MAIL])


def test_the_tick_wakes_them_for_what_became_due_and_for_what_was_abandoned(
    shared: Transactions, engine: WritingDown, people: People, clock: ManualClock
) -> None:
    queue_notices(shared, people, later=timedelta(days=1))
    wake(shared)
    early = list(engine.asked)
    clock.advance(days=1)
    wake(shared)
    with shared.sweeping() as sweep:
        sweep.session.scalars(select(OutboxMail)).one().lease(token_of("job-1-0"), clock.now() + timedelta(minutes=2))
    wake(shared)
    held = list(engine.asked)
    free(shared, "job-1-0")
    wake(shared)

    assert (early, held, engine.asked) == ([], [Job.MAIL], [Job.MAIL, Job.MAIL])


def test_a_full_batch_wakes_another_sender(
    shared: Transactions, engine: WritingDown, people: People, mailer: MemoryMailer
) -> None:
    queue_notices(shared, people, mails=BATCH)
    engine.asked.clear()

    deliver(shared, mailer, lambda _reading, _mail: True)

    assert engine.asked == [Job.MAIL]
    assert len(mailer.sent) == BATCH


def test_a_worker_shows_life_ticks_delivers_and_leaves_without_a_trace(
    app: Flask, shared: Transactions, engine: WritingDown, people: People, mailer: MemoryMailer
) -> None:
    queue_notices(shared, people)
    worker = replace(app.extensions["worker"], transactions=shared)

    worker.work(Pace(tick=1))

    assert engine.work_found is not None
    assert engine.work_found.pace == Pace(tick=1)
    assert engine.asked == [Job.MAIL, Job.SWEEP, Job.MAIL]  # queued, a sign of life, the tick
    assert len(mailer.sent) == 1
    health = examine(shared)
    assert (health.ticks, health.workers) == (True, 0)


def test_where_one_process_does_everything_nobody_is_hired(app: Flask, transactions: Transactions) -> None:
    if not transactions.engine.is_embedded:
        pytest.skip("PostgreSQL has workers")

    with pytest.raises(NeedsNoWorkers):
        app.extensions["worker"].work()
