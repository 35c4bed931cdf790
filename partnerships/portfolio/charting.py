"""Draw many partnerships over time: one page of rows, a fixed number of statements, columns instead of entities."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.check_ins.tables import Answer, CheckIn
from partnerships.core.zones import day_in
from partnerships.creators.tables import Creator
from partnerships.database.work import Reading
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.deliverables.tables import Deliverable
from partnerships.people.tables import Product
from partnerships.plans.rules.partnerships import EndReason, PartnershipState, begins_later
from partnerships.plans.rules.stages import shown_days
from partnerships.plans.rules.templates import Template, Text
from partnerships.plans.tables import Partnership, Stage, Step, templates_of

from .finding import Narrowing, Place, after_place, narrowed
from .rules.marks import UNAPPROVED, Mark, most_urgent, of_check_in, of_deliverable, of_partnership

ROWS = 60  # of one load
COUNTED = 1000  # no count goes beyond this


@dataclass(frozen=True, slots=True)
class Point:
    """One check-in or deliverable on the line."""

    mark: Mark
    on: date
    title: Text
    state: CheckInState | DeliverableState
    is_settled: bool


@dataclass(frozen=True, slots=True)
class Bar:
    """One stage on the line."""

    key: str
    title: Text
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
    begins_on: date | None  # it is agreed, and its first day is still to come
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


def chart(reading: Reading, narrowing: Narrowing, after: Place | None = None) -> Chart:
    """Return the partnerships that match, the latest anchor first, beginning after a place."""
    found = reading.session.execute(_page(reading, narrowing, after)).all()
    shown = found[:ROWS]
    templates = templates_of(reading.session, ((row.template_key, row.template_version) for row in shown))
    plans = {row.id: _Plan(row, templates[row.template_key, row.template_version]) for row in shown}
    bars, points = _bars(reading, plans), _points(reading, plans)
    rows = tuple(_row(plan, bars.get(id_, []), points[id_], reading.now) for id_, plan in plans.items())
    last = Place(shown[-1].anchor_on, shown[-1].id) if len(found) > ROWS else None
    return Chart(rows, last, _count(reading, narrowing))


def _page(reading: Reading, narrowing: Narrowing, after: Place | None) -> Select[*tuple[Any, ...]]:
    statement = narrowed(
        select(
            Partnership.id,
            Creator.name.label("creator"),
            Product.name.label("product"),
            Partnership.state,
            Partnership.end_reason,
            Partnership.anchor_on,
            Partnership.anchor_confirmed_at,
            Partnership.zone,
            Partnership.template_key,
            Partnership.template_version,
        ),
        narrowing,
        reading.now,
    )
    return after_place(statement, after).limit(ROWS + 1)


def _count(reading: Reading, narrowing: Narrowing) -> int:
    matching = narrowed(select(Partnership.id), narrowing, reading.now).limit(COUNTED).subquery()
    return int(reading.session.scalar(select(func.count()).select_from(matching)) or 0)


@dataclass(frozen=True, slots=True)
class _Plan:
    """A partnership of the page, and the template that its things have their names from."""

    row: Any
    template: Template


def _bars(reading: Reading, plans: Mapping[int, _Plan]) -> Mapping[int, list[Bar]]:
    rows = reading.session.execute(
        select(Stage.partnership_id, Stage.key, Stage.starts_on, Stage.ends_on, Stage.state)
        .where(Stage.partnership_id.in_(plans))
        .order_by(Stage.partnership_id, Stage.position)
    )
    return {
        partnership_id: [
            Bar(key, plans[partnership_id].template.stage(key).title, first, last)
            for key, (first, last) in shown_days(list(stages)).items()
        ]
        for partnership_id, stages in groupby(rows, key=attrgetter("partnership_id"))
    }


def _points(reading: Reading, plans: Mapping[int, _Plan]) -> dict[int, list[Point]]:
    """Return every partnership's check-ins and deliverables by date."""
    points: dict[int, list[Point]] = defaultdict(list)
    for row in reading.session.execute(_check_in_rows(list(plans))):
        points[row.partnership_id].append(_check_in_point(row, plans[row.partnership_id], reading.now))
    for row in reading.session.execute(_deliverable_rows(list(plans))):
        points[row.partnership_id].append(_deliverable_point(row, plans[row.partnership_id], reading.now))
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
        .add_columns(Stage.waits_since)
        .join(publish, Deliverable.publish_step_id == publish.id)
        .join(Stage, publish.stage_id == Stage.id)
        .outerjoin(draft, Deliverable.draft_step_id == draft.id)
        .where(Deliverable.partnership_id.in_(ids))
    )


def _check_in_point(row: Any, plan: _Plan, now: datetime) -> Point:
    mark = of_check_in(
        row.state,
        row.due_at,
        now,
        is_running=plan.row.state is PartnershipState.ACTIVE,
        is_confirmed=row.confirmed_at is not None,
    )
    settled = mark in {Mark.APPROVED, Mark.WAIVED} or row.state is CheckInState.MISSED
    return Point(mark, row.due_on, plan.template.check_in(row.key).title, row.state, settled)


def _deliverable_point(row: Any, plan: _Plan, now: datetime) -> Point:
    """Return one mark a deliverable: at its draft's day until that is approved, then at its post's."""
    is_draft = row.draft_on is not None and row.state in UNAPPROVED
    on, due_at = (row.draft_on, row.draft_at) if is_draft else (row.publish_on, row.publish_at)
    is_asked_for = plan.row.state is PartnershipState.ACTIVE and row.waits_since is None
    mark = of_deliverable(row.state, due_at, now, is_running=is_asked_for)
    settled = mark in {Mark.PUBLISHED, Mark.WAIVED}
    return Point(mark, on, plan.template.deliverable(row.key).title, row.state, settled)


def _row(plan: _Plan, bars: list[Bar], points: list[Point], now: datetime) -> ChartRow:
    row, running = plan.row, plan.row.state is PartnershipState.ACTIVE
    starts_on = next((bar.starts_on for bar in bars if bar.key == plan.template.starts_with), None)
    begins_on = begins_later(row.state, starts_on, day_in(row.zone, now))
    open_marks = [point.mark for point in points if not point.is_settled]
    return ChartRow(
        id=row.id,
        creator=row.creator,
        product=row.product,
        state=row.state,
        end_reason=row.end_reason,
        anchor_on=row.anchor_on,
        is_estimate=row.anchor_confirmed_at is None,
        begins_on=begins_on,
        mark=most_urgent(open_marks) if running and open_marks else of_partnership(row.state, begins_on),
        bars=tuple(bars),
        points=tuple(points),
    )
