"""Move a partnership on: its actions, and the stages that wait."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.plans import finding, moving, opening
from partnerships.plans.forms import MoveForm
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.plans.rules.proposals import undo_ends
from partnerships.web.context import begin
from partnerships.web.flashes import flash_undo
from partnerships.web.urls import any_of
from partnerships.web.words import gettext, translated

from .blueprint import pages


@pages.post(f"/partnerships/<int:partnership_id>/<{any_of(PartnershipAction)}:action>")
def move(partnership_id: int, action: str) -> ResponseReturnValue:
    """Do one of the actions that the partnership's page offered."""
    form = MoveForm()
    if not form.validate():
        flash(gettext("Please look at what you filled in: the reason or the note cannot be kept."), "error")
        return redirect(url_for("portfolio.show", partnership_id=partnership_id))
    try:
        with begin() as work:
            moved = moving.move(
                work,
                partnership_id,
                PartnershipAction(action),
                reason=form.end_reason,
                note=(form.note.data or "").strip(),
            )
            said = gettext(UNASKED if moved.is_discarded else DONE[PartnershipAction(action)])
            resumed = finding.find_resumption(work, partnership_id) if action == PartnershipAction.RESUME else None
        if resumed is None:
            flash(said, "success")
        else:
            flash_undo(
                said,
                gettext("Undo (10 seconds)"),
                url_for(".undo_move", move_id=resumed.id),
                undo_ends(resumed.made_at),
            )
    except Refused as refusal:
        flash(translated(refusal), "error")
    return redirect(url_for("portfolio.show", partnership_id=partnership_id))


@pages.post("/partnerships/<int:partnership_id>/stages/<int:stage_id>/open")
def open_stage(partnership_id: int, stage_id: int) -> ResponseReturnValue:
    """Open a stage that waits at its gate, with a reason."""
    form = MoveForm()
    try:
        with begin() as work:
            opening.open_stage(work, partnership_id, stage_id, (form.note.data or "") if form.validate() else "")
        flash(gettext("Open: what belongs to this stage is asked for now. Your reason is in the history."), "success")
    except Refused as refusal:
        flash(translated(refusal), "error")
    return redirect(url_for("portfolio.show", partnership_id=partnership_id))


UNASKED = N_("Discarded. Nobody had been asked, and nobody is told.")
DONE = {
    PartnershipAction.INVITE: N_("The invitation is on its way."),
    PartnershipAction.NEGOTIATE: N_("Noted: you are talking about the terms."),
    PartnershipAction.ACCEPT: N_("Accepted."),
    PartnershipAction.DECLINE: N_("Declined."),
    PartnershipAction.HOLD: N_("On hold: nothing opens and nobody is reminded until you resume."),
    PartnershipAction.RESUME: N_("It runs again. The dates to come moved by the days it stood still."),
    PartnershipAction.END_EARLY: N_("Ended. What was earned stays earned."),
}
