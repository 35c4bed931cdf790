"""Carry a planning run out, in portions: whatever stops it in between, the next portion goes on where it stood."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from partnerships.core.errors import NotFound, Refused
from partnerships.core.words import N_
from partnerships.core.zones import day_in
from partnerships.creators.tables import Creator
from partnerships.database.claiming import skip_locked
from partnerships.database.work import Reading, Work

from .finding import list_first_days
from .mustering import Candidate, gather, locked_run
from .rules.batches import MOST_CREATORS, PORTION, UNREADABLE
from .rules.dates import check_anchor
from .rules.partnerships import OVER, PartnershipState, begins_later, label_of
from .rules.templates import Template
from .tables import Partnership, PlanningLine, PlanningRun, newest


@dataclass(frozen=True, slots=True)
class Outcome:
    """What has come of one line of a run: a partnership, a sentence that says why there is none, or neither yet."""

    number: int
    name: str
    partnership_id: int | None
    state: PartnershipState | None
    label: str
    begins_on: date | None  # while its clock runs and its first day is still to come
    problem: str | None
    values: Mapping[str, Any]

    @property
    def is_draft(self) -> bool:
        """Say whether it is planned, and nobody has been asked."""
        return self.state is PartnershipState.DRAFT

    @property
    def is_waiting(self) -> bool:
        """Say whether its turn is still to come."""
        return self.partnership_id is None and self.problem is None


def start(work: Work, run_id: int) -> PlanningRun:
    """Turn a run into lines, one for each creator, that portions then plan; started twice, it is started once.

    Raise `Refused` beside what is missing or wrong.
    """
    run = locked_run(work, run_id)
    if run.started_at is not None:
        return run
    gathered = gather(work, run)
    candidates = gathered.candidates
    if gathered.problems:
        raise Refused(UNREADABLE)
    _refuse_unready(work, run, candidates)
    run.started_at = work.now
    work.session.add_all(
        PlanningLine(
            org_id=run.org_id,
            run_id=run.id,
            position=position,
            creator_id=candidate.creator_id,
            facts=candidate.facts,
            fee=run.fees.get(candidate.key, run.fee),
        )
        for position, candidate in enumerate(candidates, start=1)
    )
    work.session.flush()
    return run


def _refuse_unready(work: Work, run: PlanningRun, candidates: Sequence[Candidate]) -> None:
    if run.campaign is None or not candidates:
        raise Refused(N_("Please choose a campaign and at least one creator."))
    if len(candidates) > MOST_CREATORS:
        raise Refused(N_("At most %(most)s creators at once. Please plan the others afterwards."), most=MOST_CREATORS)
    if run.anchor_on is None:
        raise Refused(N_("Please fill this in."), field="anchor_on")
    template = _standing_template(work, run.template_key)
    for candidate in candidates:
        check_anchor(run.anchor_on, day_in(candidate.zone, work.now), template)
    if not run.again:
        _refuse_second(work, run, candidates)


def _standing_template(work: Work, template_key: str) -> Template:
    try:
        return newest(work.session, template_key)
    except NotFound:
        raise Refused(N_("This template has been archived. Please go back and choose another one.")) from None


def _refuse_second(work: Work, run: PlanningRun, candidates: Sequence[Candidate]) -> None:
    """Raise `Refused` while one of them has a partnership in this campaign that is not over."""
    ids = {candidate.creator_id for candidate in candidates if candidate.creator_id}
    going_on = set(
        work.session.scalars(
            select(Partnership.creator_id).where(
                Partnership.campaign_id == run.campaign_id,
                Partnership.creator_id.in_(ids),
                Partnership.state.not_in(OVER),
            )
        )
    )
    names = [candidate.name for candidate in candidates if candidate.creator_id in going_on]
    if names:
        raise Refused(
            N_("%(name)s has a partnership in this campaign already. Tick this if you want another one."),
            field="again",
            name=", ".join(names),
        )


def claim_lines(work: Work, run_id: int) -> Sequence[PlanningLine]:
    """Return the next lines that are neither planned nor refused; nobody else is given them until this work ends."""
    return work.session.scalars(
        skip_locked(
            select(PlanningLine)
            .where(
                PlanningLine.run_id == run_id,
                PlanningLine.partnership_id.is_(None),
                PlanningLine.problem.is_(None),
            )
            .order_by(PlanningLine.position)
            .limit(PORTION)
        )
    ).all()


def invite_all(work: Work, run_id: int) -> None:
    """Have everybody invited whose plan is still a draft, portion by portion."""
    run = locked_run(work, run_id)
    run.inviting_since = run.inviting_since or work.now


def claim_uninvited(work: Work, run_id: int) -> Sequence[PlanningLine]:
    """Return the next lines whose invitation is to be sent, if that was asked for."""
    return work.session.scalars(
        select(PlanningLine)
        .join(PlanningLine.run)
        .join(Partnership, PlanningLine.partnership_id == Partnership.id)
        .where(
            PlanningLine.run_id == run_id,
            PlanningLine.problem.is_(None),
            PlanningRun.inviting_since.is_not(None),
            Partnership.state == PartnershipState.DRAFT,
        )
        .order_by(PlanningLine.position)
        .limit(PORTION)
    ).all()


def list_outcomes(reading: Reading, run_id: int) -> list[Outcome]:
    """Return what has come of each line, in their order."""
    rows = reading.session.execute(
        select(
            PlanningLine,
            Creator.name,
            Partnership.id,
            Partnership.state,
            Partnership.end_reason,
            Partnership.zone,
            Partnership.template_key,
            Partnership.template_version,
        )
        .outerjoin(Creator, PlanningLine.creator_id == Creator.id)
        .outerjoin(Partnership, PlanningLine.partnership_id == Partnership.id)
        .where(PlanningLine.run_id == run_id)
        .order_by(PlanningLine.position)
    ).all()
    running = {row.id: (row.template_key, row.template_version) for row in rows if row.state is PartnershipState.ACTIVE}
    first_days = list_first_days(reading, running) if running else {}
    return [
        Outcome(
            line.position,
            name or line.facts["name"],
            partnership_id,
            state,
            label_of(state, reason) if state else "",
            begins_later(state, first_days.get(partnership_id), day_in(zone, reading.now)) if state else None,
            line.problem,
            line.problem_values,
        )
        for line, name, partnership_id, state, reason, zone, _, _ in rows
    ]
