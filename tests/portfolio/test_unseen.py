"""Numbers that are asked for and messages that nobody has seen, where both sides begin their day."""

import re
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from partnerships.core.actor import Actor
from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.deliverables import talking
from tests.check_ins.scenes import received, running
from tests.conftest import SignIn
from tests.deliverables.scenes import deliverable_called
from tests.deliverables.test_metrics import FIRST, READ, seen, write
from tests.portfolio.test_pages import english
from tests.stories import People

assert seen  # the scene of a post that was seen live


def card(page: str, name: str) -> str:
    """Return one card of Today, or nothing where it is not."""
    found = re.search(rf'aria-labelledby="{name}".*?</section>', page, re.DOTALL)
    return found[0] if found else ""


def say(transactions: Transactions, actor: Actor, deliverable_id: int, text: str = "Nearly done") -> None:
    with transactions.begin(actor) as work:
        talking.say(work, deliverable_id, text)


@pytest.fixture
def manager(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.manager))


@pytest.fixture
def creator(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.creator))


def test_numbers_stand_where_both_sides_begin_until_they_are_sent(
    sign_in: SignIn, transactions: Transactions, people: People, seen: tuple[int, int], clock: ManualClock
) -> None:
    def look() -> tuple[str, str]:  # a later day needs a new session
        today, mine = (
            english(sign_in(who)).get(at).text for who, at in ((people.manager, "/"), (people.creator, "/me"))
        )
        return card(today, "numbers"), mine

    days = []
    for day in (6, 12, 14):
        clock.set(datetime(2026, 1, day, 3, tzinfo=UTC))
        days.append(look())
    write(transactions, people.creator, seen, READ, measured_on=FIRST, screenshots=[received()])
    after = look()

    record, send = f'href="/deliverables/{seen[0]}/numbers"', f'href="/me/deliverables/{seen[0]}/numbers"'
    assert [record in today for today, _ in days] == [True, True, True]
    assert [send in mine for _, mine in days] == [False, True, True]  # before its day it would count little
    assert all(word in days[2][1] for word in ("Numbers of the post:", "Send the numbers", 'class="mk overdue"'))
    assert after[0] == ""
    assert send not in after[1]


def test_a_message_stands_where_the_other_side_begins_until_it_is_seen(
    manager: FlaskClient, creator: FlaskClient, transactions: Transactions, people: People
) -> None:
    content = deliverable_called(transactions, people, running(transactions, people), "first-impression")
    say(transactions, people.creator, content)
    say(transactions, people.creator, content, "Is Friday fine?")

    asked = card(manager.get("/").text, "messages")
    own = creator.get("/me").text
    manager.post(f"/deliverables/{content}/messages", data={"message": "Friday is fine"})
    answered = creator.get("/me").text
    done = card(manager.get("/").text, "messages")
    creator.post(f"/me/deliverables/{content}", data={"act": "see"})

    assert asked.count(f'href="/deliverables/{content}"') == 1
    assert "Message about:" in asked
    assert "Read the message" not in own
    assert re.search(rf'href="/me/deliverables/{content}"[^>]*>\s*Read the message', answered)
    assert done == ""
    assert "Read the message" not in creator.get("/me").text


def test_a_reviewer_may_read_messages_and_only_looks_at_numbers(
    sign_in: SignIn, transactions: Transactions, people: People, seen: tuple[int, int]
) -> None:
    say(transactions, people.creator, seen[0])

    page = english(sign_in(people.reviewer)).get("/").text

    assert f'href="/deliverables/{seen[0]}"' in card(page, "messages")
    assert "/numbers" not in card(page, "numbers")


def test_neither_is_seen_by_another_creator_or_another_organisation(
    sign_in: SignIn, transactions: Transactions, people: People, seen: tuple[int, int], clock: ManualClock
) -> None:
    say(transactions, people.manager, seen[0])
    say(transactions, people.creator, seen[0])
    clock.set(datetime(2026, 1, 13, 3, tzinfo=UTC))

    pages = [sign_in(who).get(at).text for who, at in ((people.other_creator, "/me"), (people.stranger, "/"))]

    assert not [page for page in pages if f"/deliverables/{seen[0]}" in page]
