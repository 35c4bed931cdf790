"""What an answer of the mail server means, and how long to wait before a mail is tried again."""

from datetime import datetime, timedelta
from enum import StrEnum

from .pauses import CROWDED
from .suppressions import is_nobody_there

# From failures that pass by themselves (a restart, greylisting) to an outage of one morning.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360))
MAX_ATTEMPTS = 8
JITTER = 0.2  # at most this share is added, so that a batch that failed together does not come back together
NOT_LET_IN = frozenset({530, 534, 535, 538})  # RFC 4954: sign in first, or differently


class Command(StrEnum):
    """Where in the conversation the server said no."""

    CONNECT = "connect"  # up to and with signing in
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"


class Outcome(StrEnum):
    """What a failure means for the mail."""

    RETRY = "retry"  # this mail, later
    DEAD = "dead"  # this mail, never
    GONE = "gone"  # no mail to this address, ever: nobody is there
    PAUSE = "pause"  # every mail: the channel itself is broken, and no attempt is counted
    CROWDED = "crowded"  # this connection: the server has too many of ours, and no attempt is counted


def judge(command: Command, code: int, told: str = "") -> Outcome:
    """Return what the server's `code` (RFC 5321, 4.2.1) after `command` means, with the words it `told`."""
    if command is Command.CONNECT and code in CROWDED:
        return Outcome.CROWDED
    if command is Command.CONNECT or code in NOT_LET_IN:
        return Outcome.PAUSE
    if code < 500:
        return Outcome.RETRY
    if command is Command.SENDER:
        return Outcome.PAUSE
    return Outcome.GONE if command is Command.RECIPIENT and is_nobody_there(code, told) else Outcome.DEAD


def next_try(attempts: int, now: datetime, expires_at: datetime | None, jitter: float) -> datetime | None:
    """Return when to try again after `attempts` failures, or None to give up.

    `jitter` in [0, 1) spreads what failed together.
    """
    if attempts >= MAX_ATTEMPTS:
        return None
    wait = WAITS[min(max(attempts, 1), len(WAITS)) - 1]
    again = now + wait * (1 + JITTER * jitter)
    return None if expires_at is not None and again >= expires_at else again
