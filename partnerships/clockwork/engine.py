"""The engine: where jobs wait and run. A job is only a wake-up: what is to be done stands in tables of our own.

`Embedded` is the engine of one process, where the tick does everything. The one of many processes on many machines is
`distributed.Distributed`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from threading import Event
from typing import NoReturn, Protocol

from sqlalchemy import event
from sqlalchemy.orm import Session


class Job(StrEnum):
    """What somebody is asked to do soon. Stands in the engine's tables: a worker of another version may read it."""

    MAIL = "mail"  # deliver what is due, a batch at a time; one that finds a full batch asks for another
    MEDIA = "media"  # prepare photos and videos that were sent, as long as there are any
    SIGNALS = "signals"  # let analysers look at versions that were sent, once their media are prepared
    SWEEP = "sweep"  # find the jobs of workers that were killed


class NeedsNoWorkers(Exception):
    """One process does everything here."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How soon a killed worker is noticed, in seconds. Its jobs run again after `silent` and at most two heartbeats."""

    tick: float = 15.0
    heartbeat: float = 5.0
    silent: float = 20.0  # without a heartbeat for so long a worker counts as killed
    pause: float = 5.0  # before trying again, when the database went away


Run = Callable[[str], object]  # is told the name under which it may hold things, which `lost` is told later


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker does. Each part is called in a thread, never twice at the same time."""

    tick: Callable[[], object]
    run: Mapping[Job, Run]
    lost: Run  # its worker is gone: what it held is free
    show_life: Callable[[], object]
    stopping: Event  # set on SIGTERM and SIGINT; what runs ends soon after
    pace: Pace


class Engine(Protocol):
    """Lets jobs run somewhere. A job that is lost does no harm: the next tick asks for it again."""

    @property
    def is_embedded(self) -> bool:
        """Say whether the process that serves pages ticks and delivers as well."""
        ...

    def enqueue(self, session: Session, job: Job) -> None:
        """Ask for `job` as soon as the transaction of `session` is kept; nothing more if one waits already."""
        ...

    def work(self, work: Work) -> None:
        """Tick and run jobs until told to stop, or raise `NeedsNoWorkers`."""
        ...


class Embedded:
    """The engine of a single process. What has a bell is done at once; the rest is left to the tick, within 15 s."""

    is_embedded = True

    def __init__(self) -> None:
        """Begin without a bell."""
        self.bells: dict[Job, Callable[[], object]] = {}

    def enqueue(self, session: Session, job: Job) -> None:
        """Ring the bell of `job` as soon as what it is about is kept; without one the tick sees to it."""
        bell = self.bells.get(job)
        if bell is not None:
            event.listen(session, "after_commit", lambda _: bell(), once=True)

    def work(self, work: Work) -> NoReturn:
        """Raise `NeedsNoWorkers`."""
        raise NeedsNoWorkers
