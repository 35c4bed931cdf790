"""What somebody entitled sends to each door that takes a form, and the scene in which it changes something.

A function for each endpoint, in the module of its slice (or in a new module here: all of them are found). It sets the
scene in Glow, which starts empty but for its people, brand, product, campaign and creators, and returns a `Knock`:

    @sends("plans.offer")
    def offer(scene: Scene) -> Knock:
        return Knock(scene.people.manager, {"partnership_id": scene.drafted()}, {"fee": "2.500.000"})

`tests/nets/test_bodies.py` sends it for everybody who is not entitled: nothing may change, and nothing may show that
the thing exists. Then it sends it for whoever is: something has to change, or the body has grown old.
"""

import io
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any

from flask import Flask
from sqlalchemy import select

from partnerships.core.actor import Actor
from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.deliverables.tables import Payment
from partnerships.people.tables import Product
from partnerships.plans.rules.partnerships import PartnershipAction
from tests.check_ins.scenes import opened, running
from tests.deliverables.scenes import deliverable_called
from tests.stories import People, draft, move


@dataclass(frozen=True)
class Knock:
    """One request; `path` has the ids of the address, and its action where it takes one."""

    who: Actor
    path: Mapping[str, int | str]
    fields: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)

    def data(self, **changed: int | str) -> dict[str, Any]:
        """Return the form as it is posted, with fresh files."""
        files = {name: (io.BytesIO(content), "photo.jpg") for name, content in self.files.items()}
        return {**self.fields, **changed, **files}


@dataclass(frozen=True)
class Scene:
    """What a body is made in, and the beginnings that several of them need."""

    app: Flask
    transactions: Transactions
    people: People
    clock: ManualClock

    def drafted(self) -> int:
        """Return a partnership of Dewi's that nobody has been asked about."""
        return draft(self.transactions, self.people)

    def invited(self) -> int:
        """Return a partnership that Dewi has been invited to."""
        partnership_id = self.drafted()
        move(self.transactions, self.people.manager, partnership_id, PartnershipAction.INVITE)
        return partnership_id

    def accepted(self) -> int:
        """Return a partnership whose parcel can be sent."""
        partnership_id = self.invited()
        move(self.transactions, self.people.creator, partnership_id, PartnershipAction.ACCEPT)
        return partnership_id

    def running(self) -> int:
        """Return a partnership of Dewi's whose clock runs."""
        return running(self.transactions, self.people)

    def check_in(self, key: str = "four-weeks") -> int:
        """Return a check-in that waits for Dewi's answer."""
        return opened(self.transactions, self.people, self.running(), key)

    def content(self, key: str = "two-weeks-in") -> int:
        """Return content of a running partnership; nothing of it has been sent."""
        return deliverable_called(self.transactions, self.people, self.running(), key)

    def payment(self) -> int:
        """Return the last milestone of a running partnership; nothing has earned it."""
        partnership_id = self.running()
        with self.transactions.looking(self.people.manager) as reading:
            return reading.session.scalars(
                select(Payment.id).where(Payment.partnership_id == partnership_id).order_by(Payment.number)
            ).all()[-1]

    def abroad(self) -> "Scene":
        """Return the same stage in the other organisation, where the stranger does everything that staff do."""
        people = self.people
        with self.transactions.looking(people.stranger) as reading:
            product = reading.session.scalars(select(Product)).unique().one()
            product_id, brand_id = product.id, product.brand_id
        return replace(
            self,
            people=replace(
                people,
                owner=people.stranger,
                manager=people.stranger,
                reviewer=people.stranger,
                creator=people.stranger_creator,
                campaign_id=people.stranger_campaign_id,
                creator_id=people.stranger_creator_id,
                brand_id=brand_id,
                product_id=product_id,
            ),
        )


Make = Callable[[Scene], Knock]


@dataclass(frozen=True)
class Body:
    """How a body is made, and which of its fields hold ids of rows."""

    make: Make
    ids: tuple[str, ...] = ()


BODIES: dict[str, Body] = {}


def sends(name: str, *, ids: tuple[str, ...] = ()) -> Callable[[Make], Make]:
    """Register what is sent to an endpoint; a second body for the same one is named `endpoint:what`."""

    def register(make: Make) -> Make:
        assert name not in BODIES, f"{name} has a body already"
        BODIES[name] = Body(make, ids)
        return make

    return register


def load() -> dict[str, Body]:
    """Return every body of every module here, by endpoint."""
    for module in pkgutil.iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    return BODIES
