"""What tests of reminders share."""

from sqlalchemy import select

from partnerships.database.work import Transactions
from partnerships.mail.delivering import deliver
from partnerships.mail.mailers import MemoryMailer
from partnerships.people.tables import Membership
from partnerships.reminders.bundling import bundle
from partnerships.reminders.notifying import still_wanted


def send_each(transactions: Transactions, mailer: MemoryMailer) -> None:
    """Send what waits, to people who want every reminder by itself."""
    with transactions.everywhere() as everywhere:
        for membership in everywhere.scalars(select(Membership).where(Membership.each_alone.is_(False))).unique():
            membership.each_alone = True
        everywhere.commit()
    bundle(transactions)
    deliver(transactions, mailer, still_wanted, lambda: 0)
