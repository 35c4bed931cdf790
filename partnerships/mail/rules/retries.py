"""What an answer of the mail server means, and how long to wait before a mail is tried again."""

import re
from datetime import datetime, timedelta
from enum import StrEnum

from .pauses import CROWDED
from .suppressions import is_nobody_there

# From failures that pass by themselves (a restart, greylisting) to an outage of one morning.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360))
MAX_ATTEMPTS = 8
JITTER = 0.2  # at most this share is added, so that a batch that failed together does not come back together
NOT_LET_IN = frozenset({530, 534, 535, 538})  # RFC 4954: sign in first, or differently
TOO_LARGE = frozenset({523, 552})  # RFC 1870, 6: refused at once for its announced size, or for a full mailbox
# What a server says of whoever sends, and so of every mail: no relaying for us, a sender that is not verified, a limit
# of the account (5.4.5), an address on a list of spammers.
OF_US = re.compile(
    r"relay\w* (access |is |not )*(denied|permitted|allowed|prohibited)|(unable|not allowed|cannot|refuse\w*) to relay"
    r"|sender verif|sender address rejected|not (verified|authenticated|authori[sz]ed)|authentication"
    r"|\b5\.4\.5\b|(sending|daily|hourly|rate) .{0,20}(limit|quota)|spamhaus|dnsbl|black ?list|block ?list"
    r"|blocked using",
    re.IGNORECASE,
)


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
        return Outcome.DEAD if code in TOO_LARGE else Outcome.PAUSE
    if command is Command.RECIPIENT and is_nobody_there(code, told):
        return Outcome.GONE
    return Outcome.PAUSE if OF_US.search(told) else Outcome.DEAD


def next_try(attempts: int, now: datetime, expires_at: datetime | None, jitter: float) -> datetime | None:
    """Return when to try again after `attempts` failures, or None to give up.

    `jitter` in [0, 1) spreads what failed together.
    """
    if attempts >= MAX_ATTEMPTS:
        return None
    wait = WAITS[min(max(attempts, 1), len(WAITS)) - 1]
    again = now + wait * (1 + JITTER * jitter)
    return None if expires_at is not None and again >= expires_at else again
