"""What the use cases of a planning run share: the run itself, and whom it is for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from partnerships.core.actor import Role
from partnerships.core.errors import NotFound
from partnerships.core.words import N_
from partnerships.core.zones import DEFAULT_ZONE, is_zone
from partnerships.creators.rules.pasting import Known, PastedRow, Problem, match_rows, read_rows
from partnerships.creators.tables import Creator, Handle
from partnerships.database.work import Reading, Work
from partnerships.people.tables import Account, Membership, Organisation

from .tables import PlanningRun


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody a run would plan for. `key` names them in the run's own fees; `facts` is the file to be opened."""

    key: str
    name: str
    zone: str
    creator_id: int | None
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everybody a run is for; of the pasted rows, whom they name that is known, how many are new, what is wrong."""

    candidates: list[Candidate]
    met: list[str]
    new: int
    problems: list[Problem]


def locked_run(work: Work, run_id: int) -> PlanningRun:
    """Return the run, so that nobody else changes it until this work is done; or raise `NotFound`."""
    run = work.session.scalars(
        select(PlanningRun).where(PlanningRun.id == run_id).with_for_update(of=PlanningRun)
    ).one_or_none()
    if run is None:
        raise NotFound(N_("There is nothing here."))
    return run


def gather(reading: Reading, run: PlanningRun) -> Gathered:
    """Return everybody a run is for, by name: those who were ticked, and those in the rows that were pasted.

    Whoever has left in the meantime is not among them.
    """
    pasted = read_rows(run.pasted)
    matched, problems = match_rows(pasted, _known(reading, pasted.rows))
    met = {creator_id for _, creator_id in matched if creator_id is not None}
    candidates = _on_file(reading, {*run.creator_ids, *met})
    new = [row for row, creator_id in matched if creator_id is None]
    if new:
        zone = reading.session.scalars(select(Organisation.zone).where(Organisation.id == reading.actor.org_id)).one()
        shown = zone if is_zone(zone) else DEFAULT_ZONE  # what is wrong with it is said when the file is opened
        candidates += [Candidate(f"p{row.email}", row.name, shown, None, _facts(row, zone)) for row in new]
    names = [one.name for one in candidates if one.creator_id in met]
    return Gathered(sorted(candidates, key=lambda one: (one.name.lower(), one.key)), names, len(new), problems)


def _on_file(reading: Reading, ids: set[int]) -> list[Candidate]:
    rows = reading.session.execute(
        select(Creator.id, Creator.name, Account.zone)
        .join(Creator.membership)
        .join(Membership.account)
        .where(Creator.id.in_(ids), Membership.ended_at.is_(None))
    )
    return [Candidate(f"c{creator_id}", name, zone, creator_id) for creator_id, name, zone in rows]


def _facts(row: PastedRow, zone: str) -> dict[str, Any]:
    return {
        "name": row.name,
        "platform": row.platform,
        "handle": row.handle,
        "whatsapp": row.whatsapp,
        "email": row.email,
        "zone": zone,
    }


def _known(reading: Reading, rows: Sequence[PastedRow]) -> Known:
    """Return who of the pasted the organisation knows, in four statements however many they are."""
    emails = {row.email for row in rows if row.email}
    names = {row.handle for row in rows if row.handle}
    numbers = {row.whatsapp for row in rows if row.whatsapp}
    if not rows:
        return Known({}, {}, {}, frozenset())
    session, is_there = reading.session, Membership.ended_at.is_(None)
    by_email = session.execute(
        select(Account.email, Creator.id)
        .select_from(Creator)
        .join(Creator.membership)
        .join(Membership.account)
        .where(Account.email.in_(emails), is_there)
    )
    by_account = session.execute(
        select(Handle.platform, Handle.name, Creator.id)
        .select_from(Handle)
        .join(Handle.creator)
        .join(Creator.membership)
        .where(Handle.name.in_(names), is_there)
    )
    by_number = session.execute(
        select(Creator.whatsapp, func.min(Creator.id))
        .join(Creator.membership)
        .where(Creator.whatsapp.in_(numbers), is_there)
        .group_by(Creator.whatsapp)
        .having(func.count() == 1)
    )
    team = session.scalars(
        select(Account.email)
        .select_from(Membership)
        .join(Membership.account)
        .where(Account.email.in_(emails), Membership.role != Role.CREATOR, is_there)
    )
    return Known(
        {row[0]: row[1] for row in by_email},
        {(str(platform), name): creator_id for platform, name, creator_id in by_account},
        {row[0]: row[1] for row in by_number},
        frozenset(team),
    )
