"""Tell the story of a template: cast it, plan it, play it to its end, and say what came of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from partnerships.core.actor import Actor, Role
from partnerships.core.zones import DEFAULT_ZONE, day_in
from partnerships.creators.tables import Creator
from partnerships.database.work import Sweep, Transactions
from partnerships.files.store import Store
from partnerships.people.tables import Membership, Organisation
from partnerships.plans import drafting
from partnerships.plans.rules.templates import Template
from partnerships.plans.tables import Campaign, Partnership

from .acting import Habit, Stage, act
from .casting import Person, Team, add_brand, add_campaign, add_product, found
from .clock import BEGINNING
from .playing import Player, SettableClock

TEMPLATE = "usage-3m"
AFTERWARDS = timedelta(days=60)  # how long a story may go on after its template's last day
ORGANISATION = "Cerita Demo"
CAST = [
    Person(name="Wulan (demo)", email="owner@demo.example", role=Role.OWNER),
    Person(name="Rina (demo)", email="manager@demo.example", role=Role.MANAGER),
    Person(name="Bayu (demo)", email="reviewer@demo.example", role=Role.REVIEWER),
    Person(
        name="Dewi (demo)",
        email="creator@demo.example",
        role=Role.CREATOR,
        niche="skincare",
        whatsapp="6281200000001",
        handle="dewi.demo",
        followers=18_400,
    ),
]


@dataclass(frozen=True, slots=True)
class Story:
    """One telling: the application's parts, how the creator behaves, and which template it is about."""

    transactions: Transactions
    clock: SettableClock
    store: Store
    beat: Callable[[], object]
    habit: Habit
    template: Template

    def tell(self, on_day: Callable[[datetime], None]) -> None:
        """Play until the partnership is over, calling `on_day` at every stop; telling it again goes on."""
        team, partnership_id = self._prepare()
        stage = Stage(self.transactions, self.store, team, {partnership_id: self.habit})

        def is_over(now: datetime) -> bool:
            on_day(now)
            with self.transactions.looking(team.manager) as reading:
                return reading.get(Partnership, partnership_id).is_over

        player = Player(self.transactions, self.clock, self.beat, lambda: act(stage))
        player.play_until(BEGINNING + timedelta(days=days_of(self.template)) + AFTERWARDS, is_over)

    def _prepare(self) -> tuple[Team, int]:
        """Return the team and the partnership, made now unless an earlier telling made them."""
        with self.transactions.sweeping() as sweep:
            if sweep.session.scalars(select(Organisation)).first() is None:
                _cast(sweep)
            members = sweep.session.scalars(select(Membership)).unique().all()
            actors = {member.role: member.as_actor() for member in members}
        team = Team(actors[Role.OWNER], actors[Role.MANAGER], actors[Role.REVIEWER])
        return team, self._plan(team.manager)

    def _plan(self, manager: Actor) -> int:
        with self.transactions.begin(manager) as work:
            begun = work.session.scalars(select(Partnership)).first()
            if begun is not None:
                return begun.id
            return drafting.draft(
                work,
                campaign_id=work.session.scalars(select(Campaign.id)).one(),
                creator_id=work.session.scalars(select(Creator.id)).one(),
                template_key=self.template.key,
                anchor_on=day_in(DEFAULT_ZONE, work.now - timedelta(days=self.template.first_day)),
                fee=3_000_000,
            ).id


def days_of(template: Template) -> int:
    """Return how many days a template takes, from its first to its last."""
    return template.last_day - template.first_day + 1


def list_organisations(transactions: Transactions) -> Sequence[Organisation]:
    """Return every organisation of the database: a story needs one without any, or its own."""
    with transactions.everywhere() as everywhere:
        return everywhere.scalars(select(Organisation)).all()


def _cast(sweep: Sweep) -> None:
    session = sweep.session
    owner = found(sweep, ORGANISATION, CAST)["owner@demo.example"]
    brand = add_brand(session, owner.org_id, "Glow Demo", sweep.now)
    product = add_product(session, brand, name="Serum Malam Demo", category="cosmetics")
    add_campaign(session, owner, brand=brand, product=product, name="Cerita tiga bulan (demo)")
