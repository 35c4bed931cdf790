"""One piece of content on two screens: a second tab, or another phone in the middle of it."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from partnerships.core.actor import Actor
from partnerships.database.work import Transactions
from partnerships.deliverables.tables import Revision
from partnerships.files.store import LocalStore
from tests.check_ins.scenes import running
from tests.conftest import SignIn
from tests.deliverables.scenes import deliverable_called, review
from tests.files.samples import make_jpeg
from tests.stories import USED_FIELDS, People
from tests.web.test_tus import announce, piece, send

PHOTO = make_jpeg(640, 480)
DRAFT = {"act": "draft", "caption": "My first days", **USED_FIELDS}


def screen(sign_in: SignIn, person: Actor) -> FlaskClient:
    client = sign_in(person)
    client.post("/language", data={"locale": "en"})
    return client


@pytest.fixture
def deliverable_id(transactions: Transactions, people: People) -> int:
    return deliverable_called(transactions, people, running(transactions, people), "first-impression")


def versions(transactions: Transactions, people: People) -> list[tuple[int, str, int]]:
    """Return number, caption and count of files of every version."""
    with transactions.looking(people.manager) as reading:
        found = reading.session.scalars(select(Revision).order_by(Revision.number)).unique()
        return [(one.number, one.caption, len(one.media)) for one in found]


def test_a_second_tab_that_sends_the_same_finds_it_sent_and_keeps_no_second_file(
    sign_in: SignIn, app: Flask, transactions: Transactions, people: People, deliverable_id: int
) -> None:
    one, two = screen(sign_in, people.creator), screen(sign_in, people.creator)
    sent = send(one, PHOTO)
    address, form = f"/me/deliverables/{deliverable_id}", DRAFT | {"files-sent": f"{sent}/a.jpg"}

    answers = [client.post(address, data=form).status_code for client in (one, two)]

    store: LocalStore = app.extensions["store"]
    assert answers == [303, 303]
    assert versions(transactions, people) == [(1, "My first days", 1)]
    assert len(list(store.keys())) == 1


def test_a_second_tab_that_comes_after_the_review_began_is_told_and_changes_nothing(
    sign_in: SignIn, transactions: Transactions, people: People, deliverable_id: int
) -> None:
    one, two = screen(sign_in, people.creator), screen(sign_in, people.creator)
    address = f"/me/deliverables/{deliverable_id}"
    two.post("/typed", data={"about": f"deliverable:{deliverable_id}", "caption": "Other words"})  # as its page does
    one.post(address, data=DRAFT | {"files-sent": f"{send(one, PHOTO)}/a.jpg"})
    review(transactions, people, deliverable_id)

    late = two.post(address, data=DRAFT | {"caption": "Other words", "files-sent": f"{send(two, PHOTO)}/b.jpg"})

    assert late.status_code == 422
    assert "The review has begun: this version cannot be changed any more." in late.text
    assert versions(transactions, people) == [(1, "My first days", 1)]


def test_another_phone_in_the_middle_has_the_words_and_asks_for_the_file_again(
    sign_in: SignIn, transactions: Transactions, people: People, deliverable_id: int
) -> None:
    first, other = screen(sign_in, people.creator), screen(sign_in, people.creator)
    address = f"/me/deliverables/{deliverable_id}"
    first.post("/typed", data={"about": f"deliverable:{deliverable_id}", "caption": "Half a caption"})
    left = announce(first, len(PHOTO)).headers["Location"]
    piece(first, left, 0, PHOTO[:4000])

    page = other.get(address).text
    without = other.post(address, data=DRAFT | {"caption": "Half a caption, and the rest"})
    whole = other.post(address, data=DRAFT | {"caption": "Whole", "files-sent": f"{send(other, PHOTO)}/a.jpg"})

    assert "Half a caption" in page
    assert "What you had typed is back." in page
    assert without.status_code == 422
    assert "Please choose at least one photo or video." in without.text
    assert "Half a caption, and the rest" in without.text
    assert whole.status_code == 303
    assert versions(transactions, people) == [(1, "Whole", 1)]
