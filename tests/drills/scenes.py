"""What the drills share: many mails, senders in processes of their own, and how large it all is.

`make drills` runs the whole size, the suite a small one.
"""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from partnerships.config import Settings
from partnerships.core.clock import SystemClock
from partnerships.database.work import Transactions
from partnerships.mail.queueing import NewMail, queue_all
from partnerships.mail.tables import MailKind, OutboxMail
from partnerships.people.tables import Account
from tests.drills.sender import SENDS
from tests.mail.scenes import VERIFIED
from tests.services.smtp import SmtpServer
from tests.stories import People

IS_WHOLE = os.environ.get("DRILLS") == "whole"
LEASE_SECONDS = 125  # a little longer than a lease: how far ahead the clock of a successor runs
PATIENCE = 900 if IS_WHOLE else 240  # seconds, on a machine that does other things too


@dataclass(frozen=True)
class Size:
    """How much of it is done."""

    mails: int
    kills: int


SIZE = Size(mails=3000, kills=10) if IS_WHOLE else Size(mails=300, kills=3)


def ahead_of_now(moment: datetime) -> float:
    """Return by how many seconds a process's clock has to run ahead for it to be `moment` there."""
    return (moment - SystemClock().now()).total_seconds()


def queue_many(transactions: Transactions, people: People, count: int, now: datetime | None = None) -> set[str]:
    """Queue `count` notices to Dewi that are due `now`; return their Message-IDs."""
    due = now or SystemClock().now()
    with transactions.begin(people.manager) as work:
        dewi = work.session.get_one(Account, people.creator.account_id)
        queue_all(
            work,
            [
                NewMail(f"drill:{number}", MailKind.NOTICE, f"deliverable:{number}", "verified", VERIFIED, dewi, due)
                for number in range(count)
            ],
        )
        return {f"<{name}>" for name in work.session.scalars(select(OutboxMail.message_id))}


@contextmanager
def sender(settings: Settings, mail_url: str, ahead: float = 0, manner: str = SENDS) -> Iterator[subprocess.Popen[str]]:
    """Give a sender in a process of its own; it is killed when the block is left before it has ended."""
    environment = os.environ | {
        "DATABASE_URL": settings.database_url,
        "DATA_DIR": str(settings.data_dir),
        "SECRET_KEY": settings.secret_key,
        "MAIL_URL": mail_url,
        "MAIL_FROM": settings.mail_from,
        "PUBLIC_BASE_URL": settings.public_base_url,
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.drills.sender", manner, str(ahead)],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_for(happened: Callable[[], bool], process: subprocess.Popen[str] | None = None) -> None:
    """Wait until it has `happened`, as long as `process` runs."""
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, "it took too long"
        assert process is None or process.poll() is None, "the sender has ended"
        time.sleep(0.01)


def doubles(server: SmtpServer) -> int:
    """Return how many mails arrived more than once, each copy counted."""
    return sum(copies - 1 for copies in Counter(names(server)).values())


def names(server: SmtpServer) -> Sequence[str]:
    """Return the Message-IDs of what arrived, in order."""
    return [str(letter.message["Message-ID"]) for letter in server.letters]


def tell(drill: str, **figures: object) -> None:
    """Say how it went, for `make drills`."""
    said = ", ".join(f"{name} {value}" for name, value in figures.items())
    sys.stdout.write(f"\n{drill}: {said}\n")
