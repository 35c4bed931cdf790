"""Move the dates of a plan: say what, look at what would move and what stays, then move exactly that."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from partnerships.core.errors import Refused
from partnerships.database.work import Reading
from partnerships.plans import consenting, finding, shifting, undoing
from partnerships.plans.forms import FarForm, ShiftForm, WantedForm
from partnerships.plans.rules.differences import moved as moved_between
from partnerships.plans.rules.moves import Move, MoveKind
from partnerships.plans.rules.partnerships import STANDING_STILL
from partnerships.plans.rules.proposals import MoveAction, MoveState
from partnerships.plans.tables import Partnership, PlanMove, PlanVersion
from partnerships.plans.wording import MOVE_WORDS, change_text, days_of, movable, skips_text
from partnerships.web.context import begin, looking
from partnerships.web.flashes import flash_next, flash_undo
from partnerships.web.formats import moment_text
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
            rows=_previewed(reading, partnership_id, move) if move else [],
            changed=_changed(reading) if form.form_errors else [],
            words=MOVE_WORDS,
        )
    return page, status_of(form)


def _previewed(reading: Reading, partnership_id: int, move: Move) -> Sequence[shifting.Previewed]:
    """Return what the move makes of the plan, and of a skip also what it would mean for what hangs on the plan."""
    rows = shifting.preview(reading, [partnership_id], move)
    if move.kind is not MoveKind.SKIP:
        return rows
    foresee = current_app.extensions["foresee_skip"]
    return [row.foreseen(foresee(reading, row.partnership, move.key, row.bent.let_go)) for row in rows]


@pages.route("/partnerships/dates", methods=["GET", "POST"])
def move_many() -> ResponseReturnValue:
    """Show what a move of everything to come would change in several plans, and move them."""
    form, wanted = ShiftForm(), FarForm(request.values)
    wanted.offer_ways()
    ids = list(dict.fromkeys([*_ids(), *_seen()]))
    move = _far(wanted, ids)
    if form.validate_on_submit() and move and (moved := _shifted(form, move, _seen())):
        _say_moved(moved)
        return redirect(url_for("portfolio.timeline"))
    with looking() as reading:
        page = render_template(
            "plans/dates_of_many.html",
            form=form,
            wanted=wanted,
            ids=ids,
            rows=shifting.preview(reading, ids, move) if move else [],
            changed=_changed(reading) if form.form_errors else [],
            words=MOVE_WORDS,
        )
    return page, status_of(form)


def _ids() -> list[int]:
    """Return which partnerships were ticked, without what is no partnership's id."""
    return request.values.getlist("id", type=row_id)


def _far(form: FarForm, ids: Sequence[int]) -> Move | None:
    if len(ids) > shifting.MOST_AT_ONCE:
        form.refuse(Refused(shifting.TOO_MANY, most=shifting.MOST_AT_ONCE))
        return None
    if not ids or "days" not in request.values or not form.validate():
        return None
    try:
        return form.shift()
    except Refused as refusal:
        form.refuse(refusal)
        return None


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
    with looking() as reading:
        move = _wanted(WantedForm(request.values), finding.get_for(reading, partnership_id))
        if move is None and shifting.changed_since(reading, _seen()):  # it can be asked for no more, because of that
            form.refuse(Refused(shifting.MEANWHILE, field="seen"))
    return _shifted(form, move, {partnership_id: _seen().get(partnership_id, 0)}) if move else ()


def _shifted(form: ShiftForm, move: Move, seen: Mapping[int, int]) -> Sequence[PlanMove]:
    try:
        with begin() as work:
            return shifting.shift(work, seen, move, form.note.data or "")
    except Refused as refusal:
        form.refuse(refusal)
        return ()


def _seen() -> dict[int, int]:
    """Return which version of each plan was looked at, by its id."""
    return dict(request.form.getlist("seen", type=_seen_one))


def _seen_one(text: str) -> tuple[int, int]:
    key, _, number = text.partition(":")
    return row_id(key), row_id(number)


def _changed(reading: Reading) -> list[tuple[str, list[str], list[str]]]:
    """Return in words by whom plans were moved meanwhile, and how they differ from what was looked at."""
    return [
        (
            partnership.creator.name,
            _movers(reading, partnership, versions[1:]),
            _between(reading, partnership, versions),
        )
        for partnership, versions in shifting.changed_since(reading, _seen())
    ]


def _movers(reading: Reading, partnership: Partnership, versions: Sequence[PlanVersion]) -> list[str]:
    """Return who made each of `versions`, and when; what nobody made, the clock did."""
    names = finding.list_movers(reading, versions)
    return [
        gettext(
            "Moved by %(who)s, %(moment)s",
            who="Sahabat" if one.made_by is None else names.get(one.made_by) or gettext("Somebody who has left"),
            moment=moment_text(one.made_at, partnership.zone),
        )
        for one in versions
    ]


def _between(reading: Reading, partnership: Partnership, versions: Sequence[PlanVersion]) -> list[str]:
    """Return in words what was moved from the first of `versions` to the last, and what was skipped."""
    old, new, template = versions[0], versions[-1], partnership.template
    skips = finding.list_skips(reading, versions)
    return [
        *skips_text(skips, old.number, new.number, template),
        *(change_text(change, template) for change in moved_between(old.dates, new.dates)),
    ]


def _say_moved(moved: Sequence[PlanMove]) -> None:
    """Say on the next page what was moved, with a button to take it back."""
    flash_undo(_said(moved), gettext("Undo (10 seconds)"), url_for(".undo_move", move_id=moved[0].id))


def _said(moved: Sequence[PlanMove]) -> str:
    if moved[0].kind is MoveKind.SKIP:
        return gettext("Skipped: nothing of this stage is asked for any more.")
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
    return " ".join(sentences)


@pages.post("/partnerships/moves/<int:move_id>/undo")
def undo_move(move_id: int) -> ResponseReturnValue:
    """Take a move back while nobody has heard of it."""
    with looking() as reading:
        moves = undoing.list_batch(reading, move_id)
        here, way = _home(moves), _way_back(moves)
    try:
        with begin() as work:
            undoing.undo(work, move_id)
        flash(gettext("Taken back: everything is as it was."), "success")
    except Refused as refusal:
        if way is None:
            flash(translated(refusal), "warning")
        else:
            flash_next(translated(refusal), gettext("Move the dates back"), way, "warning")
    return redirect(here)


def _way_back(moves: Sequence[PlanMove]) -> str | None:
    """Return where the same dates can be moved back by a move of its own; None where none can be."""
    first = moves[0]
    ids = [move.partnership_id for move in moves if move.partnership.state not in STANDING_STILL]
    if not ids or first.kind in {MoveKind.SKIP, MoveKind.PAUSE}:
        return None
    is_start = first.kind is MoveKind.ANCHOR
    if len(moves) == 1 and not is_start:
        return url_for(".move_dates", partnership_id=first.partnership_id, what="back", number=first.from_number)
    days = int(first.wanted["days"])
    back: dict[str, Any] = {
        "what": "anchor" if is_start else None,
        "days": abs(days),
        "way": "earlier" if days > 0 else "later",
    }
    if len(moves) == 1:
        return url_for(".move_dates", partnership_id=first.partnership_id, **back)
    return url_for(".move_many", id=ids, **back)


def _home(moves: Sequence[PlanMove]) -> str:
    if len(moves) == 1:
        return url_for("portfolio.show", partnership_id=moves[0].partnership_id)
    return url_for("portfolio.timeline")


@pages.post("/partnerships/moves/<int:move_id>/withdraw")
def withdraw_move(move_id: int) -> ResponseReturnValue:
    """Ask the creator no longer."""
    with begin() as work:
        move = consenting.decide(work, move_id, MoveAction.WITHDRAW)
        flash_next(gettext("Withdrawn: the old dates stay."), gettext("Versions"), _versions(move))
        return redirect(url_for(".move_dates", partnership_id=move.partnership_id))


def _versions(move: PlanMove) -> str:
    return url_for("portfolio.versions", partnership_id=move.partnership_id)
