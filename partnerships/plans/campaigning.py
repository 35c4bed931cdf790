"""Begin a campaign and keep its facts right."""

from dataclasses import dataclass

from sqlalchemy import func, select

from partnerships.core.actor import MANAGING
from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.database.work import Work
from partnerships.people.tables import Membership, Product

from .tables import Campaign


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignFacts:
    """What a manager says of a campaign. `owner_id` is the account told when a partnership is at risk."""

    name: str
    product_id: int
    owner_id: int
    brief: str


def create_campaign(work: Work, facts: CampaignFacts) -> Campaign:
    """Return a new campaign, or raise `Refused` beside the field that is wrong."""
    campaign = Campaign(org_id=work.actor.org_id, created_at=work.now)
    _fill(work, campaign, facts)
    work.session.add(campaign)
    work.session.flush()
    return campaign


def edit_campaign(work: Work, campaign_id: int, facts: CampaignFacts) -> Campaign:
    """Change a campaign's facts; partnerships that run keep their dates."""
    campaign = work.get(Campaign, campaign_id)
    _fill(work, campaign, facts)
    return campaign


def _fill(work: Work, campaign: Campaign, facts: CampaignFacts) -> None:
    product = work.find(Product, facts.product_id)
    if product is None:
        raise Refused(N_("Please choose a product."), field="product_id")
    owner = work.session.scalars(
        select(Membership).where(Membership.account_id == facts.owner_id, Membership.ended_at.is_(None))
    ).one_or_none()
    if owner is None or owner.role not in MANAGING:
        raise Refused(N_("The owner of a campaign is an owner or manager here."), field="owner_id")
    alike = select(Campaign.id).where(
        func.lower(Campaign.name) == func.lower(facts.name), Campaign.id != (campaign.id or 0)
    )
    if work.session.scalars(alike.limit(1)).first() is not None:
        raise Refused(N_("There is a campaign of this name already."), field="name")
    campaign.name, campaign.brief = facts.name, facts.brief
    campaign.product_id, campaign.brand_id, campaign.owner_id = product.id, product.brand_id, facts.owner_id
