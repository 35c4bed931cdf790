"""What a creator cannot open: anything of a plan that nobody has asked them about."""

import pytest

from partnerships.database.work import Transactions
from partnerships.plans.rules.partnerships import PartnershipAction
from tests.check_ins.scenes import check_in_called
from tests.conftest import SignIn
from tests.deliverables.scenes import deliverable_called
from tests.stories import People, draft, move


@pytest.mark.parametrize("is_discarded", [False, True])
def test_a_plan_that_was_not_offered_is_not_there_for_its_creator(
    transactions: Transactions, people: People, sign_in: SignIn, *, is_discarded: bool
) -> None:
    planned = draft(transactions, people)
    check_in, content = (
        check_in_called(transactions, people, planned, "received"),
        deliverable_called(transactions, people, planned, "first-impression"),
    )
    if is_discarded:
        move(transactions, people.manager, planned, PartnershipAction.END_EARLY)
    creator = sign_in(people.creator)

    pages = [
        f"/me/check-ins/{check_in}",
        f"/me/check-ins/{check_in}/later",
        *(f"/me/deliverables/{content}{page}" for page in ("", "/post", "/numbers", "/later")),
    ]

    assert {page: creator.get(page).status_code for page in pages} == dict.fromkeys(pages, 404)
