"""The decision as its creator reads it, and the appeal: page by page, by link and signed in."""

import re

from flask import Flask

from partnerships.authenticity.rules.rubric import Outcome
from partnerships.database.work import Transactions
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.deliverables.tables import Deliverable
from tests.authenticity.stories import RUBRIC, Sent, decide, rate_blind, rejected, send
from tests.authenticity.test_pages import english
from tests.conftest import SignIn
from tests.stories import People, mailed_link

WORDS = "Itu kamar mandi saya sendiri, lihat handuknya."


def page(sent: Sent) -> str:
    return f"/review/{sent.deliverable_id}/appeal"


def state_of(transactions: Transactions, people: People, sent: Sent) -> DeliverableState:
    with transactions.looking(people.manager) as reading:
        return reading.get(Deliverable, sent.deliverable_id).state


def test_a_creator_reads_how_it_was_judged_and_appeals(
    transactions: Transactions, people: People, sign_in: SignIn
) -> None:
    sent = rejected(transactions, people)
    creator = english(sign_in(people.creator))

    shown = creator.get(page(sent)).text

    assert "Rejected" in shown
    assert "Tolong tambahkan adegan pemakaian." in shown
    assert RUBRIC.criteria[0].anchors[3].en in shown
    assert re.search(r"until [^.]*19 Jan", shown)
    answer = creator.post(page(sent), data={"words": WORDS}, follow_redirects=True).text
    assert WORDS in answer
    assert "Somebody else looks at your version again" in answer
    assert "Send appeal" not in answer

    seen = english(sign_in(people.owner)).get(f"/review/{sent.deliverable_id}").text
    assert "Dewi objects to the decision" in seen
    assert WORDS in seen
    assert "Appeal" in english(sign_in(people.owner)).get("/review?show=appeals").text
    assert "Somebody else looks now" in english(sign_in(people.reviewer)).get(f"/review/{sent.deliverable_id}").text
    assert (
        "Appealed against the decision"
        in english(sign_in(people.manager)).get(f"/partnerships/{sent.partnership_id}/history").text
    )


def test_an_appeal_needs_words_and_keeps_what_is_too_long(
    transactions: Transactions, people: People, sign_in: SignIn
) -> None:
    sent = rejected(transactions, people)
    creator = english(sign_in(people.creator))

    empty = creator.post(page(sent), data={"words": " "})
    long = creator.post(page(sent), data={"words": "panjang " * 300})

    assert (empty.status_code, long.status_code) == (422, 422)
    assert "Write what you see differently." in empty.text
    assert "Please keep this shorter." in long.text
    assert "panjang panjang" in long.text
    assert state_of(transactions, people, sent) is DeliverableState.DRAFTING


def test_a_second_appeal_says_why_it_is_none(transactions: Transactions, people: People, sign_in: SignIn) -> None:
    sent = rejected(transactions, people)
    creator = english(sign_in(people.creator))
    creator.post(page(sent), data={"words": WORDS})

    again = creator.post(page(sent), data={"words": "Sekali lagi."})

    assert again.status_code == 409
    assert "cannot be appealed" in again.text


def test_what_is_approved_or_undecided_offers_no_appeal(
    transactions: Transactions, people: People, sign_in: SignIn
) -> None:
    sent = send(transactions, people, answered=2)
    creator = english(sign_in(people.creator))
    assert "Nothing has been decided" in creator.get(page(sent)).text
    decide(transactions, people.reviewer, rate_blind(transactions, people.reviewer, sent), Outcome.APPROVED)

    shown = creator.get(page(sent)).text

    assert "Approved" in shown
    assert "Send appeal" not in shown


def test_another_creator_finds_nothing(transactions: Transactions, people: People, sign_in: SignIn) -> None:
    sent = rejected(transactions, people)

    assert sign_in(people.other_creator).get(page(sent)).status_code == 404


def test_the_mail_leads_to_the_decision(app: Flask, transactions: Transactions, people: People) -> None:
    sent = rejected(transactions, people)
    link = "/s/" + mailed_link(transactions, people, "deliverable", sent.deliverable_id)
    client = english(app.test_client())

    assert "See the decision, or appeal" in client.get(link).text
    shown = client.post(link, data={"act": "decision"}, follow_redirects=True)

    assert shown.status_code == 200
    assert re.search("Do you see it differently|Kamu melihatnya berbeda", shown.text)
