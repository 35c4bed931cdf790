"""Which addresses get no mail, and which mail they do not get."""

import re
from collections.abc import Mapping
from enum import StrEnum


class Reason(StrEnum):
    """Why an address gets no mail. Stored in the database: rename only with a migration."""

    UNREACHABLE = "unreachable"  # a server said that nobody is there
    FULL = "full"  # it could not be delivered several times; for a while only
    COMPLAINT = "complaint"  # called unwanted
    UNSUBSCRIBED = "unsubscribed"  # wants no reminders


class MailKind(StrEnum):
    """A reminder keeps quiet hours and is called off when the thing is done; a notice goes at once, in any case."""

    REMINDER = "reminder"
    NOTICE = "notice"


EVERYTHING = frozenset(MailKind)
STOPS: Mapping[Reason, frozenset[MailKind]] = {
    Reason.UNREACHABLE: EVERYTHING,
    Reason.FULL: EVERYTHING,
    Reason.COMPLAINT: EVERYTHING,
    Reason.UNSUBSCRIBED: frozenset({MailKind.REMINDER}),
}

# RFC 3463, 3.2, 3.3 and 3.5, RFC 7505: the mailbox, its domain or its syntax is wrong; moved away; takes no mail;
# disabled; no route. Not 5.1.7 and 5.1.8, which are about the sender.
GONE = re.compile(r"\b5\.(1\.([12346]|10)|2\.1|4\.4)\b")
ENHANCED = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b")
NOBODY_THERE = frozenset({550, 551, 553})  # RFC 5321, 4.2.3, of a server that gives no enhanced code
# The same codes stand before relays that refuse us, so that such a server has to say it: an address that is called
# gone by mistake gets no mail any more.
SAYS_GONE = re.compile(
    r"no such|unknown|(does not|doesn'?t|do not) exist|not found|no mailbox|unrout|disabled|no longer|moved"
    r"|invalid (recipient|mailbox|address|user)|mailbox (is )?unavailable",
    re.IGNORECASE,
)


def is_nobody_there(code: int | None, told: str) -> bool:
    """Say whether a refused recipient does not exist, by the server's `code` and words.

    A full mailbox (5.2.2) and what a policy refuses (5.7.x) say nothing about the address.
    """
    if ENHANCED.search(told):
        return GONE.search(told) is not None
    return code in NOBODY_THERE and SAYS_GONE.search(told) is not None
