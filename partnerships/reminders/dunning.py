"""Watch what has been earned and not been paid: claim what is due, and remind manager and owner of it."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

from sqlalchemy import bindparam, select, true

from partnerships.database.claiming import claim, load_all, save_together, skip_locked
from partnerships.database.work import Sweep, Transactions, Work
from partnerships.deliverables.tables import Payment
from partnerships.plans.rules.partnerships import PartnershipState

from .mails import Reminder, remind_all
from .urging import urge_payment

BATCH = 500
FAILED_WAITS = timedelta(hours=1)
HELD_WAITS = timedelta(days=1)  # a hold pauses what is paid too (product rule 6)

log = logging.getLogger(__name__)


# Built once, as it is asked all day long.
DUE_PAYMENTS = skip_locked(
    select(Payment.id)
    .where(Payment.next_action_at.is_not(None), Payment.next_action_at <= bindparam("now"))
    .order_by(Payment.next_action_at, Payment.id)
    .limit(bindparam("most"))
)


def dun(transactions: Transactions) -> int:
    """Remind of every payment whose moment has come, in every organisation; return how many reminders were queued."""
    queued = 0
    while True:
        with transactions.sweeping() as sweep:
            payments = _claim(sweep)
            for org_id, group in groupby(sorted(payments, key=_org_of), _org_of):
                queued += _look(sweep, org_id, list(group))
        if len(payments) < BATCH:
            return queued


def _org_of(payment: Payment) -> int:
    return payment.org_id


def _claim(sweep: Sweep) -> Sequence[Payment]:
    due = sweep.session.scalars(DUE_PAYMENTS, {"now": sweep.now, "most": BATCH}).all()
    return load_all(sweep.session, Payment, due)


def _look(sweep: Sweep, org_id: int, payments: Sequence[Payment]) -> int:
    """Look at those of one organisation, in a few statements. One that fails comes again in an hour, alone.

    Which one of many it was is found by halves.
    """
    ids = [payment.id for payment in payments]
    try:
        with sweep.session.begin_nested(), sweep.work_in(org_id) as work:
            with work.session.no_autoflush:  # all are saved together
                reminders = [reminder for payment in payments for reminder in _urge(work, payment)]
            save_together(work.session, Payment, payments)
            return remind_all(work, reminders)
    except Exception:  # whatever a single row does, the others go on
        if len(payments) > 1:
            half = len(payments) // 2
            return sum(_look(sweep, org_id, part) for part in (payments[:half], payments[half:]))
        log.exception("payment %s failed", ids[0])
        claim(sweep.session, Payment, ids[0], true(), {"next_action_at": sweep.now + FAILED_WAITS})
        return 0


def _urge(work: Work, payment: Payment) -> Sequence[Reminder]:
    if payment.partnership.state is PartnershipState.ON_HOLD:
        payment.next_action_at = work.now + HELD_WAITS
        return []
    return urge_payment(work, payment)
