"""Many partnerships in every state, written straight into the tables so that a thousand of them take a second."""

from datetime import date, timedelta

from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.check_ins.tables import CheckIn
from partnerships.core.clock import ManualClock
from partnerships.creators.tables import Creator, Handle, Platform
from partnerships.database.work import Transactions, Work
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.deliverables.tables import Deliverable
from partnerships.people.tables import Account, Membership
from partnerships.core.actor import Role
from partnerships.plans import drafting
from partnerships.plans.rules.partnerships import PartnershipState
from partnerships.plans.tables import Partnership
from tests.stories import SETTLED_AT, People

CHECK_INS = (CheckInState.OPEN, CheckInState.LATE, CheckInState.SCHEDULED, CheckInState.MISSED)
CONTENT = (
    DeliverableState.SUBMITTED,
    DeliverableState.CHANGES_REQUESTED,
    DeliverableState.APPROVED,
    DeliverableState.PUBLISHED_UNVERIFIED,
    DeliverableState.DRAFTING,
)


def plant(transactions: Transactions, people: People, clock: ManualClock, count: int) -> list[int]:
    """Add `count` running partnerships, each with its own creator, some of it due, some overdue, some to review."""
    members = _enlist(transactions, people, count)
    with transactions.begin(people.manager) as work:
        creators = [_creator(work, account_id, number) for number, account_id in enumerate(members)]
        work.session.flush()
        ids = [
            drafting.draft(
                work,
                campaign_id=people.campaign_id,
                creator_id=creator.id,
                template_key="usage-3m",
                anchor_on=clock.now().date() - timedelta(days=number % 14),
                fee=1_000_000,
            ).id
            for number, creator in enumerate(creators)
        ]
        work.session.flush()
        for number, partnership_id in enumerate(ids):
            _stir(work, partnership_id, number)
    return ids


def _enlist(transactions: Transactions, people: People, count: int) -> list[int]:
    with transactions.everywhere() as everywhere:
        accounts = [
            Account(
                email=f"many{number}@creator.example",
                name=f"Creator {number}",
                fs_uniquifier=f"many{number}",
                created_at=SETTLED_AT,
            )
            for number in range(count)
        ]
        everywhere.add_all(accounts)
        everywhere.flush()
        everywhere.add_all(
            Membership(
                org_id=people.manager.org_id, account_id=account.id, role=Role.CREATOR, created_at=SETTLED_AT
            )
            for account in accounts
        )
        everywhere.commit()
        return [account.id for account in accounts]


def _creator(work: Work, account_id: int, number: int) -> Creator:
    org_id = work.actor.org_id
    creator = Creator(
        org_id=org_id,
        account_id=account_id,
        name=f"Creator {number}",
        whatsapp="6281200000002",
        created_at=SETTLED_AT,
        handles=[Handle(org_id=org_id, platform=Platform.TIKTOK, name=f"creator.{number}")],
    )
    work.session.add(creator)
    return creator


def _stir(work: Work, partnership_id: int, number: int) -> None:
    """Put the partnership where a plan never is from the first: history is not what these tests look at."""
    partnership = work.get(Partnership, partnership_id)
    partnership.__dict__  # noqa: B018 - loaded
    _put(partnership, PartnershipState.ACTIVE)
    partnership.anchor_confirmed_at = work.now


def _put(row: Partnership | CheckIn | Deliverable, state: object) -> None:
    row.state = state  # type: ignore[assignment]


def first_day(clock: ManualClock) -> date:
    """Return the business day of the clock."""
    return clock.now().date()
