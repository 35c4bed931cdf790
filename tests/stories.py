"""Beginnings that several tests share. All people are invented."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from partnerships.core.actor import Actor, Role
from partnerships.core.zones import day_in
from partnerships.creators.tables import Creator, Handle, Platform
from partnerships.database.work import Transactions
from partnerships.deliverables.rules.attestations import Attestation, Frequency
from partnerships.people.tables import Account, Brand, Membership, Organisation, Product
from partnerships.plans import drafting, moving, receiving, sending
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.plans.tables import Campaign, Partnership
from partnerships.web import linking

USED = Attestation(date(2026, 1, 5), Frequency.MOST_DAYS, words="I have used it.")  # as anybody attests it
USED_FIELDS = {"used_since": "2026-01-05", "frequency": "most_days"}  # the same, as the page posts it
SETTLED_AT = datetime(2026, 1, 1, tzinfo=UTC)
ANCHOR_ON = date(2026, 1, 26)


@dataclass(frozen=True)
class People:
    """Two organisations that must never see each other. `glow` is the one that tests act in."""

    owner: Actor
    manager: Actor
    reviewer: Actor
    creator: Actor
    other_creator: Actor  # also of Glow
    stranger: Actor  # manager of another organisation
    campaign_id: int
    creator_id: int
    other_creator_id: int
    brand_id: int
    product_id: int
    stranger_campaign_id: int
    stranger_creator_id: int
    stranger_creator: Actor


def settle(transactions: Transactions) -> People:
    """Create two organisations with their people, a brand, a product and a campaign each."""
    with transactions.everywhere() as everywhere:
        glow, other = (Organisation(name=name, created_at=SETTLED_AT) for name in ("Glow", "Other"))
        everywhere.add_all([glow, other])
        everywhere.flush()
        owner = _member(everywhere, glow, "owner@glow.example", "Wulan", Role.OWNER)
        manager = _member(everywhere, glow, "manager@glow.example", "Rina", Role.MANAGER)
        reviewer = _member(everywhere, glow, "reviewer@glow.example", "Bayu", Role.REVIEWER)
        creator = _member(everywhere, glow, "dewi@creator.example", "Dewi", Role.CREATOR)
        other_creator = _member(everywhere, glow, "galih@creator.example", "Galih", Role.CREATOR, "Asia/Jayapura")
        stranger = _member(everywhere, other, "manager@other.example", "Sari", Role.MANAGER)
        stranger_creator = _member(everywhere, other, "tari@creator.example", "Tari", Role.CREATOR)
        brand, product, campaign = _brand(everywhere, glow, "Glow", owner)
        _, _, stranger_campaign = _brand(everywhere, other, "Other", stranger)
        files = [
            _file(everywhere, member, handle)
            for member, handle in ((creator, "dewi"), (other_creator, "galih"), (stranger_creator, "tari"))
        ]
        everywhere.commit()
        return People(
            owner=owner.as_actor(),
            manager=manager.as_actor(),
            reviewer=reviewer.as_actor(),
            creator=creator.as_actor(),
            other_creator=other_creator.as_actor(),
            stranger=stranger.as_actor(),
            campaign_id=campaign.id,
            creator_id=files[0].id,
            other_creator_id=files[1].id,
            brand_id=brand.id,
            product_id=product.id,
            stranger_campaign_id=stranger_campaign.id,
            stranger_creator_id=files[2].id,
            stranger_creator=stranger_creator.as_actor(),
        )


def _member(
    everywhere: Session, org: Organisation, email: str, name: str, role: Role, zone: str = "Asia/Jakarta"
) -> Membership:
    account = Account(email=email, name=name, fs_uniquifier=email, zone=zone, created_at=SETTLED_AT)
    member = Membership(org_id=org.id, account=account, role=role, created_at=SETTLED_AT, organisation=org)
    everywhere.add_all([account, member])
    everywhere.flush()
    return member


def _brand(everywhere: Session, org: Organisation, name: str, owner: Membership) -> tuple[Brand, Product, Campaign]:
    brand = Brand(org_id=org.id, name=name, created_at=SETTLED_AT)
    everywhere.add(brand)
    everywhere.flush()
    product = Product(
        org_id=org.id, brand_id=brand.id, name=f"{name} Serum", category="cosmetics", created_at=SETTLED_AT
    )
    everywhere.add(product)
    everywhere.flush()
    campaign = Campaign(
        org_id=org.id,
        brand_id=brand.id,
        product_id=product.id,
        owner_id=owner.account_id,
        name=f"{name} diary",
        created_at=SETTLED_AT,
    )
    everywhere.add(campaign)
    everywhere.flush()
    return brand, product, campaign


def _file(everywhere: Session, member: Membership, handle: str) -> Creator:
    creator = Creator(
        org_id=member.org_id,
        account_id=member.account_id,
        name=member.account.name,
        niche="skincare",
        whatsapp="6281200000001",
        created_at=SETTLED_AT,
    )
    creator.handles = [Handle(org_id=member.org_id, platform=Platform.TIKTOK, name=handle, followers=12_000)]
    everywhere.add(creator)
    everywhere.flush()
    return creator


def draft(
    transactions: Transactions, people: People, *, anchor_on: date = ANCHOR_ON, template_key: str = "usage-3m"
) -> int:
    """Plan a story for Dewi, the three-month one unless another is named, and return the partnership's id."""
    with transactions.begin(people.manager) as work:
        return drafting.draft(
            work,
            campaign_id=people.campaign_id,
            creator_id=people.creator_id,
            template_key=template_key,
            anchor_on=anchor_on,
            fee=3_000_000,
        ).id


def move(
    transactions: Transactions, actor: Actor, partnership_id: int, action: PartnershipAction, note: str = ""
) -> None:
    """Take one step of the partnership's life; a hold needs a reason, and any will do."""
    note = note or ("A pause" if action is PartnershipAction.HOLD else "")
    with transactions.begin(actor) as work:
        moving.move(work, partnership_id, action, note=note)


def agree(transactions: Transactions, people: People, *, template_key: str = "usage-3m") -> int:
    """Plan, invite and accept; return the partnership's id."""
    partnership_id = draft(transactions, people, template_key=template_key)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    move(transactions, people.creator, partnership_id, PartnershipAction.ACCEPT)
    return partnership_id


def mailed_link(transactions: Transactions, people: People, purpose: str, thing_id: int) -> str:
    """Return the token of a link that Dewi got by mail, and that lasts for a year."""
    with transactions.begin(people.manager) as work:
        until = work.now + timedelta(days=365)
        who = people.creator.person_id
        return linking.token_of(
            linking.grant(work, purpose=purpose, thing_id=thing_id, account_id=who, expires_at=until)
        )


def ship(transactions: Transactions, actor: Actor, partnership_id: int) -> None:
    """Send a parcel today."""
    with transactions.begin(actor) as work:
        zone = work.get(Partnership, partnership_id).zone
        sending.send(work, partnership_id, sent_on=day_in(zone, work.now))


def prepare(transactions: Transactions, people: People) -> int:
    """Plan, invite, accept and send the parcel; return the partnership's id."""
    partnership_id = agree(transactions, people)
    ship(transactions, people.manager, partnership_id)
    return partnership_id


def start(transactions: Transactions, people: People, received_on: date, *, template_key: str = "usage-3m") -> int:
    """Have the product arrive on `received_on`, so that the clock runs; return the partnership's id.

    What arrived before today was handed over without a parcel.
    """
    partnership_id = agree(transactions, people, template_key=template_key)
    if received_on >= transactions.clock.now().date():
        ship(transactions, people.manager, partnership_id)
    with transactions.begin(people.creator) as work:
        receiving.confirm_receipt(work, partnership_id, received_on)
    return partnership_id


def competing_campaign(transactions: Transactions, people: People) -> int:
    """Return a campaign of another brand, whose product is of the same category."""
    with transactions.begin(people.owner) as work:
        org_id, now = work.actor.org_id, work.now
        brand = Brand(org_id=org_id, name="Rival", created_at=now)
        work.session.add(brand)
        work.session.flush()
        product = Product(org_id=org_id, brand_id=brand.id, name="Cream", category="cosmetics", created_at=now)
        work.session.add(product)
        work.session.flush()
        campaign = Campaign(
            org_id=org_id,
            brand_id=brand.id,
            product_id=product.id,
            owner_id=people.owner.person_id,
            name="Rival diary",
            created_at=now,
        )
        work.session.add(campaign)
        work.session.flush()
        return campaign.id
