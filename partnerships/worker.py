"""What a worker does: it ticks, delivers mail, prepares and examines what was sent, and frees what killed ones held."""

import logging
import os
import secrets
import socket
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from threading import Event

from sqlalchemy.exc import SQLAlchemyError

from .authenticity import examining
from .clockwork.engine import Job, Pace, Work
from .database.health import forget_worker, show_worker
from .database.work import Transactions
from .files import preparing
from .mail import waking

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Worker:
    """What a worker needs of the application. All of it is called in threads, each time inside a new `context`."""

    transactions: Transactions
    context: Callable[[], AbstractContextManager[object]]
    tick: Callable[[], object]  # lets happen what is due
    deliver: Callable[[str], object]  # for the holder of that name
    prepare: Callable[[str], object]  # likewise
    examine: Callable[[], object]  # nobody holds anything meanwhile
    stopping: Event
    relook: examining.Relook = field(default_factory=examining.Relook)

    def work(self, pace: Pace | None = None) -> None:
        """Work until told to stop. Raise `NeedsNoWorkers` where one process does everything."""
        name = f"{socket.gethostname()} {os.getpid()} {secrets.token_hex(2)}"
        work = Work(
            tick=self._tick,
            run={Job.MAIL: self._deliver, Job.MEDIA: self._prepare, Job.SIGNALS: self._examine},
            lost=self._free,
            show_life=lambda: self._show(name),
            stopping=self.stopping,
            pace=pace or Pace(),
        )
        self.transactions.engine.work(work)
        self._forget(name)

    def prepare_now(self) -> None:
        """Prepare what was sent, in the one process that does everything: nobody else is to be told who does."""
        self._prepare("")

    def _tick(self) -> None:
        """Let happen what is due, and wake whoever delivers what came of it and prepares what was sent: anywhere."""
        with self.context():
            self.tick()
            waking.wake(self.transactions)
            preparing.wake(self.transactions)
            self.relook.look(self.transactions)
            examining.wake(self.transactions)

    def _deliver(self, holder: str) -> None:
        with self.context():
            self.deliver(holder)

    def _prepare(self, holder: str) -> None:
        with self.context():
            self.prepare(holder)

    def _examine(self, _holder: str) -> None:
        with self.context():
            self.examine()

    def _free(self, holder: str) -> None:
        with self.context():
            waking.free(self.transactions, holder)
            preparing.free(self.transactions, holder)

    def _show(self, name: str) -> None:
        with self.context():
            show_worker(self.transactions, name)

    def _forget(self, name: str) -> None:
        try:
            with self.context():
                forget_worker(self.transactions, name)
        except SQLAlchemyError:  # then it is a silent worker for a day
            log.warning("the worker's end could not be written down", exc_info=True)
