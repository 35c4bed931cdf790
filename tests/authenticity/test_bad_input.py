"""Whatever a creator sends goes the whole way: clear errors or "could not check", a page for everybody, never a 500.

The parts have tests of their own: texts in `captions/test_any_text.py` and `test_reading.py`, rule packs in
`captions/test_packs.py`, pictures in `files/test_inspecting.py` and `test_images.py`, records in `test_credentials.py`.
"""

from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from partnerships.authenticity import examining
from partnerships.authenticity.listing import Card, Standing, cards_of
from partnerships.authenticity.rules.signals import RunStatus
from partnerships.core.actor import Actor
from partnerships.database.work import Transactions
from partnerships.deliverables import submitting
from partnerships.deliverables.finding import find_last_revision
from partnerships.deliverables.rules.revisions import CAPTION_LENGTH
from tests.authenticity.stories import Sent, decide, film, rate_blind, send
from tests.authenticity.test_media_signals import Desk
from tests.authenticity.test_pages import english
from tests.conftest import SignIn
from tests.deliverables.test_pages import send_form
from tests.files.samples import make_jpeg
from tests.files.signed import make_signer, sign
from tests.files.test_images import bomb
from tests.stories import USED, People

READ = ("disclosure", "claims", "superlatives")
FULL = (("Tiga minggu pakai toner ini, jerawatku hilang! 😍 " * 200)[:CAPTION_LENGTH], "none")
CAPTIONS = {
    "as long as may be": FULL,
    "zero-width denial": ("#iklan ini bu\u200bk\u2060an ik\u00adlan ya", "denied"),
    "spelled denial": ("#iklan b u k a n  i k l a n", "denied"),
    "reversed denial": ("#iklan \u202enalki nakub\u202c ini", "denied"),
    "emoji only": ("😍😍✨👍🏽👩‍👩‍👧\ufe0f", "none"),
    "two languages": ("Iklan: udah 3 minggu, honestly my skin is calmer tapi not magic ya 💧", "clear"),
    "markup": ("#iklan <script>alert(1)</script> %(name)s {{ 7*7 }} \x00 &amp;", "clear"),
}


def sent_with(transactions: Transactions, people: People, caption: str) -> Sent:
    """Have Dewi send another version with this caption, and the real analysers look at it."""
    sent = send(transactions, people, answered=2)
    with transactions.begin(people.creator) as work:
        submitting.submit(
            work,
            sent.deliverable_id,
            caption=caption,
            note="",
            files=[film("two")],
            statement="drafts-1",
            attestation=USED,
        )
    examining.examine(transactions)
    return sent


def cards(transactions: Transactions, people: People, sent: Sent) -> dict[str, Card]:
    with transactions.looking(people.reviewer) as reading:
        revision = find_last_revision(reading, sent.deliverable_id)
        assert revision is not None
        return {card.analyser.name: card for card in cards_of(reading, revision)}


def pages(sign_in: SignIn, who: Actor, path: str) -> list[str]:
    """Return a page in both languages."""
    shown = []
    for locale in ("id", "en"):
        client = sign_in(who)
        with client.session_transaction() as session:
            session["locale"] = locale
        answered = client.get(path)
        assert answered.status_code == 200, (path, locale)
        shown.append(answered.text)
    return shown


@pytest.mark.parametrize("name", CAPTIONS)
def test_any_caption_is_read_shown_and_decided_on(
    sign_in: SignIn, transactions: Transactions, people: People, name: str
) -> None:
    caption, grade = CAPTIONS[name]
    sent = sent_with(transactions, people, caption)
    found = cards(transactions, people, sent)
    review_id = rate_blind(transactions, people.reviewer, sent)

    for text in pages(sign_in, people.reviewer, f"/review/{sent.deliverable_id}"):
        assert "<script>alert" not in text
        assert "{{ 7*7 }}" in unescape(text) or name != "markup"
    pages(sign_in, people.creator, f"/review/{sent.deliverable_id}/signals")
    decided = decide(transactions, people.reviewer, review_id)

    assert {run.status for each in READ if (run := found[each].run)} == {RunStatus.OK}
    codes = {signal.code for signal in found["disclosure"].signals}
    assert codes & {"clear", "weak", "denied"} == ({grade} - {"none"})
    assert decided.decided_at is not None


@pytest.mark.parametrize("length", [CAPTION_LENGTH + 1, 20_000, 200_000])
def test_a_caption_that_is_too_long_is_refused_beside_its_field_and_stays_typed(
    sign_in: SignIn, transactions: Transactions, people: People, length: int
) -> None:
    sent = send(transactions, people)
    client: FlaskClient = sign_in(people.creator)
    caption = ("Tiga minggu 😍 " * length)[:length].strip().ljust(length, "a")

    answered = send_form(client, f"/me/deliverables/{sent.deliverable_id}", caption, make_jpeg())

    assert answered.status_code == 422
    assert 'id="caption-error"' in answered.text
    assert caption in unescape(answered.text)
    with transactions.looking(people.creator) as reading:
        revision = find_last_revision(reading, sent.deliverable_id)
        assert revision is not None
        assert revision.number == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (bomb(9000, 9000), "more than 40 megapixels"),
        (make_jpeg()[:-900], "incomplete or damaged"),
        (make_jpeg()[:30] + b"jumb" * 400 + make_jpeg()[30:], "incomplete or damaged"),
    ],
    ids=["81 megapixels", "half a photo", "a record in the wrong place"],
)
def test_a_picture_that_cannot_be_shown_is_refused_where_it_is_sent(
    sign_in: SignIn, transactions: Transactions, people: People, content: bytes, sentence: str
) -> None:
    sent = send(transactions, people)
    client = english(sign_in(people.creator))

    answered = send_form(client, f"/me/deliverables/{sent.deliverable_id}", "Typed with love #iklan", content)

    assert answered.status_code == 422
    assert sentence in answered.text
    assert "Typed with love" in answered.text


@pytest.mark.parametrize("size", [(1, 1), (7000, 5600)], ids=["1 x 1", "39 megapixels"])
def test_the_smallest_and_the_largest_picture_are_looked_at_and_decided_on(
    app: Flask, sign_in: SignIn, transactions: Transactions, people: People, size: tuple[int, int]
) -> None:
    found = decided_with(app, sign_in, transactions, people, make_jpeg(*size))

    assert {found[name].standing for name in ("capture", "reuse", "credentials")} == {Standing.NOT_FOUND}


def test_a_broken_record_is_told_and_the_review_goes_on(
    app: Flask, sign_in: SignIn, transactions: Transactions, people: People
) -> None:
    signed = sign(make_jpeg(), make_signer())
    at = signed.index(b"jumb") + 400

    found = decided_with(app, sign_in, transactions, people, signed[:at] + bytes(200) + signed[at + 200 :])

    run = found["credentials"].run
    assert run is not None
    assert run.status in {RunStatus.OK, RunStatus.ERROR}
    assert not {signal.code for signal in found["credentials"].signals} & {"valid", "trusted"}


def decided_with(
    app: Flask, sign_in: SignIn, transactions: Transactions, people: People, content: bytes
) -> dict[str, Card]:
    """Take a version with this picture the whole way, in both languages; return its cards."""
    sent = send(transactions, people, answered=2)
    found = Desk(app, transactions).send(people, sent, content)
    review_id = rate_blind(transactions, people.reviewer, sent)
    pages(sign_in, people.reviewer, f"/review/{sent.deliverable_id}")
    pages(sign_in, people.creator, f"/review/{sent.deliverable_id}/signals")
    assert decide(transactions, people.reviewer, review_id).decided_at is not None
    return found
