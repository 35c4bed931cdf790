"""How fast workers empty an outbox that they share, whether they send anything twice, and how soon one is replaced.

Each is `flask worker` in a process and a folder of its own, as on a machine of its own; the server is a real one.
"""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import func, select

from partnerships.config import Settings
from partnerships.core.actor import Role
from partnerships.core.clock import SystemClock
from partnerships.database.health import count_workers
from partnerships.database.work import Transactions
from partnerships.mail.queueing import queue
from partnerships.mail.tables import MailKind, MailState, OutboxMail
from partnerships.people.tables import Account, Membership
from partnerships.story.casting import found
from tests.services.smtp import running_smtp

from .crowd import PEOPLE
from .figures import Extent, Figure, doing
from .places import empty_place, opened
from .servers import PASSED_ON, ROOT
from .sink import running_sink

LONGEST = 3600  # seconds for anything
AT_ONCE = 500  # mails in one statement
STOP_SECONDS = 60


def measure(extent: Extent) -> Iterator[Figure]:
    """Yield one figure for each number of workers, and one for a worker that is killed with a mail in its hand."""
    for workers in extent.workers:
        with doing(f"{workers} workers: {extent.backlog:,} mails"):
            yield _empty(extent.backlog, workers)
    with doing("a worker is killed"):
        yield _kill()


def _empty(mails: int, workers: int) -> Figure:
    with empty_place("postgresql") as settings, running_sink(settings.data_dir / "arrivals") as sink:
        with opened(settings, SystemClock()) as place, ExitStack() as hired:
            for number in range(workers):
                hired.enter_context(_hired(settings, f"worker{number}", sink.url))
            _wait(lambda: _alive(place.transactions) == workers)
            _fill(place.transactions, mails)
            begun = time.perf_counter()
            _wait(lambda: _sent(place.transactions) == mails)
            took = time.perf_counter() - begun
        arrivals = list(sink.arrivals())
    return {
        "measure": "workers",
        "workers": workers,
        "mails": mails,
        "per_minute": round(60 * mails / took),
        "lost": mails - len({arrival.message_id for arrival in arrivals}),
        "doubles": len(arrivals) - len({arrival.message_id for arrival in arrivals}),
        "shares": sorted(Counter(arrival.sender for arrival in arrivals).values()),
        "cores": os.cpu_count(),
        "budget": {"per_minute": 6_000, "lost": 0, "doubles": 0},
    }


def _kill() -> Figure:
    """Kill a worker while the server thinks about its mail; return the seconds until another has sent it."""
    with empty_place("postgresql") as settings, running_smtp() as post, opened(settings, SystemClock()) as place:
        post.pause = LONGEST
        with _hired(settings, "killed", post.url) as killed, _hired(settings, "other", post.url) as other:
            _wait(lambda: _alive(place.transactions) == 2)
            other.send_signal(signal.SIGSTOP)  # it must not be the one who takes the mail
            _fill(place.transactions, 1)
            _wait(lambda: post.begun == 1)
            killed.kill()
            begun = time.perf_counter()
            other.send_signal(signal.SIGCONT)
            post.pause = 0
            _wait(lambda: len(post.letters) == 1)
            took = time.perf_counter() - begun
    return {"measure": "killed worker", "sent_again_after_s": round(took, 1), "budget": {"sent_again_after_s": 60}}


@contextmanager
def _hired(settings: Settings, name: str, mail_url: str) -> Iterator["subprocess.Popen[bytes]"]:
    folder = settings.data_dir / name
    folder.mkdir()
    environment = {key: os.environ[key] for key in PASSED_ON if key in os.environ} | {
        "PYTHONPATH": str(ROOT),
        "DATA_DIR": str(folder),
        "DATABASE_URL": settings.database_url,
        "SECRET_KEY": settings.secret_key,
        "MAIL_URL": mail_url,
        "MAIL_FROM": f"{name}@sahabat.example",
    }
    with (folder / "log").open("wb") as log:
        command = [sys.executable, "-m", "flask", "--app", "app", "worker"]
        worker = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
    try:
        yield worker
    except BaseException:
        print(Path(log.name).read_text()[-4000:], file=sys.stderr)
        raise
    finally:
        worker.terminate()
        worker.wait(STOP_SECONDS)


def _fill(transactions: Transactions, mails: int) -> None:
    """Queue so many mails in one transaction: nobody begins before all are there."""
    with transactions.sweeping() as sweep:
        members = found(sweep, "Bench Demo", PEOPLE)
        sweep.session.flush()
        roles: dict[Role, Membership] = {member.role: member for member in members.values()}
        manager, creator_id = roles[Role.MANAGER].as_actor(), roles[Role.CREATOR].account_id
    with transactions.begin(manager) as work:
        creator = work.session.get_one(Account, creator_id)
        for start in range(0, mails, AT_ONCE):
            queue(
                work,
                kind=MailKind.NOTICE,
                about=f"deliverable:{start}",
                template="verified",
                context={"brand": "Glow", "product": "Serum", "manager": "Rina", "min_days_live": 30, "note": ""}
                | {"title": "Dua minggu"},
                recipients={f"bench:{number}": creator for number in range(start, min(start + AT_ONCE, mails))},
                send_after=work.now,
            )


def _sent(transactions: Transactions) -> int:
    with transactions.everywhere() as everywhere:
        sent = select(func.count()).select_from(OutboxMail).where(OutboxMail.state == MailState.SENT)
        return everywhere.scalar(sent) or 0


def _alive(transactions: Transactions) -> int:
    with transactions.everywhere() as everywhere:
        return count_workers(everywhere, transactions.machine.now())


def _wait(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONGEST
    while not is_so():
        if time.monotonic() > deadline:
            raise RuntimeError("it never came to that")
        time.sleep(0.2)
