"""Two who press at the same moment: the second one finds what the first has made."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import func, select

from partnerships.core.actor import Actor
from partnerships.core.errors import Refused
from partnerships.database.work import Transactions, Work
from partnerships.plans import drafting, ruling
from partnerships.plans.rules.quiet import holidays
from partnerships.plans.tables import CalendarRule, Partnership
from tests.stories import ANCHOR_ON, People

Press = Callable[[Actor, Actor, Callable[[Work], object]], None]

SOON = 1  # seconds: long enough for the second one to come to the lock

pytestmark = pytest.mark.workers  # SQLite lets in one writer at a time


@pytest.fixture
def press_both(app: Flask, transactions: Transactions) -> Press:
    """Return a function with which one does something, and another begins the same before it is kept."""

    def press(first: Actor, second: Actor, act: Callable[[Work], object]) -> None:
        begun = Event()

        def also() -> None:
            with app.app_context(), transactions.begin(second) as work:
                begun.set()
                act(work)

        with ThreadPoolExecutor(1) as pool:
            with transactions.begin(first) as work:
                act(work)
                other = pool.submit(also)
                assert begun.wait(30)
                with pytest.raises(TimeoutError):
                    other.result(SOON)
            other.result(30)

    return press


def count(transactions: Transactions, people: People, table: type[Partnership | CalendarRule]) -> int | None:
    with transactions.looking(people.manager) as reading:
        return reading.session.scalar(select(func.count(table.id)))


def test_a_creator_is_planned_with_once_when_two_plan_at_once(
    transactions: Transactions, people: People, press_both: Press
) -> None:
    def plan(work: Work) -> None:
        drafting.draft(
            work,
            campaign_id=people.campaign_id,
            creator_id=people.creator_id,
            template_key="usage-3m",
            anchor_on=ANCHOR_ON,
            again=False,
        )

    with pytest.raises(Refused, match="already"):
        press_both(people.manager, people.owner, plan)

    assert count(transactions, people, Partnership) == 1


def test_the_holidays_are_taken_once_when_two_take_them_at_once(
    transactions: Transactions, people: People, press_both: Press
) -> None:
    press_both(people.manager, people.owner, ruling.take_holidays)

    assert count(transactions, people, CalendarRule) == len(holidays())
