"""See whom a plan would be for, and what it would run into, before there is one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select

from partnerships.core.errors import NotFound, Refused
from partnerships.core.words import N_
from partnerships.core.zones import DEFAULT_ZONE, INDONESIAN, day_in
from partnerships.database.work import Reading
from partnerships.people.tables import Brand, Product

from .finding import find_feast, get_run, get_template
from .mustering import Candidate, Gathered, gather
from .rules.batches import MOST_CREATORS, UNREADABLE
from .rules.conflicts import OWED, Conflict, Other, Planned, conflicts_of, crowded_days, out_of_reach
from .rules.dates import check_anchor, on_day
from .rules.gates import Foreseen as Reach
from .rules.partnerships import OVER, PartnershipState
from .rules.quiet import clear_steps
from .tables import Campaign, Partnership, PlanningRun, Stage, Step, quiet_days_of, templates_of

SHIPPING_DAYS = 7  # until a parcel that is sent now has come


@dataclass(frozen=True, slots=True)
class Foreseen:
    """Everybody a run is for. `today` is the earliest day that one of them has now."""

    candidates: list[Candidate]
    zones: dict[str, list[str]]  # how a zone is called → the names of who lives there
    today: date
    crowded: list[date]  # days on which the plan asks everybody for two things
    conflicts: list[tuple[str, Conflict]]  # with whose name
    planned: Planned | None = None  # the plan, once it can be made

    @property
    def reach(self) -> Reach:
        """Return what of the plan could not come true, whoever it is for."""
        return out_of_reach(self.planned, self.today) if self.planned else Reach()

    def candidate(self, key: str) -> Candidate | None:
        """Return who is called `key`, if they are still chosen."""
        return next((one for one in self.candidates if one.key == key), None)


def list_candidates(reading: Reading, run_id: int) -> list[Candidate]:
    """Return everybody a run is for."""
    return gather(reading, get_run(reading, run_id)).candidates


def look_at_rows(reading: Reading, pasted: str) -> Gathered:
    """Return whom pasted rows name, and what is wrong with them."""
    return gather(reading, PlanningRun(creator_ids=[], pasted=pasted))


def propose_start(reading: Reading, run_id: int) -> date:
    """Return a first guess at day 0: the next feast that the template counts from, or when a parcel could be there."""
    today = day_in(DEFAULT_ZONE, reading.now)
    try:
        feast = get_template(reading, get_run(reading, run_id).template_key).anchor_event
    except NotFound:  # the page says so beside the dates
        feast = None
    return (find_feast(reading, feast, today) if feast else None) or today + timedelta(days=SHIPPING_DAYS)


def check_people(reading: Reading, run_id: int) -> None:
    """Raise `Refused` when nobody has been chosen, or more than can be planned in one go."""
    gathered = gather(reading, get_run(reading, run_id))
    candidates = gathered.candidates
    if gathered.problems:
        raise Refused(UNREADABLE, field="pasted")
    if not candidates:
        raise Refused(N_("Please choose or paste at least one creator."), field="chosen")
    if len(candidates) > MOST_CREATORS:
        raise Refused(
            N_("At most %(most)s creators at once. Please plan the others afterwards."),
            field="chosen",
            most=MOST_CREATORS,
        )


def foresee(reading: Reading, run_id: int, anchor_on: date | None) -> Foreseen:
    """Return everybody a run is for, where they live, and what the plan would run into from `anchor_on`."""
    run = get_run(reading, run_id)
    candidates = gather(reading, run).candidates
    zones: dict[str, list[str]] = {}
    for candidate in candidates:
        zones.setdefault(INDONESIAN.get(candidate.zone, candidate.zone), []).append(candidate.name)
    days = [day_in(candidate.zone, reading.now) for candidate in candidates]
    today = min(days, default=day_in(DEFAULT_ZONE, reading.now))
    planned = _planned(reading, run, anchor_on, today)
    if planned is None:
        return Foreseen(candidates, zones, today, [], [])
    others = _others(reading, [one.creator_id for one in candidates if one.creator_id])
    conflicts = [
        (one.name, conflict)
        for one in candidates
        for conflict in conflicts_of(planned, others.get(one.creator_id or 0, []))
    ]
    return Foreseen(candidates, zones, today, crowded_days(planned), conflicts, planned)


def _planned(reading: Reading, run: PlanningRun, anchor_on: date | None, today: date) -> Planned | None:
    """Return the plan that would be made, or None while it cannot be."""
    if run.campaign is None or anchor_on is None:
        return None
    try:
        template = get_template(reading, run.template_key)
        check_anchor(anchor_on, today, template)
    except (NotFound, Refused):  # the page says so beside the dates
        return None
    return Planned(
        template,
        run.campaign.id,
        run.campaign.brand_id,
        run.campaign.product.category,
        on_day(anchor_on, template.first_day),
        on_day(anchor_on, template.last_day),
        clear_steps(template, anchor_on, quiet_days_of(reading.session), today),
    )


def _others(reading: Reading, creator_ids: Sequence[int]) -> dict[int, list[Other]]:
    """Return by creator what is going on with them or binds them still, with the days on which they owe something.

    Two statements, and one where own templates are among them.
    """
    if not creator_ids:
        return {}
    rows = reading.session.execute(_binding(creator_ids)).all()
    owed: dict[int, set[date]] = {row.id: set() for row in rows}
    for partnership_id, due_on in reading.session.execute(
        select(Step.partnership_id, Step.due_on).where(
            Step.partnership_id.in_(owed), Step.kind.in_(OWED), Step.done_at.is_(None)
        )
    ):
        owed[partnership_id].add(due_on)
    templates = templates_of(reading.session, ((row.template_key, row.template_version) for row in rows))
    found: dict[int, list[Other]] = {}
    for row in rows:
        other = Other(
            id=row.id,
            campaign_id=row.campaign_id,
            campaign=row.campaign,
            brand_id=row.brand_id,
            brand=row.brand,
            category=row.category,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            owed_on=frozenset(owed[row.id]),
            exclusivity_days=templates[row.template_key, row.template_version].exclusivity_days,
            is_over=row.state in OVER,
        )
        found.setdefault(row.creator_id, []).append(other)
    return found


def _binding(creator_ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    """Return the statement that finds what is going on with creators or binds them still."""
    return (
        select(
            Partnership.creator_id,
            Partnership.id,
            Campaign.id.label("campaign_id"),
            Campaign.name.label("campaign"),
            Brand.id.label("brand_id"),
            Brand.name.label("brand"),
            Product.category,
            Partnership.state,
            Partnership.template_key,
            Partnership.template_version,
            func.min(Stage.starts_on).label("starts_on"),
            func.max(Stage.ends_on).label("ends_on"),
        )
        .select_from(Partnership)
        .join(Campaign, Partnership.campaign_id == Campaign.id)
        .join(Brand, Campaign.brand_id == Brand.id)
        .join(Product, Campaign.product_id == Product.id)
        .join(Stage, Stage.partnership_id == Partnership.id)
        .where(
            Partnership.creator_id.in_(creator_ids),
            or_(Partnership.state.not_in(OVER), Partnership.state == PartnershipState.COMPLETED),
        )
        .group_by(Partnership.creator_id, Partnership.id, Campaign.id, Brand.id, Product.id)
        .order_by(Partnership.id)
    )
