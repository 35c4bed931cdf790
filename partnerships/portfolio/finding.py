"""Find the partnerships that a person narrows their view to, and what there is to narrow it by."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import aliased

from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.check_ins.tables import Answer, CheckIn
from partnerships.creators.tables import Creator, Handle
from partnerships.database.work import Reading
from partnerships.deliverables.rules.deliverables import BRAND_OWES, LIVE, DeliverableState
from partnerships.deliverables.tables import Deliverable
from partnerships.people.tables import Brand, Product
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.rules.partnerships import PartnershipState
from partnerships.plans.tables import Campaign, Partnership, Stage, Step
from partnerships.web.urls import row_id

from .rules.marks import AWAITED, TO_POST, Status
from .rules.waits import SOON_DAYS

CHOICES = 60  # brands or campaigns offered as filters

_BEFORE_START = (
    PartnershipState.DRAFT,
    PartnershipState.INVITED,
    PartnershipState.ACCEPTED,
    PartnershipState.PREPARING,
)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What part of the partnerships to show; all of it stands in the address."""

    search: str = ""
    status: Status | None = None
    brand_id: int | None = None
    campaign_id: int | None = None

    @property
    def active(self) -> int:
        """Return how many filters are set."""
        return sum(bool(value) for value in (self.search, self.status, self.brand_id, self.campaign_id))


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a page of rows ends: the next one begins after it."""

    on: date
    id: int

    def __str__(self) -> str:
        return f"{self.on.isoformat()}.{self.id}"

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """Return the place written in an address, or None when it is none."""
        day, _, number = text.partition(".")
        try:
            return cls(date.fromisoformat(day), row_id(number))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to filter by."""

    id: int
    name: str


def offer_brands(reading: Reading) -> list[Choice]:
    """Return the brands to filter by."""
    return [
        Choice(*row)
        for row in reading.session.execute(select(Brand.id, Brand.name).order_by(Brand.name).limit(CHOICES))
    ]


def offer_campaigns(reading: Reading) -> list[Choice]:
    """Return the newest campaigns to filter by."""
    newest = select(Campaign.id, Campaign.name).order_by(Campaign.created_at.desc(), Campaign.id.desc()).limit(CHOICES)
    return [Choice(*row) for row in reading.session.execute(newest)]


def narrowed(statement: Select[*tuple[Any, ...]], narrowing: Narrowing, now: datetime) -> Select[*tuple[Any, ...]]:
    """Join creator, campaign and product to a selection of partnerships, and keep those that match."""
    statement = joined(statement)
    if narrowing.search:
        statement = statement.where(_matches(narrowing.search))
    if narrowing.status:
        statement = statement.where(_stands(narrowing.status, now))
    if narrowing.brand_id:
        statement = statement.where(Campaign.brand_id == narrowing.brand_id)
    if narrowing.campaign_id:
        statement = statement.where(Partnership.campaign_id == narrowing.campaign_id)
    return statement


def joined(statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Join creator, campaign and product to a selection of partnerships."""
    statement = statement.join(Creator, Partnership.creator_id == Creator.id)
    statement = statement.join(Campaign, Partnership.campaign_id == Campaign.id)
    return statement.join(Product, Campaign.product_id == Product.id)


def after_place(statement: Select[*tuple[Any, ...]], after: Place | None) -> Select[*tuple[Any, ...]]:
    """Put a selection of partnerships in the order of the timeline, beginning after a place."""
    if after is not None:
        statement = statement.where(
            or_(
                Partnership.anchor_on < after.on,
                and_(Partnership.anchor_on == after.on, Partnership.id < after.id),
            )
        )
    return statement.order_by(Partnership.anchor_on.desc(), Partnership.id.desc())


def is_own(reading: Reading) -> ColumnElement[bool]:
    """Return the condition, beside its `Creator`, that a partnership is the asking creator's to see."""
    return and_(Creator.account_id == reading.actor.account_id, is_asked())


def is_asked() -> ColumnElement[bool]:
    """Return the condition that the creator of a partnership was asked: it is no draft, and none that was discarded."""
    discarded = and_(Partnership.state == PartnershipState.ENDED_EARLY, Partnership.end_reason.is_(None))
    return and_(Partnership.state != PartnershipState.DRAFT, ~discarded)


def dated() -> Select[*tuple[Any, ...]]:
    """Select check-ins, drafts and posts with their days, to be `narrowed`."""
    return (
        select(Step.id, Step.org_id, Step.due_on, Step.due_by, Step.due_at, Step.done_at, Step.kind, Step.key)
        .add_columns(Step.partnership_id, Step.zone, Partnership.created_at.label("planned_at"))
        .add_columns(Partnership.state.label("partnership_state"), Partnership.anchor_confirmed_at)
        .add_columns(Partnership.template_key, Partnership.template_version)
        .add_columns(Creator.name.label("creator"), Product.name.label("product"), Answer.confirmed_at)
        .add_columns(CheckIn.id.label("check_in_id"), CheckIn.state.label("check_in_state"))
        .add_columns(Deliverable.id.label("deliverable_id"), Deliverable.state.label("deliverable_state"))
        .add_columns(Deliverable.draft_step_id, Deliverable.course, Stage.waits_since)
        .select_from(Step)
        .join(Partnership, Step.partnership_id == Partnership.id)
        .join(Stage, Step.stage_id == Stage.id)
        .outerjoin(CheckIn, CheckIn.step_id == Step.id)
        .outerjoin(Answer, Answer.check_in_id == CheckIn.id)
        .outerjoin(
            Deliverable,
            and_(
                Deliverable.partnership_id == Step.partnership_id,
                Deliverable.key == Step.key,
                Step.kind.in_([StepKind.DRAFT, StepKind.PUBLISH]),
            ),
        )
        .where(Step.kind.in_([StepKind.CHECK_IN, StepKind.DRAFT, StepKind.PUBLISH]))
    )


def is_called_off() -> ColumnElement[bool]:
    """Return the condition, beside what `dated` selects, that nobody waits for a thing any more and it never came."""
    return or_(
        func.coalesce(CheckIn.state.in_([CheckInState.CANCELLED, CheckInState.EXCUSED]), false()),
        func.coalesce(Deliverable.state.in_([DeliverableState.WAIVED, DeliverableState.WITHDRAWN]), false()),
    )


def _matches(search: str) -> ColumnElement[bool]:
    """Match a part of the creator's name or handle, the campaign's name or the product's."""
    wanted = search.removeprefix("@")
    handle = select(Handle.id).where(Handle.creator_id == Creator.id, Handle.name.icontains(wanted, autoescape=True))
    return or_(
        Creator.name.icontains(wanted, autoescape=True),
        Campaign.name.icontains(wanted, autoescape=True),
        Product.name.icontains(wanted, autoescape=True),
        handle.correlate(Creator).exists(),
    )


def _stands(status: Status, now: datetime) -> ColumnElement[bool]:
    """Return the condition that a partnership has something in it that stands so."""
    runs = Partnership.state == PartnershipState.ACTIVE
    soon = now + timedelta(days=SOON_DAYS)
    late = or_(
        CheckIn.state.in_([CheckInState.LATE, CheckInState.MISSED]),
        and_(CheckIn.state == CheckInState.OPEN, Step.due_at < now),
    )
    coming = and_(
        CheckIn.state.in_([CheckInState.OPEN, CheckInState.SCHEDULED]), Step.due_at >= now, Step.due_at <= soon
    )
    is_post = or_(Deliverable.state.in_(TO_POST), Deliverable.draft_step_id.is_(None))
    due_at = case((is_post, _due(Deliverable.publish_step_id)), else_=_due(Deliverable.draft_step_id))
    awaited = and_(Deliverable.state.in_(AWAITED), is_asked_for())
    conditions: dict[Status, ColumnElement[bool]] = {
        Status.OVERDUE: and_(runs, or_(_check_in(late), _content(and_(awaited, due_at < now)))),
        Status.DUE: and_(runs, or_(_check_in(coming), _content(and_(awaited, due_at >= now, due_at <= soon)))),
        Status.OPEN: and_(runs, _check_in(CheckIn.state.in_([CheckInState.OPEN, CheckInState.LATE]))),
        Status.SUBMITTED: _content(Deliverable.state.in_(BRAND_OWES)),
        Status.CHANGES: _content(Deliverable.state == DeliverableState.CHANGES_REQUESTED),
        Status.APPROVED: _content(Deliverable.state == DeliverableState.APPROVED),
        Status.PUBLISHED: _content(Deliverable.state.in_(LIVE)),
        Status.PLANNED: Partnership.state.in_(_BEFORE_START),
        Status.WAIVED: Partnership.state.in_([PartnershipState.DECLINED, PartnershipState.ENDED_EARLY]),
        Status.AT_RISK: and_(runs, Partnership.at_risk_since.is_not(None)),
        Status.NEEDS_PERSON: or_(
            Partnership.state == PartnershipState.ON_HOLD,
            _check_in(CheckIn.waits_for_person()),
        ),
    }
    return conditions[status]


def _check_in(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        select(CheckIn.id)
        .join(Step, CheckIn.step_id == Step.id)
        .where(CheckIn.partnership_id == Partnership.id, condition)
        .correlate(Partnership)
        .exists()
    )


def _content(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    found = select(Deliverable.id).where(Deliverable.partnership_id == Partnership.id, condition)
    return found.correlate(Partnership).exists()


def is_asked_for() -> ColumnElement[bool]:
    """Return the condition that the stage of a deliverable does not wait at its gate."""
    waiting = select(Step.id).join(Stage, Stage.id == Step.stage_id).where(Stage.waits_since.is_not(None))
    return ~waiting.where(Step.id == Deliverable.publish_step_id).correlate(Deliverable).exists()


def _due(step_id: Any) -> Any:
    step = aliased(Step)
    return select(step.due_at).where(step.id == step_id).correlate(Deliverable).scalar_subquery()
