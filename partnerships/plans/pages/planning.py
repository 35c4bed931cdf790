"""Plan a partnership from a template, with every date in view before it is kept."""

from datetime import date, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from partnerships.core.errors import NotFound, Refused
from partnerships.core.zones import DEFAULT_ZONE, day_in
from partnerships.database.work import Work
from partnerships.plans import choosing, drafting, finding, previewing
from partnerships.plans.forms import PartnershipForm, PreviewForm
from partnerships.plans.previewing import PreviewedStage
from partnerships.plans.rules.dates import check_anchor
from partnerships.web.context import begin, looking
from partnerships.web.formats import language
from partnerships.web.words import gettext, translated

from .blueprint import pages, status_of

SHIPPING_DAYS = 7  # from today to the anchor that a new plan proposes


@pages.route("/partnerships/new", methods=["GET", "POST"])
def create() -> ResponseReturnValue:
    """Plan a partnership from a template, with every date in view before it is kept."""
    form = PartnershipForm()
    with looking() as reading:
        templates = choosing.list_templates(reading)
        campaigns_there, creators = choosing.list_campaigns(reading), choosing.list_creators(reading)
        form.offer([(t.key, t.title.in_(language())) for t in templates], campaigns_there, creators)
        today = day_in(DEFAULT_ZONE, reading.now)
    if not form.is_submitted():
        _propose(form, today)
        form.template_key.data = request.args.get("template") or templates[0].key
    elif form.validate() and "preview" not in request.form:
        try:
            with begin() as work:
                partnership_id = _draft(work, form)
            flash(gettext("The plan stands. Have a look, then send the invitation."), "success")
            return redirect(url_for("portfolio.show", partnership_id=partnership_id))
        except Refused as refusal:
            form.refuse(refusal)
    stages, problem = _previewed(form.template_key.data, form.anchor_on.data)
    ready = bool(campaigns_there and creators)
    page = render_template(
        "plans/new.html",
        form=form,
        fee=form.fee.data,
        stages=stages,
        problem=problem,
        ready=ready,
        locale=language(),
    )
    return page, status_of(form)


def _propose(form: PartnershipForm, today: date) -> None:
    form.anchor_on.data = today + timedelta(days=SHIPPING_DAYS)
    form.campaign_id.data = request.args.get("campaign", type=int)
    form.creator_id.data = request.args.get("creator", type=int)


def _draft(work: Work, form: PartnershipForm) -> int:
    return drafting.draft(
        work,
        campaign_id=form.campaign_id.data,
        creator_id=form.creator_id.data,
        template_key=str(form.template_key.data),
        anchor_on=form.first_day,
        fee=form.fee.data,
        note=(form.note.data or "").strip(),
        again=bool(form.again.data),
    ).id


@pages.get("/partnerships/preview")
def preview() -> ResponseReturnValue:
    """Send the dates that would follow, as a fragment for the form of a new plan."""
    form = PreviewForm(request.args)
    stages, problem = None, ""
    if form.validate():
        stages, problem = _previewed(form.template_key.data, form.anchor_on.data)
    else:
        problem = " ".join(str(sentence) for entry in form for sentence in entry.errors)
    return render_template("plans/_preview.html", fee=form.fee.data, stages=stages, problem=problem, locale=language())


def _previewed(key: str | None, anchor_on: date | None) -> tuple[list[PreviewedStage] | None, str]:
    """Return the dates, or None and the sentence that says what is wrong with the start."""
    if key is None or anchor_on is None:
        return None, ""
    try:
        with looking() as reading:
            template = finding.get_template(reading, key)
            today = day_in(DEFAULT_ZONE, reading.now)
            check_anchor(anchor_on, today, template)
            return previewing.preview(template, anchor_on, previewing.find_quiet_days(reading), today), ""
    except (Refused, NotFound) as wrong:  # an impossible start, or a template that there is not
        return None, translated(wrong)
