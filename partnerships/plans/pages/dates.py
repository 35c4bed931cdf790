"""Move the dates of a plan: say what, look at what would move and what stays, then move exactly that."""

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from partnerships.core.errors import Refused
from partnerships.database.work import Reading
from partnerships.plans import consenting, finding, shifting, undoing
from partnerships.plans.forms import ShiftForm, WantedForm
from partnerships.plans.rules.differences import difference
from partnerships.plans.rules.moves import Move
from partnerships.plans.rules.proposals import MoveAction, MoveState
from partnerships.plans.tables import Partnership, PlanMove
from partnerships.plans.wording import change_text, days_of, movable, problem_text, stay_text
from partnerships.web.context import begin, looking
from partnerships.web.flashes import flash_next, flash_undo
from partnerships.web.urls import row_id
from partnerships.web.words import gettext, ngettext, translated

from .blueprint import pages, status_of


@pages.route("/partnerships/<int:partnership_id>/dates", methods=["GET", "POST"])
def move_dates(partnership_id: int) -> ResponseReturnValue:
    """Show what a move of one plan would change, and move it."""
    form, wanted = ShiftForm(), WantedForm(request.values)
    if form.validate_on_submit() and (moved := _moved(form, partnership_id)):
        _say_moved(moved)
        return redirect(url_for("portfolio.show", partnership_id=partnership_id))
    with looking() as reading:
        partnership = finding.get_for(reading, partnership_id)
        move = _wanted(wanted, partnership)
        page = render_template(
            "plans/dates.html",
            form=form,
            wanted=wanted,
            partnership=partnership,
            proposed=finding.find_proposed(reading, partnership_id),
            rows=shifting.preview(reading, [partnership_id], move) if move else [],
            changed=_changed(reading) if form.form_errors else [],
            words={"change": change_text, "stay": stay_text, "problem": problem_text},
        )
    return page, status_of(form)


def _wanted(form: WantedForm, partnership: Partnership) -> Move | None:
    """Return the move that the address asks for; None when it asks for none, or not clearly."""
    things = movable(partnership)
    if request.values.get("what") == "back":
        number = request.values.get("number", type=row_id) or 0
        things.append(("back", gettext("Back to the dates of version %(number)s", number=number), gettext("The plan")))
    form.offer(things)
    if "what" not in request.values or not form.validate():
        return None
    try:
        return form.move(days_of(partnership))
    except Refused as refusal:
        form.refuse(refusal)
        return None


def _moved(form: ShiftForm, partnership_id: int) -> Sequence[PlanMove]:
    """Return what was moved; nothing when something was in the way, which the form then says."""
    wanted = WantedForm(request.values)
    try:
        with begin() as work:
            move = _wanted(wanted, finding.get_for(work, partnership_id))
            seen = {partnership_id: _seen().get(partnership_id, 0)}
            return shifting.shift(work, seen, move, form.note.data or "") if move else ()
    except Refused as refusal:
        form.refuse(refusal)
        return ()


def _seen() -> dict[int, int]:
    """Return which version of each plan was looked at, by its id."""
    pairs = (pair.partition(":") for pair in request.form.getlist("seen"))
    return {row_id(key): row_id(number) for key, _, number in pairs if key.isdecimal() and number.isdecimal()}


def _changed(reading: Reading) -> list[tuple[str, list[str]]]:
    """Return in words how the plans that somebody else has moved meanwhile differ from what was looked at."""
    return [
        (
            partnership.creator.name,
            [change_text(change, partnership.template) for change in difference(versions[0].dates, versions[-1].dates)],
        )
        for partnership, versions in shifting.changed_since(reading, _seen())
    ]


def _say_moved(moved: Sequence[PlanMove]) -> None:
    """Say on the next page what was moved, with a button to take it back."""
    applied = [move for move in moved if move.state is MoveState.APPLIED]
    asked = len(moved) - len(applied)
    dates, plans = sum(len(move.changes) for move in applied), len(applied)
    sentences = []
    if applied:
        partnerships = ngettext("%(num)s partnership", "%(num)s partnerships", plans)
        sentence = ngettext(
            "Moved %(num)s date in %(where)s.", "Moved %(num)s dates in %(where)s.", dates, where=partnerships
        )
        sentences.append(sentence)
    if asked:
        sentences.append(
            ngettext(
                "%(num)s creator is asked to agree to earlier dates; until then the old ones hold.",
                "%(num)s creators are asked to agree to earlier dates; until then the old ones hold.",
                asked,
            )
        )
    flash_undo(" ".join(sentences), gettext("Undo (10 seconds)"), url_for(".undo_move", move_id=moved[0].id))


@pages.post("/partnerships/moves/<int:move_id>/undo")
def undo_move(move_id: int) -> ResponseReturnValue:
    """Take a move back while nobody has heard of it."""
    with looking() as reading:
        move = consenting.get_move(reading, move_id)
        back = url_for(".move_dates", partnership_id=move.partnership_id, what="back", number=move.from_number)
    try:
        with begin() as work:
            undoing.undo(work, move_id)
        flash_next(gettext("Taken back: every date is as it was."), gettext("Versions"), _versions(move))
    except Refused as refusal:
        flash_next(translated(refusal), gettext("Move the dates back"), back, "warning")
    return redirect(url_for("portfolio.show", partnership_id=move.partnership_id))


@pages.post("/partnerships/moves/<int:move_id>/withdraw")
def withdraw_move(move_id: int) -> ResponseReturnValue:
    """Ask the creator no longer."""
    with begin() as work:
        move = consenting.decide(work, move_id, MoveAction.WITHDRAW)
        flash_next(gettext("Withdrawn: the old dates stay."), gettext("Versions"), _versions(move))
        return redirect(url_for(".move_dates", partnership_id=move.partnership_id))


def _versions(move: PlanMove) -> str:
    return url_for("portfolio.versions", partnership_id=move.partnership_id)
