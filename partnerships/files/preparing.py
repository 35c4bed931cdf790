"""Prepare what was received: each file once, by one at a time, and again when whoever was at it is gone."""

import hashlib
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from shutil import copyfileobj
from typing import Any
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from partnerships.clockwork.engine import Job
from partnerships.core.actor import Actor, Role
from partnerships.core.errors import Conflict, NotFound, StorageFailed
from partnerships.core.events import Event
from partnerships.database.claiming import claim, claim_all, skip_locked
from partnerships.database.work import Transactions

from .child import ChildFailed
from .events import FileFailed
from .making import Made, Unfit, make_and_inspect
from .probe import HEAD_BYTES, Kind, photo_ending
from .reporting import Report, rows_of
from .store import Provisional, Store, storing
from .tables import FileProblem, FileState, StoredFile

LEASE = timedelta(seconds=30)  # by the machine's clock; with the tick's 15 seconds less than a minute
RENEWED_EVERY = 10.0  # seconds: a long video on a slow store takes longer than a lease
ROUND = timedelta(seconds=10)  # no new file after this: the tick has other things to do
MOST_ATTEMPTS = 3
PAUSES = (timedelta(seconds=30), timedelta(minutes=2))  # after the first and the second
STORE_PAUSE = timedelta(minutes=1)  # while the store takes or gives nothing; no attempt is lost by it
MISSED_FOR = timedelta(days=1)  # by the business clock, since it was sent
DISCARDED_AT_ONCE = 100
READ_BYTES = 1 << 20

log = logging.getLogger(__name__)

Context = Callable[[], AbstractContextManager[object]]  # in which another thread may open transactions


@dataclass(frozen=True, slots=True)
class PreparingReport:
    """How many files went which way. `taken`: somebody else had taken them over meanwhile."""

    ready: int = 0
    failed: int = 0
    retried: int = 0
    put_off: int = 0
    taken: int = 0


@dataclass(frozen=True, slots=True)
class _Lease:
    """The right to prepare one file, as long as it is renewed."""

    file: StoredFile  # of a transaction that is over: looked at, never changed
    token: str


class _Taken(Exception):
    """The lease ran out, and somebody else holds the file now."""


@dataclass(slots=True)
class _Round:
    """One call of `prepare`: what it works with, and what came of it."""

    transactions: Transactions
    store: Store
    context: Context
    holder: str
    make: Callable[[Kind, Path], Made]
    outcomes: Counter[str] = field(default_factory=Counter)

    def finish(
        self, lease: _Lease, outcome: str, *, report: Report | None = None, told: Event | None = None, **values: Any
    ) -> None:
        """Write down how it went, with what was read from the file, and tell it; or raise `_Taken`."""
        with self.transactions.begin(Actor(None, lease.file.org_id, Role.SYSTEM)) as work:
            given_back = {"lease_token": None, "lease_until": None, **values}
            if not claim(work.session, StoredFile, lease.file.id, StoredFile.held_by(lease.token), given_back):
                raise _Taken
            if report:
                work.session.add_all(rows_of(report, work.actor.org_id, lease.file.id, work.now))
            if told:
                work.emit(told)
        self.outcomes[outcome] += 1

    def try_again(self, lease: _Lease, outcome: str, after: timedelta, **values: Any) -> None:
        """Let it rest for a while, and then be prepared by anybody."""
        self.finish(lease, outcome, lease_until=self.transactions.machine.now() + after, **values)

    def fail(self, lease: _Lease, problem: FileProblem) -> None:
        """Give the file up: nothing of it is kept, and its page and a mail say how to go on."""
        file, about = lease.file, f"file:{lease.file.id}"
        told = FileFailed(
            key=f"{about}:failed", about=about, file_id=file.id, account_id=file.account_id, problem=problem.value
        )
        failed: dict[str, Any] = {"state": FileState.FAILED, "problem": problem, "bytes": 0, "stale_key": file.key}
        self.finish(lease, "failed", told=told, **failed)


def prepare(
    transactions: Transactions,
    store: Store,
    *,
    context: Context,
    show_life: Callable[[], None] = lambda: None,
    stopping: Callable[[], bool] = lambda: False,
    holder: str = "",
    make: Callable[[Kind, Path], Made] = make_and_inspect,
) -> PreparingReport:
    """Prepare what waits, one file after the other; end after the one in hand once `stopping`, or when ROUND is over.

    `holder` names who prepares, so that its files can be freed when it is known to be gone. Raise nothing for a single
    file.
    """
    this = _Round(transactions, store, context, holder, make)
    ends_at = time.monotonic() + ROUND.total_seconds()
    while not stopping():
        lease = _lease_next(this)
        if lease is None:
            break
        _handle(this, lease)
        show_life()
        if time.monotonic() > ends_at:
            with transactions.sweeping() as sweep:
                sweep.ask_for(Job.MEDIA)  # there may be more
            break
    _discard_stale(this)
    return PreparingReport(**this.outcomes)


def wake(transactions: Transactions) -> None:
    """Ask for a round if anything waits, whoever was asked before."""
    now = transactions.machine.now()
    with transactions.sweeping() as sweep:
        for due in (StoredFile.waiting(now), StoredFile.stale_key.is_not(None)):
            if sweep.session.scalars(select(StoredFile.id).where(due).limit(1)).first():
                sweep.ask_for(Job.MEDIA)
                return


def free(transactions: Transactions, holder: str) -> None:
    """Let others prepare at once what `holder` was at: it is gone. They lease it under tokens of their own."""
    now = transactions.machine.now()
    with transactions.sweeping() as sweep:
        for file in sweep.session.scalars(select(StoredFile).where(StoredFile.leased_by(holder))):
            file.lease_until = now


def _lease_next(this: _Round) -> _Lease | None:
    """Take the right to prepare one file, those that were tried least first: one that kills must not hold up others."""
    token, machine_now = f"{this.holder}.{uuid4().hex}", this.transactions.machine.now()
    waiting = select(StoredFile).where(StoredFile.waiting(machine_now)).order_by(StoredFile.attempts, StoredFile.id)
    with this.transactions.sweeping() as sweep:
        file = sweep.session.scalars(skip_locked(waiting.limit(1))).one_or_none()
        if file is None:
            return None
        file.lease(token, machine_now + LEASE)
    return _Lease(file, token)


def _handle(this: _Round, lease: _Lease) -> None:
    """Prepare one file, and write down how it went."""
    try:
        if lease.file.attempts > MOST_ATTEMPTS:  # nobody came back to say how it went: it kills who touches it
            this.fail(lease, FileProblem.UNREADABLE)
            return
        with _renewing(this, lease):
            _prepare(this, lease)
    except _Taken:
        this.outcomes["taken"] += 1
    except Exception:  # one file must not hold up the others
        log.exception("file %s could not be prepared", lease.file.id)
        _retry(this, lease)


def _prepare(this: _Round, lease: _Lease) -> None:
    try:
        with this.store.quarantine() as room:
            made = this.make(Kind(lease.file.kind), _fetch(this.store, lease.file, room))
            _keep(this, lease, made)
    except Unfit as unfit:
        this.fail(lease, unfit.problem)
    except NotFound:
        _miss(this, lease)
    except StorageFailed as failed:
        log.warning("the store cannot be used for file %s: %s", lease.file.id, failed)
        this.try_again(lease, "put_off", STORE_PAUSE, attempts=lease.file.attempts - 1)
    except ChildFailed as failed:
        log.warning("file %s made its child fail: %s", lease.file.id, failed)
        _retry(this, lease)


def _miss(this: _Round, lease: _Lease) -> None:
    """Leave it to somebody who sees the file: this one may look into another folder. After a day it is gone."""
    if this.transactions.clock.now() - lease.file.created_at > MISSED_FOR:
        this.fail(lease, FileProblem.GONE)
        return
    log.warning("file %s is not in the store that this process sees", lease.file.id)
    this.try_again(lease, "put_off", STORE_PAUSE, attempts=lease.file.attempts - 1)


def _retry(this: _Round, lease: _Lease) -> None:
    try:
        if lease.file.attempts >= MOST_ATTEMPTS:
            this.fail(lease, FileProblem.UNREADABLE)
        else:
            this.try_again(lease, "retried", PAUSES[lease.file.attempts - 1])
    except _Taken:
        this.outcomes["taken"] += 1


def _fetch(store: Store, file: StoredFile, room: Path) -> Path:
    """Return a copy of what arrived, in a folder of its own: the original stays as it is until it is not needed."""
    with store.open(file.key) as kept:
        head = kept.read(HEAD_BYTES)
        sent = room / f"sent{photo_ending(head)}"
        with storing(), sent.open("wb") as copy:
            copy.write(head)
            copyfileobj(kept, copy, READ_BYTES)
    return sent


def _keep(this: _Round, lease: _Lease, made: Made) -> None:
    """Put what was made into the store and write it down, both or neither; then the original is not needed any more."""
    with storing(), made.served.open("rb") as served:
        sha256, size = hashlib.file_digest(served, "sha256").hexdigest(), made.served.stat().st_size
    with Provisional(this.store) as trial:
        values = {
            "key": trial.put(made.served),
            "small_key": trial.put(made.small) if made.small else None,
            "poster_key": trial.put(made.poster) if made.poster else None,
            "state": FileState.READY,
            "sha256": sha256,
            "bytes": size,
            "stale_key": lease.file.key,
            **made.facts._asdict(),
        }
        this.finish(lease, "ready", report=made.report, **values)


def _discard_stale(this: _Round) -> None:
    """Delete what nothing needs any more; whoever is killed in between deletes it again."""
    stale = select(StoredFile).where(StoredFile.stale_key.is_not(None)).order_by(StoredFile.id)
    with this.transactions.everywhere() as everywhere:
        rows = everywhere.scalars(stale.limit(DISCARDED_AT_ONCE)).all()
    gone = [row.id for row in rows if _delete(this.store, str(row.stale_key))]
    if gone:
        with this.transactions.sweeping() as sweep:
            claim_all(sweep.session, StoredFile, gone, StoredFile.stale_key.is_not(None), {"stale_key": None})


def _delete(store: Store, key: str) -> bool:
    try:
        store.delete(key)
    except StorageFailed:
        log.warning("the store does not delete a file; it is tried again", exc_info=True)
        return False
    return True


@contextmanager
def _renewing(this: _Round, lease: _Lease) -> Iterator[None]:
    """Renew the lease from another thread meanwhile: it outlives this process by no more than its length."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(RENEWED_EVERY):
            until = this.transactions.machine.now() + LEASE
            try:
                with this.context(), this.transactions.begin(Actor(None, lease.file.org_id, Role.SYSTEM)) as work:
                    held = StoredFile.held_by(lease.token)
                    claim(work.session, StoredFile, lease.file.id, held, {"lease_until": until})
            except (Conflict, SQLAlchemyError):
                log.warning("the lease of file %s could not be renewed", lease.file.id, exc_info=True)

    renewing = threading.Thread(target=renew, daemon=True, name="renewing")
    renewing.start()
    try:
        yield
    finally:
        over.set()
        renewing.join()
