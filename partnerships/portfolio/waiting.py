"""Find what waits for the brand and what waits for the creator, as rows of columns: never one query a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased

from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.check_ins.tables import Answer, CheckIn
from partnerships.core.zones import day_in
from partnerships.creators.tables import Creator
from partnerships.database.work import Reading
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.deliverables.rules.payments import PaymentState
from partnerships.deliverables.tables import Deliverable, Payment
from partnerships.people.tables import Brand, Product
from partnerships.plans.rules.partnerships import PartnershipState
from partnerships.plans.tables import Campaign, Partnership, Step

from .rules.marks import AWAITED, TO_POST
from .rules.waits import SOON_DAYS, WaitKind

AWAITED_ROWS = 500  # of what is due, before it is parted into overdue and soon
ROWS = 25  # shown of one list; the count beside it is of all
UNANSWERED = (CheckInState.OPEN, CheckInState.LATE)
OWED = (PaymentState.EARNED, PaymentState.APPROVED, PaymentState.DISPUTED)
BY_STATE = {
    PartnershipState.DRAFT: WaitKind.TO_INVITE,
    PartnershipState.NEGOTIATING: WaitKind.TERMS,
    PartnershipState.ACCEPTED: WaitKind.TO_SEND,
    PartnershipState.ON_HOLD: WaitKind.ON_HOLD,
    PartnershipState.PREPARING: WaitKind.RECEIPT,
    PartnershipState.INVITED: WaitKind.INVITATION,
}
BRAND_MOVES = (PartnershipState.DRAFT, PartnershipState.NEGOTIATING, PartnershipState.ACCEPTED)
CREATOR_MOVES = (PartnershipState.PREPARING, PartnershipState.INVITED)


@dataclass(frozen=True, slots=True)
class Wait:
    """One thing waited for. `on` is when it is due, or since when it waits: a day in the creator's zone."""

    kind: WaitKind
    thing_id: int  # of the check-in, deliverable, payment or partnership
    partnership_id: int
    creator: str
    product: str
    brand: str
    template_key: str
    on: date
    today: date
    org_id: int
    key: str = ""  # of the check-in or deliverable in the template
    number: int = 0
    is_overdue: bool = False
    meaning: str = ""  # of an answer that needs a person

    @property
    def days(self) -> int:
        """Return how many days ago `on` was."""
        return (self.today - self.on).days


@dataclass(frozen=True, slots=True)
class Listing:
    """The first rows of a list, and how long the whole list is."""

    rows: tuple[Wait, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Board:
    """Everything that Today shows."""

    reviews: Listing
    posts: Listing
    persons: Listing
    moves: Listing
    payments: Listing
    overdue: Listing
    soon: Listing
    answers: Listing
    risks: Listing

    @property
    def is_empty(self) -> bool:
        """Say whether nobody waits for anybody."""
        return not any(getattr(self, name).total for name in self.__slots__)


def look_at_today(reading: Reading) -> Board:
    """Return the board; the number of statements does not grow with the number of partnerships."""
    awaited = [*_check_ins(reading), *_deliverables(reading)]
    awaited.sort(key=lambda wait: (wait.on, wait.thing_id))
    overdue = tuple(wait for wait in awaited if wait.is_overdue)
    soon = tuple(wait for wait in awaited if not wait.is_overdue)
    held = _partnerships(reading, Partnership.state == PartnershipState.ON_HOLD)
    persons = _answers(reading, WaitKind.NEEDS_PERSON, CheckIn.needs_person.is_not(None), CheckIn.seen_by.is_(None))
    return Board(
        reviews=_content(reading, (DeliverableState.SUBMITTED, DeliverableState.IN_REVIEW), WaitKind.REVIEW),
        posts=_content(reading, (DeliverableState.PUBLISHED_UNVERIFIED,), WaitKind.CHECK_LIVE),
        persons=Listing((*held.rows, *persons.rows), held.total + persons.total),
        moves=_partnerships(reading, Partnership.state.in_(BRAND_MOVES)),
        payments=_payments(reading),
        overdue=Listing(overdue[:ROWS], len(overdue)),
        soon=Listing(soon[:ROWS], len(soon)),
        answers=_creators_turn(reading),
        risks=_partnerships(
            reading,
            Partnership.at_risk_since.is_not(None),
            Partnership.state == PartnershipState.ACTIVE,
            kind=WaitKind.AT_RISK,
        ),
    )


def look_at_mine(reading: Reading) -> list[Wait]:
    """Return what waits for the creator who asks, the most urgent first."""
    mine = Creator.account_id == reading.actor.account_id
    waits = [
        *_check_ins(reading, mine, CheckIn.state.in_(UNANSWERED)),
        *_deliverables(reading, mine),
        *_partnerships(reading, Partnership.state.in_(CREATOR_MOVES), mine).rows,
        *_answers(reading, WaitKind.CONFIRMATION, Answer.confirmed_at.is_(None), mine).rows,
    ]
    return sorted(waits, key=lambda wait: (not wait.is_overdue, wait.on, wait.thing_id))


def _creators_turn(reading: Reading) -> Listing:
    moves = _partnerships(reading, Partnership.state.in_(CREATOR_MOVES))
    recorded = _answers(reading, WaitKind.CONFIRMATION, Answer.confirmed_at.is_(None))
    return Listing((*moves.rows, *recorded.rows), moves.total + recorded.total)


def _content(reading: Reading, states: Sequence[DeliverableState], kind: WaitKind) -> Listing:
    statement = (
        _with_people(
            select(Deliverable.id.label("thing_id"), Deliverable.key, Deliverable.number)
            .add_columns(Deliverable.waiting_since.label("since"))
            .join(Partnership, Deliverable.partnership_id == Partnership.id)
        )
        .where(Deliverable.state.in_(states))
        .order_by(Deliverable.waiting_since, Deliverable.id)
    )
    return _listing(reading, statement, kind)


def _answers(reading: Reading, kind: WaitKind, *conditions: ColumnElement[bool]) -> Listing:
    statement = (
        _with_people(
            select(CheckIn.id.label("thing_id"), CheckIn.key, CheckIn.number)
            .add_columns(CheckIn.needs_person.label("meaning"), Answer.answered_at.label("since"))
            .join(Answer, Answer.check_in_id == CheckIn.id)
            .join(Partnership, CheckIn.partnership_id == Partnership.id)
        )
        .where(CheckIn.state == CheckInState.ANSWERED, *conditions)
        .order_by(Answer.answered_at, CheckIn.id)
    )
    return _listing(reading, statement, kind)


def _partnerships(reading: Reading, *conditions: ColumnElement[bool], kind: WaitKind | None = None) -> Listing:
    since = Partnership.at_risk_since if kind is WaitKind.AT_RISK else Partnership.moved_at
    statement = (
        _with_people(select(Partnership.id.label("thing_id"), since.label("since"), Partnership.state))
        .add_columns(Partnership.hold_reason)
        .where(*conditions)
        .order_by(since, Partnership.id)
    )
    return _listing(reading, statement, kind)


def _payments(reading: Reading) -> Listing:
    statement = (
        _with_people(
            select(Payment.id.label("thing_id"), Payment.number, Payment.earned_at.label("since"), Payment.pay_by).join(
                Partnership, Payment.partnership_id == Partnership.id
            )
        )
        .where(Payment.state.in_(OWED))
        .order_by(Payment.pay_by, Payment.id)
    )
    return _listing(reading, statement, WaitKind.PAYMENT)


def _check_ins(reading: Reading, *conditions: ColumnElement[bool]) -> list[Wait]:
    """Return check-ins that are open, or open this week."""
    statement = (
        _with_people(
            select(CheckIn.id.label("thing_id"), CheckIn.key, CheckIn.number, CheckIn.state.label("stands"))
            .add_columns(Step.due_on, Step.due_at)
            .join(Step, CheckIn.step_id == Step.id)
            .join(Partnership, CheckIn.partnership_id == Partnership.id)
        )
        .where(
            Partnership.state == PartnershipState.ACTIVE,
            or_(CheckIn.state.in_(UNANSWERED), CheckIn.state == CheckInState.SCHEDULED),
            Step.due_at <= reading.now + timedelta(days=SOON_DAYS),
            *conditions,
        )
        .order_by(Step.due_at, CheckIn.id)
    )
    return [_wait(reading, row, None) for row in reading.session.execute(statement.limit(AWAITED_ROWS))]


def _deliverables(reading: Reading, *conditions: ColumnElement[bool]) -> list[Wait]:
    """Return drafts and posts that are due this week or were due before."""
    draft, publish = aliased(Step), aliased(Step)
    is_post = or_(Deliverable.state.in_(TO_POST), Deliverable.draft_step_id.is_(None))
    until = reading.now + timedelta(days=SOON_DAYS)
    statement = (
        _with_people(
            select(Deliverable.id.label("thing_id"), Deliverable.key, Deliverable.number)
            .add_columns(is_post.label("is_post"))
            .add_columns(draft.due_on.label("draft_on"), draft.due_at.label("draft_at"))
            .add_columns(publish.due_on.label("publish_on"), publish.due_at.label("publish_at"))
            .join(Partnership, Deliverable.partnership_id == Partnership.id)
            .join(publish, Deliverable.publish_step_id == publish.id)
            .outerjoin(draft, Deliverable.draft_step_id == draft.id)
        )
        .where(
            Partnership.state == PartnershipState.ACTIVE,
            Deliverable.state.in_(AWAITED),
            or_(is_post & (publish.due_at <= until), ~is_post & (draft.due_at <= until)),
            *conditions,
        )
        .order_by(publish.due_at, Deliverable.id)
    )
    return [_wait(reading, row, None) for row in reading.session.execute(statement.limit(AWAITED_ROWS))]


def _with_people(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    return (
        statement.add_columns(
            Partnership.id.label("partnership_id"),
            Partnership.org_id,
            Partnership.zone,
            Partnership.template_key,
            Creator.name.label("creator"),
            Product.name.label("product"),
            Brand.name.label("brand"),
        )
        .join(Creator, Partnership.creator_id == Creator.id)
        .join(Campaign, Partnership.campaign_id == Campaign.id)
        .join(Product, Campaign.product_id == Product.id)
        .join(Brand, Campaign.brand_id == Brand.id)
    )


def _listing(reading: Reading, statement: Select[*tuple[Any, ...]], kind: WaitKind | None) -> Listing:
    counted = statement.add_columns(func.count().over().label("total")).limit(ROWS)
    rows = reading.session.execute(counted).all()
    return Listing(tuple(_wait(reading, row, kind) for row in rows), rows[0].total if rows else 0)


def _wait(reading: Reading, row: Any, kind: WaitKind | None) -> Wait:
    """Return the row as a wait; what it says of itself decides the kind where the list does not."""
    facts = row._mapping
    on, due_at = _date(facts)
    today = day_in(facts["zone"], reading.now)
    return Wait(
        kind=kind or _kind(facts),
        thing_id=facts["thing_id"],
        partnership_id=facts["partnership_id"],
        creator=facts["creator"],
        product=facts["product"],
        brand=facts["brand"],
        template_key=facts["template_key"],
        on=on or day_in(facts["zone"], facts.get("since") or reading.now),
        today=today,
        org_id=facts["org_id"],
        key=facts.get("key") or "",
        number=facts.get("number") or 0,
        is_overdue=due_at < reading.now if due_at else on is not None and on < today,
        meaning=facts.get("meaning") or "",
    )


def _date(facts: Any) -> tuple[date | None, datetime | None]:
    """Return the day and the moment at which it is due; neither, when it only waits since a day."""
    if facts.get("is_post"):
        return facts["publish_on"], facts["publish_at"]
    if "draft_on" in facts:
        return facts["draft_on"], facts["draft_at"]
    return facts.get("due_on") or facts.get("pay_by"), facts.get("due_at")


def _kind(facts: Any) -> WaitKind:
    if "is_post" in facts:
        return WaitKind.POST if facts["is_post"] else WaitKind.DRAFT
    if "stands" in facts:
        return WaitKind.CHECK_IN if facts["stands"] in UNANSWERED else WaitKind.COMING
    if facts["hold_reason"] == "reaction":
        return WaitKind.REACTION
    return BY_STATE[facts["state"]]


def load_things(reading: Reading, waits: Sequence[Wait]) -> list[CheckIn | Deliverable]:
    """Return the check-ins and deliverables that `waits` are about, whole, to be worded: two statements."""
    by_kind = {kind: {wait.thing_id for wait in waits if wait.kind is kind} for kind in WaitKind}
    check_ins = select(CheckIn).where(CheckIn.id.in_(by_kind[WaitKind.CHECK_IN]))
    deliverables = select(Deliverable).where(Deliverable.id.in_(by_kind[WaitKind.DRAFT] | by_kind[WaitKind.POST]))
    return [*reading.session.scalars(check_ins), *reading.session.scalars(deliverables)]
