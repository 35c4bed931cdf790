"""Finish what had to stay up for some days: called by the tick when a step is due."""

from collections.abc import Sequence

from sqlalchemy import select

from partnerships.database.work import Work
from partnerships.plans.rules.templates import Fact
from partnerships.plans.tables import Partnership, Step

from .rules.deliverables import LIVE, DeliverableAction
from .rules.payments import PaymentState, pay_by, released
from .tables import Deliverable, Payment


def finish_keeping(work: Work, step: Step) -> None:
    """Let a post go that has stayed up for its minimum days; too early, only set the step's next look."""
    if _is_early(work, step):
        return
    deliverable = _deliverable_of(work, step)
    step.finish(work.now)
    if deliverable.allows(DeliverableAction.FINISH, work.actor.role):
        was = deliverable.move(DeliverableAction.FINISH, work.actor.role, work.now)
        work.session.flush()
        work.emit(deliverable.moved(was, DeliverableAction.FINISH))


def earn_pay_fact(work: Work, step: Step) -> None:
    """Earn the payment that waited for a post to be live some days, unless it was taken down meanwhile."""
    if _is_early(work, step):
        return
    deliverable = _deliverable_of(work, step)
    step.finish(work.now)
    if deliverable.state not in LIVE:
        return
    numbers = released(deliverable.partnership.template, Fact.LIVE_VERIFIED, step.key, at_once=False)
    earn_milestones(work, deliverable.partnership, numbers)


def earn_milestones(work: Work, partnership: Partnership, numbers: Sequence[int]) -> None:
    """Earn the milestones of these numbers that are still only planned."""
    if not numbers:
        return
    payments = work.session.scalars(
        select(Payment).where(
            Payment.partnership_id == partnership.id,
            Payment.number.in_(numbers),
            Payment.state == PaymentState.PLANNED,
        )
    ).all()
    for payment in payments:
        payment.earn(work.actor.role, work.now, pay_by(work.now, partnership.zone))
    work.session.flush()
    for payment in payments:
        work.emit(payment.moved())


def _is_early(work: Work, step: Step) -> bool:
    if work.now >= step.due_at:
        return False
    step.next_action_at = step.due_at
    return True


def _deliverable_of(work: Work, step: Step) -> Deliverable:
    return work.session.scalars(
        select(Deliverable).where(Deliverable.partnership_id == step.partnership_id, Deliverable.key == step.key)
    ).one()
