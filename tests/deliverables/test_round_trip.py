"""One piece of content from its first version to the last notice of its licence, as everybody sees it on the way."""

import re
from html import unescape

from flask import Flask
from flask.testing import FlaskClient

from partnerships.authenticity.rules.rubric import Outcome
from partnerships.core.actor import Actor
from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.deliverables import paying, submitting
from partnerships.deliverables.finding import list_licences, list_payments
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.deliverables.rules.licences import LicenceState
from partnerships.deliverables.rules.payments import PaymentAction, PaymentState
from partnerships.deliverables.rules.requests import Answer, Wish
from partnerships.deliverables.tables import ChangeRequest, Deliverable
from partnerships.plans.tables import Campaign
from tests.authenticity.stories import Sent, decide, film, rate_blind, send
from tests.conftest import SignIn
from tests.deliverables.scenes import granted, look, pay, post
from tests.stories import USED, People

CONTENT = "six-weeks-in"  # seeing it live earns the second payment
NAME = "“TikTok/Reel: six weeks in, routine as it is”"
STORY = [  # of the content, as the history tells it
    f"{NAME}: Waiting for review",
    f"{NAME}: Changes requested",
    f"{NAME}: Waiting for review",
    f"{NAME}: Approved",
    f"{NAME}: Posted, not checked yet",
    f"{NAME}: Live",
    f"{NAME}: Live, must stay up",
    f"Rights to {NAME}: Asked for",
    f"Rights to {NAME}: Granted",
    f"Rights to {NAME}: In use",
    f"{NAME}: Done",
    f"Rights to {NAME}: Runs out soon",
    "“Six-week post verified live”: Paid",
]
WISHES = [Wish("Show the label", "medium-1", "0:02"), Wish("Not proven", "words", "one"), Wish("See it", "guideline-1")]


def page(sign_in: SignIn, person: Actor, address: str) -> str:
    """Return the text of a page; whoever looks signs in anew, because days pass in between."""
    client: FlaskClient = sign_in(person)
    client.post("/language", data={"locale": "en"})
    return unescape(re.sub(r"<[^>]+>", "", client.get(address).text))


def ask_for_three(transactions: Transactions, people: People, sent: Sent) -> list[int]:
    review_id = rate_blind(transactions, people.reviewer, sent)
    decide(transactions, people.reviewer, review_id, Outcome.CHANGES_REQUESTED, message="", wishes=WISHES)
    with transactions.looking(people.reviewer) as reading:
        return [one.id for one in ChangeRequest.list_of(reading, sent.deliverable_id)]


def send_again(transactions: Transactions, people: People, sent: Sent, asked: list[int]) -> None:
    changed, *others = asked
    answers = {changed: Answer(done=True)} | {one: Answer(done=False, why="It is as it was") for one in others}
    with transactions.begin(people.creator) as work:
        submitting.submit(
            work,
            sent.deliverable_id,
            caption="Minggu kedua, two #iklan",
            note="",
            files=[film("two")],
            statement="drafts-1",
            answers=answers,
            attestation=USED,
        )


def stands(transactions: Transactions, people: People, sent: Sent) -> tuple[DeliverableState, PaymentState, list[str]]:
    """Return where the content, its payment and its licences stand."""
    with transactions.looking(people.manager) as reading:
        payment = list_payments(reading, sent.partnership_id)[1]
        licences = [str(one.state) for one in list_licences(reading, sent.deliverable_id)]
        return reading.get(Deliverable, sent.deliverable_id).state, payment.state, licences


def test_a_piece_of_content_from_its_first_version_to_the_end_of_its_licence(
    app: Flask, sign_in: SignIn, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    def wait(days: int) -> None:
        for _ in range(days):
            clock.advance(days=1)
            app.extensions["beat"]()

    with transactions.begin(people.manager) as work:
        work.get(Campaign, people.campaign_id).brief = "- No filter"
    sent = send(transactions, people, CONTENT, answered=5)
    theirs, ours = f"/me/deliverables/{sent.deliverable_id}", f"/deliverables/{sent.deliverable_id}"

    asked = ask_for_three(transactions, people, sent)
    to_change = page(sign_in, people.creator, theirs)
    clock.advance(minutes=5)
    send_again(transactions, people, sent, asked)
    compared = [page(sign_in, who, f"{ours}/compare") for who in (people.manager, people.creator)]
    decide(transactions, people.reviewer, rate_blind(transactions, people.reviewer, sent))
    post(transactions, people.creator, sent.deliverable_id)
    look(transactions, people, sent.deliverable_id)
    live = stands(transactions, people, sent)
    granted(transactions, people, sent.deliverable_id, days=40)
    wait(27)
    ending = stands(transactions, people, sent)
    seen_ending = [page(sign_in, people.manager, ours), page(sign_in, people.creator, theirs)]
    with transactions.looking(people.manager) as reading:
        payment_id = list_payments(reading, sent.partnership_id)[1].id
    with transactions.begin(people.owner) as work:
        paying.move_payment(work, payment_id, PaymentAction.APPROVE)
    pay(transactions, people.owner, payment_id)
    paid = stands(transactions, people, sent)

    told = [
        page(sign_in, people.manager, f"/partnerships/{sent.partnership_id}/history"),
        page(sign_in, people.creator, f"/me/partnerships/{sent.partnership_id}/history"),
    ]
    money = page(sign_in, people.creator, f"/me/partnerships/{sent.partnership_id}")

    assert all(words in to_change for words in ("3 things should change", "Video 1, at 0:02", "one", "No filter"))
    for both in compared:
        assert all(words in both for words in ("Version 1", "Version 2", "Changed", "Not changed", "It is as it was"))
    assert live == (DeliverableState.KEEPING_LIVE, PaymentState.EARNED, [])
    assert ending == (DeliverableState.DONE, PaymentState.EARNED, [LicenceState.EXPIRING])
    assert all("seen live" in seen and "Runs out soon" in seen for seen in seen_ending)
    assert paid == (DeliverableState.DONE, PaymentState.PAID, [LicenceState.EXPIRING])
    assert re.search(r"Six-week post verified live.{0,200}Paid", money, re.DOTALL)
    for history in told:
        assert in_order(history, STORY), STORY


def in_order(text: str, words: list[str]) -> bool:
    """Say whether the words stand in the text one after the other, the newest on top."""
    at = 0
    for each in reversed(words):
        at = text.find(each, at) + 1
        if not at:
            return False
    return True
