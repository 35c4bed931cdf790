"""Find anew when a reminder that waits goes out, when the rules of its reader's zone have changed meanwhile."""

from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import select

from partnerships.core.zones import day_in, moment
from partnerships.database.work import Transactions, Work
from partnerships.mail.tables import MailKind, MailState, OutboxMail
from partnerships.people.tables import Account
from partnerships.plans.tables import quiet_hours_of

from .tables import policy_of

FURTHEST = timedelta(hours=2)  # no zone has put its clocks on or back by more at once


def retime(transactions: Transactions) -> int:
    """Return how many reminders go at another moment now: at the same hour as before, by the reader's clock.

    What waits, waits for the hour at which its organisation reminds, or for the end of its quiet hours. As with the
    steps themselves, once at the start of a process is enough, and it is one statement while nothing waits.
    """
    found = 0
    waits = OutboxMail.kind == MailKind.REMINDER, OutboxMail.state == MailState.QUEUED
    with transactions.sweeping() as sweep:
        moments = (
            select(OutboxMail.org_id, Account.zone, OutboxMail.send_after)
            .join(Account, OutboxMail.recipient_id == Account.id)
            .where(*waits, OutboxMail.send_after > sweep.now)
            .distinct()
            .order_by(OutboxMail.org_id)
        )
        for org_id, group in groupby(sweep.session.execute(moments).all(), key=lambda row: row.org_id):
            with sweep.work_in(org_id) as work:
                for _, zone, at in group:
                    found += _put_right(work, zone, at, _meant(work, zone, at))
    return found


def _meant(work: Work, zone: str, at: datetime) -> datetime:
    """Return the moment near `at` at which people in `zone` are reminded; `at` itself when there is none."""
    day = day_in(zone, at)
    hours = policy_of(work.session).hour_on(day), quiet_hours_of(work.session).ends
    nearest = min((moment(day, hour, zone) for hour in hours), key=lambda one: abs(one - at))
    return nearest if abs(nearest - at) <= FURTHEST else at


def _put_right(work: Work, zone: str, at: datetime, meant: datetime) -> int:
    if meant == at:
        return 0
    mails = work.session.scalars(
        select(OutboxMail)
        .join(Account, OutboxMail.recipient_id == Account.id)
        .where(
            OutboxMail.kind == MailKind.REMINDER,
            OutboxMail.state == MailState.QUEUED,
            OutboxMail.send_after == at,
            Account.zone == zone,
        )
        .with_for_update(of=OutboxMail)
    ).all()
    for mail in mails:
        mail.put_off(meant)
    return len(mails)
