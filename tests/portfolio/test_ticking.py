"""All partnerships that match are ticked at once: those of the page, and those further down."""

import re

import pytest
from flask.testing import FlaskClient

from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.plans import moving, shifting
from partnerships.plans.rules.partnerships import EndReason, PartnershipAction
from partnerships.portfolio import charting
from tests.conftest import SignIn
from tests.portfolio.many import plant
from tests.stories import People

TICKED = re.compile(r'name="id" value="(\d+)" form="bulk" checked')
BELOW = re.compile(r'<input type="hidden" name="id" value="(\d+)" form="bulk">')
ALL = "/partnerships?pick=all"


@pytest.fixture
def crowd(transactions: Transactions, people: People, clock: ManualClock, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return three partnerships of which the page shows two."""
    monkeypatch.setattr(charting, "ROWS", 2)
    return plant(transactions, people, clock, 3)


@pytest.fixture
def manager(sign_in: SignIn, people: People) -> FlaskClient:
    client = sign_in(people.manager)
    client.post("/language", data={"locale": "en"})
    return client


def ticked(page: str) -> list[int]:
    return [int(number) for number in TICKED.findall(page)]


def below(page: str) -> list[int]:
    return [int(number) for number in BELOW.findall(page)]


def test_one_link_ticks_everything_also_what_is_further_down(manager: FlaskClient, crowd: list[int]) -> None:
    first = manager.get("/partnerships?pick=1").text
    page = manager.get(ALL).text
    more_url = re.search(r'hx-get="([^"]+)" hx-trigger="revealed"', page)
    assert more_url is not None
    rest = manager.get(more_url[1].replace("&amp;", "&"), headers={"HX-Request": "true"}).text

    assert f'href="{ALL}"' in first
    assert ticked(first) == below(first) == []
    assert (len(ticked(page)), len(below(page))) == (2, 1)
    assert sorted([*ticked(page), *below(page)]) == sorted(crowd)
    assert "All 3 are ticked." in page
    assert (ticked(rest), below(rest)) == (below(page), [])  # the row that carried it is replaced


def test_what_is_over_stays_without_a_tick(
    manager: FlaskClient, transactions: Transactions, people: People, crowd: list[int]
) -> None:
    ended = crowd[-1]
    with transactions.begin(people.manager) as work:
        moving.move(work, ended, PartnershipAction.END_EARLY, reason=EndReason.BRAND_STOPPED)

    page = manager.get(ALL).text

    assert f'value="{ended}" form="bulk" ' in page
    assert sorted([*ticked(page), *below(page)]) == sorted(crowd[:-1])


def test_only_what_matches_is_ticked(
    manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock, crowd: list[int]
) -> None:
    others = plant(transactions, people, clock, 3, "Others")

    page = manager.get(f"{ALL}&q=Others").text

    assert sorted([*ticked(page), *below(page)]) == sorted(others)
    assert not set(others) & set(crowd)


def test_more_than_can_be_moved_at_once_are_not_ticked_and_it_says_so(
    manager: FlaskClient, crowd: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shifting, "MOST_AT_ONCE", len(crowd) - 1)

    page = manager.get(ALL).text

    assert ticked(page) == below(page) == []
    assert "At most 2 can be moved at once." in page


def test_who_may_not_move_dates_ticks_nothing(sign_in: SignIn, people: People, crowd: list[int]) -> None:
    page = sign_in(people.reviewer).get(ALL).text

    assert crowd
    assert 'name="id"' not in page
