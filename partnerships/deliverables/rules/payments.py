"""The life of a payment milestone. Money moves elsewhere; here stands what has been earned, by which fact, and when."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from partnerships.core.actor import MANAGING, Role
from partnerships.core.machine import Machine, Transition, some
from partnerships.core.words import N_
from partnerships.core.zones import day_in
from partnerships.plans.rules.templates import Fact, PaymentSpec, Template

PAY_WITHIN_DAYS = 14


class PaymentState(StrEnum):
    """Stored in the database: rename only with a migration."""

    PLANNED = "planned"
    EARNED = "earned"
    APPROVED = "approved"
    PAID = "paid"
    DISPUTED = "disputed"
    WAIVED = "waived"


class PaymentAction(StrEnum):
    """What facts and people do to a milestone."""

    EARN = "earn"
    APPROVE = "approve"
    PAY = "pay"
    DISPUTE = "dispute"
    SETTLE = "settle"
    WAIVE = "waive"


STATE_LABELS = {
    PaymentState.PLANNED: N_("Not earned yet"),
    PaymentState.EARNED: N_("Earned"),
    PaymentState.APPROVED: N_("Approved for payment"),
    PaymentState.PAID: N_("Paid"),
    PaymentState.DISPUTED: N_("Disputed"),
    PaymentState.WAIVED: N_("Waived"),
}

_S, _A = PaymentState, PaymentAction
_ANYONE = MANAGING | {Role.CREATOR, Role.SYSTEM, Role.REVIEWER}  # whoever brings the fact about

PAYABLE = some(_S.APPROVED, _S.DISPUTED)

PAYMENT: Machine[PaymentState, PaymentAction] = Machine(
    "payment",
    Transition(_A.EARN, some(_S.PLANNED), _S.EARNED, _ANYONE, N_("Mark as earned")),
    Transition(_A.APPROVE, some(_S.EARNED), _S.APPROVED, MANAGING, N_("Approve payment")),
    Transition(_A.PAY, PAYABLE, _S.PAID, MANAGING, N_("Record as paid")),
    Transition(
        _A.DISPUTE, some(_S.EARNED, _S.APPROVED, _S.PAID), _S.DISPUTED, MANAGING | {Role.CREATOR}, N_("Dispute")
    ),
    Transition(_A.SETTLE, some(_S.DISPUTED), _S.APPROVED, MANAGING, N_("Settle: still to be paid")),
    Transition(_A.WAIVE, some(_S.PLANNED), _S.WAIVED, MANAGING | {Role.SYSTEM, Role.CREATOR}, N_("Waive")),
)

MARKS = {
    _S.PLANNED: "planned",
    _S.EARNED: "due",
    _S.APPROVED: "submitted",
    _S.PAID: "published",
    _S.DISPUTED: "changes",
    _S.WAIVED: "waived",
}
OWED = frozenset({_S.EARNED, _S.APPROVED})  # by the brand, and not in dispute
BY_BUTTON = tuple(action for action in _A if action is not _A.PAY)  # paying needs facts: it has a page of its own
REASONED = frozenset({_A.EARN, _A.DISPUTE, _A.WAIVE})  # nobody does these without saying why


def is_by_hand(action: PaymentAction, role: Role) -> bool:
    """Say whether `role` may press a button for it.

    Facts earn; a manager may too, when the fact was excused or waived. Only the end of all waives for a creator.
    """
    if action is _A.EARN:
        return role in MANAGING
    return not (action is _A.WAIVE and role is Role.CREATOR)


def pay_by(earned_at: datetime, zone: str) -> date:
    """Return the last day on which what was earned at this moment is to be paid, where the creator lives."""
    return day_in(zone, earned_at) + timedelta(days=PAY_WITHIN_DAYS)


def share(fee: int, percents: Sequence[int], number: int) -> int:
    """Return what milestone `number`, from 1, is worth in rupiah: all of them together are the fee, to the last one."""
    before = sum(percents[: number - 1])
    return fee * (before + percents[number - 1]) // 100 - fee * before // 100


def released(template: Template, fact: Fact, key: str, *, at_once: bool = True) -> list[int]:
    """Return the numbers of the milestones that this fact about the thing called `key` releases.

    `at_once` False: those that it releases only after some days.
    """
    return [
        number for number, payment in template.payments_for(fact, key) if (payment.released_by.days == 0) is at_once
    ]


def waits_for_post(spec: PaymentSpec, public: Collection[str]) -> bool:
    """Say whether the milestone waits for a post that is among those `public` already, by their keys."""
    return spec.released_by.fact is Fact.LIVE_VERIFIED and spec.released_by.key in public


def covering(template: Template, stage: str, planned: Sequence[int]) -> int | None:
    """Return which of the `planned` milestones pays for the work of `stage`, None when all of it has been earned.

    A milestone pays for everything up to the stage of the fact that releases it, so it is the first one at or after.
    """
    order = [spec.key for spec in template.stages]
    at = order.index(stage)
    for number in sorted(planned):
        if order.index(_stage_of(template, number)) >= at:
            return number
    return None


def _stage_of(template: Template, number: int) -> str:
    release = template.payments[number - 1].released_by
    if release.fact is Fact.STAGE_CLOSED:
        return release.key
    if release.fact is Fact.PRODUCT_RECEIVED:
        return template.stages[0].key
    if release.fact is not Fact.CHECK_IN_ANSWERED:
        return template.deliverable(release.key).stage
    stage = template.stage_on(template.check_in(release.key).day)
    return stage.key if stage else template.stages[-1].key
