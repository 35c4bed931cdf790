"""What a plan is made of: the templates, products, owners, creators and campaigns to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, select

from partnerships.core.actor import MANAGING
from partnerships.creators.tables import Creator, Handle
from partnerships.database.work import Reading
from partnerships.people.tables import Account, Brand, Membership, Product

from .rules.templates import Template, built_in
from .tables import Campaign, OwnTemplate, Partnership, TemplateVersion

PAGE = 40  # creators to choose from on one page


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose, in the group that it is shown under."""

    id: int
    name: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class CreatorChoice:
    """A creator to choose, with what tells two of one name apart."""

    id: int
    name: str
    niche: str
    handle: str | None


@dataclass(frozen=True, slots=True)
class CreatorPage:
    """Some of the creators, and whether there are more."""

    creators: list[CreatorChoice]
    has_more: bool


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """A campaign in the list."""

    id: int
    name: str
    product: str
    brand: str
    owner: str
    partnerships: int


def list_templates(reading: Reading) -> list[Template]:
    """Return what can be planned from: those that come with the product, then the newest version of each own one."""
    own = (
        select(TemplateVersion)
        .join(OwnTemplate, TemplateVersion.own_template_id == OwnTemplate.id)
        .where(OwnTemplate.archived_at.is_(None), TemplateVersion.number == OwnTemplate.published)
        .order_by(OwnTemplate.id)
    )
    return [*built_in(), *(row.template for row in reading.session.scalars(own))]


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """A template in the list, and how many partnerships were planned from it; `own` is None for a built-in one."""

    template: Template
    partnerships: int
    own: OwnTemplate | None = None
    is_changed: bool = False  # since it was published


def list_all_templates(reading: Reading) -> list[TemplateLine]:
    """Return every template there is, archived ones last: two statements."""
    rows = reading.session.execute(
        select(Partnership.template_key, func.count(Partnership.id)).group_by(Partnership.template_key)
    )
    counted = {row[0]: row[1] for row in rows}
    own = reading.session.execute(
        select(OwnTemplate, TemplateVersion.body)
        .outerjoin(
            TemplateVersion,
            and_(TemplateVersion.own_template_id == OwnTemplate.id, TemplateVersion.number == OwnTemplate.published),
        )
        .order_by(OwnTemplate.archived_at.is_not(None), OwnTemplate.id)
    ).all()
    return [
        *(TemplateLine(template, counted.get(template.key, 0)) for template in built_in()),
        *(
            TemplateLine(row.template, counted.get(row.key, 0), row, is_changed=body not in {None, row.working_copy})
            for row, body in own
        ),
    ]


def list_products(reading: Reading) -> list[Choice]:
    """Return every product under its brand."""
    rows = reading.session.execute(
        select(Product.id, Product.name, Brand.name)
        .join(Brand, Product.brand_id == Brand.id)
        .order_by(Brand.name, Product.name)
    )
    return [Choice(*row) for row in rows]


def list_owners(reading: Reading) -> list[Choice]:
    """Return the accounts that may own a campaign."""
    rows = reading.session.execute(
        select(Membership.account_id, Account.name)
        .join(Account, Membership.account_id == Account.id)
        .where(Membership.role.in_(MANAGING), Membership.ended_at.is_(None))
        .order_by(Account.name)
    )
    return [Choice(*row) for row in rows]


def list_creators(reading: Reading, search: str = "", *, page: int = 1, but: Sequence[int] = ()) -> CreatorPage:
    """Return one page of the creators by name, without those of `but`; with `search`, of those who have it."""
    statement = _creators().where(Creator.id.not_in(but))
    words = search.strip().removeprefix("@")
    if words:
        statement = statement.where(
            Creator.name.icontains(words, autoescape=True)
            | Creator.niche.icontains(words, autoescape=True)
            | Creator.handles.any(Handle.name.icontains(words, autoescape=True))
        )
    first = PAGE * (max(page, 1) - 1)
    rows = reading.session.execute(statement.offset(first).limit(PAGE + 1)).all()
    return CreatorPage([CreatorChoice(*row) for row in rows[:PAGE]], has_more=len(rows) > PAGE)


def find_creators(reading: Reading, ids: Sequence[int]) -> list[CreatorChoice]:
    """Return those of `ids` that may be chosen, by name."""
    return [CreatorChoice(*row) for row in reading.session.execute(_creators().where(Creator.id.in_(ids)))]


def _creators() -> Select[Any]:
    first_handle = select(func.min(Handle.name)).where(Handle.creator_id == Creator.id).correlate(Creator)
    return (
        select(Creator.id, Creator.name, Creator.niche, first_handle.scalar_subquery())
        .join(Creator.membership)
        .where(Membership.ended_at.is_(None))
        .order_by(Creator.name, Creator.id)
    )


def list_campaigns(reading: Reading) -> list[CampaignLine]:
    """Return the campaigns, the newest first, with how many partnerships each has: one statement."""
    count = (
        select(func.count(Partnership.id))
        .where(Partnership.campaign_id == Campaign.id)
        .correlate(Campaign)
        .scalar_subquery()
    )
    rows = reading.session.execute(
        select(Campaign.id, Campaign.name, Product.name, Brand.name, Account.name, count)
        .join(Product, Campaign.product_id == Product.id)
        .join(Brand, Campaign.brand_id == Brand.id)
        .join(Account, Campaign.owner_id == Account.id)
        .order_by(Campaign.created_at.desc(), Campaign.id.desc())
    )
    return [CampaignLine(*row) for row in rows]
