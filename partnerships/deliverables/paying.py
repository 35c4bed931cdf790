"""Earn milestones when their fact comes true, and write down what people do about them. Money moves elsewhere."""

from partnerships.check_ins.events import AnswerConfirmed, AnswerGiven
from partnerships.core.errors import NotAllowed
from partnerships.core.events import Event
from partnerships.core.words import N_
from partnerships.database.work import Work
from partnerships.plans.rules.templates import Fact
from partnerships.plans.tables import Partnership

from .events import DeliverableMoved
from .finding import get_payment
from .keeping import earn_milestones
from .rules.deliverables import DeliverableAction
from .rules.payments import BY_FACT, PaymentAction, released
from .tables import Deliverable, Payment


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


def move_payment(work: Work, payment_id: int, action: PaymentAction) -> Payment:
    """Take one step with a milestone; raise `NotAllowed` for what only a fact can do."""
    if action in BY_FACT:
        raise NotAllowed(N_("A payment is earned by a fact, not by hand."))
    payment = get_payment(work, payment_id)
    payment.move(action, work.actor.role)
    work.session.flush()
    work.emit(payment.moved())
    return payment
