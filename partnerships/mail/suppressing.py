"""Addresses that get no mail: write one down, lift it again, and say whether a mail may go to one."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from partnerships.core.words import N_
from partnerships.database.work import Work

from .rules.suppressions import STOPS, Reason
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
    row.since, row.until, row.told = work.now, until, told
    work.session.flush()
    return row


def lift(work: Work, suppression_id: int) -> Suppression:
    """Let mail go to the address again. Raise `NotFound` for one that is not this organisation's."""
    row = work.get(Suppression, suppression_id)
    row.until = work.now
    return row


def stops_of(session: Session, mails: Collection[OutboxMail], now: datetime) -> Mapping[int, Reason]:
    """Return which of `mails`, of whatever organisation, must not go to their addresses, and why."""
    addresses = {mail.recipient.email.lower() for mail in mails}
    standing = select(Suppression).where(Suppression.address.in_(addresses), Suppression.holds(now))
    rows = session.scalars(standing.order_by(Suppression.id.desc())).all()
    return {
        mail.id: row.reason
        for mail in mails
        for row in rows
        if (row.org_id, row.address) == (mail.org_id, mail.recipient.email.lower()) and mail.kind in STOPS[row.reason]
    }
