"""Fill an empty database with a demo organisation, by playing its months through the real use cases."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from partnerships.core.actor import Role
from partnerships.core.clock import ManualClock
from partnerships.core.zones import DEFAULT_ZONE, day_in, moment
from partnerships.creators.tables import Creator
from partnerships.database.work import Transactions
from partnerships.files.store import Store
from partnerships.people.tables import Membership, Organisation
from partnerships.plans import drafting
from partnerships.reminders.rules.ladder import MORNING
from partnerships.story.acting import Stage, act
from partnerships.story.casting import Team, add_brand, add_campaign, add_product, found
from partnerships.story.playing import Player
from partnerships.story.telling import TEMPLATE

from .casting import ORGANISATION, PARTNERSHIPS, PRODUCTS, STAFF

PLANNED_AHEAD = timedelta(days=21)  # each partnership is planned this long before its anchor
STRIDE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Seeder:
    """What seeding needs: the application's transactions, its store, and one beat on other transactions."""

    transactions: Transactions
    store: Store
    beat_on: Callable[[Transactions], object]

    def is_wanted(self) -> bool:
        """Say whether no organisation stands in the database."""
        with self.transactions.everywhere() as everywhere:
            return everywhere.scalars(select(Organisation.id)).first() is None

    def seed(self) -> bool:
        """Fill the database if no organisation stands in it; return whether it was filled."""
        if not self.is_wanted():
            return False
        now = self.transactions.clock.now()
        with self.transactions.everywhere() as everywhere:
            oldest = max(one.started_days_ago for one in PARTNERSHIPS)
            begun = now - timedelta(days=oldest) - PLANNED_AHEAD - STRIDE
            campaigns, creators, team = _settle(everywhere, begun)
            everywhere.commit()
        self._play(now, begun, team, campaigns, creators)
        return True

    def _play(
        self, now: datetime, begun: datetime, team: Team, campaigns: dict[str, int], creators: dict[str, int]
    ) -> None:
        """Plan each partnership on its day and let everybody live until now."""
        past = ManualClock(begun)
        then = Transactions(self.transactions.open_session, past, past, self.transactions.listeners)
        stage = Stage(then, self.store, team)
        player = Player(then, past, lambda: self.beat_on(then), lambda: act(stage), STRIDE)
        today = day_in(DEFAULT_ZONE, now)
        for one in sorted(PARTNERSHIPS, key=lambda one: -one.started_days_ago):
            anchor_on = today - timedelta(days=one.started_days_ago)
            planned_at = min(moment(anchor_on, MORNING, DEFAULT_ZONE) - PLANNED_AHEAD, now - timedelta(minutes=1))
            player.play_until(planned_at)
            with then.begin(team.manager) as work:
                partnership = drafting.draft(
                    work,
                    campaign_id=campaigns[one.product.campaign],
                    creator_id=creators[one.creator.email],
                    template_key=TEMPLATE,
                    anchor_on=anchor_on,
                    fee=one.fee,
                )
                stage.habits[partnership.id] = one.habit
        player.play_until(now)


def _settle(session: Session, now: datetime) -> tuple[dict[str, int], dict[str, int], Team]:
    """Add the organisation with its people, brands and campaigns; return campaign and creator ids, and the team."""
    people = [*STAFF, *(one.creator for one in PARTNERSHIPS)]
    members = found(session, ORGANISATION, people, now)
    by_role = {member.role: member for member in members.values() if member.role is not Role.CREATOR}
    owner = by_role[Role.OWNER]
    campaigns = {}
    for product in PRODUCTS:
        brand = add_brand(session, owner.org_id, product.brand, now)
        row = add_product(session, brand, name=product.name, category=product.category)
        campaigns[product.campaign] = add_campaign(session, owner, brand=brand, product=row, name=product.campaign).id
    creators = {one.creator.email: _creator_id(session, members[one.creator.email]) for one in PARTNERSHIPS}
    team = Team(owner.as_actor(), by_role[Role.MANAGER].as_actor(), by_role[Role.REVIEWER].as_actor())
    return campaigns, creators, team


def _creator_id(session: Session, member: Membership) -> int:
    return session.scalars(
        select(Creator.id).where(Creator.org_id == member.org_id, Creator.account_id == member.account_id)
    ).one()
