"""Plan partnerships in three steps: from what, with whom, from when. Each step is kept, so going back loses nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from partnerships.core.errors import IllegalTransition, NotFound, Refused
from partnerships.core.zones import DEFAULT_ZONE
from partnerships.creators.rules.pasting import COLUMN_LABELS
from partnerships.database.work import Reading, Work
from partnerships.plans import batching, choosing, finding, foreseeing, previewing, sketching
from partnerships.plans.foreseeing import Foreseen
from partnerships.plans.forms.planning import DatesForm, PeopleForm, PreviewForm, TemplateForm
from partnerships.plans.narrating import conflict_text
from partnerships.plans.previewing import PreviewedStage
from partnerships.plans.promising import estimate_text, left_out_text
from partnerships.plans.rules.dates import check_anchor
from partnerships.plans.sketching import Terms
from partnerships.plans.tables import PlanningRun
from partnerships.plans.wording import anchor_text, crowded_text, quiet_text, reach_texts
from partnerships.web.context import begin, looking
from partnerships.web.formats import language
from partnerships.web.urls import row_id
from partnerships.web.words import translated

from .blueprint import pages, status_of
from .runs import carry_out


@pages.route("/partnerships/new", methods=["GET", "POST"])
def create() -> ResponseReturnValue:
    """Begin a plan: choose what it is planned from. A campaign and a creator may have been chosen on the way here."""

    def begin_run(work: Work, template_key: str) -> int:
        creator = request.args.get("creator", type=row_id)
        return sketching.begin(
            work,
            template_key,
            campaign_id=request.args.get("campaign", type=row_id),
            creator_ids=[creator] if creator else [],
        ).id

    return _template_step(None, begin_run)


@pages.route("/partnerships/new/<int:run_id>/template", methods=["GET", "POST"])
def choose_template(run_id: int) -> ResponseReturnValue:
    """Choose another template for a plan that was begun."""
    with looking() as reading:
        run = finding.get_run(reading, run_id)

    def take(work: Work, template_key: str) -> int:
        sketching.take_template(work, run_id, template_key)
        return run_id

    return _template_step(run, take)


def _template_step(run: PlanningRun | None, take: Callable[[Work, str], int]) -> ResponseReturnValue:
    form = TemplateForm()
    with looking() as reading:
        templates = choosing.list_templates(reading)
        unfinished = [] if run else finding.list_unfinished(reading)
    form.offer(templates)
    if form.validate_on_submit():
        try:
            with begin() as work:
                run_id = take(work, form.template_key.data)
            return redirect(url_for(".choose_people", run_id=run_id))
        except IllegalTransition:
            return redirect(url_for(".show_run", run_id=run.id if run else 0))
    page = render_template(
        "plans/begin.html",
        form=form,
        run=run,
        selected=run.template_key if run else request.args.get("template"),
        templates=templates,
        unfinished=unfinished,
        zone=DEFAULT_ZONE,
        locale=language(),
    )
    return page, status_of(form)


@pages.route("/partnerships/new/<int:run_id>/people", methods=["GET", "POST"])
def choose_people(run_id: int) -> ResponseReturnValue:
    """Choose a campaign and creators. Whatever button is pressed, what was ticked is kept."""
    with looking() as reading:
        run = finding.get_run(reading, run_id)
        form = PeopleForm(
            data={"campaign_id": run.campaign_id, "find": request.args.get("q", ""), "pasted": run.pasted}
        )
        form.offer(choosing.list_campaigns(reading))
    if run.started_at is not None:
        return redirect(url_for(".show_run", run_id=run_id))
    if form.is_submitted():
        return _take_people(run, form)
    return _people_page(run, form, run.creator_ids)


def _take_people(run: PlanningRun, form: PeopleForm) -> ResponseReturnValue:
    """Keep what was chosen. On the way on it has to be right; to look for more creators it need not be whole."""
    fine, goes_on, ids = form.validate(), "next" in request.form, form.chosen_of(run.creator_ids)
    if goes_on and not fine:
        return _people_page(run, form, ids)
    try:
        with begin() as work:
            sketching.take_people(
                work, run.id, campaign_id=form.campaign_id.data, creator_ids=ids, pasted=form.pasted.data or ""
            )
        if goes_on:  # what was chosen is kept, whatever is wrong with it
            with looking() as reading:
                foreseeing.check_people(reading, run.id)
    except Refused as refusal:
        form.refuse(refusal)
        return _people_page(run, form, ids)
    if goes_on:
        return redirect(url_for(".choose_dates", run_id=run.id))
    page = request.form.get("page", 1, type=row_id)
    return redirect(url_for(".choose_people", run_id=run.id, q=form.find.data or None, page=page))


def _people_page(run: PlanningRun, form: PeopleForm, ids: Sequence[int]) -> ResponseReturnValue:
    page, words = request.args.get("page", 1, type=row_id), form.find.data or ""
    with looking() as reading:
        chosen = choosing.find_creators(reading, ids)
        others = choosing.list_creators(reading, words, page=page, but=ids)
        gathered = foreseeing.look_at_rows(reading, form.pasted.data or "")
        shown = render_template(
            "plans/people.html",
            form=form,
            run=run,
            chosen=chosen,
            others=others,
            words=words,
            gathered=gathered,
            columns=COLUMN_LABELS,
            number=page,
            has_campaigns=len(form.campaign_id.choices) > 1,
        )
    return shown, status_of(form)


@pages.route("/partnerships/new/<int:run_id>/dates", methods=["GET", "POST"])
def choose_dates(run_id: int) -> ResponseReturnValue:
    """Say when it begins and what is paid, with every date and every conflict in view; then plan it."""
    with looking() as reading:
        run = finding.get_run(reading, run_id)
        form = _dates_form(reading, run)
    if run.started_at is not None:
        return redirect(url_for(".show_run", run_id=run_id))
    if form.validate_on_submit():
        try:
            with begin() as work:
                sketching.take_terms(work, run_id, _terms(form))
            if "preview" not in request.form:
                with begin() as work:
                    batching.start(work, run_id)
                return carry_out(run_id)
        except Refused as refusal:
            form.refuse(refusal)
    with looking() as reading:
        foreseen = foreseeing.foresee(reading, run_id, form.anchor_on.data)
    if not foreseen.candidates or run.campaign_id is None:
        return redirect(url_for(".choose_people", run_id=run_id))
    previewed = _previewed(run.template_key, form.anchor_on.data, foreseen.today)
    page = render_template(
        "plans/start.html",
        form=form,
        run=run,
        fee=form.fee.data,
        foreseen=foreseen,
        anchor_hint=_anchor_hint(run.template_key),
        previewed=previewed,
        conflicts=_conflicts(foreseen),
        quiet_text=quiet_text,
        left_out_text=left_out_text,
        locale=language(),
    )
    return page, status_of(form)


def _dates_form(reading: Reading, run: PlanningRun) -> DatesForm:
    candidates = foreseeing.list_candidates(reading, run.id)
    return DatesForm(
        data={
            "anchor_on": run.anchor_on or foreseeing.propose_start(reading, run.id),
            "fee": run.fee,
            "fees": [{"key": one.key, "fee": run.fees.get(one.key)} for one in candidates],
            "note": run.note,
            "again": run.again,
        }
    )


def _anchor_hint(key: str) -> str:
    try:
        with looking() as reading:
            return anchor_text(finding.get_template(reading, key))
    except NotFound:  # the page says so beside the dates
        return ""


def _terms(form: DatesForm) -> Terms:
    return Terms(
        anchor_on=form.first_day,
        fee=form.fee.data,
        fees=form.own_fees,
        note=(form.note.data or "").strip(),
        again=bool(form.again.data),
    )


@pages.get("/partnerships/new/<int:run_id>/preview")
def preview(run_id: int) -> ResponseReturnValue:
    """Send the dates that would follow, as a fragment for the third step."""
    form = PreviewForm(request.args)
    anchor_on = form.anchor_on.data if form.validate() else None
    with looking() as reading:
        run = finding.get_run(reading, run_id)
        foreseen = foreseeing.foresee(reading, run_id, anchor_on)
    if form.errors:
        previewed = Previewed(problem=" ".join(str(sentence) for entry in form for sentence in entry.errors))
    else:
        previewed = _previewed(run.template_key, anchor_on, foreseen.today)
    return render_template(
        "plans/_preview.html",
        fee=form.fee.data,
        foreseen=foreseen,
        previewed=previewed,
        conflicts=_conflicts(foreseen),
        quiet_text=quiet_text,
        left_out_text=left_out_text,
        locale=language(),
    )


def _conflicts(foreseen: Foreseen) -> list[tuple[str, int | None]]:
    """Return each conflict in words, with the partnership that it is about."""
    crowded = [crowded_text([day]) for day in foreseen.crowded]
    told = [(conflict_text(name, one), one.other.id if one.other else None) for name, one in foreseen.conflicts]
    if foreseen.planned:
        crowded += reach_texts(foreseen.reach, foreseen.planned.template)
    return [*((sentence, None) for sentence in crowded), *told]


@dataclass(frozen=True, slots=True)
class Previewed:
    """The dates of a plan; or None, and the sentence that says what is wrong with the start."""

    stages: list[PreviewedStage] | None = None
    problem: str = ""
    estimate: str = ""  # that the feast it counts from has not been announced


def _previewed(key: str, anchor_on: date | None, today: date) -> Previewed:
    if anchor_on is None:
        return Previewed()
    try:
        with looking() as reading:
            template = finding.get_template(reading, key)
            days, estimates = previewing.find_quiet_days(reading), previewing.find_estimates(reading)
        check_anchor(anchor_on, today, template)
        stages = previewing.preview(template, anchor_on, days, today, estimates)
        return Previewed(stages, estimate=estimate_text(template, anchor_on, estimates))
    except (Refused, NotFound) as wrong:  # an impossible start, or a template that there is not any more
        return Previewed(problem=translated(wrong))
