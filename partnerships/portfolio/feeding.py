"""Tell calendar programs the dates of one person, or of one partnership: titles and days, never fees or notes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, or_, select

from partnerships.check_ins.tables import CheckIn
from partnerships.core.actor import Role
from partnerships.core.zones import day_in
from partnerships.database.work import Reading
from partnerships.deliverables.tables import Deliverable
from partnerships.plans.finding import get_for
from partnerships.plans.rules.courses import Course
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.rules.partnerships import OVER, PartnershipState
from partnerships.plans.rules.templates import Text
from partnerships.plans.tables import Campaign, Partnership, PlanVersion, Step, templates_of

from .finding import dated, is_asked, is_called_off, is_own, joined
from .rules.ics import Standing

KEPT_DAYS = 30  # what is past stays in a feed
AHEAD_DAYS = 400  # and what is far away is not in it yet


@dataclass(frozen=True, slots=True)
class FeedDate:
    """One check-in, draft or post. `sequence` grows with every new day of its own, and every change of what it is."""

    step_id: int
    on: date
    at: datetime | None  # the moment, where it is due at a time of that day
    kind: StepKind
    course: Course  # of the deliverable
    title: Text
    creator: str
    product: str
    standing: Standing
    sequence: int
    changed_at: datetime


def list_feed(reading: Reading) -> list[FeedDate]:
    """Return a creator's own dates, or those of the partnerships that a member of the team looks after."""
    today = reading.now.date()
    mine = is_own(reading)
    if reading.actor.role is not Role.CREATOR:
        person_id = reading.actor.person_id
        mine = is_asked() & or_(Partnership.manager_id == person_id, Campaign.owner_id == person_id)
    near = Step.due_on.between(today - timedelta(days=KEPT_DAYS), today + timedelta(days=AHEAD_DAYS))
    return _told(reading, _changing().where(mine, near))


def list_dates(reading: Reading, partnership_id: int) -> list[FeedDate]:
    """Return every date of one partnership, or raise `NotFound` for whoever may not see it."""
    partnership = get_for(reading, partnership_id)
    return _told(reading, _changing().where(Partnership.id == partnership.id))


def list_things(reading: Reading, about: str, kinds: Collection[StepKind]) -> list[FeedDate]:
    """Return the days of one check-in, or those of `kinds` of one deliverable, by what mails about it are about."""
    table, _, number = about.partition(":")
    if table == "check_in":
        return _told(reading, _of_check_in(), {"thing_id": int(number)})
    return _told(reading, _of_deliverable(), {"thing_id": int(number), "kinds": list(kinds)})


def list_coming(reading: Reading, partnership_id: int, zone: str) -> list[FeedDate]:
    """Return the days of one plan that are waited for, or were called off, from today on where the reader lives."""
    is_told = or_(Step.done_at.is_(None), is_called_off())
    coming = (Partnership.id == partnership_id, Step.due_on >= day_in(zone, reading.now), is_told)
    return _told(reading, _changing().where(*coming))


@cache  # these are asked for every mail with a date: to write them takes as long as to ask
def _changing() -> Select[*tuple[Any, ...]]:
    """Select dates with what tells that they have changed, also those that were called off."""
    statement = joined(dated())
    return statement.add_columns(
        func.coalesce(CheckIn.version, Deliverable.version).label("version"),
        func.coalesce(CheckIn.moved_at, Deliverable.moved_at).label("moved_at"),
        Partnership.moved_at.label("partnership_moved_at"),  # it may stand still since, or go on
        is_called_off().label("is_called_off"),
    ).order_by(Step.due_on, Step.id)


@cache
def _of_check_in() -> Select[*tuple[Any, ...]]:
    return _changing().where(CheckIn.id == bindparam("thing_id"))


@cache
def _of_deliverable() -> Select[*tuple[Any, ...]]:
    return _changing().where(Deliverable.id == bindparam("thing_id"), Step.kind.in_(bindparam("kinds", expanding=True)))


def _told(
    reading: Reading, statement: Select[*tuple[Any, ...]], values: Mapping[str, object] | None = None
) -> list[FeedDate]:
    rows = reading.session.execute(statement, values).all()
    templates = templates_of(reading.session, {(row.template_key, row.template_version) for row in rows})
    moves = _last_moves(reading, {row.partnership_id for row in rows})
    found = []
    for row in rows:
        template = templates[row.template_key, row.template_version]
        number, moved_at = moves.get((row.partnership_id, f"{row.kind}:{row.key}"), (0, row.moved_at))
        spec = template.check_in(row.key) if row.kind is StepKind.CHECK_IN else template.deliverable(row.key)
        found.append(
            FeedDate(
                step_id=row.id,
                on=row.due_on,
                at=row.due_at if row.due_by else None,
                kind=row.kind,
                course=row.course or Course.POST,
                title=spec.title,
                creator=row.creator,
                product=row.product,
                standing=_standing(row),
                sequence=number + row.version,
                changed_at=max(moved_at, row.moved_at, row.partnership_moved_at, row.anchor_confirmed_at or moved_at),
            )
        )
    return found


def _last_moves(reading: Reading, partnership_ids: set[int]) -> dict[tuple[int, str], tuple[int, datetime]]:
    """Return the version that gave each date its day, by plan and name: its number, and when it was made."""
    versions = reading.session.execute(
        select(PlanVersion.partnership_id, PlanVersion.number, PlanVersion.made_at, PlanVersion.dates)
        .where(PlanVersion.partnership_id.in_(partnership_ids))
        .order_by(PlanVersion.partnership_id, PlanVersion.number)
    )
    days: dict[tuple[int, str], str] = {}
    moves: dict[tuple[int, str], tuple[int, datetime]] = {}
    for version in versions:
        for name, day in version.dates.items():
            one = version.partnership_id, name
            if days.get(one) != day:
                days[one], moves[one] = day, (version.number, version.made_at)
    return moves


def _standing(row: Any) -> Standing:
    """Return how sure a day is: an estimate, or one of a plan that stands still, may yet move."""
    if row.is_called_off:
        return Standing.CANCELLED
    is_fixed = row.anchor_confirmed_at is not None and row.partnership_state is not PartnershipState.ON_HOLD
    return Standing.CONFIRMED if is_fixed or row.partnership_state in OVER else Standing.TENTATIVE
