"""Tell the owners when the clockwork or the mail stood still: by mail, as soon as mail gets out again."""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select

from partnerships.core.actor import Role
from partnerships.database.work import Sweep, Transactions, Work
from partnerships.mail.queueing import queue
from partnerships.mail.tables import MailKind, OutboxMail
from partnerships.people.tables import Account, Membership
from partnerships.plans.tables import Step

from .finding import take_pulse
from .rules.standing import WORTH_A_MAIL, Pulse, Standstill, standstills

TEMPLATE = "stood_still"

Done = TypeVar("Done")


def watched(transactions: Transactions, do: Callable[[], Done]) -> Done:
    """Do one round, and tell those owners whose mails or dates had to wait for it because nobody was at work."""
    machine = transactions.machine
    with transactions.sweeping() as sweep:
        before = take_pulse(sweep.session, machine.now())
        kept_waiting = _kept_waiting(sweep) if _is_suspect(before) else set()
    done = do()
    if kept_waiting:
        with transactions.sweeping() as sweep:
            stood = standstills(before, take_pulse(sweep.session, machine.now()))
            for org_id in sorted(kept_waiting if stood else ()):
                with sweep.work_in(org_id) as work:
                    _tell(work, stood)
    return done


def _is_suspect(pulse: Pulse) -> bool:
    return pulse.paused_at is not None or (pulse.age is not None and pulse.age >= WORTH_A_MAIL)


def _kept_waiting(sweep: Sweep) -> set[int]:
    """Return the organisations in which something has been due for a while."""
    long_due: datetime = sweep.now - WORTH_A_MAIL
    steps = select(Step.org_id).where(Step.next_action_at <= long_due).distinct()
    mails = select(OutboxMail.org_id).where(OutboxMail.waiting(long_due)).distinct()
    return {*sweep.session.scalars(steps), *sweep.session.scalars(mails)}


def _tell(work: Work, stood: list[Standstill]) -> None:
    owning = (
        select(Account)
        .join(Membership, Membership.account_id == Account.id)
        .where(Membership.role == Role.OWNER, Membership.ended_at.is_(None), Account.active)
    )
    owners = work.session.scalars(owning).all()
    for one in stood:
        key = f"stood:{one.what}:{one.since.isoformat()}"
        queue(
            work,
            kind=MailKind.NOTICE,
            about=f"organisation:{work.actor.org_id}",
            template=TEMPLATE,
            context={"what": one.what, "hours": one.hours, "minutes": one.minutes, "path": "/admin/health"},
            recipients={f"{key}:{owner.id}": owner for owner in owners},
            send_after=work.now,
        )
