"""More people than a small team has."""

import pytest

from partnerships.core.actor import Actor, Role
from partnerships.database.work import Transactions
from partnerships.people.tables import Account, Membership
from tests.stories import SETTLED_AT, People


@pytest.fixture
def others(transactions: Transactions, people: People) -> list[Actor]:
    """Two more reviewers: with the owner and Bayu there are four who do not manage Dewi."""
    with transactions.everywhere() as everywhere:
        members = []
        for name in ("Citra", "Fajar"):
            account = Account(
                email=f"{name}@glow.example", name=name, fs_uniquifier=name, zone="Asia/Jakarta", created_at=SETTLED_AT
            )
            members.append(
                Membership(org_id=people.owner.org_id, account=account, role=Role.REVIEWER, created_at=SETTLED_AT)
            )
        everywhere.add_all(members)
        everywhere.commit()
        return [Actor(member.account_id, member.org_id, Role.REVIEWER) for member in members]
