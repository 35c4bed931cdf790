"""Write down, step by step, what is about to be planned. Nothing of it stands before it is started."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from partnerships.core.errors import IllegalTransition, Refused
from partnerships.core.words import N_
from partnerships.creators.tables import Creator
from partnerships.database.work import Work

from .mustering import locked_run
from .rules.batches import MOST_CREATORS
from .tables import Campaign, PlanningRun, newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """When it begins and what is paid, in rupiah: `fees` by the candidate's key, `fee` for everybody else."""

    anchor_on: date
    fee: int | None
    fees: Mapping[str, int]
    note: str
    again: bool


def begin(
    work: Work, template_key: str, *, campaign_id: int | None = None, creator_ids: Sequence[int] = ()
) -> PlanningRun:
    """Return a new run from a template, perhaps with somebody or something chosen already; or raise `NotFound`."""
    run = PlanningRun(
        org_id=work.actor.org_id,
        manager_id=work.actor.person_id,
        template_key=newest(work.session, template_key).key,
        campaign_id=campaign_id if work.find(Campaign, campaign_id) else None,
        creator_ids=list(creator_ids),
        created_at=work.now,
    )
    work.session.add(run)
    work.session.flush()
    return run


def take_template(work: Work, run_id: int, template_key: str) -> None:
    """Plan from another template; who and when stay."""
    _unstarted(work, run_id).template_key = newest(work.session, template_key).key


def take_people(work: Work, run_id: int, *, campaign_id: int | None, creator_ids: Sequence[int], pasted: str) -> None:
    """Note the campaign, who was ticked and what was pasted. What is missing is said when the run is started.

    Raise `Refused`, and keep nothing, when somebody is ticked whom the organisation does not know.
    """
    run = _unstarted(work, run_id)
    run.campaign_id = campaign_id if work.find(Campaign, campaign_id) else None
    ids = list(creator_ids)[: 2 * MOST_CREATORS]
    ours = set(work.session.scalars(select(Creator.id).where(Creator.id.in_(ids))))
    if ours != set(ids):
        raise Refused(N_("Please choose or paste at least one creator."), field="chosen")
    run.pasted, run.creator_ids = pasted, ids


def take_terms(work: Work, run_id: int, terms: Terms) -> None:
    """Note when it begins and what is paid."""
    run = _unstarted(work, run_id)
    run.anchor_on, run.fee, run.fees = terms.anchor_on, terms.fee, dict(terms.fees)
    run.note, run.again = terms.note, terms.again


def _unstarted(work: Work, run_id: int) -> PlanningRun:
    run = locked_run(work, run_id)
    if run.started_at is not None:
        raise IllegalTransition(N_("This has been planned already. Begin another plan to change something."))
    return run
