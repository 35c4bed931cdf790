"""Begin campaigns and keep their facts right."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from partnerships.core.errors import Refused
from partnerships.database.work import Work
from partnerships.plans import (
    campaigning,
    choosing,
    finding,
)
from partnerships.plans.forms import (
    CampaignForm,
)
from partnerships.plans.tables import Campaign
from partnerships.web.context import begin, looking
from partnerships.web.flashes import flash_next
from partnerships.web.words import gettext

from .blueprint import pages, status_of


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
        campaign = finding.get_campaign(reading, campaign_id)
        form, category = CampaignForm(obj=campaign), campaign.product.category
        form.offer(choosing.list_products(reading), choosing.list_owners(reading))
    return _save_campaign(
        form, lambda work: campaigning.edit_campaign(work, campaign_id, _facts(form)), campaign_id, category
    )


def _save_campaign(
    form: CampaignForm, save: Callable[[Work], Campaign], campaign_id: int | None = None, category: str = ""
) -> ResponseReturnValue:
    """Show the form, or save it; what the brief must not ask is noted beside it, and keeps nobody from saving."""
    if form.validate_on_submit():
        try:
            with begin() as work:
                campaign = save(work)
                said = gettext("Saved: %(name)s", name=campaign.name)
                plan_url = url_for(".create", campaign=campaign.id)
                edit_url = url_for(".edit_campaign", campaign_id=campaign.id)
                is_noted = bool(_find_demands(campaign.brief, campaign.product.category))
            flash_next(said, gettext("Plan a partnership"), plan_url)
            return redirect(edit_url if is_noted else url_for(".campaigns"))
        except Refused as refusal:
            form.refuse(refusal)
    notes = _find_demands(form.brief.data or "", category)
    return render_template("plans/campaign.html", form=form, campaign_id=campaign_id, notes=notes), status_of(form)


def _find_demands(brief: str, category: str) -> Sequence[Any]:
    found: Sequence[Any] = current_app.extensions["find_demands"](brief, category)
    return found


def _facts(form: CampaignForm) -> campaigning.CampaignFacts:
    return campaigning.CampaignFacts(
        name=str(form.name.data).strip(),
        product_id=form.product_id.data,
        owner_id=form.owner_id.data,
        brief=(form.brief.data or "").strip(),
    )
