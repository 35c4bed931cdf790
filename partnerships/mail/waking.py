"""Wake those who deliver, and free what a killed one held: what workers on several machines need of the outbox."""

from sqlalchemy import select

from partnerships.clockwork.engine import Job
from partnerships.database.work import Sweep, Transactions

from .tables import OutboxMail


def wake(transactions: Transactions) -> None:
    """Ask for a delivery if a mail is due or abandoned, whoever was asked before."""
    with transactions.sweeping() as sweep:
        if _is_due(sweep, transactions):
            sweep.ask_for(Job.MAIL)


def _is_due(sweep: Sweep, transactions: Transactions) -> bool:
    """Say so by two looks, each into an index of its own: both in one would read the whole outbox."""
    conditions = (OutboxMail.sendable(sweep.now), OutboxMail.abandoned(transactions.machine.now()))
    return any(sweep.session.scalars(select(OutboxMail.id).where(due).limit(1)).first() for due in conditions)


def free(transactions: Transactions, holder: str) -> None:
    """Let others send at once what `holder` leased: it is gone. They lease it under tokens of their own."""
    now = transactions.machine.now()
    with transactions.sweeping() as sweep:
        for mail in sweep.session.scalars(select(OutboxMail).where(OutboxMail.leased_by(holder))):
            mail.lease_until = now
