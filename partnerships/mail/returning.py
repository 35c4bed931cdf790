"""Take in what came back: mail that could not be delivered after a server had taken it, and complaints about mail."""

import logging
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import joinedload

from partnerships.core.actor import Actor, Role
from partnerships.core.errors import Conflict
from partnerships.database.work import Transactions, Work
from partnerships.web.addresses import bounces_to
from partnerships.web.signing import unseal

from .letters import RETURNING
from .rules.bounces import (
    COUNTED_FOR,
    LARGEST_REPORT,
    RESTS_FOR,
    TOO_MANY,
    Bounce,
    Complaint,
    Report,
    Severity,
    read_report,
    sealed_in,
)
from .rules.suppressions import Reason
from .suppressing import find_standing, suppress
from .tables import DeliveryEvent, DeliveryEventName, OutboxMail, Suppression

AT_ONCE = 200  # messages of a mailbox in one round
SEEN, FLAGGED = ":2,S", ":2,FS"  # what a Maildir writes behind the names of messages that were read

log = logging.getLogger(__name__)


class NotNow(Exception):
    """The database does not answer: the same message should come again."""


class Taken(StrEnum):
    """What came of a message in the mailbox for bounces."""

    NEW = "written down"
    KNOWN = "known already"
    NO_BOUNCE = "no bounce of ours"


def take_in(transactions: Transactions, raw: bytes, addressed_to: Sequence[str] = ()) -> Taken:
    """Write down the bounce or the complaint that a message tells of, if it is one of a mail of ours.

    Whose mail it was is told by a sealed address, which nobody can make up: of a bounce the one that it came to, of a
    complaint the sender's of the mail that it is about. `addressed_to` are addresses that the server named beside the
    message. Raise `NotNow` when nothing could be written down.
    """
    report, ours = read_report(raw), bounces_to()
    addresses = (*addressed_to, *report.addressed_to) if ours else ()
    sealed = next((found for address in addresses if (found := sealed_in(ours or "", address))), "")
    numbers = unseal(RETURNING, sealed)
    if numbers is None or (report.bounce is None and report.complaint is None):
        log.info("a message in the mailbox for bounces is %s", "not for us" if numbers is None else "no bounce")
        return Taken.NO_BOUNCE
    org_id, mail_id = numbers
    try:
        with transactions.begin(Actor(None, org_id, Role.SYSTEM)) as work:
            return _write_down(work, mail_id, report)
    except (SQLAlchemyError, Conflict) as error:
        raise NotNow from error


def _write_down(work: Work, mail_id: int, report: Report) -> Taken:
    wanted = select(OutboxMail).where(OutboxMail.id == mail_id).options(joinedload(OutboxMail.recipient))
    mail = work.session.scalars(wanted.with_for_update(of=OutboxMail)).one_or_none()
    if mail is None:
        return Taken.KNOWN
    if report.complaint is not None:
        return _take_complaint(work, mail, report.complaint, report.told)
    return _take_bounce(work, mail, report.bounce) if report.bounce else Taken.NO_BOUNCE


def _take_complaint(work: Work, mail: OutboxMail, complaint: Complaint, told: str) -> Taken:
    """Send its reader nothing more, or no reminders; unless somebody has vouched for the address since this mail."""
    reason = Reason.COMPLAINT if complaint is Complaint.UNWANTED else Reason.UNSUBSCRIBED
    if _was_lifted_since(work, mail, reason) or find_standing(work, mail.recipient.email, reason):
        return Taken.KNOWN
    suppress(work, mail.recipient.email, reason, told)
    return Taken.NEW


def _take_bounce(work: Work, mail: OutboxMail, bounce: Bounce) -> Taken:
    if _is_known(work, mail, bounce):
        return Taken.KNOWN
    work.session.add(
        DeliveryEvent(
            org_id=mail.org_id,
            mail_id=mail.id,
            at=work.now,
            name=DeliveryEventName.BOUNCED,
            attempt=mail.attempts,
            smtp_code=bounce.code,
            told=bounce.told or bounce.status,
        )
    )
    work.session.flush()
    if bounce.severity is Severity.HARD:
        if not _was_lifted_since(work, mail, Reason.UNREACHABLE):
            suppress(work, mail.recipient.email, Reason.UNREACHABLE, bounce.told or bounce.status)
    elif _count(work, mail) >= TOO_MANY:
        suppress(work, mail.recipient.email, Reason.FULL, bounce.told or bounce.status, work.now + RESTS_FOR)
    return Taken.NEW


def _is_known(work: Work, mail: OutboxMail, bounce: Bounce) -> bool:
    """Say whether this was written down before: servers repeat themselves, and so do mailboxes that are read twice."""
    same = select(DeliveryEvent.id).where(
        DeliveryEvent.mail_id == mail.id,
        DeliveryEvent.name == DeliveryEventName.BOUNCED,
        DeliveryEvent.told == (bounce.told or bounce.status),
    )
    return work.session.scalars(same.limit(1)).first() is not None


def _was_lifted_since(work: Work, mail: OutboxMail, reason: Reason) -> bool:
    """Say whether somebody has vouched for the address after this mail went out."""
    lifted = select(Suppression.id).where(
        Suppression.address == mail.recipient.email.lower(),
        Suppression.reason == reason,
        Suppression.until > (mail.sent_at or work.now),
    )
    return work.session.scalars(lifted).first() is not None


def _count(work: Work, mail: OutboxMail) -> int:
    """Return how many mails to this person came back lately."""
    came_back = (
        select(func.count(DeliveryEvent.mail_id.distinct()))
        .join(OutboxMail, OutboxMail.id == DeliveryEvent.mail_id)
        .where(
            OutboxMail.recipient_id == mail.recipient_id,
            DeliveryEvent.name == DeliveryEventName.BOUNCED,
            DeliveryEvent.at > work.now - COUNTED_FOR,
        )
    )
    return work.session.scalar(came_back) or 0


def empty(transactions: Transactions, folder: Path | None) -> int:
    """Take in what lies unread in a Maildir, and mark it as read; return how many bounces were new.

    What is no bounce of ours is flagged, for a person to look at. While the database is busy, it stays unread. Without
    a folder there is nothing to read.
    """
    found = 0
    if folder is None:
        return found
    for path in _unread(folder):
        try:
            with path.open("rb") as file:
                taken = take_in(transactions, file.read(LARGEST_REPORT))
        except FileNotFoundError:  # another worker has it
            continue
        except NotNow:
            log.warning("a bounce could not be written down yet", exc_info=True)
            break
        except Exception:  # one message that nobody can read must not hold up the others
            log.exception("a message in the mailbox for bounces cannot be read")
            taken = Taken.NO_BOUNCE
        mark = FLAGGED if taken is Taken.NO_BOUNCE else SEEN
        try:
            path.rename(folder / "cur" / f"{path.name.partition(':')[0]}{mark}")
        except FileNotFoundError:
            log.info("another worker has read the same message")
        found += taken is Taken.NEW
    return found


def _unread(folder: Path) -> list[Path]:
    try:
        return sorted((folder / "new").iterdir())[:AT_ONCE]
    except OSError as error:
        log.warning("the mailbox for bounces cannot be read: %s", error.strerror)
        return []
