"""Fill an empty database with a demo organisation, by playing its months through the real use cases."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from partnerships.config import BadSetting
from partnerships.core.actor import Role
from partnerships.core.clock import ManualClock
from partnerships.core.zones import DEFAULT_ZONE, day_in, moment
from partnerships.creators.tables import Creator
from partnerships.database.work import Sweep, Transactions
from partnerships.files.store import Store
from partnerships.people.finding import list_real_names
from partnerships.people.tables import Membership, Organisation
from partnerships.plans import drafting
from partnerships.plans.tables import Campaign, Partnership
from partnerships.reminders.rules.ladder import MORNING
from partnerships.story.acting import Stage, act
from partnerships.story.casting import Team, add_brand, add_campaign, add_product, found
from partnerships.story.clock import StoredClock
from partnerships.story.playing import Player
from partnerships.story.telling import TEMPLATE

from .casting import ORGANISATION, PARTNERSHIPS, PRODUCTS, STAFF, DemoPartnership

PLANNED_AHEAD = timedelta(days=21)  # each partnership is planned this long before its anchor
STRIDE = timedelta(days=2)


class Diary(ManualClock):
    """The clock of the months that are played. It writes down how far they are, so that a killed seeding can go on."""

    def __init__(self, kept: StoredClock) -> None:
        """Begin where `kept` stands."""
        super().__init__(kept.now())
        self._kept = kept

    def set(self, moment: datetime) -> None:
        """Go to `moment`, and write it down."""
        self._kept.set(moment)
        super().set(moment)


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays: ids by the names that `casting` gives them, and the partnerships that are planned already."""

    team: Team
    campaigns: dict[str, int]
    creators: dict[str, int]
    planned: dict[str, int]  # partnership by the creator's e-mail


@dataclass(frozen=True, slots=True)
class Seeder:
    """What seeding needs: the application's transactions and clock, its store, and one beat on other transactions."""

    transactions: Transactions
    clock: StoredClock
    store: Store
    beat_on: Callable[[Transactions], object]

    def is_wanted(self) -> bool:
        """Say whether the database is empty, or was being filled when somebody stopped it."""
        with self.transactions.everywhere() as everywhere:
            return self.clock.is_behind or everywhere.scalars(select(Organisation.id)).first() is None

    def refuse_real_people(self) -> None:
        """Raise `BadSetting` when somebody works here: the demo lets anybody in, and moves their clock."""
        with self.transactions.everywhere() as everywhere:
            names = list_real_names(everywhere)
        if names:
            raise BadSetting(
                f"In demo mode anybody may sign in and move the clock, but these are no demo: {', '.join(names)}. "
                "Set DEMO=0 (such as `make run DEMO=0`), or give the demo a DATA_DIR and DATABASE_URL of its own."
            )

    def seed(self) -> bool:
        """Fill the database if that is wanted; return whether it was filled."""
        if not self.is_wanted():
            return False
        now = self.transactions.machine.now()
        if not self.clock.is_behind:
            oldest = max(one.started_days_ago for one in PARTNERSHIPS)
            self.clock.set(now - timedelta(days=oldest) - PLANNED_AHEAD - STRIDE)
        past = Diary(self.clock)
        then = Transactions(self.transactions.open_session, past, past, self.transactions.listeners)
        with then.sweeping() as sweep:
            if sweep.session.scalars(select(Organisation.id)).first() is None:
                _settle(sweep)
            cast = _find_cast(sweep.session)
        self._play(now, past, then, cast)
        self.clock.set(self.transactions.machine.now())
        return True

    def _play(self, now: datetime, past: Diary, then: Transactions, cast: Cast) -> None:
        """Plan each partnership on its day and let everybody live until now."""
        stage = Stage(then, self.store, cast.team)
        player = Player(then, past, lambda: self.beat_on(then), lambda: act(stage), STRIDE)
        today = day_in(DEFAULT_ZONE, now)
        for one in sorted(PARTNERSHIPS, key=lambda one: -one.started_days_ago):
            planned = cast.planned.get(one.creator.email)
            if planned is None:
                anchor_on = today - timedelta(days=one.started_days_ago)
                planned_at = moment(anchor_on, MORNING, DEFAULT_ZONE) - PLANNED_AHEAD
                player.play_until(min(planned_at, now - timedelta(minutes=1)))
                planned = _plan(then, cast, one, anchor_on)
            stage.habits[planned] = one.habit
        player.play_until(now)


def _plan(then: Transactions, cast: Cast, one: DemoPartnership, anchor_on: date) -> int:
    """Return the id of the partnership, planned by the demo's manager."""
    with then.begin(cast.team.manager) as work:
        return drafting.draft(
            work,
            campaign_id=cast.campaigns[one.product.campaign],
            creator_id=cast.creators[one.creator.email],
            template_key=TEMPLATE,
            anchor_on=anchor_on,
            fee=one.fee,
        ).id


def _settle(sweep: Sweep) -> None:
    """Found the organisation with its people, brands, products and campaigns."""
    session, now = sweep.session, sweep.now
    members = found(sweep, ORGANISATION, [*STAFF, *(one.creator for one in PARTNERSHIPS)])
    owner = next(member for member in members.values() if member.role is Role.OWNER)
    for product in PRODUCTS:
        brand = add_brand(session, owner.org_id, product.brand, now)
        row = add_product(session, brand, name=product.name, category=product.category)
        add_campaign(session, owner, brand=brand, product=row, name=product.campaign)


def _find_cast(session: Session) -> Cast:
    """Return who plays, as the database has them."""
    members = {member.role: member.as_actor() for member in session.scalars(select(Membership)).unique()}
    creators = session.scalars(select(Creator)).unique().all()
    emails = {creator.id: creator.membership.account.email for creator in creators}
    return Cast(
        team=Team(members[Role.OWNER], members[Role.MANAGER], members[Role.REVIEWER]),
        campaigns={campaign.name: campaign.id for campaign in session.scalars(select(Campaign)).unique()},
        creators={email: creator_id for creator_id, email in emails.items()},
        planned={emails[one.creator_id]: one.id for one in session.scalars(select(Partnership)).unique()},
    )
