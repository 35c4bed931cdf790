"""Many partnerships in seconds: one is played through the real use cases, the others are copied from it in SQL."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, Engine, Table, func, insert, literal, select, text, true, update
from sqlalchemy.orm import Session

from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.check_ins.tables import CheckIn
from partnerships.core.actor import Role
from partnerships.core.clock import ManualClock
from partnerships.core.zones import DEFAULT_ZONE, day_in
from partnerships.creators.tables import Creator
from partnerships.database.base import Base
from partnerships.database.work import Transactions
from partnerships.mail.tables import UNSENT, MailState, OutboxMail
from partnerships.people.tables import Membership
from partnerships.plans import drafting, moving, receiving, sending
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.plans.tables import Step
from partnerships.reminders import watching
from partnerships.story.casting import Person, add_brand, add_campaign, add_product, found
from partnerships.story.playing import Player
from partnerships.story.telling import TEMPLATE

PEOPLE = [
    Person(name="Wulan (demo)", email="owner@demo.example", role=Role.OWNER),
    Person(name="Rina (demo)", email="manager@demo.example", role=Role.MANAGER),
    Person(name="Bayu (demo)", email="reviewer@demo.example", role=Role.REVIEWER),
    Person(
        name="Dewi (demo)", email="creator@demo.example", role=Role.CREATOR, whatsapp="6281200000001", handle="dewi"
    ),
]
COPIED = ("partnership", "plan_version", "stage", "step", "shipment", "check_in", "deliverable", "payment")
SHIFTED = frozenset({"id", "partnership_id", "stage_id", "step_id", "draft_step_id", "publish_step_id"})
FEE = 3_000_000  # rupiah
STRIDE = 1000  # between the ids of one copy and the next; more than the ids of the pattern


@dataclass(frozen=True, slots=True)
class Seat:
    """What a browser needs to be somebody: what the session says about them."""

    uniquifier: str
    org_id: int


@dataclass(frozen=True, slots=True)
class Crowd:
    """Who is there, and the one partnership that the others are copied from."""

    seats: dict[Role, Seat]
    partnership_id: int


def plant(transactions: Transactions, now: datetime, received: timedelta) -> Crowd:
    """Found an organisation with one running partnership whose product arrived `received` ago."""
    past = ManualClock(now - received - timedelta(days=1))
    then = Transactions(transactions.open_session, past, past, transactions.listeners)
    with then.sweeping() as sweep:
        members = found(sweep, "Bench Demo", PEOPLE)
        by_role = {member.role: member for member in members.values()}
        campaign_id, creator_id = _offer(sweep.session, by_role[Role.OWNER], past.now())
        seats = {role: Seat(member.account.fs_uniquifier, member.org_id) for role, member in by_role.items()}
        actors = {role: member.as_actor() for role, member in by_role.items()}
    manager, creator = actors[Role.MANAGER], actors[Role.CREATOR]
    anchor_on = day_in(DEFAULT_ZONE, past.now()) + timedelta(days=1)
    with then.begin(manager) as work:
        partnership_id = drafting.draft(
            work, campaign_id=campaign_id, creator_id=creator_id, template_key=TEMPLATE, anchor_on=anchor_on, fee=FEE
        ).id
    for actor, action in (
        (manager, PartnershipAction.INVITE),
        (creator, PartnershipAction.ACCEPT),
    ):
        with then.begin(actor) as work:
            moving.move(work, partnership_id, action)
    with then.begin(manager) as work:
        sending.send(work, partnership_id, sent_on=anchor_on - timedelta(days=1))
    past.advance(days=1)
    with then.begin(creator) as work:
        receiving.confirm_receipt(work, partnership_id, anchor_on)
    Player(then, past, lambda: watching.tick(then)).play_until(now)
    return Crowd(seats, partnership_id)


def _offer(session: Session, owner: Membership, now: datetime) -> tuple[int, int]:
    """Return the ids of a campaign and of the creator for it."""
    brand = add_brand(session, owner.org_id, "Glow Demo", now)
    product = add_product(session, brand, name="Serum Demo", category="cosmetics")
    campaign = add_campaign(session, owner, brand=brand, product=product, name="Bench (demo)")
    return campaign.id, session.scalars(select(Creator.id)).one()


def multiply(engine: Engine, copies: int) -> None:
    """Copy everything that stands in the plan's tables `copies` times. What is copied sleeps: nothing of it is due."""
    tables = [Base.metadata.tables[name] for name in COPIED]
    with engine.begin() as connection:
        highest = max(connection.scalar(select(func.max(table.c.id))) for table in tables)
        if highest >= STRIDE:
            raise ValueError(f"the pattern has ids beyond {STRIDE}")
        connection.execute(update(Step).values(next_action_at=None))
        for table in tables:
            _copy(connection, table, copies)
            connection.execute(text(f"ANALYZE {table.name}"))  # else PostgreSQL checks the next one's keys row by row
        connection.execute(update(OutboxMail).where(OutboxMail.state.in_(UNSENT)).values(state=MailState.CANCELLED))


def _copy(connection: Connection, table: Table, copies: int) -> None:
    numbers = select(literal(1).label("number")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.number + 1).where(numbers.c.number < copies))
    shift = numbers.c.number * STRIDE
    columns: list[Column[object]] = list(table.c)
    values = [(column + shift).label(column.name) if column.name in SHIFTED else column for column in columns]
    copied = select(*values).select_from(table.join(numbers, true()))
    connection.execute(insert(table).from_select([column.name for column in columns], copied))
    if connection.dialect.name == "postgresql":
        highest = select(func.max(table.c.id)).scalar_subquery()
        connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), highest)))


def reopen(engine: Engine, *keys: str) -> None:
    """Let the check-ins called `keys` be open everywhere, as if their day were today."""
    with engine.begin() as connection:
        opened = update(CheckIn).where(CheckIn.key.in_(keys)).values(state=CheckInState.OPEN)
        connection.execute(opened)
