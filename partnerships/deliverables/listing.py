"""Milestones of every partnership, narrowed by what is to be done about them."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import contains_eager

from partnerships.core.words import N_
from partnerships.database.work import Reading
from partnerships.plans.rules.partnerships import UNAGREED
from partnerships.plans.tables import Partnership

from .rules.payments import OWED, PaymentState
from .tables import Payment


class Filter(StrEnum):
    """What may be asked for; stands in addresses."""

    OWED = "owed"
    DISPUTED = "disputed"
    PAID = "paid"
    PLANNED = "planned"


FILTER_LABELS = {
    Filter.OWED: N_("To be paid"),
    Filter.DISPUTED: N_("Disputed"),
    Filter.PAID: N_("Paid"),
    Filter.PLANNED: N_("Not earned yet"),
}
_STATES: Mapping[Filter, frozenset[PaymentState]] = {
    Filter.OWED: OWED,
    Filter.DISPUTED: frozenset({PaymentState.DISPUTED}),
    Filter.PAID: frozenset({PaymentState.PAID}),
    Filter.PLANNED: frozenset({PaymentState.PLANNED}),
}


def list_payments(reading: Reading, chosen: Filter, *, limit: int | None = None, offset: int = 0) -> Sequence[Payment]:
    """Return the milestones of agreed partnerships with what a row tells: the first to be paid first, the last paid."""
    in_order = (Payment.paid_on.desc(), Payment.id) if chosen is Filter.PAID else (Payment.pay_by, Payment.id)
    statement = _narrowed(select(Payment), chosen).options(contains_eager(Payment.partnership)).order_by(*in_order)
    return reading.session.scalars(statement.limit(limit).offset(offset)).all()


def count_payments(reading: Reading, chosen: Filter) -> int:
    """Return how many there are."""
    counted: int = reading.session.scalars(_narrowed(select(func.count(Payment.id)), chosen)).one()
    return counted


def _narrowed(statement: Select[Any], chosen: Filter) -> Select[Any]:
    return statement.join(Partnership, Payment.partnership_id == Partnership.id).where(
        Payment.state.in_(_STATES[chosen]), Partnership.state.not_in(UNAGREED)
    )
