"""One browser for each file, and one busy house for all tests that mostly look."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from partnerships.authenticity import weighing
from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.check_ins.tables import CheckIn
from partnerships.core.actor import Actor, Role
from partnerships.core.zones import DEFAULT_ZONE, moment
from partnerships.deliverables import verifying
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.deliverables.rules.payments import PaymentState
from partnerships.deliverables.tables import Deliverable, Payment, Revision
from partnerships.files import preparing
from partnerships.mail.tables import OutboxMail
from partnerships.plans import batching, copying, drafting, editing, ruling, sketching
from partnerships.plans.rules.editing import Place, Section
from partnerships.plans.rules.moves import Move, MoveKind
from partnerships.plans.rules.partnerships import PartnershipAction, PartnershipState
from partnerships.plans.sketching import Terms
from partnerships.plans.tables import CalendarRule, Partnership
from partnerships.reminders.rules.ladder import MORNING
from partnerships.story.acting import Habit, Stage, act
from partnerships.story.casting import Team
from partnerships.story.playing import Player
from tests.conftest import MakeDatabase
from tests.e2e.house import House, open_house
from tests.plans.bending import shift
from tests.portfolio.many import plant
from tests.services.browser import running_browser
from tests.stories import People, move, settle, ship

MANY = 62  # more than the timeline loads at once
ARRIVED_ON = date(2026, 1, 12)
NOW_ON = ARRIVED_ON + timedelta(days=29)


@dataclass(frozen=True)
class World:
    """A house in which every page has something to show. Ids are named after how the thing stands."""

    house: House
    people: People
    crowd: tuple[int, ...]  # partnerships, each with a creator of its own
    running: int  # Dewi's: answered until the twentieth day, then silence
    forgotten: int  # Galih's: nothing after the third day
    drafted: int
    invited: int
    preparing: int
    begun: int  # a planning run that nobody has been chosen for
    sketched: int  # one that is not started
    planned: int  # one that is carried out
    template: int  # an own one, not right as it stands
    held: int  # stands still
    proposed: int  # a move of `preparing` to earlier days that waits for Dewi's yes
    feast: int  # a quiet day that is moved every year

    def check_in(self, partnership_id: int, *states: CheckInState) -> int:
        """Return the first check-in of a partnership that stands so."""
        found = select(CheckIn.id).where(CheckIn.partnership_id == partnership_id, CheckIn.state.in_(states))
        return self._first(found.order_by(CheckIn.number))

    def deliverable(self, partnership_id: int, *states: DeliverableState) -> int:
        """Return the first deliverable of a partnership that stands so."""
        found = select(Deliverable.id).where(
            Deliverable.partnership_id == partnership_id, Deliverable.state.in_(states)
        )
        return self._first(found.order_by(Deliverable.number))

    def revised(self, partnership_id: int) -> int:
        """Return the first deliverable of a partnership that has come in two versions."""
        found = select(Deliverable.id).join(Revision, Revision.deliverable_id == Deliverable.id)
        return self._first(found.where(Deliverable.partnership_id == partnership_id, Revision.number == 2))

    def mail(self) -> int:
        """Return any mail that was written."""
        return self._first(select(OutboxMail.id))

    def payment(self) -> int:
        """Return any payment that was made."""
        return self._first(select(Payment.id).where(Payment.state == PaymentState.PAID))

    def kept_live(self) -> int:
        """Return any content that has to stay up now."""
        return self._first(select(Deliverable.id).where(Deliverable.state == DeliverableState.KEEPING_LIVE))

    def creator_of(self, partnership_id: int) -> Actor:
        """Return the creator, as the one who acts."""
        with self.house.app.app_context(), self.house.transactions.everywhere() as everywhere:
            partnership = everywhere.get_one(Partnership, partnership_id)
            return Actor(partnership.creator.account_id, partnership.org_id, Role.CREATOR)

    def _first(self, statement: object) -> int:
        with self.house.app.app_context(), self.house.transactions.everywhere() as everywhere:
            found = everywhere.scalars(statement).first()  # type: ignore[call-overload]  # any select of an id
        assert found is not None, str(statement)
        return int(found)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser() as started:
        yield started


@pytest.fixture(scope="session")
def world(make_database: MakeDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with open_house(make_database(), tmp_path_factory.mktemp("house"), demo=True) as house:
        with house.app.app_context():
            made = _fill(house)
        yield made


def _fill(house: House) -> World:
    people = settle(house.transactions)
    running, forgotten = (_plan(house, people, creator_id, ARRIVED_ON) for creator_id in _creators(people))
    habits = {
        running: Habit(
            silent_after=20, changes_for=frozenset({"first-impression"}), unreviewed=frozenset({"two-weeks-in"})
        ),
        forgotten: Habit(silent_after=3),
    }
    _play(house, people, habits)
    _prepare(house)
    drafted, invited, prepares = (_plan(house, people, people.creator_id, NOW_ON + timedelta(days=7)) for _ in range(3))
    for partnership_id in (invited, prepares):
        move(house.transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    move(house.transactions, people.creator, prepares, PartnershipAction.ACCEPT)
    ship(house.transactions, people.manager, prepares)
    template = _spoil(house, people)
    crowd = plant(house.transactions, people, house.clock, MANY)
    _see_live(house, people, crowd[1])
    held = crowd[3]
    move(house.transactions, people.manager, held, PartnershipAction.HOLD)
    proposed = shift(house.transactions, people.manager, prepares, Move(MoveKind.REST, -2)).id
    sketched, planned = _sketch(house, people), _sketch(house, people)
    with house.transactions.begin(people.manager) as work:
        begun = sketching.begin(work, "usage-3m").id
        (line,) = batching.start(work, planned).lines
        line.keep(work.get(Partnership, drafted))
        ruling.take_holidays(work)
        feast = work.session.scalars(select(CalendarRule.id).where(CalendarRule.key == "idul-fitri")).first()
    with house.transactions.begin(people.owner) as work:
        weighing.copy(work, "AR-1")
    assert feast is not None
    return World(
        house,
        people,
        tuple(crowd),
        running,
        forgotten,
        drafted,
        invited,
        prepares,
        begun,
        sketched,
        planned,
        template,
        held,
        proposed,
        feast,
    )


def _prepare(house: House) -> None:
    """Do what the media job does to what has come in."""
    made = house.app.extensions
    report = preparing.prepare(house.transactions, made["store"], context=house.app.app_context, make=made["make"])
    assert report.failed == 0, report


def _sketch(house: House, people: People) -> int:
    """Begin a plan for Dewi, and return the run's id."""
    terms = Terms(anchor_on=NOW_ON + timedelta(days=7), fee=None, fees={}, note="", again=True)
    with house.transactions.begin(people.manager) as work:
        run = sketching.begin(work, "usage-3m", campaign_id=people.campaign_id, creator_ids=[people.creator_id])
        sketching.take_terms(work, run.id, terms)
        return run.id


def _see_live(house: House, people: People, partnership_id: int) -> None:
    """Say that a post of this partnership is live, and has to stay so."""
    posted = Deliverable.state == DeliverableState.PUBLISHED_UNVERIFIED
    with house.transactions.begin(people.manager) as work:
        found = select(Deliverable.id).where(Deliverable.partnership_id == partnership_id, posted)
        verifying.check_live(work, work.session.scalars(found).one(), found=True, label_on=True, note="")


def _spoil(house: House, people: People) -> int:
    """Copy a template and take a check-in out that others lean on."""
    with house.transactions.begin(people.manager) as work:
        template_id = copying.copy_built_in(work, "usage-3m").id
        editing.remove(work, template_id, Place(Section.CHECK_INS, "received"))
        return template_id


def _creators(people: People) -> tuple[int, int]:
    return people.creator_id, people.other_creator_id


def _plan(house: House, people: People, creator_id: int, anchor_on: date) -> int:
    with house.transactions.begin(people.manager) as work:
        return drafting.draft(
            work,
            campaign_id=people.campaign_id,
            creator_id=creator_id,
            template_key="usage-3m",
            anchor_on=anchor_on,
            fee=3_000_000,
        ).id


def _play(house: House, people: People, habits: dict[int, Habit]) -> None:
    """Let everybody live until `NOW_ON`, each in their way."""
    team = Team(people.owner, people.manager, people.reviewer)
    stage = Stage(house.transactions, house.app.extensions["store"], team, habits)
    player = Player(house.transactions, house.clock, house.beat, lambda: act(stage), timedelta(days=1))
    player.play_until(moment(NOW_ON, MORNING, DEFAULT_ZONE))
    assert all(_state(house, partnership_id) is PartnershipState.ACTIVE for partnership_id in habits)


def _state(house: House, partnership_id: int) -> PartnershipState:
    with house.transactions.everywhere() as everywhere:
        return everywhere.get_one(Partnership, partnership_id).state
