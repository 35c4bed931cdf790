"""The reviewer's desk: what waits, and one piece of content beside the rubric and the evidence."""

from collections import Counter
from collections.abc import Callable, Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from partnerships.authenticity import (
    answering,
    appealing,
    assigning,
    explaining,
    finding,
    gathering,
    gauging,
    listing,
    reviewing,
    undoing,
    wording,
)
from partnerships.authenticity.forms import (
    AppealForm,
    blind_form,
    blockers_in,
    decision_form,
    filled_again,
    filled_from,
    outcome_in,
    ratings_in,
    row_fields,
    rows_in,
    score_in,
    wishes_in,
)
from partnerships.authenticity.gathering import Moment, Sheet
from partnerships.authenticity.listing import STANDING_LABELS
from partnerships.authenticity.rules.agreement import SHOWN_FROM_PAIRS, SHOWN_FROM_REVIEWERS
from partnerships.authenticity.rules.decision import Rating
from partnerships.authenticity.rules.rounds import CAUSE_SENTENCES, ROUND_LABELS
from partnerships.authenticity.rules.rubric import OUTCOME_LABELS
from partnerships.authenticity.rules.signals import RESPONSE_LABELS, STRENGTH_LABELS, Response
from partnerships.authenticity.rules.worth import JUDGED_FROM, RETIRE
from partnerships.core.errors import Conflict, NotFound, Refused
from partnerships.core.words import N_
from partnerships.core.zones import day_in
from partnerships.deliverables.rules.attestations import FREQUENCY_LABELS
from partnerships.deliverables.rules.deliverables import STATE_LABELS
from partnerships.deliverables.rules.requests import MOST, Ground
from partnerships.deliverables.tables import ground_of
from partnerships.deliverables.wording import anchor_text, gate_text
from partnerships.people.finding import get_organisation
from partnerships.plans.rules.proposals import undo_ends
from partnerships.plans.rules.words import CLAIM_LABELS, DELIVERABLE_LABELS
from partnerships.plans.wording import answered_text
from partnerships.web.context import begin, looking
from partnerships.web.flashes import flash_undo
from partnerships.web.forms import PageForm
from partnerships.web.urls import row_id
from partnerships.web.words import translated

from .blueprint import pages

WORDS = {
    "claim_labels": CLAIM_LABELS,
    "kind_labels": DELIVERABLE_LABELS,
    "outcome_labels": OUTCOME_LABELS,
    "round_labels": ROUND_LABELS,
    "cause_sentences": CAUSE_SENTENCES,
    "state_labels": STATE_LABELS,
    "share_labels": finding.SHARE_LABELS,
    "response_labels": RESPONSE_LABELS,
    "strength_labels": STRENGTH_LABELS,
    "standing_labels": STANDING_LABELS,
    "card_sentence": wording.card_sentence,
    "standing_sentence": wording.standing_sentence,
    "anchors_of": wording.anchors_of,
    "reason_groups": wording.reason_groups,
    "round_text": wording.round_text,
    "title_of": wording.title_of,
    "weights_of": wording.weights_of,
    "lines": gathering.lines,
    "score_in": score_in,
    "row_fields": row_fields,
    "most_rows": MOST,
    "anchor_text": anchor_text,
    "use_words": {"frequencies": FREQUENCY_LABELS},
}
MARKS = {"approved": "approved", "changes_requested": "changes", "rejected": "overdue"}


@pages.get("")
def inbox() -> ResponseReturnValue:
    """Show what waits for a decision, the longest waiting first."""
    share = _share(request.args.get("show", ""))
    with looking() as reading:
        waiting = finding.inbox(reading)
    shown = [row for row in waiting if row.belongs_to(share)]
    counts = {each: sum(row.belongs_to(each) for row in waiting) for each in finding.Share}
    loads = sorted(Counter(row.turn for row in waiting if row.turn).items())
    return render_template("authenticity/inbox.html", rows=shown, share=share, counts=counts, loads=loads, **WORDS)


@pages.get("/quality")
def quality() -> ResponseReturnValue:
    """Show how far reviewers agree, and what became of their decisions."""
    with looking() as reading:
        gauged = gauging.gauge(reading)
        since = day_in(get_organisation(reading).zone, gauged.since)
    return render_template(
        "authenticity/quality.html",
        quality=gauged,
        since=since,
        pairs=SHOWN_FROM_PAIRS,
        people=SHOWN_FROM_REVIEWERS,
        title_of=wording.analyser_title,
        answers=JUDGED_FROM,
        retire=gettext(RETIRE),
    )


@pages.route("/<int:deliverable_id>", methods=["GET", "POST"])
def review(deliverable_id: int) -> ResponseReturnValue:
    """Show one deliverable to judge, or take the step that was posted: start, rate blind, decide."""
    if request.method == "GET":
        return _show(deliverable_id)
    step = POSTED.get(request.form.get("step", ""))
    if step is None:
        raise NotFound(N_("There is nothing here."))
    return step(deliverable_id)


@pages.route("/<int:deliverable_id>/signals", methods=["GET", "POST"])
def signals(deliverable_id: int) -> ResponseReturnValue:
    """Show creators what programs found in their newest version, and take what they say about it."""
    form, typed, wrong = PageForm(), _numbered("explain-"), {}
    if form.validate_on_submit():
        try:
            with begin() as work:
                explaining.explain(work, deliverable_id, typed)
        except Refused as refusal:
            if refusal.field:
                wrong[refusal.field] = translated(refusal)
            else:
                form.refuse(refusal)
        else:
            flash(gettext("Kept: whoever reviews it reads it beside the finding."), "success")
            return redirect(url_for(".signals", deliverable_id=deliverable_id))
    with looking() as reading:
        own, limit = listing.own_cards(reading, deliverable_id), explaining.LENGTH
        about = {"own": own, "form": form, "typed": typed, "wrong": wrong, "limit": limit}
        shown = render_template("authenticity/explain.html", **about, **WORDS)
    return shown, 422 if wrong or form.errors else 200


@pages.route("/<int:deliverable_id>/appeal", methods=["GET", "POST"])
def appeal(deliverable_id: int) -> ResponseReturnValue:
    """Show creators the decision on their content, and take their one appeal."""
    form = AppealForm()
    if request.method == "POST" and form.validate():
        try:
            with begin() as work:
                appealing.appeal(work, deliverable_id, form.words.data or "")
        except Conflict as conflict:
            return _show_verdict(deliverable_id, form, conflict)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("Somebody else looks at it now. You do not have to do anything until then."), "success")
            return redirect(url_for(".appeal", deliverable_id=deliverable_id))
    return _show_verdict(deliverable_id, form)


def _show_verdict(deliverable_id: int, form: AppealForm, conflict: Conflict | None = None) -> ResponseReturnValue:
    with looking() as reading:
        verdict = appealing.look_at_verdict(reading, deliverable_id)
        rubric = finding.rubric_of(reading, verdict.decision) if verdict.decision else None
        shown = render_template(
            "authenticity/appeal.html",
            verdict=verdict,
            rubric=rubric,
            form=form,
            sentences=[translated(conflict)] if conflict else [],
            marks=MARKS,
            **WORDS,
        )
    return shown, 409 if conflict else 422 if form.errors else 200


def _start(deliverable_id: int) -> ResponseReturnValue:
    try:
        with begin() as work:
            reviewing.start(work, deliverable_id)
    except (Conflict, Refused) as error:
        flash(translated(error), "warning")
    return _again(deliverable_id)


def _rate_blind(deliverable_id: int) -> ResponseReturnValue:
    form = _sheet_form(deliverable_id, blind_form)
    if not form.validate():
        return _show(deliverable_id, form)
    try:
        with begin() as work:
            reviewing.rate_blind(work, _review_id(), ratings_in(form))
    except Conflict as conflict:
        return _show(deliverable_id, form, conflict)
    except Refused as refusal:
        form.refuse(refusal)
        return _show(deliverable_id, form)
    return _again(deliverable_id)


def _decide(deliverable_id: int) -> ResponseReturnValue:
    form = _whole_form(deliverable_id)
    if "more" in request.form or not form.validate():
        return _show(deliverable_id, form)
    try:
        with begin() as work:
            decided = reviewing.decide(
                work,
                _review_id(),
                ratings=ratings_in(form),
                outcome=outcome_in(form),
                blockers=blockers_in(form),
                reasons=form["reasons"].data,
                message=form["message"].data or "",
                tags=form["tags"].data,
                wishes=list(wishes_in(form).values()),
            )
            answering.respond(work, _review_id(), _responses())
    except Conflict as conflict:
        return _show(deliverable_id, form, conflict)
    except Refused as refusal:
        form.refuse(refusal)
        return _show(deliverable_id, form)
    told = gettext("Your decision is kept, and the creator is told.")
    asked = gettext("Your decision is kept. Somebody else looks too, before the creator is told.")
    if decided.asks is None and decided.stood and decided.decided_at:
        back = url_for(".undo", review_id=decided.id)
        flash_undo(told, gettext("Undo (10 seconds)"), back, undo_ends(decided.decided_at))
    else:
        flash(asked if decided.asks else told, "success")
    return redirect(url_for(".inbox"))


@pages.post("/<int:deliverable_id>/reviewer")
def hand_over(deliverable_id: int) -> ResponseReturnValue:
    """Make it somebody's turn to review, or one's own."""
    account_id = request.form.get("account_id", 0, type=row_id)  # 0 is nobody
    try:
        with begin() as work:
            name = assigning.hand_over(work, deliverable_id, account_id)
    except (Conflict, Refused) as error:
        flash(translated(error), "warning")
    else:
        flash(gettext("It is %(name)s's turn to review it.", name=name), "success")
    if request.form.get("back") == "inbox":
        return redirect(url_for(".inbox", show="mine"))
    return _again(deliverable_id)


@pages.post("/decisions/<int:review_id>/undo")
def undo(review_id: int) -> ResponseReturnValue:
    """Take one's own decision back while nobody has heard of it."""
    with looking() as reading:
        deliverable_id = finding.get_reviewed(reading, review_id)
    try:
        with begin() as work:
            undoing.undo(work, review_id)
    except (Conflict, Refused) as error:
        flash(translated(error), "warning")
    else:
        flash(gettext("Taken back: nobody has been told. What you had filled in is here."), "success")
    return _again(deliverable_id)


POSTED: Mapping[str, Callable[[int], ResponseReturnValue]] = {
    "start": _start,
    "blind": _rate_blind,
    "decide": _decide,
}


def _show(deliverable_id: int, form: PageForm | None = None, conflict: Conflict | None = None) -> ResponseReturnValue:
    """Render the page; with `form`, what was typed and what is wrong with it."""
    with looking() as reading:
        sheet = gathering.lay_out(reading, deliverable_id)
        goes_on = form is not None and _belongs_to(form, sheet)
        shown = render_template(
            "authenticity/review.html",
            sheet=sheet,
            form=form if goes_on else _fresh_form(sheet),
            sentences=[translated(conflict)] if conflict else [],
            kept="" if form is None or goes_on else _typed(form),
            marks=MARKS,
            responses=_responses() if goes_on else {},
            gate_text=gate_text(sheet.outlook, day_in(sheet.deliverable.partnership.zone, reading.now)),
            answered_text=answered_text,
            shut=gettext(reviewing.SHUT) if sheet.is_shut else "",
            somebody_else=gettext(reviewing.SOMEBODY_ELSE),
            paused=gettext(reviewing.PAUSED) if sheet.is_paused else "",
            **WORDS,
        )
    asks_for_row = form is not None and not form.errors and "more" in request.form
    return shown, 409 if conflict else 200 if form is None or asks_for_row else 422


def _belongs_to(form: PageForm, sheet: Sheet) -> bool:
    """Say whether what was typed can still be sent: it is for this moment of this review."""
    own = sheet.own.id if sheet.own else None
    return bool(form["step"].data == sheet.moment and form["review_id"].data == str(own))


def _fresh_form(sheet: Sheet) -> PageForm | None:
    """Return the form of the page's moment, filled with what this reviewer rated before."""
    kind = sheet.deliverable.spec.kind
    if sheet.moment is Moment.BLIND:
        return blind_form(sheet.rubric, kind)(formdata=None)
    if sheet.moment is Moment.DECIDE and sheet.own:
        rated = {key: Rating(row.level, row.note) for key, row in sheet.own.levels(blind=True).items()}
        ground = ground_of(sheet.revision) if sheet.revision else Ground()
        again = filled_again(sheet.own.typed, sheet.own.reasons, sheet.own.tags, sheet.own.message)
        form = decision_form(sheet.rubric, kind, ground, rows_in(again, one_more=False))
        return form(formdata=None, data=filled_from(rated) | again)
    return None


def _sheet_form(deliverable_id: int, make: Callable[..., type[PageForm]]) -> PageForm:
    """Return the posted form, made from the rubric of this kind of content."""
    with looking() as reading:
        rubric, kind = finding.rubric_for(reading, deliverable_id)
    return make(rubric, kind)()


def _whole_form(deliverable_id: int) -> PageForm:
    """Return the posted form of the whole review, with as many rows as the page had, and one more if that was asked."""
    rows = rows_in(request.form, one_more="more" in request.form)
    with looking() as reading:
        ground = finding.ground_for(reading, deliverable_id)
    return _sheet_form(deliverable_id, lambda rubric, kind: decision_form(rubric, kind, ground, rows))


def _review_id() -> int:
    """Return which review the posted page belonged to: a later version must not get an earlier one's ratings."""
    posted = request.form.get("review_id", "")
    if not posted.isdecimal() or len(posted) > 9:
        raise NotFound(N_("There is nothing here."))
    return int(posted)


def _responses() -> dict[int, Response]:
    """Return what was answered to each finding: the answers stand beside the form, and are sent with it."""
    return {key: Response(word) for key, word in _numbered("signal-").items() if word in set(Response)}


def _numbered(prefix: str) -> dict[int, str]:
    """Return what was sent under names of `prefix` and a number; other names are none of ours."""
    named = {name.removeprefix(prefix): text for name, text in request.form.items() if name.startswith(prefix)}
    return {int(key): text for key, text in named.items() if key.isdecimal() and len(key) < 10}


def _typed(form: PageForm) -> str:
    """Return the words that were typed, to be copied when they cannot be sent any more."""
    texts = [(field.name, field.data) for field in form if field.type in {"TextAreaField", "StringField"}]
    return "\n".join(f"{name.removesuffix('-note')}: {text}" for name, text in texts if text)


def _share(asked: str) -> finding.Share:
    return finding.Share(asked) if asked in set(finding.Share) else finding.Share.ALL


def _again(deliverable_id: int) -> ResponseReturnValue:
    return redirect(url_for(".review", deliverable_id=deliverable_id))
