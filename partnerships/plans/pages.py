"""Pages to plan partnerships, to move them on, and for creators to say yes, no, "it arrived" or "not for me"."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from partnerships.core.errors import IllegalTransition, NotFound, Refused
from partnerships.core.words import N_
from partnerships.core.zones import DEFAULT_ZONE, day_in
from partnerships.database.work import Reading, Work
from partnerships.web.context import begin, insist, looking
from partnerships.web.flashes import flash_next
from partnerships.web.formats import language, rupiah
from partnerships.web.forms import PageForm
from partnerships.web.policy import CREATORS, MANAGERS, Audience
from partnerships.web.urls import any_of
from partnerships.web.words import gettext, translated

from . import campaigning, choosing, drafting, finding, moving, offering, previewing, receiving, reporting
from .forms import CampaignForm, MoveForm, PartnershipForm, PreviewForm, ReceiptForm, TermsForm, WordsForm
from .previewing import PreviewedStage
from .rules.dates import EARLIEST_DAYS_BACK, check_anchor
from .rules.partnerships import EndReason, PartnershipAction
from .rules.templates import built_in
from .tables import Campaign, Partnership

pages = Blueprint("plans", __name__)

OPEN_TO: dict[str, Audience] = {
    "plans.campaigns": MANAGERS,
    "plans.create_campaign": MANAGERS,
    "plans.edit_campaign": MANAGERS,
    "plans.create": MANAGERS,
    "plans.preview": MANAGERS,
    "plans.move": MANAGERS,
    "plans.offer": MANAGERS,
    "plans.confirm_receipt": MANAGERS,
    "plans.invitation": CREATORS,
    "plans.receipt": CREATORS,
    "plans.not_for_me": CREATORS,
    "plans.reaction": CREATORS,
}
SHIPPING_DAYS = 7  # from today to the anchor that a new plan proposes
UNPROCESSABLE = 422


@pages.get("/campaigns")
def campaigns() -> ResponseReturnValue:
    """Show every campaign with how many partnerships it has."""
    with looking() as reading:
        return render_template("plans/campaigns.html", campaigns=choosing.list_campaigns(reading))


@pages.route("/campaigns/new", methods=["GET", "POST"])
def create_campaign() -> ResponseReturnValue:
    """Name a campaign, its product and who looks after it."""
    form = CampaignForm()
    with looking() as reading:
        form.offer(choosing.list_products(reading), choosing.list_owners(reading))
        if not form.is_submitted():
            form.owner_id.data = reading.actor.account_id
            form.product_id.data = request.args.get("product", type=int)
    return _save_campaign(form, lambda work: campaigning.create_campaign(work, _facts(form)))


@pages.route("/campaigns/<int:campaign_id>", methods=["GET", "POST"])
def edit_campaign(campaign_id: int) -> ResponseReturnValue:
    """Change a campaign's facts."""
    with looking() as reading:
        form = CampaignForm(obj=finding.get_campaign(reading, campaign_id))
        form.offer(choosing.list_products(reading), choosing.list_owners(reading))
    return _save_campaign(form, lambda work: campaigning.edit_campaign(work, campaign_id, _facts(form)), campaign_id)


def _save_campaign(
    form: CampaignForm, save: Callable[[Work], Campaign], campaign_id: int | None = None
) -> ResponseReturnValue:
    if form.validate_on_submit():
        try:
            with begin() as work:
                campaign = save(work)
                said = gettext("Saved: %(name)s", name=campaign.name)
                plan_url = url_for(".create", campaign=campaign.id)
            flash_next(said, gettext("Plan a partnership"), plan_url)
            return redirect(url_for(".campaigns"))
        except Refused as refusal:
            form.refuse(refusal)
    return render_template("plans/campaign.html", form=form, campaign_id=campaign_id), _status(form)


def _facts(form: CampaignForm) -> campaigning.CampaignFacts:
    return campaigning.CampaignFacts(
        name=str(form.name.data).strip(),
        product_id=form.product_id.data,
        owner_id=form.owner_id.data,
        brief=(form.brief.data or "").strip(),
    )


@pages.route("/partnerships/new", methods=["GET", "POST"])
def create() -> ResponseReturnValue:
    """Plan a partnership from a template, with every date in view before it is kept."""
    form = PartnershipForm()
    with looking() as reading:
        campaigns_there, creators = choosing.list_campaigns(reading), choosing.list_creators(reading)
        form.offer([(t.key, t.title.in_(language())) for t in built_in()], campaigns_there, creators)
        today = day_in(DEFAULT_ZONE, reading.now)
    if not form.is_submitted():
        _propose(form, today)
    elif form.validate() and "preview" not in request.form:
        try:
            with begin() as work:
                partnership_id = _draft(work, form)
            flash(gettext("The plan stands. Have a look, then send the invitation."), "success")
            return redirect(url_for("portfolio.show", partnership_id=partnership_id))
        except Refused as refusal:
            form.refuse(refusal)
    stages, problem = _previewed(form.template_key.data, form.anchor_on.data, today)
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
    return page, _status(form)


def _propose(form: PartnershipForm, today: date) -> None:
    form.template_key.data = built_in()[0].key
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
        with looking() as reading:
            today = day_in(DEFAULT_ZONE, reading.now)
        stages, problem = _previewed(form.template_key.data, form.anchor_on.data, today)
    else:
        problem = " ".join(str(sentence) for entry in form for sentence in entry.errors)
    return render_template("plans/_preview.html", fee=form.fee.data, stages=stages, problem=problem, locale=language())


def _previewed(key: str | None, anchor_on: date | None, today: date) -> tuple[list[PreviewedStage] | None, str]:
    """Return the dates, or None and the sentence that says what is wrong with the start."""
    if key is None or anchor_on is None:
        return None, ""
    try:
        check_anchor(anchor_on, today)
        return previewing.preview(key, anchor_on), ""
    except (Refused, NotFound) as wrong:  # an impossible start, or a template that there is not
        return None, translated(wrong)


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
            said = UNASKED if moved.is_discarded else DONE[PartnershipAction(action)]
        flash(gettext(said), "success")
    except Refused as refusal:
        flash(translated(refusal), "error")
    return redirect(url_for("portfolio.show", partnership_id=partnership_id))


UNASKED = N_("Discarded. Nobody had been asked, and nobody is told.")
DONE = {
    PartnershipAction.INVITE: N_("The invitation is on its way."),
    PartnershipAction.NEGOTIATE: N_("Noted: you are talking about the terms."),
    PartnershipAction.ACCEPT: N_("Accepted."),
    PartnershipAction.DECLINE: N_("Declined."),
    PartnershipAction.PREPARE: N_("Noted: the product is on its way. The creator was asked to confirm its arrival."),
    PartnershipAction.START: N_("The dates are fixed."),
    PartnershipAction.HOLD: N_("On hold: nothing opens and nobody is reminded until you resume."),
    PartnershipAction.RESUME: N_("It runs again. The dates to come moved by the days it stood still."),
    PartnershipAction.COMPLETE: N_("Completed."),
    PartnershipAction.END_EARLY: N_("Ended. What was earned stays earned."),
}


@pages.route("/partnerships/<int:partnership_id>/terms", methods=["GET", "POST"])
def offer(partnership_id: int) -> ResponseReturnValue:
    """Change fee and words, of a draft or while terms are talked about, and send the invitation with them."""
    with looking() as reading:
        partnership = finding.get_for(reading, partnership_id)
        form = TermsForm(data={"fee": partnership.fee, "note": partnership.invitation_note})
        is_open = partnership.allows(PartnershipAction.INVITE, reading.actor.role)
    if form.validate_on_submit():
        try:
            with begin() as work:
                offering.offer(work, partnership_id, fee=form.fee.data, note=(form.note.data or "").strip())
            fee = gettext("to be agreed") if form.fee.data is None else rupiah(form.fee.data)
            flash(gettext("The invitation is on its way. Fee: %(fee)s.", fee=fee), "success")
            return redirect(url_for("portfolio.show", partnership_id=partnership_id))
        except Refused as refusal:
            form.refuse(refusal)
    elif not is_open:
        return redirect(url_for("portfolio.show", partnership_id=partnership_id))
    return render_template("plans/terms.html", form=form, partnership=partnership), _status(form)


@pages.route("/partnerships/<int:partnership_id>/receipt", methods=["GET", "POST"])
def confirm_receipt(partnership_id: int) -> ResponseReturnValue:
    """Let a manager confirm the receipt that the creator told them about."""
    form = ReceiptForm()
    if form.validate_on_submit():
        try:
            with begin() as work:
                receiving.confirm_receipt(work, partnership_id, form.day)
            flash(gettext(DONE[PartnershipAction.START]), "success")
            return redirect(url_for("portfolio.show", partnership_id=partnership_id))
        except Refused as refusal:
            form.refuse(refusal)
    return _receipt_page("plans/confirm_receipt.html", partnership_id, form)


def _receipt_page(template: str, partnership_id: int, form: ReceiptForm) -> ResponseReturnValue:
    with looking() as reading:
        partnership = finding.get_for(reading, partnership_id)
        today = day_in(partnership.zone, reading.now)
        if not form.is_submitted():
            form.received_on.data = today
        page = render_template(
            template,
            form=form,
            partnership=partnership,
            today=today,
            earliest=today - timedelta(days=EARLIEST_DAYS_BACK),
            can_confirm=partnership.allows(PartnershipAction.START, reading.actor.role),
            locale=language(),
        )
    return page, _status(form)


# Creators: the same pages stand behind the mailed links (web/links.py).


@pages.route("/me/invitations/<int:partnership_id>", methods=["GET", "POST"])
def invitation(partnership_id: int) -> ResponseReturnValue:
    """Show what is asked and what is given, and take yes, no, or "let us talk"."""
    form = WordsForm()
    if form.validate_on_submit():
        action = ANSWERS.get(request.form.get("answer", ""))
        if action is None:
            form.refuse(Refused(N_("Please choose one of the answers.")))
        elif _answer_invitation(partnership_id, action, form):
            return redirect(url_for("plans.invitation", partnership_id=partnership_id))
    with looking() as reading:
        partnership = finding.get_for(reading, partnership_id)
        page = render_template(
            "plans/invitation.html",
            form=form,
            partnership=partnership,
            template=partnership.template,
            can_answer=partnership.allows(PartnershipAction.ACCEPT, reading.actor.role),
            can_talk=partnership.allows(PartnershipAction.NEGOTIATE, reading.actor.role),
            locale=language(),
        )
    return page, _status(form)


ANSWERS = {
    "accept": PartnershipAction.ACCEPT,
    "decline": PartnershipAction.DECLINE,
    "talk": PartnershipAction.NEGOTIATE,
}


def _answer_invitation(partnership_id: int, action: PartnershipAction, form: WordsForm) -> bool:
    """Return whether the answer stands; what is wrong with it is written beside the field."""
    try:
        with begin() as work:
            seen = request.form.get("seen", 0, type=int)  # 0 is no version: whoever sent none has read nothing
            moving.move(work, partnership_id, action, note=(form.words.data or "").strip(), seen=seen)
    except IllegalTransition:
        return True  # pressed twice, or answered in another tab: the page says how it stands
    except Refused as refusal:
        form.refuse(refusal)
        return False
    return True


@pages.route("/me/receipts/<int:partnership_id>", methods=["GET", "POST"])
def receipt(partnership_id: int) -> ResponseReturnValue:
    """Let the creator say when the product arrived; from then on the dates are real."""
    form = ReceiptForm()
    if form.validate_on_submit():
        try:
            with begin() as work:
                receiving.confirm_receipt(work, partnership_id, form.day)
            return redirect(url_for("plans.receipt", partnership_id=partnership_id))
        except IllegalTransition:
            return redirect(url_for("plans.receipt", partnership_id=partnership_id))
        except Refused as refusal:
            form.refuse(refusal)
    return _receipt_page("plans/receipt.html", partnership_id, form)


@pages.route("/me/partnerships/<int:partnership_id>/not-for-me", methods=["GET", "POST"])
def not_for_me(partnership_id: int) -> ResponseReturnValue:
    """Let the creator stop, without blame."""

    def say_so(work: Work, words: str) -> None:
        moving.move(work, partnership_id, PartnershipAction.END_EARLY, reason=EndReason.NOT_FOR_ME, note=words)

    return _tell_us("plans/not_for_me.html", partnership_id, say_so)


@pages.route("/me/partnerships/<int:partnership_id>/reaction", methods=["GET", "POST"])
def reaction(partnership_id: int) -> ResponseReturnValue:
    """Let the creator report a reaction: everything pauses first, questions come later."""

    def say_so(work: Work, words: str) -> None:
        reporting.report_reaction(work, partnership_id, words)

    return _tell_us("plans/reaction.html", partnership_id, say_so)


def _tell_us(template: str, partnership_id: int, say_so: Callable[[Work, str], None]) -> ResponseReturnValue:
    """Show the page, or do what was said and show the same page as a confirmation."""
    form = WordsForm()
    if form.validate_on_submit():
        with suppress(IllegalTransition):  # said before: the page says how it stands
            insist(lambda work: say_so(work, (form.words.data or "").strip()))
        return redirect(url_for(str(request.endpoint), partnership_id=partnership_id, said=1))
    with looking() as reading:
        page = render_template(template, form=form, **_standing(reading, partnership_id))
    return page, _status(form)


def _standing(reading: Reading, partnership_id: int) -> dict[str, object]:
    partnership: Partnership = finding.get_for(reading, partnership_id)
    return {
        "partnership": partnership,
        "can_end": partnership.allows(PartnershipAction.END_EARLY, reading.actor.role),
        "is_paused": partnership.held_at is not None,
        "said": "said" in request.args,
    }


def _status(form: PageForm) -> int:
    return UNPROCESSABLE if form.errors else 200


LINK_PAGES = {"invitation": invitation, "receipt": receipt}
