"""Finish what had to stay up for some days, and what nothing is left of: called by the tick, or by what was done."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, func, select

from partnerships.check_ins.rules.check_ins import UNSETTLED
from partnerships.check_ins.tables import CheckIn
from partnerships.core.actor import Role
from partnerships.database.work import Work
from partnerships.plans.rules.moves import MoveKind
from partnerships.plans.rules.partnerships import PartnershipAction, PartnershipState
from partnerships.plans.rules.proposals import UNDO_FOR, MoveState, undo_ends
from partnerships.plans.rules.stages import StageState
from partnerships.plans.rules.templates import Fact
from partnerships.plans.tables import Partnership, PlanMove, Stage, Step

from .rules.deliverables import LIVE, SETTLED, DeliverableAction
from .rules.payments import PaymentState, pay_by, released
from .tables import Deliverable, Payment

FEW = 3  # with more than these still open, nobody who acts at the same moment can leave nothing to do
STAGE_IS_OVER = frozenset({StageState.CLOSED, StageState.SKIPPED})


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


def settle_skip(work: Work, step: Step) -> None:
    """Let the last day of a skipped stage go once the skip cannot be taken back, and look whether it was the last."""
    until = work.session.scalar(select(func.max(PlanMove.made_at)).where(_may_be_undone(work, step.partnership_id)))
    if until is not None:
        step.next_action_at = undo_ends(until) + timedelta(seconds=1)
        return
    step.finish(work.now)
    complete_when_done(work, step.partnership_id)


def complete_when_done(work: Work, partnership_id: int) -> None:
    """Complete a partnership that runs when nothing of it is left to do."""
    open_things = _count_open(work, partnership_id)
    if open_things is None or open_things > FEW:
        return
    _wait_for_others(work, partnership_id)
    if _count_open(work, partnership_id) != 0:
        return
    partnership = work.get(Partnership, partnership_id)
    was = partnership.move(PartnershipAction.COMPLETE, Role.SYSTEM, work.now)  # by the facts, whoever made the last
    partnership.wind_up(work.now)
    work.session.flush()
    work.emit(partnership.moved(was, PartnershipAction.COMPLETE))


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


def _wait_for_others(work: Work, partnership_id: int) -> None:
    """Let one at a time ask whether theirs was the last: two at once would each see the other's still open."""
    work.session.execute(select(Partnership.id).where(Partnership.id == partnership_id).with_for_update(key_share=True))


def _count_open(work: Work, partnership_id: int) -> int | None:
    """Ask once how much is still to be done, a skip that may be taken back too; None when the partnership stands."""
    stages = select(func.count()).where(Stage.partnership_id == partnership_id, Stage.state.not_in(STAGE_IS_OVER))
    check_ins = select(func.count()).where(CheckIn.partnership_id == partnership_id, CheckIn.state.in_(UNSETTLED))
    content = select(func.count()).where(
        Deliverable.partnership_id == partnership_id, Deliverable.state.not_in(SETTLED)
    )
    skips = select(func.count()).where(_may_be_undone(work, partnership_id))
    counted = sum((asked.scalar_subquery() for asked in (check_ins, content, skips)), stages.scalar_subquery())
    return work.session.scalar(
        select(counted).where(Partnership.id == partnership_id, Partnership.state == PartnershipState.ACTIVE)
    )


def _may_be_undone(work: Work, partnership_id: int) -> ColumnElement[bool]:
    """Return the condition of a skip that somebody may still take back."""
    return and_(
        PlanMove.partnership_id == partnership_id,
        PlanMove.kind == MoveKind.SKIP,
        PlanMove.state == MoveState.APPLIED,
        PlanMove.made_at >= work.now - UNDO_FOR,
    )
