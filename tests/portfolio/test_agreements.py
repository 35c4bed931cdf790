"""Which versions of a plan were agreed, by whom and when, and who wrote them."""

import re
from datetime import date, timedelta

import pytest

from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.plans import consenting, finding
from partnerships.plans.rules.moves import Move, MoveKind
from partnerships.plans.rules.proposals import MoveAction
from tests.conftest import SignIn
from tests.plans.bending import REST, shift
from tests.stories import People, start

TODAY = date(2026, 1, 5)


@pytest.fixture
def moved_twice(transactions: Transactions, people: People, clock: ManualClock) -> int:
    """Return a plan that was agreed, came with its parcel, was made earlier with Dewi's yes, and then later."""
    partnership_id = start(transactions, people, TODAY)
    clock.advance(minutes=5)
    earlier = Move(MoveKind.STEP, key="check_in:first-days", to=TODAY + timedelta(days=3))
    made = shift(transactions, people.manager, partnership_id, earlier)
    clock.advance(minutes=5)
    with transactions.begin(people.creator) as work:
        consenting.decide(work, made.id, MoveAction.ACCEPT)
    clock.advance(minutes=5)
    shift(transactions, people.owner, partnership_id, Move(REST, 2))
    return partnership_id


def test_every_version_that_was_agreed_stays_so_and_says_since_when(
    transactions: Transactions, people: People, moved_twice: int
) -> None:
    with transactions.looking(people.manager) as reading:
        versions = finding.list_versions(reading, moved_twice)
        agreed = finding.list_agreements(reading, versions)

    assert [version.reason for version in versions] == ["drafted", "received", "step_moved", "shifted"]
    assert list(agreed) == [1, 3]
    assert {agreement.account_id for agreement in agreed.values()} == {people.creator.account_id}
    assert agreed[3].at == versions[2].made_at > agreed[1].at


def test_a_version_is_written_by_who_proposed_it_and_not_by_who_agreed(
    transactions: Transactions, people: People, moved_twice: int
) -> None:
    with transactions.looking(people.manager) as reading:
        written = [version.made_by for version in finding.list_versions(reading, moved_twice)]

    assert written == [one.account_id for one in (people.manager, people.creator, people.manager, people.owner)]


def test_the_pages_say_which_versions_were_agreed_and_who_wrote_each(
    sign_in: SignIn, people: People, moved_twice: int
) -> None:
    team = sign_in(people.manager)
    team.post("/language", data={"locale": "en"})
    cards = team.get(f"/partnerships/{moved_twice}/versions").text.split('<section class="card')[2:]
    page, story = (team.get(f"/partnerships/{moved_twice}{path}").text for path in ("", "/history"))

    found = [(bool(re.search(r"Agreed: Dewi, ", card)), re.findall(r"Written by (\w+):", card)) for card in cards]
    assert found == [(False, ["Wulan"]), (True, ["Rina"]), (False, ["Dewi"]), (True, ["Rina"])]
    assert [each.count("Agreed: Dewi, ") for each in (page, story)] == [2, 2]
    assert story.count("Written by Rina: one date was moved") == 1
