"""Addresses that get no mail: write one down, lift it again, and say whether a mail may go to one."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import uuid4

from sqlalchemy import select

from partnerships.core.words import N_
from partnerships.database.work import Reading, Work

from .events import AddressLifted, AddressSuppressed
from .rules.suppressions import STOPS, MailKind, Reason
from .tables import OutboxMail, Suppression

REASON_LABELS = {
    Reason.UNREACHABLE: N_("Nobody can be reached there"),
    Reason.FULL: N_("Could not be delivered several times"),
    Reason.COMPLAINT: N_("Called our mail unwanted"),
    Reason.UNSUBSCRIBED: N_("Wants no reminders"),
}


def suppress(work: Work, address: str, reason: Reason, told: str, until: datetime | None = None) -> Suppression:
    """Send no more mail to `address`, for good or `until` a moment; one that was lifted holds again."""
    address = address.lower()
    standing = select(Suppression).where(Suppression.address == address, Suppression.reason == reason)
    row = work.session.scalars(standing.with_for_update()).one_or_none()
    if row is None:
        row = Suppression(org_id=work.actor.org_id, address=address, reason=reason)
        work.session.add(row)
    elif row.is_holding(work.now):  # those who have to know have been told
        row.until, row.told = until, told
        return row
    row.since, row.until, row.told = work.now, until, told
    work.session.flush()
    about = f"suppression:{row.id}"
    work.emit(AddressSuppressed(key=_key(row), about=about, suppression_id=row.id, reason=reason))
    return row


def lift(work: Work, suppression_id: int, note: str = "") -> Suppression:
    """Let mail go to the address again. Raise `NotFound` for one that is not this organisation's."""
    row = work.get(Suppression, suppression_id)
    if row.is_holding(work.now):
        row.until = work.now
        about = f"suppression:{row.id}"
        work.emit(AddressLifted(key=_key(row), about=about, suppression_id=row.id, reason=row.reason, note=note))
    return row


def _key(row: Suppression) -> str:
    """Return a new name for a change of `row`: it may hold and be lifted several times, also in one moment."""
    return f"suppression:{row.id}:{uuid4().hex}"


def find_standing(reading: Reading, address: str, reason: Reason) -> Suppression | None:
    """Return why `address` gets no mail, if it is for this reason."""
    standing = select(Suppression).where(Suppression.address == address.lower(), Suppression.reason == reason)
    return reading.session.scalars(standing.where(Suppression.holds(reading.now))).one_or_none()


def unreminded(reading: Reading, addresses: Collection[str]) -> Mapping[str, Reason]:
    """Return which of `addresses`, as they are given, get no reminders now, and why: a wish comes before a failure."""
    if not addresses:
        return {}
    given = {address.lower(): address for address in addresses}
    standing = select(Suppression).where(Suppression.address.in_(given), Suppression.holds(reading.now))
    rows = sorted(reading.session.scalars(standing), key=lambda row: row.reason is Reason.UNSUBSCRIBED)
    return {given[row.address]: row.reason for row in rows if MailKind.REMINDER in STOPS[row.reason]}


def find_stop(reading: Reading, mail: OutboxMail) -> Suppression | None:
    """Return why `mail` must not go to its address, or None."""
    standing = select(Suppression).where(
        Suppression.address == mail.recipient.email.lower(), Suppression.holds(reading.now)
    )
    rows = reading.session.scalars(standing.order_by(Suppression.id))
    return next((row for row in rows if mail.kind in STOPS[row.reason]), None)
