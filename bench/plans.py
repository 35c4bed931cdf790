"""What planning for many costs: statements and time for each partnership, carried out in portions as people do it."""

from collections.abc import Iterator
from datetime import timedelta

from partnerships.core.actor import Role
from partnerships.core.clock import SystemClock
from partnerships.core.zones import DEFAULT_ZONE, day_in
from partnerships.creators import enlisting
from partnerships.creators.enlisting import CreatorFacts, HandleFacts
from partnerships.creators.tables import Platform
from partnerships.database.work import Transactions, Work
from partnerships.people.tables import Membership
from partnerships.plans import batching, sketching
from partnerships.plans.rules.batches import PORTION
from partnerships.plans.sketching import Terms
from partnerships.plans.tables import Partnership

from .crowd import Crowd, plant
from .figures import Extent, Figure, doing, median, seconds_of
from .pages import RECEIVED
from .places import Opened, empty_place, opened
from .statements import counted, sit

TEMPLATE = "ambassador-6m"


def measure(extent: Extent) -> Iterator[Figure]:
    """Yield one figure for each database."""
    for database in extent.databases:
        clock = SystemClock()
        with empty_place(database) as settings, opened(settings, clock) as place, doing(f"plans on {database}"):
            crowd = plant(place.transactions, clock.now(), RECEIVED)
            place.app.config["WTF_CSRF_ENABLED"] = False
            run_id = _begin(place.transactions, crowd, extent.planned)
            statements, seconds = _carry_out(place, crowd, run_id, extent.planned // PORTION)
        yield {
            "measure": "plans",
            "database": database,
            "template": TEMPLATE,
            "partnerships": extent.planned,
            "statements_each": round(statements / extent.planned, 1),
            "milliseconds_each": median([one * 1000 / PORTION for one in seconds]),
        }


def _begin(transactions: Transactions, crowd: Crowd, count: int) -> int:
    """Start a run for as many new creators, and return its id; nothing of it is planned yet."""
    with transactions.everywhere() as everywhere:
        partnership = everywhere.get_one(Partnership, crowd.partnership_id)
        manager = everywhere.get_one(Membership, partnership.manager.id).as_actor()
        campaign_id = partnership.campaign_id
    with transactions.begin(manager) as work:
        ids = [_enlist(work, number) for number in range(count)]
    with transactions.begin(manager) as work:
        run_id = sketching.begin(work, TEMPLATE, campaign_id=campaign_id, creator_ids=ids).id
        anchor_on = day_in(DEFAULT_ZONE, work.now) + timedelta(days=7)
        sketching.take_terms(work, run_id, Terms(anchor_on=anchor_on, fee=None, fees={}, note="", again=False))
        batching.start(work, run_id)
    return run_id


def _enlist(work: Work, number: int) -> int:
    facts = CreatorFacts(
        name=f"Kreator {number} (demo)", handles=(HandleFacts(platform=Platform.TIKTOK, name=f"demo{number}"),)
    )
    return enlisting.enlist(work, facts, email=f"creator{number}@demo.example", locale="id", zone=DEFAULT_ZONE).id


def _carry_out(place: Opened, crowd: Crowd, run_id: int, portions: int) -> tuple[int, list[float]]:
    """Return how many statements all portions took, and the seconds of each."""
    manager = sit(place, crowd.seats[Role.MANAGER])

    def portion() -> None:
        if manager.post(f"/partnerships/new/{run_id}/go").status_code != 302:
            raise RuntimeError("the portion was not planned")

    with counted() as seen:
        seconds = [seconds_of(portion) for _ in range(portions)]
    return len(seen), seconds
