"""Carry a plan for one or many creators out, a portion at a time, and show how far it is and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from partnerships.core.errors import NotFound, Refused
from partnerships.core.words import N_
from partnerships.creators import enlisting
from partnerships.creators.enlisting import CreatorFacts, HandleFacts
from partnerships.creators.tables import Platform
from partnerships.database.work import Work
from partnerships.plans import batching, drafting, finding, moving, narrating
from partnerships.plans.batching import Outcome
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.plans.tables import Partnership, PlanningLine, PlanningRun
from partnerships.plans.wording import state_text
from partnerships.web.context import begin, looking
from partnerships.web.words import gettext

from .blueprint import pages

LOCALE = "id"  # of whoever was pasted, until they say otherwise


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: of `total` creators so many are `done`, `planned`, `refused`; `inviting` is its second part."""

    total: int
    done: int
    planned: int
    refused: int
    drafts: int
    inviting: bool

    @property
    def is_complete(self) -> bool:
        """Say whether nothing is left to do."""
        return self.done == self.total


@pages.get("/partnerships/new/<int:run_id>")
def show_run(run_id: int) -> ResponseReturnValue:
    """Show how far a run is, and when it is done what came of it, creator by creator."""
    with looking() as reading:
        run = finding.get_run(reading, run_id)
        if run.started_at is None:
            return redirect(url_for(".choose_people", run_id=run_id))
        outcomes = batching.list_outcomes(reading, run_id)
        texts = narrating.invitation_texts(reading, run_id)
    return render_template(
        "plans/run.html",
        run=run,
        outcomes=outcomes,
        progress=_progress(run, outcomes),
        texts=texts,
        state_text=state_text,
    )


@pages.post("/partnerships/new/<int:run_id>/go")
def carry_on(run_id: int) -> ResponseReturnValue:
    """Plan the next portion, or send the next invitations."""
    return carry_out(run_id)


@pages.post("/partnerships/new/<int:run_id>/invite")
def invite_all(run_id: int) -> ResponseReturnValue:
    """Send everybody's invitation, the first portion at once."""
    with begin() as work:
        batching.invite_all(work, run_id)
    return carry_out(run_id)


def carry_out(run_id: int) -> ResponseReturnValue:
    """Do one portion of what is left, all or nothing for each creator, and lead to what has come of it."""
    with begin() as work:
        run = finding.get_run(work, run_id)
        for line in batching.claim_lines(work, run_id):
            _attempt(work, run, line)
        for line in batching.claim_uninvited(work, run_id):
            _attempt(work, run, line)
    with looking() as reading:
        outcomes = batching.list_outcomes(reading, run_id)
    if len(outcomes) == 1 and outcomes[0].is_draft:
        flash(gettext("The plan stands. Have a look, then send the invitation."), "success")
        return redirect(url_for("portfolio.show", partnership_id=outcomes[0].partnership_id))
    return redirect(url_for(".show_run", run_id=run_id))


def _attempt(work: Work, run: PlanningRun, line: PlanningLine) -> None:
    """Plan or invite one creator, or note why not."""
    try:
        with work.attempting():
            if line.partnership_id is None:
                line.keep(_plan(work, run, line))
            else:
                moving.move(work, line.partnership_id, PartnershipAction.INVITE)
    except (Refused, NotFound) as wrong:
        line.refuse(wrong)


def _plan(work: Work, run: PlanningRun, line: PlanningLine) -> Partnership:
    if run.campaign_id is None or run.anchor_on is None:
        raise Refused(N_("Please choose a campaign and at least one creator."))
    return drafting.draft(
        work,
        campaign_id=run.campaign_id,
        creator_id=line.creator_id or _open_file(work, line.facts),
        template_key=run.template_key,
        anchor_on=run.anchor_on,
        fee=line.fee,
        note=run.note,
        again=run.again,
    )


def _progress(run: PlanningRun, outcomes: Sequence[Outcome]) -> Progress:
    inviting = run.inviting_since is not None
    drafts = sum(one.is_draft and one.problem is None for one in outcomes)
    waiting = sum(one.is_waiting for one in outcomes)
    return Progress(
        total=len(outcomes),
        done=len(outcomes) - waiting - (drafts if inviting else 0),
        planned=sum(one.partnership_id is not None for one in outcomes),
        refused=sum(one.problem is not None for one in outcomes),
        drafts=drafts,
        inviting=inviting,
    )


def _open_file(work: Work, pasted: Mapping[str, str]) -> int:
    """Return the id of a creator who was pasted, with a file of their own from now on."""
    account = HandleFacts(platform=Platform(pasted["platform"]), name=pasted["handle"])
    facts = CreatorFacts(name=pasted["name"], handles=(account,), whatsapp=pasted["whatsapp"])
    return enlisting.enlist(work, facts, email=pasted["email"], locale=LOCALE, zone=pasted["zone"]).id
