"""Earn milestones when their fact comes true, and write down what people do about them. Money moves elsewhere."""

from partnerships.check_ins.events import AnswerConfirmed, AnswerGiven
from partnerships.core.errors import NotAllowed, Refused
from partnerships.core.events import Event
from partnerships.core.words import N_
from partnerships.database.work import Work
from partnerships.plans.rules.templates import Fact
from partnerships.plans.tables import Partnership

from .events import DeliverableMoved
from .finding import get_payment
from .keeping import earn_milestones
from .rules.deliverables import DeliverableAction
from .rules.payments import REASONED, PaymentAction, is_by_hand, pay_by, released
from .tables import Deliverable, Payment

REASON_LENGTH = 500


def earn(work: Work, event: Event) -> None:
    """Listen for confirmed answers and live posts, and earn the milestones that they release."""
    if isinstance(event, AnswerConfirmed) or (isinstance(event, AnswerGiven) and event.confirmed):
        partnership = work.session.get_one(Partnership, event.partnership_id)  # at hand: it was loaded with the answer
        if partnership.anchor_confirmed_at is not None:
            earn_milestones(
                work, partnership, released(partnership.template, Fact.CHECK_IN_ANSWERED, event.template_key)
            )
    elif isinstance(event, DeliverableMoved) and event.action is DeliverableAction.VERIFY:
        deliverable = work.get(Deliverable, event.deliverable_id)
        numbers = released(deliverable.partnership.template, Fact.LIVE_VERIFIED, deliverable.key)
        earn_milestones(work, deliverable.partnership, numbers)


def move_payment(work: Work, payment_id: int, action: PaymentAction, reason: str = "") -> Payment:
    """Take one step with a milestone.

    Raise `NotAllowed` for what is not theirs to do by hand, `Refused` when somebody earns, disputes or waives without
    a reason.
    """
    if not is_by_hand(action, work.actor.role):
        raise NotAllowed(N_("A payment is earned and waived by what happens, not by hand."))
    payment = get_payment(work, payment_id)
    reason = reason.strip()[:REASON_LENGTH]
    if action in REASONED and not reason:
        raise Refused(N_("Please give a reason."), field="reason")
    if action is PaymentAction.EARN:
        payment.earn(work.actor.role, work.now, pay_by(work.now, payment.partnership.zone))
    else:
        payment.move(action, work.actor.role)
    work.session.flush()
    work.emit(payment.moved(reason))
    return payment
