"""How measures are printed: one JSON line each on stdout, what goes on meanwhile on stderr."""

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured. Rounds are interleaved, and the median of them is what counts."""

    rounds: int
    idle_ticks: int
    due: int  # steps that become due at one moment
    mass: int  # that become due at one moment after everything stood still; 0 for none
    within_seconds: int  # in which `due` steps become due, one after the other
    scheduled: tuple[int, ...]  # steps that wait
    partnerships: tuple[int, ...]  # behind a page
    requests: int  # of a page in one round; the floor gets more, because it is quicker
    photos: int  # sent in one round
    mails: int
    workers: tuple[int, ...]  # that share one backlog
    backlog: int  # mails
    planned: int  # partnerships in one go; a number of whole portions
    shifted: int  # partnerships of one shift
    starts: int
    uploads: int  # at once
    upload_mb: int
    databases: tuple[str, ...]


WHOLE = Extent(
    rounds=3,
    idle_ticks=200,
    due=1000,
    mass=100_000,
    within_seconds=60,
    scheduled=(1_000, 100_000, 1_000_000),
    partnerships=(60, 2_000),
    requests=60,
    photos=5,
    mails=600,
    workers=(1, 2, 4),
    backlog=10_000,
    planned=100,
    shifted=200,
    starts=3,
    uploads=100,
    upload_mb=5,
    databases=("sqlite", "postgresql"),
)
QUICK = Extent(
    rounds=1,
    idle_ticks=50,
    due=100,
    mass=0,
    within_seconds=5,
    scheduled=(1_000,),
    partnerships=(60,),
    requests=20,
    photos=1,
    mails=60,
    workers=(2,),
    backlog=150,
    planned=20,
    shifted=20,
    starts=1,
    uploads=10,
    upload_mb=2,
    databases=("sqlite",),
)

Figure = dict[str, object]


def tell(figure: Figure, file: TextIO) -> None:
    """Print one measure as a line of JSON, with the machine's load beside it: wall times mean little on a busy one."""
    print(json.dumps({**figure, "load": round(os.getloadavg()[0], 1)}), file=file, flush=True)


@contextmanager
def doing(what: str) -> Iterator[None]:
    """Say on stderr what goes on, and how long it took."""
    begun = time.perf_counter()
    print(f"{what} ...", end=" ", file=sys.stderr, flush=True)
    yield
    print(f"{time.perf_counter() - begun:.1f} s", file=sys.stderr, flush=True)


def seconds_of(deed: Callable[[], object]) -> float:
    """Return how long `deed` takes by the wall clock."""
    begun = time.perf_counter()
    deed()
    return time.perf_counter() - begun


def median(values: Sequence[float], digits: int = 2) -> float:
    """Return the middle of `values`, rounded for people."""
    return round(statistics.median(values), digits)


def percentile(values: Sequence[float], percent: int, digits: int = 3) -> float:
    """Return the value below which `percent` of the values lie."""
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, len(ordered) * percent // 100)], digits)
