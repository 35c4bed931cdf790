"""What the use cases of a planning run share: the run itself, and whom it is for."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from partnerships.core.errors import NotFound
from partnerships.core.words import N_
from partnerships.creators.tables import Creator
from partnerships.database.work import Reading, Work
from partnerships.people.tables import Account, Membership

from .tables import PlanningRun


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody a run would plan for. `key` names them in the run's own fees; `facts` is the file to be opened."""

    key: str
    name: str
    zone: str
    creator_id: int | None
    facts: dict[str, Any] = field(default_factory=dict)


def locked_run(work: Work, run_id: int) -> PlanningRun:
    """Return the run, so that nobody else changes it until this work is done; or raise `NotFound`."""
    run = work.session.scalars(
        select(PlanningRun).where(PlanningRun.id == run_id).with_for_update(of=PlanningRun)
    ).one_or_none()
    if run is None:
        raise NotFound(N_("There is nothing here."))
    return run


def candidates_of(reading: Reading, run: PlanningRun) -> list[Candidate]:
    """Return everybody a run is for, by name; whoever has left in the meantime is not among them."""
    rows = reading.session.execute(
        select(Creator.id, Creator.name, Account.zone)
        .join(Creator.membership)
        .join(Membership.account)
        .where(Creator.id.in_(run.creator_ids), Membership.ended_at.is_(None))
        .order_by(Creator.name, Creator.id)
    )
    return [Candidate(f"c{creator_id}", name, zone, creator_id) for creator_id, name, zone in rows]
