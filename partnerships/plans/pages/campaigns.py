"""Begin campaigns and keep their facts right."""

from collections.abc import Callable

from flask import redirect, render_template, request, url_for
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
    return render_template("plans/campaign.html", form=form, campaign_id=campaign_id), status_of(form)


def _facts(form: CampaignForm) -> campaigning.CampaignFacts:
    return campaigning.CampaignFacts(
        name=str(form.name.data).strip(),
        product_id=form.product_id.data,
        owner_id=form.owner_id.data,
        brief=(form.brief.data or "").strip(),
    )
