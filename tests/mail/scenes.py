"""Mails that tests of the outbox share."""

from datetime import timedelta
from typing import Any

from partnerships.database.work import Transactions
from partnerships.mail.queueing import queue
from partnerships.mail.tables import MailKind
from partnerships.people.tables import Account
from tests.stories import People

# What the letter "verified" needs to be worded.
VERIFIED: dict[str, Any] = {
    "brand": "Glow", "product": "Serum", "manager": "Rina", "min_days_live": 30, "note": "", "title": "Dua minggu"
}  # fmt: skip


def queue_notices(
    transactions: Transactions, people: People, *, mails: int = 1, later: timedelta = timedelta(0)
) -> None:
    """Queue so many notices to Dewi in one transaction, each due `later` than now."""
    with transactions.begin(people.manager) as work:
        creator = work.session.get_one(Account, people.creator.account_id)
        queue(
            work,
            kind=MailKind.NOTICE,
            about="deliverable:1",
            template="verified",
            context=VERIFIED,
            recipients={f"mail:{number}": creator for number in range(mails)},
            send_after=work.now + later,
        )
