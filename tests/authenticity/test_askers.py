"""Two reviewers list changes of one version: everybody can tell their lists apart, creators without names."""

import re

from partnerships.authenticity.rules.rubric import Outcome
from partnerships.core.actor import Actor
from partnerships.database.work import Transactions
from partnerships.deliverables.rules.requests import WHOLE, Wish
from tests.authenticity.stories import Sent, decide, rate_blind, send
from tests.authenticity.test_pages import english
from tests.conftest import SignIn
from tests.stories import People

FIRST = [Wish("Say the price of the small bottle", WHOLE, ""), Wish("Cut the last scene", WHOLE, "")]
SECOND = [Wish("Show the label earlier", WHOLE, "")]


def ask(transactions: Transactions, reviewer: Actor, sent: Sent, wishes: list[Wish]) -> int:
    review_id = rate_blind(transactions, reviewer, sent)
    return decide(transactions, reviewer, review_id, Outcome.CHANGES_REQUESTED, wishes=wishes).id


def test_the_lists_of_two_reviewers_are_told_apart(
    sign_in: SignIn, transactions: Transactions, people: People, others: list[Actor]
) -> None:
    sent = send(transactions, people)
    first = ask(transactions, people.reviewer, sent, FIRST)
    second = ask(transactions, others[0], sent, SECOND)

    creator = english(sign_in(people.creator)).get(f"/me/deliverables/{sent.deliverable_id}").text
    record = english(sign_in(people.manager)).get(f"/review/{sent.deliverable_id}").text

    asked = re.findall(r"(Say the price|Cut the last|Show the label|Reviewer \d)", creator)
    assert asked == ["Say the price", "Reviewer 1", "Cut the last", "Reviewer 1", "Show the label", "Reviewer 2"]
    assert "Citra" not in creator
    cards = {
        review_id: record.split(f'id="review-{review_id}"')[1].split("</section>")[0] for review_id in (first, second)
    }
    assert ("Say the price" in cards[first], "Show the label" in cards[first]) == (True, False)
    assert ("Say the price" in cards[second], "Show the label" in cards[second]) == (False, True)


def test_one_reviewers_list_needs_no_telling_apart(sign_in: SignIn, transactions: Transactions, people: People) -> None:
    sent = send(transactions, people)
    ask(transactions, people.reviewer, sent, FIRST)

    text = english(sign_in(people.creator)).get(f"/me/deliverables/{sent.deliverable_id}").text

    assert "Cut the last scene" in text
    assert "Reviewer 1" not in text
