"""The people of a story. All of them are invented, and their organisation says so."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from partnerships.core.actor import Actor, Role
from partnerships.creators.tables import Creator, Handle, Platform
from partnerships.database.work import Sweep
from partnerships.people import settling
from partnerships.people.tables import Account, Brand, Membership, Organisation, Product
from partnerships.plans.tables import Campaign


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody in a story; `niche`, `whatsapp` and the handle belong to creators only."""

    name: str
    email: str
    role: Role
    zone: str = "Asia/Jakarta"
    niche: str = ""
    whatsapp: str = ""
    platform: Platform = Platform.TIKTOK
    handle: str = ""
    followers: int = 0


@dataclass(frozen=True, slots=True)
class Team:
    """Those who act for the brand."""

    owner: Actor
    manager: Actor
    reviewer: Actor


def found(sweep: Sweep, name: str, people: list[Person]) -> dict[str, Membership]:
    """Found a demo organisation as any other is, with its `people`; return their memberships by e-mail."""
    boss = next(person for person in people if person.role is Role.OWNER)
    owner = settling.found_organisation(
        sweep, name=name, owner_name=boss.name, owner_email=boss.email, password_hash=None, zone=boss.zone, is_demo=True
    )
    organisation = owner.organisation
    others = [person for person in people if person is not boss]
    return {boss.email: owner} | {
        person.email: add_person(sweep.session, organisation, person, sweep.now) for person in others
    }


def add_person(session: Session, organisation: Organisation, person: Person, now: datetime) -> Membership:
    """Add one person, with a file if they are a creator."""
    account = Account(
        email=person.email,
        name=person.name,
        fs_uniquifier=f"demo-{person.email}-{now.timestamp():.0f}",
        zone=person.zone,
        created_at=now,
    )
    member = Membership(
        org_id=organisation.id, account=account, organisation=organisation, role=person.role, created_at=now
    )
    session.add_all([account, member])
    session.flush()
    if person.role is Role.CREATOR:
        session.add(_file(person, member, now))
        session.flush()
    return member


def _file(person: Person, member: Membership, now: datetime) -> Creator:
    handle = Handle(
        org_id=member.org_id, platform=person.platform, name=person.handle, followers=person.followers or None
    )
    return Creator(
        org_id=member.org_id,
        account_id=member.account_id,
        name=person.name,
        niche=person.niche,
        whatsapp=person.whatsapp,
        created_at=now,
        handles=[handle],
    )


def add_campaign(session: Session, owner: Membership, *, brand: Brand, product: Product, name: str) -> Campaign:
    """Add a campaign for `product`, whose owner is told when a partnership is at risk."""
    campaign = Campaign(
        org_id=owner.org_id,
        brand_id=brand.id,
        product_id=product.id,
        owner_id=owner.account_id,
        name=name,
        created_at=product.created_at,
    )
    session.add(campaign)
    session.flush()
    return campaign


def add_product(session: Session, brand: Brand, *, name: str, category: str, registration: str = "") -> Product:
    """Add a product that the brand lets people use."""
    product = Product(
        org_id=brand.org_id,
        brand_id=brand.id,
        name=name,
        category=category,
        registration_number=registration,
        created_at=brand.created_at,
    )
    session.add(product)
    session.flush()
    return product


def add_brand(session: Session, org_id: int, name: str, now: datetime) -> Brand:
    """Add a brand."""
    brand = Brand(org_id=org_id, name=name, created_at=now)
    session.add(brand)
    session.flush()
    return brand
