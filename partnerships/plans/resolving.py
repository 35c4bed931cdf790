"""Find the moments of what is to come anew when the rules of their zones have changed since they were planned."""

from sqlalchemy import select

from partnerships.core.zones import END_OF_DAY, moment
from partnerships.database.work import Transactions

from .tables import Step


def resolve(transactions: Transactions) -> int:
    """Return how many steps are due at another moment now; the days that people see stay as they are.

    A process knows the rules that were there when it started, so once at its start is enough. It is one statement
    while nothing has changed: what is due at one moment is looked at together.
    """
    found = 0
    with transactions.sweeping() as sweep:
        waits = Step.done_at.is_(None), Step.due_at > sweep.now
        moments = select(Step.zone, Step.due_on, Step.due_by, Step.due_at).where(*waits).distinct()
        for zone, due_on, due_by, due_at in sweep.session.execute(moments).all():
            at = moment(due_on, due_by or END_OF_DAY, zone)
            if at == due_at:
                continue
            same = Step.zone == zone, Step.due_on == due_on, Step.due_by == due_by, Step.due_at == due_at
            for step in sweep.session.scalars(select(Step).where(*waits, *same).with_for_update()).all():
                step.due_at = at
                if step.next_action_at is not None:
                    step.wake(sweep.now)  # by the hour that it is there now
                found += 1
    return found
