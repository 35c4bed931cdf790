"""Creators see what programs found and say something about it, before anybody decides."""

import re

import pytest
from flask.testing import FlaskClient

from partnerships.authenticity import explaining
from partnerships.authenticity.listing import own_cards
from partnerships.authenticity.rules.signals import Finding, RunStatus, Strength
from partnerships.core.errors import NotFound
from partnerships.database.work import Transactions
from tests.authenticity.stories import Sent, decide, examined, rate_blind, send, send_version
from tests.authenticity.test_pages import english
from tests.conftest import SignIn
from tests.stories import People

FOUND = Finding("others_same", Strength.MEDIUM, {"file_id": 1, "position": 1, "other_id": 2, "distance": 3})
SAID = "Foto ini saya kirim juga di grup teman."


@pytest.fixture
def creator(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.creator))


def address(sent: Sent) -> str:
    return f"/review/{sent.deliverable_id}/signals"


def field(client: FlaskClient, sent: Sent) -> str:
    found: list[str] = re.findall(r'name="(explain-\d+)"', client.get(address(sent)).text)
    return found[0]


def test_what_a_creator_says_stands_beside_the_finding_for_the_reviewer(
    creator: FlaskClient, sign_in: SignIn, transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people)
    examined(transactions, RunStatus.OK, FOUND)
    assert address(sent) in creator.get(f"/me/deliverables/{sent.deliverable_id}").text

    answered = creator.post(address(sent), data={field(creator, sent): SAID}, follow_redirects=True)

    assert "Kept: whoever reviews it reads it" in answered.text
    assert SAID in answered.text
    rate_blind(transactions, people.reviewer, sent)
    assert f"Dewi explains: {SAID}" in english(sign_in(people.reviewer)).get(f"/review/{sent.deliverable_id}").text
    history = creator.get(f"/me/partnerships/{sent.partnership_id}/history").text
    assert "Said something about what programs found" in history


def test_a_creator_never_sees_whose_the_other_picture_is(
    creator: FlaskClient, transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people)
    examined(transactions, RunStatus.OK, FOUND)

    page = creator.get(address(sent)).text

    assert "somebody else sent to this brand" in page
    assert "Galih" not in page
    assert "/media/2" not in page


def test_words_that_are_too_long_stay_on_the_page_with_what_is_wrong(
    creator: FlaskClient, transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people)
    examined(transactions, RunStatus.OK, FOUND)
    long = "a" * (explaining.LENGTH + 1)

    name = field(creator, sent)

    refused = creator.post(address(sent), data={name: long})

    assert refused.status_code == 422
    assert "at most 500 characters" in refused.text
    assert f'href="#{name}"' in refused.text
    assert long in refused.text


def test_nothing_is_explained_once_it_is_decided_and_the_words_stay_to_be_read(
    creator: FlaskClient, transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people, answered=2)
    examined(transactions, RunStatus.OK, FOUND)
    name = field(creator, sent)
    creator.post(address(sent), data={name: SAID})
    decide(transactions, people.reviewer, rate_blind(transactions, people.reviewer, sent))

    late = creator.post(address(sent), data={name: "Terlambat"})

    assert late.status_code == 422
    assert "decided already" in late.text
    assert SAID in late.text
    assert "<textarea" not in creator.get(address(sent)).text


def test_only_findings_about_the_newest_version_are_explained_and_saying_it_twice_is_once(
    transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people)
    examined(transactions, RunStatus.OK, FOUND)
    with transactions.looking(people.creator) as reading:
        old = own_cards(reading, sent.deliverable_id).cards[0].signals[0].id
    send_version(transactions, people, sent.deliverable_id, "two")
    examined(transactions, RunStatus.OK, FOUND)
    with transactions.looking(people.creator) as reading:
        new = own_cards(reading, sent.deliverable_id).cards[0].signals[0].id

    counts = []
    for _ in range(2):
        with transactions.begin(people.creator) as work:
            counts.append(explaining.explain(work, sent.deliverable_id, {old: SAID, new: SAID}))

    assert counts == [1, 0]


def test_nothing_is_shown_or_kept_before_anything_was_sent_or_of_somebody_else(
    creator: FlaskClient, sign_in: SignIn, transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people)
    unsent = sent.deliverable_id + 1

    assert creator.get(f"/review/{unsent}/signals").status_code == 404
    assert sign_in(people.other_creator).get(address(sent)).status_code == 404
    with pytest.raises(NotFound), transactions.begin(people.creator) as work:
        explaining.explain(work, unsent, {})


def test_odd_names_of_fields_are_passed_over(creator: FlaskClient, transactions: Transactions, people: People) -> None:
    sent = send(transactions, people)

    assert creator.post(address(sent), data={"explain-x": "a", "explain-99999999999": "b"}).status_code == 302
