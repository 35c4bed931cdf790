"""What a report about an undelivered mail says (RFC 3464), how bad it is (RFC 3463), and what a complaint is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import Message
from enum import StrEnum

from .suppressions import is_nobody_there

LARGEST_REPORT = 4 * 1024 * 1024  # bytes that are looked at: a report may hold the whole mail that it is about
ADDRESSED = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "To")  # where the return path stands
COUNTED_FOR = timedelta(days=14)  # how long a soft bounce counts
TOO_MANY = 3  # soft bounces of different mails in that time: the address rests
RESTS_FOR = timedelta(days=7)
TOLD = 300  # characters of what the server said that are kept

_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_CODE = re.compile(r"\b([45]\d\d)\b")
_SAYS_NOTHING = frozenset({(0, 0), (5, 0)})


class Severity(StrEnum):
    """What a bounce says about the address."""

    HARD = "hard"  # nobody will ever read mail there
    SOFT = "soft"  # not this time: a full mailbox, a policy, a server that was away for days


@dataclass(frozen=True, slots=True)
class Bounce:
    """One mail that came back. `code` is the SMTP reply code if the report has one; `told` is what the server said."""

    severity: Severity
    status: str  # RFC 3463, such as "5.1.1"
    code: int | None
    told: str


class Complaint(StrEnum):
    """What the reader of a mail said by a button of their mailbox."""

    UNWANTED = "unwanted"
    OPT_OUT = "opt-out"  # no mail of this kind any more


# By "Feedback-Type" (RFC 5965, 7.3). "not-spam" is praise, and what is not registered says nothing.
COMPLAINTS = {
    "abuse": Complaint.UNWANTED,
    "fraud": Complaint.UNWANTED,
    "virus": Complaint.UNWANTED,
    "other": Complaint.UNWANTED,
    "opt-out": Complaint.OPT_OUT,
}


@dataclass(frozen=True, slots=True)
class Report:
    """What is read from a message: to which addresses it came, and the bounce or complaint in it, if it tells of one.

    `addressed_to` of a complaint are also the senders of the mail that it is about: it comes to one address for all.
    """

    addressed_to: tuple[str, ...]
    bounce: Bounce | None
    complaint: Complaint | None = None
    told: str = ""  # what kind of complaint, in the words of the report


def read_report(raw: bytes) -> Report:
    """Return what a message says; one that is no report, or tells of a delay or a success only, has no bounce."""
    message = message_from_bytes(raw[:LARGEST_REPORT], policy=policy.compat32)
    addressed = tuple(
        address for name in ADDRESSED for value in message.get_all(name, []) for address in _addresses(str(value))
    )
    feedback = _feedback(message)
    if feedback is not None:
        kind = _field(feedback, "Feedback-Type").lower()
        senders = (*feedback.get_all("Original-Mail-From", []), *_return_paths(message))
        about = tuple(address for value in senders for address in _addresses(str(value)))
        return Report((*addressed, *about), None, COMPLAINTS.get(kind), kind[:TOLD])
    return Report(addressed, next((bounce for fields in _recipients(message) if (bounce := _bounce(fields))), None))


def _feedback(message: Message) -> Message | None:
    """Return the fields of a complaint (RFC 5965), or None for any other message."""
    return next(_enclosed(message, "message/feedback-report"), None)


def _return_paths(message: Message) -> Iterator[str]:
    """Yield the envelope senders of the mails that a report holds, as the reader's server wrote them down."""
    for original in _enclosed(message, "message/rfc822"):
        yield from (str(value) for value in original.get_all("Return-Path", []))


def _enclosed(message: Message, content_type: str) -> Iterator[Message]:
    if message.get_content_type() != "multipart/report" or not isinstance(message.get_payload(), list):
        return
    for part in message.get_payload():
        inside = part.get_payload() if isinstance(part, Message) and part.get_content_type() == content_type else None
        yield from (each for each in inside if isinstance(each, Message)) if isinstance(inside, list) else ()


def _addresses(value: str) -> Iterator[str]:
    yield from re.findall(r"[^\s<>,;:\"()]+@[^\s<>,;:\"()]+", value)


def _recipients(message: Message) -> Iterator[Message]:
    """Yield the fields of each recipient that the report names: every block of the status but the first."""
    if message.get_content_type() != "multipart/report":
        return
    for part in message.walk():
        if part.get_content_type() in {"message/delivery-status", "message/global-delivery-status"}:
            blocks = part.get_payload()
            yield from (block for block in blocks[1:] if isinstance(block, Message)) if isinstance(blocks, list) else ()
            return  # what stands in the mail that came back is somebody else's report


def _bounce(fields: Message) -> Bounce | None:
    """Return the bounce of one recipient; None unless delivering has failed for good."""
    if _field(fields, "Action").lower() != "failed":
        return None
    told = _field(fields, "Diagnostic-Code").partition(";")[2].strip()
    status = _STATUS.search(_field(fields, "Status"))
    better = _STATUS.search(told)
    if better and (status is None or _detail(status) in _SAYS_NOTHING):
        status = better
    found = _CODE.search(told)
    code = int(found[1]) if found else None
    return Bounce(_severity(status, code, told), status[0] if status else "", code, told[:TOLD])


def _severity(status: re.Match[str] | None, code: int | None, told: str) -> Severity:
    if status is not None and status[1] != "5":
        return Severity.SOFT
    says = _STATUS.sub("", told) if status is None or _detail(status) in _SAYS_NOTHING else status[0]
    return Severity.HARD if is_nobody_there(code, says) else Severity.SOFT


def _detail(status: re.Match[str]) -> tuple[int, int]:
    return int(status[2]), int(status[3])


def _field(fields: Message, name: str) -> str:
    """Return a field in one line, without what is no plain text."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in str(fields.get(name, ""))).split())


def return_path(bounces_to: str, sealed: str) -> str:
    """Return the envelope sender of one mail (VERP): `bounces@…` becomes `bounces+<sealed>@…`."""
    user, _, host = bounces_to.rpartition("@")
    return f"{user}+{sealed}@{host}"


def sealed_in(bounces_to: str, address: str) -> str | None:
    """Return what `return_path` put into `address`, or None when it is none of those."""
    user, _, host = bounces_to.rpartition("@")
    asked_user, _, asked_host = address.rpartition("@")
    name, plus, sealed = asked_user.rpartition("+")
    is_ours = bool(plus) and name.lower() == user.lower() and asked_host.lower() == host.lower()
    return sealed if is_ours else None
