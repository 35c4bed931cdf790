"""Earn milestones when their fact comes true, and write down what people do about them. Money moves elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from partnerships.check_ins.events import AnswerConfirmed, AnswerGiven
from partnerships.core.errors import NotAllowed, Refused
from partnerships.core.events import Event
from partnerships.core.words import N_
from partnerships.core.zones import day_in
from partnerships.database.work import Reading, Work
from partnerships.files.keeping import keep
from partnerships.files.probe import Kind
from partnerships.files.receiving import ReceivedFile
from partnerships.files.tables import StoredFile
from partnerships.plans.events import ReceiptConfirmed, RefillReceived, StageMoved
from partnerships.plans.finding import find_terms
from partnerships.plans.rules.stages import StageState
from partnerships.plans.rules.templates import Fact
from partnerships.plans.tables import Partnership, Stage

from .events import DeliverableMoved, TransferCorrected
from .finding import get_payment
from .keeping import earn_milestones
from .rules.deliverables import DeliverableAction
from .rules.payments import BY_BUTTON, REASONED, PaymentAction, PaymentState, is_by_hand, pay_by, released
from .rules.transfers import Transfer, check_transfer
from .tables import Deliverable, Payment, PaymentProof

REASON_LENGTH = 500
REASON = N_("Please give a reason.")
OF_DELIVERABLES: Mapping[DeliverableAction, Fact] = {
    DeliverableAction.VERIFY: Fact.LIVE_VERIFIED,
    DeliverableAction.HAND_OVER: Fact.APPROVED,
    DeliverableAction.FULFIL: Fact.DONE,
}


def earn(work: Work, event: Event) -> None:
    """Listen for the facts that release milestones, and earn these."""
    fact = _fact_in(work, event)
    if fact is None:
        return
    partnership = work.session.get_one(Partnership, fact.partnership_id)  # at hand: it was loaded with what happened
    if partnership.anchor_confirmed_at is not None or fact.fact is not Fact.CHECK_IN_ANSWERED:
        earn_milestones(work, partnership, released(partnership.template, fact.fact, fact.key))


@dataclass(frozen=True, slots=True)
class _Happened:
    """A fact, and the key of the thing that it is about."""

    partnership_id: int
    fact: Fact
    key: str = ""


def _fact_in(work: Work, event: Event) -> _Happened | None:
    """Return the fact that `event` tells, if it is one that may release a milestone."""
    match event:
        case AnswerConfirmed() | AnswerGiven(confirmed=True):
            return _Happened(event.partnership_id, Fact.CHECK_IN_ANSWERED, event.template_key)
        case DeliverableMoved() if event.action in OF_DELIVERABLES:
            key = work.get(Deliverable, event.deliverable_id).key
            return _Happened(event.partnership_id, OF_DELIVERABLES[event.action], key)
        case StageMoved(now=StageState.CLOSED):
            stage = work.get(Stage, event.stage_id)
            if stage.ends_on < stage.partnership.planned_on:  # before Sahabat: somebody who knows earns it by hand
                return None
            return _Happened(event.partnership_id, Fact.STAGE_CLOSED, stage.key)
        case ReceiptConfirmed() | RefillReceived():  # the first parcel, whether dates count from it or not
            return _Happened(event.partnership_id, Fact.PRODUCT_RECEIVED)
    return None


def move_payment(work: Work, payment_id: int, action: PaymentAction, reason: str = "") -> Payment:
    """Take one step with a milestone that needs no more than a reason.

    Raise `NotAllowed` for what is not theirs to do by hand, `Refused` when somebody earns, disputes or waives without
    a reason.
    """
    if action not in BY_BUTTON or not is_by_hand(action, work.actor.role):
        raise NotAllowed(N_("A payment is earned and waived by what happens, not by hand."))
    payment = get_payment(work, payment_id)
    reason = reason.strip()[:REASON_LENGTH]
    if action in REASONED and not reason:
        raise Refused(REASON, field="reason")
    if action is PaymentAction.EARN:
        payment.earn(work.actor.role, work.now, pay_by(work.now, payment.partnership.zone))
    else:
        payment.move(action, work.actor.role)
    work.session.flush()
    work.emit(payment.moved(reason))
    return payment


def add_proof(
    work: Work, payment: Payment, receipts: Sequence[ReceivedFile], spoilt: Refused | None = None
) -> StoredFile | None:
    """Keep the picture of a transfer's receipt, if one came, so that its creator sees it too.

    `spoilt` is why it was refused while it was received. Raise `Refused` with the field "receipt".
    """
    if spoilt is not None:
        raise spoilt
    if not receipts:
        return None
    if len(receipts) > 1 or receipts[0].kind is not Kind.PHOTO:
        raise Refused(N_("Please add one photo or screenshot."), field="receipt")
    [file] = keep(work, receipts, payment.partnership.creator.account_id)
    proof = PaymentProof(org_id=payment.org_id, payment_id=payment.id, file=file)
    proof.added_at, proof.added_by = work.now, work.actor.person_id
    work.session.add(proof)
    return file


def record_transfer(work: Work, payment_id: int, transfer: Transfer, reason: str = "") -> Payment:
    """Write down that a milestone was paid, or correct what was written down, which needs a reason.

    Who is paid is kept with it: what the terms say later counts for later ones. Pressed twice, it is paid once. Raise
    `Refused` with the field that does not fit, `IllegalTransition` for what is not to be paid.
    """
    payment = get_payment(work, payment_id)
    check_transfer(transfer, day_in(payment.partnership.zone, work.now))
    was = payment.transfer if payment.state is PaymentState.PAID else None
    if was == transfer:
        return payment
    if was is None:
        payment.pay(work.actor.role, payee_of(work, payment), transfer)
        work.session.flush()
        work.emit(payment.moved())
        return payment
    if not reason.strip():
        raise Refused(REASON, field="reason")
    payment.write_down(transfer)
    work.session.flush()
    work.emit(
        TransferCorrected(
            key=f"payment:{payment.id}:v{payment.version}:corrected",
            about=payment.partnership.about,
            partnership_id=payment.partnership_id,
            payment_id=payment.id,
            was_paid_on=was.paid_on,
            was_gross=was.gross,
            was_tax=was.tax,
            note=reason.strip()[:REASON_LENGTH],
        )
    )
    return payment


def payee_of(reading: Reading, payment: Payment) -> str:
    """Return who is to be paid: as the terms have it, else the creator."""
    terms = find_terms(reading, payment.partnership_id)
    return (terms.payee if terms else "") or payment.partnership.creator.name
