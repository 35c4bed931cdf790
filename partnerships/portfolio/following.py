"""A creator's own partnerships, over every organisation that they work with."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.check_ins.tables import CheckIn
from partnerships.core.zones import day_in
from partnerships.creators.tables import Creator
from partnerships.database.work import Reading
from partnerships.deliverables.rules.payments import PaymentState
from partnerships.deliverables.tables import Payment
from partnerships.people.tables import Brand, Product
from partnerships.plans.finding import list_first_days
from partnerships.plans.rules.partnerships import STATE_LABELS, PartnershipState, begins_later
from partnerships.plans.tables import Campaign, Partnership

from .finding import is_own
from .rules.marks import Mark, of_check_in_undated, of_partnership


@dataclass(frozen=True, slots=True)
class OwnPartnership:
    """One partnership as its creator sees it in the list. Amounts are in rupiah, None without a fee."""

    id: int
    org_id: int
    org_name: str
    product: str
    brand: str
    campaign: str
    state: PartnershipState
    anchor_on: date
    begins_on: date | None  # it is agreed, and its first day is still to come
    check_ins: tuple[CheckInState, ...]
    earned_percent: int
    paid_percent: int
    fee: int | None

    @property
    def mark(self) -> Mark:
        """Return the mark of its state."""
        return of_partnership(self.state, self.begins_on)

    @property
    def label(self) -> str:
        """Return the word of its state, to be translated."""
        return STATE_LABELS[self.state]

    @property
    def dots(self) -> list[Mark]:
        """Return its check-ins as marks, in order."""
        return [of_check_in_undated(state) for state in self.check_ins]

    @property
    def answered(self) -> int:
        """Return how many check-ins are answered."""
        return self.check_ins.count(CheckInState.ANSWERED)

    @property
    def earned(self) -> int | None:
        """Return what has been earned so far, paid or not."""
        return None if self.fee is None else self.fee * self.earned_percent // 100

    @property
    def paid(self) -> int | None:
        """Return what has been paid so far."""
        return None if self.fee is None else self.fee * self.paid_percent // 100


def list_own(reading: Reading) -> list[OwnPartnership]:
    """Return the asking creator's partnerships in one organisation, the newest first; drafts are not theirs yet."""
    mine = (
        select(Partnership.id, Partnership.state, Partnership.anchor_on, Partnership.fee, Partnership.zone)
        .add_columns(Partnership.template_key, Partnership.template_version)
        .add_columns(Product.name.label("product"), Brand.name.label("brand"), Campaign.name.label("campaign"))
        .join(Creator, Partnership.creator_id == Creator.id)
        .join(Campaign, Partnership.campaign_id == Campaign.id)
        .join(Product, Campaign.product_id == Product.id)
        .join(Brand, Campaign.brand_id == Brand.id)
        .where(is_own(reading))
        .order_by(Partnership.anchor_on.desc(), Partnership.id.desc())
    )
    rows = reading.session.execute(mine).all()
    ids = [row.id for row in rows]
    states, percents = _check_in_states(reading, ids), _percents(reading, ids)
    begins = _begins(reading, rows)
    return [
        OwnPartnership(
            id=row.id,
            org_id=reading.actor.org_id,
            org_name=reading.actor.org_name,
            product=row.product,
            brand=row.brand,
            campaign=row.campaign,
            state=row.state,
            anchor_on=row.anchor_on,
            begins_on=begins.get(row.id),
            check_ins=tuple(states.get(row.id, ())),
            earned_percent=sum(percents.get((row.id, state), 0) for state in _EARNED),
            paid_percent=percents.get((row.id, PaymentState.PAID), 0),
            fee=row.fee,
        )
        for row in rows
    ]


_EARNED = (PaymentState.EARNED, PaymentState.APPROVED, PaymentState.DISPUTED, PaymentState.PAID)


def _begins(reading: Reading, rows: Sequence[Any]) -> dict[int, date | None]:
    """Return the first day of each whose first day is still to come, by its id."""
    days = list_first_days(reading, {row.id: (row.template_key, row.template_version) for row in rows})
    return {row.id: begins_later(row.state, days.get(row.id), day_in(row.zone, reading.now)) for row in rows}


def _check_in_states(reading: Reading, ids: list[int]) -> dict[int, list[CheckInState]]:
    found: dict[int, list[CheckInState]] = {}
    rows = reading.session.execute(
        select(CheckIn.partnership_id, CheckIn.state)
        .where(CheckIn.partnership_id.in_(ids))
        .order_by(CheckIn.partnership_id, CheckIn.number)
    )
    for partnership_id, state in rows:
        found.setdefault(partnership_id, []).append(state)
    return found


def _percents(reading: Reading, ids: list[int]) -> dict[tuple[int, PaymentState], int]:
    rows = reading.session.execute(
        select(Payment.partnership_id, Payment.state, func.sum(Payment.percent))
        .where(Payment.partnership_id.in_(ids))
        .group_by(Payment.partnership_id, Payment.state)
    )
    return {(partnership_id, state): int(percent) for partnership_id, state, percent in rows}
