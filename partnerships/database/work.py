"""Units of work: one actor, one moment, one transaction."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from partnerships.clockwork.engine import Embedded, Engine, Job
from partnerships.core.actor import Actor, Role
from partnerships.core.clock import Clock
from partnerships.core.errors import Conflict, NotFound
from partnerships.core.events import Event
from partnerships.core.words import N_

from .base import Owned
from .collisions import is_collision
from .history import HistoryEntry
from .scope import EVERYWHERE, inside, narrowed
from .session import start_writing

Row = TypeVar("Row", bound=Owned)


@dataclass(frozen=True, slots=True)
class Reading:
    """What a use case that only looks is handed instead of globals."""

    session: Session
    actor: Actor
    now: datetime

    def find(self, table: type[Row], key: int | None) -> Row | None:
        """Return the row of the actor's organisation, or None. What this unit of work has seen is not asked again."""
        row = None if key is None else self.session.get(table, key)
        return row if row is not None and row.org_id == self.actor.org_id else None

    def get(self, table: type[Row], key: int | None) -> Row:
        """Return the row, or raise the same `NotFound` for an unknown id and for another organisation's."""
        row = self.find(table, key)
        if row is None:
            raise NotFound(N_("There is nothing here."))
        return row


Listener = Callable[["Work", Event], None]


@dataclass(frozen=True, slots=True)
class Work(Reading):
    """What a use case that changes something is handed."""

    listeners: tuple[Listener, ...]
    told: list[HistoryEntry] = field(default_factory=list)  # written at the end, in one statement
    wanted: set[Job] = field(default_factory=set)  # asked for at the very end: others wait for whoever asks first

    def emit(self, event: Event) -> None:
        """Write `event` into the history and tell every listener, all in this transaction."""
        self.told.append(HistoryEntry.of(event, self.actor, self.now))
        for listener in self.listeners:
            listener(self, event)

    def ask_for(self, job: Job) -> None:
        """Let `job` run soon after this is kept, if the installation has workers."""
        self.wanted.add(job)

    @contextmanager
    def attempting(self) -> Iterator[None]:
        """Do a part of this work whole or not at all: an error inside leaves no row and nothing told, and goes on."""
        told = len(self.told)
        try:
            with self.session.begin_nested():
                yield
        except BaseException:
            del self.told[told:]
            raise


@dataclass(frozen=True, slots=True)
class Sweep:
    """One transaction over every organisation, for what happens on its own; work is done inside one at a time."""

    session: Session
    now: datetime
    listeners: tuple[Listener, ...]
    wanted: set[Job] = field(default_factory=set)

    def ask_for(self, job: Job) -> None:
        """Let `job` run soon after this is kept, if the installation has workers."""
        self.wanted.add(job)

    @contextmanager
    def work_in(self, org_id: int) -> Iterator[Work]:
        """Yield a `Work` of the clock inside one organisation, on the sweep's own transaction."""
        with narrowed(self.session, org_id):
            actor = Actor(None, org_id, Role.SYSTEM)
            work = Work(self.session, actor, self.now, self.listeners, wanted=self.wanted)
            yield work
            self.session.add_all(work.told)


@dataclass(frozen=True, slots=True)
class Transactions:
    """Opens units of work. The factory makes one and says who listens.

    `clock` is the business clock that people's dates follow (the demo moves it); `machine` is the machine's own, for
    leases and heartbeats, which must not jump.
    """

    open_session: Callable[[], Session]
    clock: Clock
    machine: Clock
    listeners: tuple[Listener, ...]
    engine: Engine = field(default_factory=Embedded)

    @contextmanager
    def begin(self, actor: Actor) -> Iterator[Work]:
        """Yield a `Work`; commit it whole, or nothing of it. Raise `Conflict` if somebody else was faster."""
        session = self.open_session()
        try:
            with inside(session, actor.org_id), session.begin():
                start_writing(session)
                work = Work(session, actor, self.clock.now(), self.listeners)
                yield work
                session.add_all(work.told)
                self._enqueue(session, work.wanted)
        except (StaleDataError, DBAPIError) as error:
            if isinstance(error, DBAPIError) and not is_collision(error):
                raise
            raise Conflict(N_("Somebody changed this in the meantime. Please look again.")) from error

    @contextmanager
    def looking(self, actor: Actor) -> Iterator[Reading]:
        """Yield a `Reading`; nothing done to its rows is kept."""
        session = self.open_session()
        with inside(session, actor.org_id):
            yield Reading(session, actor, self.clock.now())

    @contextmanager
    def sweeping(self) -> Iterator[Sweep]:
        """Yield a `Sweep` that is committed whole: for the tick, which acts in every organisation."""
        session = self.open_session()
        with inside(session, EVERYWHERE), session.begin():
            start_writing(session)
            sweep = Sweep(session, self.clock.now(), self.listeners)
            yield sweep
            self._enqueue(session, sweep.wanted)

    @contextmanager
    def everywhere(self) -> Iterator[Session]:
        """Yield a session that sees every organisation, for recognising people before they act in one."""
        session = self.open_session()
        with inside(session, EVERYWHERE):
            yield session

    def _enqueue(self, session: Session, wanted: Iterable[Job]) -> None:
        for job in sorted(wanted):  # in one order, so that no two wait for each other
            self.engine.enqueue(session, job)
