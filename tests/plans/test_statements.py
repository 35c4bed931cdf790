"""What planning costs in statements: a constant number for each partnership, however many are planned."""

import pytest

from partnerships.database.work import Transactions
from partnerships.plans import drafting
from tests.stories import ANCHOR_ON, People

MOST = 12


@pytest.mark.parametrize("count", [1, 20])
def test_a_plan_takes_at_most_twelve_statements_however_many_are_planned(
    transactions: Transactions, people: People, statements: list[str], count: int
) -> None:
    with transactions.begin(people.manager) as work:
        for _ in range(count):
            drafting.draft(
                work,
                campaign_id=people.campaign_id,
                creator_id=people.creator_id,
                template_key="usage-3m",
                anchor_on=ANCHOR_ON,
            )

    assert len(statements) <= MOST * count, statements
