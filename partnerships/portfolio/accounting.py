"""The money of one partnership in words: what each milestone is worth, how it stands, and what may be done about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from partnerships.core.actor import MANAGING, Role
from partnerships.core.zones import day_in
from partnerships.database.work import Reading
from partnerships.deliverables.rules.payments import BY_BUTTON, REASONED, PaymentAction, PaymentState, is_by_hand
from partnerships.deliverables.rules.payments import STATE_LABELS as PAYMENT_LABELS
from partnerships.deliverables.tables import Payment
from partnerships.deliverables.wording import transfer_text
from partnerships.files.tables import StoredFile
from partnerships.web.formats import day_text, language, rupiah
from partnerships.web.words import gettext, say

from .rules.marks import Mark, of_payment
from .telling import Told


@dataclass(frozen=True, slots=True)
class PaymentView:
    """One milestone in words; `actions` are each an action, its label, and whether it needs a reason."""

    id: int
    title: str
    mark: Mark
    word: str
    amount: str
    pay_by: str
    payee: str  # who was paid: like the terms, nothing for reviewers
    paid: str  # how much and when, likewise
    proof: str  # the bank's reference, for whoever looks for it on a statement
    receipt: StoredFile | None  # a picture of it, likewise
    record: str  # the label of the button behind which it is written down, "" for who may not
    actions: list[tuple[str, str, bool]]


def account_for(reading: Reading, told: Told) -> list[PaymentView]:
    """Lay out every milestone, in order, for whoever looks."""
    return [_view(reading, told, payment) for payment in told.payments]


def _view(reading: Reading, told: Told, payment: Payment) -> PaymentView:
    amount, role = payment.amount, reading.actor.role
    late = payment.pay_by is not None and payment.pay_by < day_in(told.partnership.zone, reading.now)
    owed = payment.state in {PaymentState.EARNED, PaymentState.APPROVED}
    is_settled = payment.state in {PaymentState.PAID, PaymentState.DISPUTED}
    actions = payment.actions_for(role) if told.partnership.is_agreed else []
    return PaymentView(
        id=payment.id,
        title=payment.spec.label.in_(language()),
        mark=Mark.OVERDUE if late and owed else of_payment(payment.state),
        word=say(PAYMENT_LABELS[payment.state]),
        amount=f"{payment.percent}%" if amount is None else f"{rupiah(amount)} ({payment.percent}%)",
        pay_by=day_text(payment.pay_by) if payment.pay_by and owed else "",
        payee=payment.payee if is_settled else "",
        paid=transfer_text(payment.transfer) if payment.transfer and is_settled else "",
        proof=payment.proof if is_settled else "",
        receipt=told.proofs.get(payment.id) if is_settled else None,
        record=_record_label(payment, role, [t.action for t in actions]),
        actions=[
            (str(t.action), say(t.label), t.action in REASONED)
            for t in actions
            if t.action in BY_BUTTON and is_by_hand(t.action, role)
        ],
    )


def _record_label(payment: Payment, role: Role, actions: Sequence[PaymentAction]) -> str:
    if PaymentAction.PAY in actions:
        return gettext("Record as paid")
    return gettext("Correct") if payment.state is PaymentState.PAID and role in MANAGING else ""
