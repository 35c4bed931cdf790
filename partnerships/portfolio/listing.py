"""One list of what is waited for: its first rows, and how long the whole of it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sqlalchemy import Select, Subquery, func, select

from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.core.zones import day_in
from partnerships.creators.tables import Creator
from partnerships.database.work import Reading
from partnerships.deliverables.rules.payments import PaymentState
from partnerships.people.tables import Brand, Product
from partnerships.plans.rules.courses import Course
from partnerships.plans.rules.partnerships import HoldCause, PartnershipState
from partnerships.plans.rules.templates import Template
from partnerships.plans.tables import Campaign, Edition, Partnership, templates_of

from .rules.waits import WaitKind

ROWS = 25  # shown of one list; the count beside it is of all
BY_STATE = {
    PartnershipState.DRAFT: WaitKind.TO_INVITE,
    PartnershipState.NEGOTIATING: WaitKind.TERMS,
    PartnershipState.ACCEPTED: WaitKind.TO_SEND,
    PartnershipState.ACTIVE: WaitKind.TO_SEND,
    PartnershipState.ON_HOLD: WaitKind.ON_HOLD,
    PartnershipState.PREPARING: WaitKind.RECEIPT,
    PartnershipState.INVITED: WaitKind.INVITATION,
}
BY_STANDING: Mapping[CheckInState | PaymentState, WaitKind] = {
    CheckInState.SCHEDULED: WaitKind.COMING,
    CheckInState.OPEN: WaitKind.CHECK_IN,
    CheckInState.LATE: WaitKind.CHECK_IN,
    CheckInState.MISSED: WaitKind.MISSED,
    PaymentState.EARNED: WaitKind.PAYMENT,
    PaymentState.APPROVED: WaitKind.PAYMENT,
    PaymentState.DISPUTED: WaitKind.DISPUTED,
}
BY_TRACE = {  # what is written down of a row says more than its state
    "look_again_at": WaitKind.LOOK_AGAIN,
    "waits_since": WaitKind.GATE,
    "proposed_at": WaitKind.DATES,
    "damaged_at": WaitKind.TO_REPLACE,
    "missing_at": WaitKind.PARCEL_MISSING,
}


@dataclass(frozen=True, slots=True)
class Wait:
    """One thing waited for. `on` is when it is due, or since when it waits: a day in the creator's zone."""

    kind: WaitKind
    thing_id: int  # of the check-in, deliverable, payment or partnership
    partnership_id: int
    creator: str
    product: str
    brand: str
    template: Template
    on: date
    today: date
    org_id: int
    key: str = ""  # of the check-in or deliverable in the template
    number: int = 0
    is_overdue: bool = False
    meaning: str = ""  # of an answer that needs a person
    by: time | None = None  # on `on`, where it is due at a time of that day
    zone: str = ""  # by whose clock


@dataclass(frozen=True, slots=True)
class Listing:
    """The first rows of a list, and how long the whole list is."""

    rows: tuple[Wait, ...]
    total: int


def listing(
    reading: Reading,
    statement: Select[*tuple[Any, ...]],
    kind: WaitKind | None,
    *,
    by: str = "since",
    rows: int = ROWS,
) -> Listing:
    """Return the first rows by the column called `by`. Only they meet the people in them; the count is of all."""
    counted = statement.add_columns(Partnership.id.label("partnership_id"), func.count().over().label("total"))
    first = counted.order_by(by, "thing_id").limit(rows).subquery()
    found = reading.session.execute(_with_people(first).order_by(first.c[by], first.c.thing_id)).all()
    templates = templates_of(reading.session, ((row.template_key, row.template_version) for row in found))
    return Listing(tuple(_wait(reading, row, templates, kind) for row in found), found[0].total if found else 0)


def _with_people(first: Subquery) -> Select[*tuple[Any, ...]]:
    return (
        select(first, Partnership.org_id, Partnership.zone, Partnership.template_key, Partnership.template_version)
        .add_columns(Creator.name.label("creator"), Product.name.label("product"), Brand.name.label("brand"))
        .join_from(first, Partnership, first.c.partnership_id == Partnership.id)
        .join(Creator, Partnership.creator_id == Creator.id)
        .join(Campaign, Partnership.campaign_id == Campaign.id)
        .join(Product, Campaign.product_id == Product.id)
        .join(Brand, Campaign.brand_id == Brand.id)
    )


def _wait(reading: Reading, row: Any, templates: Mapping[Edition, Template], kind: WaitKind | None) -> Wait:
    """Return the row as a wait; what it says of itself decides the kind where the list does not."""
    facts = row._mapping
    on, due_at = facts.get("due_on") or facts.get("owed_by"), facts.get("due_at") or facts.get("until")
    today = day_in(facts["zone"], reading.now)
    return Wait(
        kind=next((traced for name, traced in BY_TRACE.items() if facts.get(name)), None) or kind or _kind(facts),
        thing_id=facts["thing_id"],
        partnership_id=facts["partnership_id"],
        creator=facts["creator"],
        product=facts["product"],
        brand=facts["brand"],
        template=templates[facts["template_key"], facts["template_version"]],
        on=on or day_in(facts["zone"], facts.get("since") or reading.now),
        today=today,
        org_id=facts["org_id"],
        key=facts.get("key") or "",
        number=facts.get("number") or 0,
        is_overdue=due_at < reading.now if due_at else on is not None and on < today,
        meaning=facts.get("meaning") or "",
        by=facts.get("due_by"),
        zone=facts["zone"],
    )


def _kind(facts: Any) -> WaitKind:
    if "is_post" in facts:
        is_task = facts["course"] is Course.TASK
        return WaitKind.TASK if is_task else WaitKind.POST if facts["is_post"] else WaitKind.DRAFT
    if "stands" in facts:
        return BY_STANDING[facts["stands"]]
    if facts["hold_cause"] is HoldCause.REACTION:
        return WaitKind.REACTION
    return BY_STATE[facts["state"]]
