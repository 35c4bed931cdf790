"""Draw many partnerships over time: one page of rows, a fixed number of statements, columns instead of entities."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.check_ins.tables import Answer, CheckIn
from partnerships.creators.tables import Creator, Handle
from partnerships.database.work import Reading
from partnerships.deliverables.rules.deliverables import BRAND_OWES, LIVE, DeliverableState
from partnerships.deliverables.tables import Deliverable
from partnerships.people.tables import Brand, Product
from partnerships.plans.rules.partnerships import EndReason, PartnershipState
from partnerships.plans.tables import Campaign, Partnership, Stage, Step
from partnerships.web.urls import row_id

from .rules.marks import AWAITED, TO_POST, Mark, Status, most_urgent, of_check_in, of_deliverable, of_partnership
from .rules.waits import SOON_DAYS

ROWS = 60  # of one load
COUNTED = 1000  # no count goes beyond this
CHOICES = 60  # brands or campaigns offered as filters

_IN_REVIEW = (DeliverableState.SUBMITTED, DeliverableState.IN_REVIEW)
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

    anchor_on: date
    partnership_id: int

    def __str__(self) -> str:
        return f"{self.anchor_on.isoformat()}.{self.partnership_id}"

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """Return the place written in an address, or None when it is none."""
        day, _, number = text.partition(".")
        try:
            return cls(date.fromisoformat(day), row_id(number))
        except ValueError:
            return None


class PointKind(StrEnum):
    """What a mark on the line is."""

    CHECK_IN = "check_in"
    CONTENT = "content"


@dataclass(frozen=True, slots=True)
class Point:
    """One check-in or deliverable on the line."""

    mark: Mark
    on: date
    kind: PointKind
    template_key: str
    key: str
    state: CheckInState | DeliverableState
    is_settled: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """One stage on the line."""

    template_key: str
    key: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One partnership on the timeline."""

    id: int
    creator: str
    product: str
    state: PartnershipState
    end_reason: EndReason | None
    anchor_on: date
    is_estimate: bool
    mark: Mark
    bars: tuple[Bar, ...]
    points: tuple[Point, ...]

    @property
    def done(self) -> int:
        """Return how many points are settled."""
        return sum(point.is_settled for point in self.points)

    @property
    def next(self) -> Point | None:
        """Return the first point that is not settled."""
        return next((point for point in self.points if not point.is_settled), None)


@dataclass(frozen=True, slots=True)
class Chart:
    """A page of rows. `total` counts what matches, up to `COUNTED`."""

    rows: tuple[ChartRow, ...]
    next: Place | None
    total: int


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to filter by."""

    id: int
    name: str


def chart(reading: Reading, narrowing: Narrowing, after: Place | None = None) -> Chart:
    """Return the partnerships that match, the latest anchor first, beginning after a place."""
    found = reading.session.execute(_page(reading, narrowing, after)).all()
    shown = found[:ROWS]
    ids = [row.id for row in shown]
    bars, points = _bars(reading, ids), _points(reading, shown)
    rows = tuple(_row(row, bars[row.id], points[row.id]) for row in shown)
    last = Place(shown[-1].anchor_on, shown[-1].id) if len(found) > ROWS else None
    return Chart(rows, last, _count(reading, narrowing))


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


def _page(reading: Reading, narrowing: Narrowing, after: Place | None) -> Select[*tuple[Any, ...]]:
    statement = _narrowed(
        select(
            Partnership.id,
            Creator.name.label("creator"),
            Product.name.label("product"),
            Partnership.state,
            Partnership.end_reason,
            Partnership.anchor_on,
            Partnership.anchor_confirmed_at,
            Partnership.template_key,
        ),
        narrowing,
        reading.now,
    )
    if after is not None:
        statement = statement.where(
            or_(
                Partnership.anchor_on < after.anchor_on,
                and_(Partnership.anchor_on == after.anchor_on, Partnership.id < after.partnership_id),
            )
        )
    return statement.order_by(Partnership.anchor_on.desc(), Partnership.id.desc()).limit(ROWS + 1)


def _count(reading: Reading, narrowing: Narrowing) -> int:
    matching = _narrowed(select(Partnership.id), narrowing, reading.now).limit(COUNTED).subquery()
    return int(reading.session.scalar(select(func.count()).select_from(matching)) or 0)


def _narrowed(statement: Select[*tuple[Any, ...]], narrowing: Narrowing, now: datetime) -> Select[*tuple[Any, ...]]:
    statement = statement.join(Creator, Partnership.creator_id == Creator.id)
    statement = statement.join(Campaign, Partnership.campaign_id == Campaign.id)
    statement = statement.join(Product, Campaign.product_id == Product.id)
    if narrowing.search:
        statement = statement.where(_matches(narrowing.search))
    if narrowing.status:
        statement = statement.where(_stands(narrowing.status, now))
    if narrowing.brand_id:
        statement = statement.where(Campaign.brand_id == narrowing.brand_id)
    if narrowing.campaign_id:
        statement = statement.where(Partnership.campaign_id == narrowing.campaign_id)
    return statement


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
    awaited = Deliverable.state.in_(AWAITED)
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


def _due(step_id: Any) -> Any:
    step = aliased(Step)
    return select(step.due_at).where(step.id == step_id).correlate(Deliverable).scalar_subquery()


def _bars(reading: Reading, ids: Sequence[int]) -> dict[int, list[Bar]]:
    rows = reading.session.execute(
        select(Stage.partnership_id, Partnership.template_key, Stage.key, Stage.starts_on, Stage.ends_on)
        .join(Partnership, Stage.partnership_id == Partnership.id)
        .where(Stage.partnership_id.in_(ids))
        .order_by(Stage.partnership_id, Stage.position)
    )
    bars: dict[int, list[Bar]] = defaultdict(list)
    for row in rows:
        bars[row.partnership_id].append(Bar(row.template_key, row.key, row.starts_on, row.ends_on))
    return bars


def _points(reading: Reading, shown: Sequence[Any]) -> dict[int, list[Point]]:
    """Return every partnership's check-ins and deliverables by date."""
    about = {row.id: row for row in shown}
    points: dict[int, list[Point]] = defaultdict(list)
    for row in reading.session.execute(_check_in_rows(list(about))):
        points[row.partnership_id].append(_check_in_point(row, about[row.partnership_id], reading.now))
    for row in reading.session.execute(_deliverable_rows(list(about))):
        points[row.partnership_id].append(_deliverable_point(row, about[row.partnership_id], reading.now))
    for line in points.values():
        line.sort(key=lambda point: point.on)
    return points


def _check_in_rows(ids: list[int]) -> Select[*tuple[Any, ...]]:
    return (
        select(CheckIn.partnership_id, CheckIn.key, CheckIn.state, Step.due_on, Step.due_at, Answer.confirmed_at)
        .join(Step, CheckIn.step_id == Step.id)
        .outerjoin(Answer, Answer.check_in_id == CheckIn.id)
        .where(CheckIn.partnership_id.in_(ids))
    )


def _deliverable_rows(ids: list[int]) -> Select[*tuple[Any, ...]]:
    draft, publish = aliased(Step), aliased(Step)
    return (
        select(Deliverable.partnership_id, Deliverable.key, Deliverable.state)
        .add_columns(draft.due_on.label("draft_on"), draft.due_at.label("draft_at"))
        .add_columns(publish.due_on.label("publish_on"), publish.due_at.label("publish_at"))
        .join(publish, Deliverable.publish_step_id == publish.id)
        .outerjoin(draft, Deliverable.draft_step_id == draft.id)
        .where(Deliverable.partnership_id.in_(ids))
    )


def _check_in_point(row: Any, partnership: Any, now: datetime) -> Point:
    mark = of_check_in(
        row.state,
        row.due_at,
        now,
        is_running=partnership.state is PartnershipState.ACTIVE,
        is_confirmed=row.confirmed_at is not None,
    )
    settled = mark in {Mark.APPROVED, Mark.WAIVED} or row.state is CheckInState.MISSED
    return Point(mark, row.due_on, PointKind.CHECK_IN, partnership.template_key, row.key, row.state, settled)


def _deliverable_point(row: Any, partnership: Any, now: datetime) -> Point:
    """Return one mark a deliverable: at its draft's day until that is approved, then at its post's."""
    is_draft = row.draft_on is not None and row.state in {*(AWAITED - TO_POST), *_IN_REVIEW}
    on, due_at = (row.draft_on, row.draft_at) if is_draft else (row.publish_on, row.publish_at)
    mark = of_deliverable(row.state, due_at, now, is_running=partnership.state is PartnershipState.ACTIVE)
    settled = mark in {Mark.PUBLISHED, Mark.WAIVED}
    return Point(mark, on, PointKind.CONTENT, partnership.template_key, row.key, row.state, settled)


def _row(row: Any, bars: list[Bar], points: list[Point]) -> ChartRow:
    running = row.state is PartnershipState.ACTIVE
    open_marks = [point.mark for point in points if not point.is_settled]
    return ChartRow(
        id=row.id,
        creator=row.creator,
        product=row.product,
        state=row.state,
        end_reason=row.end_reason,
        anchor_on=row.anchor_on,
        is_estimate=row.anchor_confirmed_at is None,
        mark=most_urgent(open_marks) if running and open_marks else of_partnership(row.state),
        bars=tuple(bars),
        points=tuple(points),
    )
