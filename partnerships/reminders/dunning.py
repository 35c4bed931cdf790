"""Watch what has been earned and not been paid: claim what is due, and remind manager and owner of it."""

import logging
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select, true

from partnerships.database.claiming import claim, skip_locked
from partnerships.database.work import Sweep, Transactions
from partnerships.deliverables.tables import Payment
from partnerships.plans.rules.partnerships import PartnershipState

from .urging import urge_payment

BATCH = 500
FAILED_WAITS = timedelta(hours=1)
HELD_WAITS = timedelta(days=1)  # a hold pauses what is paid too (product rule 6)

log = logging.getLogger(__name__)


def dun(transactions: Transactions) -> int:
    """Remind of every payment whose moment has come, in every organisation; return how many reminders were queued."""
    queued = 0
    while True:
        with transactions.sweeping() as sweep:
            payments = _claim(sweep)
            queued += sum(_look(sweep, payment) for payment in payments)
        if len(payments) < BATCH:
            return queued


def _claim(sweep: Sweep) -> Sequence[Payment]:
    due = (
        select(Payment)
        .where(Payment.next_action_at.is_not(None), Payment.next_action_at <= sweep.now)
        .order_by(Payment.next_action_at, Payment.id)
        .limit(BATCH)
    )
    return sweep.session.scalars(skip_locked(due)).unique().all()


def _look(sweep: Sweep, payment: Payment) -> int:
    """Look at one. What fails takes nobody along: it comes again in an hour."""
    payment_id = payment.id
    try:
        with sweep.session.begin_nested(), sweep.work_in(payment.org_id) as work:
            if payment.partnership.state is PartnershipState.ON_HOLD:
                payment.next_action_at = work.now + HELD_WAITS
                return 0
            return urge_payment(work, payment)
    except Exception:  # whatever a single row does, the others go on
        log.exception("payment %s failed", payment_id)
        claim(sweep.session, Payment, payment_id, true(), {"next_action_at": sweep.now + FAILED_WAITS})
        return 0
