"""Find the brands, products and people of an organisation."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from partnerships.core.actor import MANAGING, STAFF
from partnerships.database.work import Reading

from .tables import Account, Brand, Membership, Organisation, Product


def is_settled(everywhere: Session) -> bool:
    """Say whether any organisation stands: before that, the first visitor founds one."""
    return everywhere.scalars(select(Organisation.id).limit(1)).first() is not None


def list_organisation_names(everywhere: Session) -> Sequence[str]:
    """Return what the organisations of this installation are called, the first one first."""
    return everywhere.scalars(select(Organisation.name).order_by(Organisation.id)).all()


def list_real_names(everywhere: Session) -> Sequence[str]:
    """Return what the organisations are called whose people are not invented, the first one first."""
    real = select(Organisation.name).where(Organisation.is_demo.is_(False))
    return everywhere.scalars(real.order_by(Organisation.id)).all()


def list_brands(reading: Reading) -> Sequence[Brand]:
    """Return the brands by name, each with its products."""
    return reading.session.scalars(select(Brand).options(selectinload(Brand.products)).order_by(Brand.name)).all()


def get_brand(reading: Reading, brand_id: int) -> Brand:
    """Return the brand, or raise `NotFound`."""
    return reading.get(Brand, brand_id)


def get_product(reading: Reading, product_id: int) -> Product:
    """Return the product with its brand, or raise `NotFound`."""
    product = reading.get(Product, product_id)
    reading.session.refresh(product, ["brand"])
    return product


def list_members(reading: Reading) -> Sequence[Membership]:
    """Return the team, without those who have left, by name."""
    return reading.session.scalars(
        select(Membership)
        .join(Membership.account)
        .where(Membership.role.in_(STAFF), Membership.ended_at.is_(None))
        .options(contains_eager(Membership.account))
        .order_by(Account.name, Membership.id)
    ).all()


def get_organisation(reading: Reading) -> Organisation:
    """Return the organisation the actor acts in."""
    return reading.session.scalars(select(Organisation).where(Organisation.id == reading.actor.org_id)).one()


def get_account(reading: Reading) -> Account:
    """Return the actor's own account."""
    return reading.session.scalars(select(Account).where(Account.id == reading.actor.person_id)).one()


def list_own_memberships(everywhere: Session, account_id: int) -> Sequence[Membership]:
    """Return where a person belongs, in every organisation, by its name."""
    return everywhere.scalars(
        select(Membership)
        .join(Membership.organisation)
        .where(Membership.account_id == account_id, Membership.ended_at.is_(None))
        .options(contains_eager(Membership.organisation), joinedload(Membership.account))
        .order_by(Organisation.name)
    ).all()


def get_own_membership(reading: Reading) -> Membership:
    """Return what whoever acts is to this organisation, and what they have settled here."""
    mine = select(Membership).where(Membership.account_id == reading.actor.account_id)
    return reading.session.scalars(mine).one()


def list_stand_ins(reading: Reading) -> Sequence[Membership]:
    """Return the colleagues of whoever acts who may stand in for them, by name."""
    members = list_members(reading)
    return [one for one in members if one.role in MANAGING and one.account_id != reading.actor.account_id]
