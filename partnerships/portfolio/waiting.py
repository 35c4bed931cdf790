"""Find what waits for the brand and what waits for the creator, as rows of columns: never one query a row."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Label,
    ScalarSelect,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
)

from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.check_ins.tables import Answer, CheckIn
from partnerships.core.zones import day_in
from partnerships.creators.tables import Creator
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Reading
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.deliverables.rules.payments import PaymentState
from partnerships.deliverables.tables import Deliverable, Payment
from partnerships.people.tables import Brand, Product
from partnerships.plans.rules.courses import Course
from partnerships.plans.rules.dates import CLOCKS
from partnerships.plans.rules.gates import NOTICED_AFTER_DAYS
from partnerships.plans.rules.partnerships import OVER, HoldCause, PartnershipState
from partnerships.plans.rules.templates import Template
from partnerships.plans.tables import Campaign, Edition, Partnership, Shipment, Stage, Step, templates_of

from .finding import is_asked_for
from .rules.marks import AWAITED, TO_POST
from .rules.waits import SOON_DAYS, WaitKind

ROWS = 25  # shown of one list; the count beside it is of all
UNANSWERED = (CheckInState.OPEN, CheckInState.LATE)
COMING = (*UNANSWERED, CheckInState.SCHEDULED)
OWED = (PaymentState.EARNED, PaymentState.APPROVED, PaymentState.DISPUTED)
BY_STATE = {
    PartnershipState.DRAFT: WaitKind.TO_INVITE,
    PartnershipState.NEGOTIATING: WaitKind.TERMS,
    PartnershipState.ACCEPTED: WaitKind.TO_SEND,
    PartnershipState.ON_HOLD: WaitKind.ON_HOLD,
    PartnershipState.PREPARING: WaitKind.RECEIPT,
    PartnershipState.INVITED: WaitKind.INVITATION,
}
BY_STANDING: Mapping[CheckInState | PaymentState, WaitKind] = {
    CheckInState.SCHEDULED: WaitKind.COMING,
    CheckInState.OPEN: WaitKind.CHECK_IN,
    CheckInState.LATE: WaitKind.CHECK_IN,
    CheckInState.MISSED: WaitKind.MISSED,
    PaymentState.EARNED: WaitKind.PAYMENT,
    PaymentState.APPROVED: WaitKind.PAYMENT,
    PaymentState.DISPUTED: WaitKind.DISPUTED,
}
BRAND_MOVES = (PartnershipState.DRAFT, PartnershipState.NEGOTIATING, PartnershipState.ACCEPTED)
# What is left to the creator is never waited for, and a task is a matter of the team.
CREATORS = (Course.POST, Course.CLIPS)
TEAMS = (*CREATORS, Course.TASK)
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
    template: Template
    on: date
    today: date
    org_id: int
    key: str = ""  # of the check-in or deliverable in the template
    number: int = 0
    is_overdue: bool = False
    meaning: str = ""  # of an answer that needs a person
    by: time | None = None  # on `on`, where it is due at a time of that day

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
    missed: Listing
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
    held = _partnerships(reading, Partnership.state == PartnershipState.ON_HOLD)
    persons = _answers(reading, WaitKind.NEEDS_PERSON, CheckIn.waits_for_person())
    return Board(
        reviews=_content(
            reading,
            (DeliverableState.SUBMITTED, DeliverableState.IN_REVIEW),
            WaitKind.REVIEW,
            Partnership.state != PartnershipState.ON_HOLD,  # nobody decides then
        ),
        posts=_content(reading, (DeliverableState.PUBLISHED_UNVERIFIED,), WaitKind.CHECK_LIVE),
        persons=_together(held, persons),
        moves=_brands_turn(reading),
        payments=_payments(reading),
        missed=_check_ins(reading, CheckIn.state == CheckInState.MISSED),
        overdue=_by_day(
            _check_ins(reading, CheckIn.state.in_(COMING), Step.due_at < reading.now),
            _deliverables(reading, TEAMS, Step.due_at < reading.now),
        ),
        soon=_by_day(
            _check_ins(reading, CheckIn.state.in_(COMING), Step.due_at >= reading.now),
            _deliverables(reading, TEAMS, Step.due_at >= reading.now),
        ),
        answers=_creators_turn(reading),
        risks=_risks(reading),
    )


def look_at_mine(reading: Reading) -> list[Wait]:
    """Return what waits for the creator who asks, the most urgent first."""
    selves = select(Creator.id).where(Creator.account_id == reading.actor.account_id)
    mine = Partnership.creator_id.in_(selves)
    waits = [
        *_check_ins(reading, mine, CheckIn.state.in_(UNANSWERED)).rows,
        *_deliverables(reading, CREATORS, mine).rows,
        *_partnerships(reading, Partnership.state.in_(CREATOR_MOVES), mine).rows,
        *_answers(reading, WaitKind.CONFIRMATION, Answer.confirmed_at.is_(None), mine).rows,
    ]
    return sorted(waits, key=lambda wait: (not wait.is_overdue, wait.on, wait.thing_id))


def _brands_turn(reading: Reading) -> Listing:
    """Return the partnerships that the brand moves next: also those whose last parcel came damaged or not at all."""
    is_troubled = and_(Shipment.partnership_id == Partnership.id, Shipment.troubles_brand())
    statement = (
        select(Partnership.id.label("thing_id"), Partnership.state, Partnership.hold_cause, _clock())
        .add_columns(Shipment.damaged_at, Shipment.missing_at)
        .add_columns(func.coalesce(Shipment.damaged_at, Shipment.missing_at, Partnership.moved_at).label("since"))
        .outerjoin(Shipment, is_troubled)
        .where(or_(Partnership.state.in_(BRAND_MOVES), Shipment.id.is_not(None)), Partnership.state.not_in(OVER))
    )
    return _listing(reading, statement, None)


def _creators_turn(reading: Reading) -> Listing:
    troubled = select(Shipment.partnership_id).where(Shipment.troubles_brand())
    moves = _partnerships(reading, Partnership.state.in_(CREATOR_MOVES), Partnership.id.not_in(troubled))
    recorded = _answers(reading, WaitKind.CONFIRMATION, Answer.confirmed_at.is_(None))
    return _together(moves, recorded)


def _together(*listings: Listing) -> Listing:
    """Return one list after the other."""
    rows = tuple(wait for listing in listings for wait in listing.rows)
    return Listing(rows, sum(listing.total for listing in listings))


def _by_day(*listings: Listing) -> Listing:
    """Return the first rows of several lists as one list, the oldest day first."""
    whole = _together(*listings)
    return Listing(tuple(sorted(whole.rows, key=lambda wait: (wait.on, wait.thing_id))[:ROWS]), whole.total)


def _content(
    reading: Reading, states: Sequence[DeliverableState], kind: WaitKind, *conditions: ColumnElement[bool]
) -> Listing:
    statement = (
        select(Deliverable.id.label("thing_id"), Deliverable.key, Deliverable.number)
        .add_columns(Deliverable.waiting_since.label("since"))
        .join(Partnership, Deliverable.partnership_id == Partnership.id)
        .where(Deliverable.state.in_(states), *conditions)
    )
    return _listing(reading, statement, kind)


def _answers(reading: Reading, kind: WaitKind, *conditions: ColumnElement[bool]) -> Listing:
    statement = (
        select(CheckIn.id.label("thing_id"), CheckIn.key, CheckIn.number)
        .add_columns(CheckIn.needs_person.label("meaning"), Answer.answered_at.label("since"))
        .join(Answer, Answer.check_in_id == CheckIn.id)
        .join(Partnership, CheckIn.partnership_id == Partnership.id)
        .where(CheckIn.state == CheckInState.ANSWERED, *conditions)
    )
    return _listing(reading, statement, kind)


def _partnerships(reading: Reading, *conditions: ColumnElement[bool]) -> Listing:
    statement = select(
        Partnership.id.label("thing_id"),
        Partnership.moved_at.label("since"),
        Partnership.state,
        Partnership.hold_cause,
        _clock(),
    ).where(*conditions)
    return _listing(reading, statement, None)


def _risks(reading: Reading) -> Listing:
    """Return what is overdue by a week, and which stages have waited at their gates for days: first of all those."""
    noticed = reading.now - timedelta(days=NOTICED_AFTER_DAYS)
    has_waited = and_(Stage.partnership_id == Partnership.id, Stage.waits_since <= noticed)
    statement = (
        select(Partnership.id.label("thing_id"), Stage.key, Stage.waits_since)
        .add_columns(func.coalesce(Stage.waits_since, Partnership.at_risk_since).label("since"))
        .outerjoin(Stage, has_waited)
        .where(or_(Partnership.at_risk_since.is_not(None), Stage.id.is_not(None)))
    )
    return _listing(reading, statement.where(Partnership.state == PartnershipState.ACTIVE), WaitKind.AT_RISK)


def _clock() -> Label[datetime]:
    """Return until when the clock lets whoever moves next before day 0 take their time."""
    running = select(Step.due_at).where(
        Step.partnership_id == Partnership.id, Step.kind.in_(CLOCKS), Step.done_at.is_(None)
    )
    return running.scalar_subquery().label("until")


def _payments(reading: Reading) -> Listing:
    is_disputed = Payment.state == PaymentState.DISPUTED
    statement = (
        select(Payment.id.label("thing_id"), Payment.number, Payment.state.label("stands"), Payment.pay_by)
        .add_columns(case((is_disputed, null()), else_=Payment.pay_by).label("owed_by"))
        .add_columns(func.coalesce(_disputed_at(), Payment.earned_at).label("since"))
        .join(Partnership, Payment.partnership_id == Partnership.id)
        .where(Payment.state.in_(OWED))
    )
    return _listing(reading, statement, None, by="pay_by")


def _disputed_at() -> ScalarSelect[datetime]:
    """Return since when a payment has been disputed: its newest move is told under its version."""
    key = literal("payment:") + cast(Payment.id, String) + ":v" + cast(Payment.version, String) + ":disputed"
    return select(HistoryEntry.at).where(HistoryEntry.key == key).correlate(Payment).scalar_subquery()


def _check_ins(reading: Reading, *conditions: ColumnElement[bool]) -> Listing:
    """Return check-ins whose day has passed or comes this week."""
    statement = (
        select(CheckIn.id.label("thing_id"), CheckIn.key, CheckIn.number, CheckIn.state.label("stands"))
        .add_columns(Step.due_on, Step.due_by, Step.due_at)
        .join(Step, CheckIn.step_id == Step.id)
        .join(Partnership, CheckIn.partnership_id == Partnership.id)
        .where(*_runs_until_soon(reading), *conditions)
    )
    return _listing(reading, statement, None, by="due_at")


def _deliverables(reading: Reading, courses: Collection[Course], *conditions: ColumnElement[bool]) -> Listing:
    """Return drafts, posts and tasks whose day has passed or comes this week; each has one step that counts now."""
    is_post = or_(Deliverable.state.in_(TO_POST), Deliverable.draft_step_id.is_(None))
    step_id = case((is_post, Deliverable.publish_step_id), else_=Deliverable.draft_step_id)
    statement = (
        select(Deliverable.id.label("thing_id"), Deliverable.key, Deliverable.number, is_post.label("is_post"))
        .add_columns(Deliverable.course, Step.due_on, Step.due_by, Step.due_at)
        .join(Step, Step.id == step_id)
        .join(Partnership, Deliverable.partnership_id == Partnership.id)
        .where(*_runs_until_soon(reading), Deliverable.state.in_(AWAITED), Deliverable.course.in_(courses))
        .where(is_asked_for(), *conditions)
    )
    return _listing(reading, statement, None, by="due_at")


def _runs_until_soon(reading: Reading) -> tuple[ColumnElement[bool], ...]:
    soon = reading.now + timedelta(days=SOON_DAYS)
    return Partnership.state == PartnershipState.ACTIVE, Step.due_at <= soon


def _listing(
    reading: Reading, statement: Select[*tuple[Any, ...]], kind: WaitKind | None, *, by: str = "since"
) -> Listing:
    """Return the first rows by the column called `by`. Only they meet the people in them; the count is of all."""
    counted = statement.add_columns(Partnership.id.label("partnership_id"), func.count().over().label("total"))
    first = counted.order_by(by, "thing_id").limit(ROWS).subquery()
    rows = reading.session.execute(_with_people(first).order_by(first.c[by], first.c.thing_id)).all()
    templates = templates_of(reading.session, ((row.template_key, row.template_version) for row in rows))
    return Listing(tuple(_wait(reading, row, templates, kind) for row in rows), rows[0].total if rows else 0)


def _with_people(first: Subquery) -> Select[*tuple[Any, ...]]:
    return (
        select(first, Partnership.org_id, Partnership.zone, Partnership.template_key, Partnership.template_version)
        .add_columns(Creator.name.label("creator"), Product.name.label("product"), Brand.name.label("brand"))
        .join_from(first, Partnership, first.c.partnership_id == Partnership.id)
        .join(Creator, Partnership.creator_id == Creator.id)
        .join(Campaign, Partnership.campaign_id == Campaign.id)
        .join(Product, Campaign.product_id == Product.id)
        .join(Brand, Campaign.brand_id == Brand.id)
    )


def _wait(reading: Reading, row: Any, templates: Mapping[Edition, Template], kind: WaitKind | None) -> Wait:
    """Return the row as a wait; what it says of itself decides the kind where the list does not."""
    facts = row._mapping
    on, due_at = facts.get("due_on") or facts.get("owed_by"), facts.get("due_at") or facts.get("until")
    today = day_in(facts["zone"], reading.now)
    return Wait(
        kind=WaitKind.GATE if facts.get("waits_since") else kind or _kind(facts),
        thing_id=facts["thing_id"],
        partnership_id=facts["partnership_id"],
        creator=facts["creator"],
        product=facts["product"],
        brand=facts["brand"],
        template=templates[facts["template_key"], facts["template_version"]],
        on=on or day_in(facts["zone"], facts.get("since") or reading.now),
        today=today,
        org_id=facts["org_id"],
        key=facts.get("key") or "",
        number=facts.get("number") or 0,
        is_overdue=due_at < reading.now if due_at else on is not None and on < today,
        meaning=facts.get("meaning") or "",
        by=facts.get("due_by"),
    )


def _kind(facts: Any) -> WaitKind:
    if "is_post" in facts:
        is_task = facts["course"] is Course.TASK
        return WaitKind.TASK if is_task else WaitKind.POST if facts["is_post"] else WaitKind.DRAFT
    if facts.get("damaged_at"):
        return WaitKind.TO_REPLACE
    if facts.get("missing_at"):
        return WaitKind.PARCEL_MISSING
    if "stands" in facts:
        return BY_STANDING[facts["stands"]]
    if facts["hold_cause"] is HoldCause.REACTION:
        return WaitKind.REACTION
    return BY_STATE[facts["state"]]


def load_things(reading: Reading, waits: Sequence[Wait]) -> list[CheckIn | Deliverable]:
    """Return the check-ins and deliverables that `waits` are about, whole, to be worded: two statements."""
    by_kind = {kind: {wait.thing_id for wait in waits if wait.kind is kind} for kind in WaitKind}
    check_ins = select(CheckIn).where(CheckIn.id.in_(by_kind[WaitKind.CHECK_IN]))
    deliverables = select(Deliverable).where(Deliverable.id.in_(by_kind[WaitKind.DRAFT] | by_kind[WaitKind.POST]))
    return [*reading.session.scalars(check_ins), *reading.session.scalars(deliverables)]
