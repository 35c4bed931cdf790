"""Many running partnerships at once, put straight where the tests want them: history is not what they look at."""

from datetime import timedelta

from sqlalchemy import update

from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.check_ins.tables import CheckIn
from partnerships.core.actor import Role
from partnerships.core.clock import ManualClock
from partnerships.creators.tables import Creator, Handle, Platform
from partnerships.database.work import Transactions, Work
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.deliverables.tables import Deliverable
from partnerships.people.tables import Account, Membership
from partnerships.plans import drafting
from partnerships.plans.rules.partnerships import EndReason, PartnershipState
from partnerships.plans.tables import Partnership
from tests.stories import SETTLED_AT, People

CHECK_INS = {1: CheckInState.LATE, 2: CheckInState.OPEN}
CONTENT = {1: DeliverableState.SUBMITTED, 2: DeliverableState.PUBLISHED_UNVERIFIED, 3: DeliverableState.DRAFTING}


def plant(
    transactions: Transactions, people: People, clock: ManualClock, count: int, prefix: str = "Many"
) -> list[int]:
    """Add `count` running partnerships of as many creators: each has something late, open, to review and to check."""
    anchor_on = clock.now().date() - timedelta(days=8)
    creator_ids = enlist(transactions, people, count, prefix)
    with transactions.begin(people.manager) as work:
        ids = [
            drafting.draft(
                work,
                campaign_id=people.campaign_id,
                creator_id=creator_id,
                template_key="usage-3m",
                anchor_on=anchor_on,
                fee=1_000_000,
            ).id
            for creator_id in creator_ids
        ]
    put(transactions, ids)
    return ids


def enlist(transactions: Transactions, people: People, count: int, prefix: str = "Many") -> list[int]:
    """Add `count` creators and return their ids."""
    with transactions.everywhere() as everywhere:
        accounts = [_account(f"{prefix}{number}") for number in range(count)]
        everywhere.add_all(accounts)
        everywhere.flush()
        everywhere.add_all(
            Membership(org_id=people.manager.org_id, account_id=one.id, role=Role.CREATOR, created_at=SETTLED_AT)
            for one in accounts
        )
        everywhere.commit()
        named = [(one.id, one.name) for one in accounts]
    with transactions.begin(people.manager) as work:
        creators = [_creator(work, account_id, name) for account_id, name in named]
        work.session.flush()
        return [creator.id for creator in creators]


def put(transactions: Transactions, ids: list[int], state: PartnershipState = PartnershipState.ACTIVE) -> None:
    """Put partnerships, their first check-ins and their first contents where `CHECK_INS` and `CONTENT` say."""
    reason = EndReason.BRAND_STOPPED if state is PartnershipState.ENDED_EARLY else None
    with transactions.everywhere() as everywhere:
        everywhere.execute(
            update(Partnership)
            .where(Partnership.id.in_(ids))
            .values(state=state, end_reason=reason, anchor_confirmed_at=SETTLED_AT)
        )
        for number, stands in CHECK_INS.items():
            mine = CheckIn.partnership_id.in_(ids)
            everywhere.execute(update(CheckIn).where(mine, CheckIn.number == number).values(state=stands))
        for number, content in CONTENT.items():
            mine = Deliverable.partnership_id.in_(ids)
            everywhere.execute(
                update(Deliverable)
                .where(mine, Deliverable.number == number)
                .values(state=content, waiting_since=SETTLED_AT)
            )
        everywhere.commit()


def _account(name: str) -> Account:
    return Account(
        email=f"{name.lower()}@creator.example", name=name, fs_uniquifier=name.lower(), created_at=SETTLED_AT
    )


def _creator(work: Work, account_id: int, name: str) -> Creator:
    org_id = work.actor.org_id
    handle = Handle(org_id=org_id, platform=Platform.TIKTOK, name=name.lower())
    creator = Creator(
        org_id=org_id, account_id=account_id, name=name, whatsapp="628120002", created_at=SETTLED_AT, handles=[handle]
    )
    work.session.add(creator)
    return creator
