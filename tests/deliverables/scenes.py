"""Beginnings that tests of deliverables share."""

from sqlalchemy import select

from partnerships.core.actor import Actor
from partnerships.core.zones import day_in
from partnerships.database.work import Transactions
from partnerships.deliverables import finding, licensing, paying, publishing, submitting, verifying
from partnerships.deliverables.expiring import expire
from partnerships.deliverables.rules import licences
from partnerships.deliverables.rules.attestations import Attestation
from partnerships.deliverables.rules.deliverables import DeliverableAction, DeliverableState
from partnerships.deliverables.rules.transfers import Transfer
from partnerships.deliverables.tables import Deliverable, Payment
from partnerships.files.receiving import ReceivedFile
from tests.check_ins.scenes import received
from tests.stories import USED, People

POST_URL = "https://www.tiktok.com/@dewi/video/7301"


def deliverable_called(transactions: Transactions, people: People, partnership_id: int, key: str) -> int:
    """Return the id of one deliverable of the partnership."""
    with transactions.looking(people.manager) as reading:
        return reading.session.scalars(
            select(Deliverable.id).where(Deliverable.partnership_id == partnership_id, Deliverable.key == key)
        ).one()


def send(
    transactions: Transactions,
    actor: Actor,
    deliverable_id: int,
    *,
    caption: str = "My first days",
    files: list[ReceivedFile] | None = None,
    attestation: Attestation = USED,
) -> int:
    """Send a draft and return the revision's id."""
    with transactions.begin(actor) as work:
        return submitting.submit(
            work,
            deliverable_id,
            caption=caption,
            note="",
            files=[received()] if files is None else files,
            statement="draft-1",
            attestation=attestation,
        ).id


def review(transactions: Transactions, people: People, deliverable_id: int, *actions: DeliverableAction) -> None:
    """Do what a reviewer does to a deliverable, beginning with the start of the review, and tell it."""
    with transactions.begin(people.reviewer) as work:
        for action in (DeliverableAction.START_REVIEW, *actions):
            deliverable = work.get(Deliverable, deliverable_id)
            was = deliverable.move(action, work.actor.role, work.now)
            work.session.flush()
            work.emit(deliverable.moved(was, action))


def approved(transactions: Transactions, people: People, partnership_id: int, key: str) -> int:
    """Return the id of a deliverable that has been sent and approved."""
    deliverable_id = deliverable_called(transactions, people, partnership_id, key)
    send(transactions, people.creator, deliverable_id)
    review(transactions, people, deliverable_id, DeliverableAction.APPROVE)
    return deliverable_id


def post(transactions: Transactions, actor: Actor, deliverable_id: int, url: str = POST_URL) -> int:
    """Add a live link and return the post's id."""
    with transactions.begin(actor) as work:
        return publishing.add_post(work, deliverable_id, url=url, label_on=True).id


def look(
    transactions: Transactions,
    people: People,
    deliverable_id: int,
    *,
    found: bool = True,
    label_on: bool = True,
    note: str = "",
) -> None:
    """Say whether the post is live."""
    with transactions.begin(people.manager) as work:
        verifying.check_live(work, deliverable_id, found=found, label_on=label_on, note=note)


def state_of(transactions: Transactions, people: People, deliverable_id: int) -> DeliverableState:
    """Return where a deliverable stands."""
    with transactions.looking(people.manager) as reading:
        return reading.get(Deliverable, deliverable_id).state


def payment_states(transactions: Transactions, people: People, partnership_id: int) -> list[str]:
    """Return where the milestones of a partnership stand, in order."""
    with transactions.looking(people.manager) as reading:
        return list(
            reading.session.scalars(
                select(Payment.state).where(Payment.partnership_id == partnership_id).order_by(Payment.number)
            )
        )


def pay(transactions: Transactions, actor: Actor, payment_id: int) -> None:
    """Write down that a milestone was paid today, all of it."""
    with transactions.begin(actor) as work:
        payment = finding.get_payment(work, payment_id)
        today = day_in(payment.partnership.zone, work.now)
        paying.record_transfer(work, payment_id, Transfer(today, payment.amount or 0))


def asked(transactions: Transactions, people: People, deliverable_id: int, days: int = 90) -> int:
    """Ask for the right to advertise with the content from today on; return the licence's id."""
    with transactions.begin(people.manager) as work:
        today = day_in(work.get(Deliverable, deliverable_id).partnership.zone, work.now)
        last = licences.last_day(today, days)
        asked_for = licensing.ask_licence(
            work, deliverable_id, use=licences.Use.PAID, places="TikTok", from_on=today, to_on=last
        )
        return asked_for.id


def granted(transactions: Transactions, people: People, deliverable_id: int, days: int = 90) -> int:
    """Ask for that right, have it granted, and let the clock begin it; return the licence's id."""
    licence_id = asked(transactions, people, deliverable_id, days)
    with transactions.begin(people.creator) as work:
        licensing.move_licence(work, licence_id, licences.LicenceAction.GRANT)
    expire(transactions)
    return licence_id
