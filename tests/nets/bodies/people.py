"""What is sent about the team, the brands, the products and the creators' files."""

from sqlalchemy import select

from partnerships.core.actor import Role
from partnerships.people.tables import Membership
from tests.nets.bodies import Knock, Scene, sends

CREATOR = {"name": "Dewi Baru", "handles-0-platform": "tiktok", "handles-0-name": "dewi"}


@sends("people.end_member")
def end_member(scene: Scene) -> Knock:
    with scene.transactions.looking(scene.people.owner) as reading:
        reviewer = reading.session.scalars(select(Membership).where(Membership.role == Role.REVIEWER)).unique().one()
    return Knock(scene.people.owner, {"membership_id": reviewer.id})


@sends("people.edit_brand")
def edit_brand(scene: Scene) -> Knock:
    return Knock(scene.people.manager, {"brand_id": scene.people.brand_id}, {"name": "Glow Baru"})


@sends("people.create_product", ids=("brand_id",))
def create_product(scene: Scene) -> Knock:
    return Knock(scene.people.manager, {}, _product(scene))


@sends("people.edit_product", ids=("brand_id",))
def edit_product(scene: Scene) -> Knock:
    return Knock(scene.people.manager, {"product_id": scene.people.product_id}, _product(scene))


def _product(scene: Scene) -> dict[str, str | int]:
    return {"brand_id": scene.people.brand_id, "name": "Glow Toner", "category": "cosmetics"}


@sends("creators.edit")
def edit_creator(scene: Scene) -> Knock:
    return Knock(scene.people.manager, {"creator_id": scene.people.creator_id}, {**CREATOR, "email": "d@c.example"})
