"""What waits for the brand: how it is asked for a decision or a payment, and whether these still wait."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from partnerships.core.actor import Role
from partnerships.core.zones import day_in
from partnerships.database.work import Reading, Work
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.deliverables.rules.payments import OWED
from partnerships.deliverables.tables import Deliverable, Payment
from partnerships.mail.tables import OutboxMail
from partnerships.people.tables import Account, Membership
from partnerships.plans.rules.partnerships import PartnershipState
from partnerships.plans.tables import quiet_days_of

from .mails import Message, Reminder, both, person
from .rules.brand import payment_look, review_look
from .rules.ladder import Rung, Side, Stair, keeps_until

REVIEWABLE = frozenset({DeliverableState.SUBMITTED, DeliverableState.IN_REVIEW})
REVIEW, PAYMENT = "review", "payment"


def urge_review(
    work: Work, deliverable: Deliverable, reviewing: Callable[[], Sequence[Account]]
) -> tuple[Sequence[Reminder], datetime | None]:
    """Return how those who review, then the owner, are reminded of a draft that waits; and when to look again.

    Who has been told once is not told twice: the keys of these mails name the day since which it waits. `reviewing`
    returns who reviews here.
    """
    partnership, since = deliverable.partnership, deliverable.waiting_since or work.now
    zone = partnership.manager.brand_zone
    look = review_look(since, zone, work.now, days=quiet_days_of(work.session))
    if look.rung is None:
        return [], look.next_action_at
    waiting_on = day_in(zone, since).isoformat()
    message = Message(
        template="review_waits" if look.rung.rung is Rung.DUE else "review_waits_long",
        key=f"{deliverable.about}:review:{waiting_on}:{look.rung.rung}",
        about=deliverable.about,
        context={
            "waits_for": REVIEW,
            "due_on": waiting_on,
            "rung": str(look.rung.rung),
            "title": both(deliverable.spec.title),
        },
        path=f"/review/{deliverable.id}",
    )
    people = {account.id: account for account in (person(work, partnership, side) for side in _in_order(look.rung))}
    if look.rung.rung is Rung.DUE:
        people |= {account.id: account for account in reviewing()}
    expires_at = keeps_until(look, work.now)
    return [Reminder(partnership, account, message, expires_at) for account in people.values()], look.next_action_at


def urge_payment(work: Work, payment: Payment) -> Sequence[Reminder]:
    """Return how those who pay are reminded of a milestone that is owed, and set when it is looked at again."""
    partnership = payment.partnership
    if payment.pay_by is None:
        payment.next_action_at = None
        return []
    look = payment_look(payment.pay_by, partnership.zone, work.now, payment.rung, days=quiet_days_of(work.session))
    payment.next_action_at = look.next_action_at
    if look.rung is None:
        return []
    payment.rung = look.rung.rung
    message = Message(
        template="payment_waits_long" if look.rung.rung is Rung.OWNER else "payment_waits",
        key=f"payment:{payment.id}:{payment.pay_by.isoformat()}:{look.rung.rung}",
        about=f"payment:{payment.id}",
        context={
            "waits_for": PAYMENT,
            "due_on": payment.pay_by.isoformat(),
            "rung": str(look.rung.rung),
            "title": both(payment.spec.label),
        },
        path=f"/partnerships/{partnership.id}#payments",
    )
    people = {account.id: account for account in (person(work, partnership, side) for side in _in_order(look.rung))}
    expires_at = keeps_until(look, work.now)
    return [Reminder(partnership, account, message, expires_at) for account in people.values()]


def reviewers(work: Reading) -> list[Account]:
    """Return everybody who reviews in this organisation and is not away, unless all of them are."""
    reviewing = select(Membership).where(Membership.role == Role.REVIEWER, Membership.ended_at.is_(None))
    members = work.session.scalars(reviewing.order_by(Membership.id)).all()
    present = [member for member in members if not member.is_away(work.now)]
    return [member.account for member in present or members]


def _in_order(stair: Stair) -> list[Side]:
    return [side for side in Side if side in stair.sides]


def _review_waits(reading: Reading, mail: OutboxMail) -> bool:
    deliverable = reading.get(Deliverable, int(mail.about.partition(":")[2]))
    if deliverable.state not in REVIEWABLE or deliverable.waiting_since is None:
        return False
    since = day_in(deliverable.partnership.manager.brand_zone, deliverable.waiting_since)
    return deliverable.partnership.is_running and since.isoformat() == mail.context["due_on"]


def _payment_waits(reading: Reading, mail: OutboxMail) -> bool:
    payment = reading.get(Payment, int(mail.about.partition(":")[2]))
    if payment.state not in OWED or payment.pay_by is None:
        return False
    is_held = payment.partnership.state is PartnershipState.ON_HOLD
    return not is_held and payment.pay_by.isoformat() == mail.context["due_on"]


OF_BRANDS: Mapping[str, Callable[[Reading, OutboxMail], bool]] = {REVIEW: _review_waits, PAYMENT: _payment_waits}
