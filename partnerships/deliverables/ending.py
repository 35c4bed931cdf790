"""Settle what was promised when a partnership ends before its time."""

from collections.abc import Collection

from sqlalchemy import select

from partnerships.core.events import Event
from partnerships.database.work import Work
from partnerships.plans.events import PartnershipMoved
from partnerships.plans.rules.partnerships import EndReason, HoldCause, PartnershipState
from partnerships.plans.tables import Partnership

from .rules.deliverables import PUBLIC, UNPOSTED, DeliverableAction
from .rules.payments import PaymentAction, PaymentState, covering, pay_by, waits_for_post
from .rules.stages import current_stage
from .tables import Deliverable, Payment

ENDINGS = frozenset({PartnershipState.ENDED_EARLY, PartnershipState.DECLINED})


def end(work: Work, event: Event) -> None:
    """Listen for a partnership that was declined or ended early: unposted content is withdrawn, open payments waived.

    After a reaction to the product the stage that was under way is paid as well (product rule 2), also when the creator
    ends what stands still because of it. What is public already may still earn its payment.
    """
    if not isinstance(event, PartnershipMoved) or event.now not in ENDINGS:
        return
    partnership = work.get(Partnership, event.partnership_id)
    _withdraw(work, partnership)
    is_reaction = event.reason is EndReason.ADVERSE_REACTION or partnership.hold_cause is HoldCause.REACTION
    _settle_payments(work, partnership, is_reaction=is_reaction)


def _withdraw(work: Work, partnership: Partnership) -> None:
    unposted = work.session.scalars(
        select(Deliverable)
        .where(Deliverable.partnership_id == partnership.id, Deliverable.state.in_(UNPOSTED))
        .order_by(Deliverable.number)
    ).all()
    left = [(one, one.move(DeliverableAction.WITHDRAW, work.actor.role, work.now)) for one in unposted]
    work.session.flush()
    for deliverable, was in left:
        work.emit(deliverable.moved(was, DeliverableAction.WITHDRAW))


def _settle_payments(work: Work, partnership: Partnership, *, is_reaction: bool) -> None:
    planned = work.session.scalars(
        select(Payment)
        .where(Payment.partnership_id == partnership.id, Payment.state == PaymentState.PLANNED)
        .order_by(Payment.number)
    ).all()
    paid = None
    if is_reaction:
        stage = current_stage([(stage.key, stage.state) for stage in partnership.stages])
        paid = covering(partnership.template, stage, [payment.number for payment in planned])
    public = _public(work, partnership)
    settled = [payment for payment in planned if payment.number == paid or not waits_for_post(payment.spec, public)]
    for payment in settled:
        if payment.number == paid:
            payment.earn(work.actor.role, work.now, pay_by(work.now, partnership.zone))
        else:
            payment.move(PaymentAction.WAIVE, work.actor.role)
    work.session.flush()
    for payment in settled:
        work.emit(payment.moved())


def _public(work: Work, partnership: Partnership) -> Collection[str]:
    """Return the keys of what people can see now."""
    return work.session.scalars(
        select(Deliverable.key).where(Deliverable.partnership_id == partnership.id, Deliverable.state.in_(PUBLIC))
    ).all()
