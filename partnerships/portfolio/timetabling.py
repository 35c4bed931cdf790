"""Lay out the dates of many partnerships by day: a fixed number of statements, columns instead of entities."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.core.actor import Role
from partnerships.core.zones import day_in
from partnerships.creators.tables import Creator
from partnerships.database.work import Reading
from partnerships.deliverables.rules.deliverables import IN_REVIEW, DeliverableState
from partnerships.plans.rules.courses import Course
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.rules.partnerships import PartnershipState
from partnerships.plans.rules.quiet import QuietDays
from partnerships.plans.rules.templates import Template, Text
from partnerships.plans.tables import Step, quiet_days_of, templates_of

from .finding import Narrowing, Place, dated, is_called_off, is_own, narrowed
from .rules.marks import UNAPPROVED, Mark, Overrun, of_check_in, of_deliverable, of_overrun, overrun_of

ROWS = 60  # of one load of an agenda


@dataclass(frozen=True, slots=True)
class Entry:
    """One check-in, draft or post on its day."""

    id: int  # of the step
    org_id: int
    on: date
    by: time | None
    kind: StepKind
    course: Course  # of the deliverable
    thing_id: int  # the check-in or the deliverable
    partnership_id: int
    partnership_state: PartnershipState
    is_estimate: bool
    title: Text
    creator: str
    product: str
    mark: Mark
    state: CheckInState | DeliverableState | None  # None: a draft whose time is over
    overrun: Overrun | None  # its day has passed, and it has not been settled


@dataclass(frozen=True, slots=True)
class Day:
    """What stands on one day: the first entries, and how many there are."""

    on: date
    entries: tuple[Entry, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Agenda:
    """The dates from a day on, and where the next load begins."""

    days: tuple[Day, ...]
    next: Place | None


def look_at_days(reading: Reading, narrowing: Narrowing, first: date, last: date, most: int) -> dict[date, Day]:
    """Return what stands on each day from `first` to `last`, at most `most` entries a day: the undone ones first."""
    ranked = (
        _going_ahead(reading, narrowing)
        .where(Step.due_on >= first, Step.due_on <= last)
        .add_columns(
            func.row_number()
            .over(partition_by=Step.due_on, order_by=(Step.done_at.is_not(None), Creator.name, Step.id))
            .label("place"),
            func.count().over(partition_by=Step.due_on).label("total"),
        )
        .subquery()
    )
    rows = reading.session.execute(
        select(ranked).where(ranked.c.place <= most).order_by(ranked.c.due_on, ranked.c.place)
    ).all()
    return {day.on: day for day in _by_day(rows, reading)}


def look_ahead(reading: Reading, narrowing: Narrowing, first: date, after: Place | None = None) -> Agenda:
    """Return one load of dates from `first` on, beginning after a place."""
    begins = Step.due_on >= first
    if after is not None:
        begins = or_(Step.due_on > after.on, and_(Step.due_on == after.on, Step.id > after.id))
    statement = _going_ahead(reading, narrowing).where(begins).order_by(Step.due_on, Step.id).limit(ROWS + 1)
    found = reading.session.execute(statement).all()
    shown = found[:ROWS]
    last = Place(shown[-1].due_on, shown[-1].id) if len(found) > ROWS else None
    return Agenda(tuple(_by_day(shown, reading)), last)


def look_at_quiet_days(reading: Reading) -> QuietDays:
    """Return the days that the organisation leaves alone, and what they are called."""
    return quiet_days_of(reading.session)


def all_days(calendars: Sequence[dict[date, Day]]) -> dict[date, Day]:
    """Return the days of several organisations as those of one calendar."""
    together: dict[date, Day] = {}
    for days in calendars:
        for on, day in days.items():
            other = together.get(on, Day(on, (), 0))
            together[on] = Day(on, other.entries + day.entries, other.total + day.total)
    return together


def one_agenda(agendas: Sequence[Agenda]) -> Agenda:
    """Return the first load of several organisations' agendas as that of one."""
    found = sorted((entry for one in agendas for day in one.days for entry in day.entries), key=_place)
    shown = found[:ROWS]
    days: dict[date, list[Entry]] = defaultdict(list)
    for entry in shown:
        days[entry.on].append(entry)
    goes_on = len(found) > ROWS or any(one.next for one in agendas)
    return Agenda(
        tuple(Day(on, tuple(entries), len(entries)) for on, entries in days.items()),
        _place(shown[-1]) if goes_on else None,
    )


def _place(entry: Entry) -> Place:
    return Place(entry.on, entry.id)


def _going_ahead(reading: Reading, narrowing: Narrowing) -> Select[*tuple[Any, ...]]:
    """Select the dated things that whoever looks may see, without those that were called off."""
    statement = narrowed(dated(), narrowing, reading.now).where(~is_called_off())
    return statement.where(is_own(reading)) if reading.actor.role is Role.CREATOR else statement


def _by_day(rows: Sequence[Any], reading: Reading) -> list[Day]:
    templates = templates_of(reading.session, ((row.template_key, row.template_version) for row in rows))
    days: dict[date, list[Any]] = defaultdict(list)
    for row in rows:
        days[row.due_on].append(row)
    return [
        Day(
            on,
            tuple(_entry(row, templates[row.template_key, row.template_version], reading.now) for row in found),
            getattr(found[0], "total", len(found)),
        )
        for on, found in days.items()
    ]


def _entry(row: Any, template: Template, now: datetime) -> Entry:
    mark, state = _standing(row, now)
    overrun = _overrun(row, now) if state else None
    is_check_in = row.kind is StepKind.CHECK_IN
    return Entry(
        id=row.id,
        org_id=row.org_id,
        on=row.due_on,
        by=row.due_by,
        kind=row.kind,
        course=row.course or Course.POST,
        thing_id=row.check_in_id if is_check_in else row.deliverable_id,
        partnership_id=row.partnership_id,
        partnership_state=row.partnership_state,
        is_estimate=row.anchor_confirmed_at is None,
        title=(template.check_in if is_check_in else template.deliverable)(row.key).title,
        creator=row.creator,
        product=row.product,
        mark=of_overrun(overrun, mark),
        state=state,
        overrun=overrun,
    )


def _standing(row: Any, now: datetime) -> tuple[Mark, CheckInState | DeliverableState | None]:
    """Return how the thing stands on this day: its draft until that is approved, from then on its post."""
    running = row.partnership_state is PartnershipState.ACTIVE
    if row.kind is StepKind.CHECK_IN:
        confirmed = row.confirmed_at is not None
        state = row.check_in_state
        return of_check_in(state, row.due_at, now, is_running=running, is_confirmed=confirmed), state
    state = row.deliverable_state
    is_draft, waits_for_draft = row.kind is StepKind.DRAFT, state in UNAPPROVED
    if is_draft and not waits_for_draft:
        return Mark.APPROVED if row.done_at else Mark.WAIVED, None
    if waits_for_draft and not is_draft and row.draft_step_id is not None:
        return Mark.PLANNED, DeliverableState.PLANNED
    return of_deliverable(state, row.due_at, now, is_running=running and row.waits_since is None), state


def _overrun(row: Any, now: datetime) -> Overrun | None:
    """Return what it means that its day has passed; a draft in review has been sent, and only its post is late."""
    if row.due_at >= now or (row.kind is StepKind.DRAFT and row.deliverable_state in IN_REVIEW):
        return None
    state = row.check_in_state if row.kind is StepKind.CHECK_IN else row.deliverable_state
    is_old = row.due_on < day_in(row.zone, row.planned_at)
    return overrun_of(state, row.partnership_state, is_old=is_old, waits=row.waits_since is not None)
