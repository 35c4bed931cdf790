"""What planning costs in statements: a constant number for each partnership, however many are planned."""

from datetime import date

import pytest

from partnerships.database.work import Transactions
from partnerships.plans import batching, drafting, sketching
from partnerships.plans.rules.templates import BUILT_IN
from partnerships.plans.sketching import Terms
from tests.conftest import SignIn
from tests.portfolio.many import enlist
from tests.stories import ANCHOR_ON, People

MOST = 12  # for each partnership
BESIDE = 25  # for each portion: who acts, whose turn it is, what is shown afterwards


@pytest.mark.parametrize("key", BUILT_IN)
@pytest.mark.parametrize("count", [1, 20])
def test_a_plan_takes_at_most_twelve_statements_however_many_are_planned(
    transactions: Transactions, people: People, statements: list[str], key: str, count: int
) -> None:
    with transactions.begin(people.manager) as work:
        for _ in range(count):
            drafting.draft(
                work,
                campaign_id=people.campaign_id,
                creator_id=people.creator_id,
                template_key=key,
                anchor_on=ANCHOR_ON,
            )

    assert len(statements) <= MOST * count, statements


def test_a_hundred_plans_for_six_months_are_carried_out_within_twelve_statements_each(
    transactions: Transactions, people: People, sign_in: SignIn, statements: list[str]
) -> None:
    creator_ids = enlist(transactions, people, 100)
    terms = Terms(anchor_on=date(2026, 1, 26), fee=1_000_000, fees={}, note="", again=False)
    with transactions.begin(people.manager) as work:
        run_id = sketching.begin(work, "ambassador-6m", campaign_id=people.campaign_id, creator_ids=creator_ids).id
        sketching.take_terms(work, run_id, terms)
        batching.start(work, run_id)
    manager = sign_in(people.manager)
    portions = []

    for _ in range(5):
        statements.clear()
        assert manager.post(f"/partnerships/new/{run_id}/go").status_code == 302
        portions.append(len(statements))

    with transactions.looking(people.manager) as reading:
        outcomes = batching.list_outcomes(reading, run_id)
    assert sum(one.is_draft for one in outcomes) == 100
    assert max(portions) <= MOST * 20 + BESIDE, portions
    assert max(portions[1:]) - min(portions[1:]) <= 2, portions  # it does not grow with what stands already
