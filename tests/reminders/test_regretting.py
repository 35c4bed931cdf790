"""Who sent a file that cannot be shown is told by mail, with the page that takes it again."""

from dataclasses import replace
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from partnerships.core.clock import ManualClock
from partnerships.core.events import Event
from partnerships.database.work import Transactions
from partnerships.deliverables import measuring
from partnerships.deliverables.rules.metrics import Metric
from partnerships.files.events import FileFailed
from partnerships.files.tables import StoredFile
from partnerships.mail.tables import OutboxMail
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.web.tables import MailedLink
from tests.check_ins.scenes import received, running, system
from tests.deliverables.scenes import approved, deliverable_called, look, post, send
from tests.stories import People, move


def told(file: StoredFile) -> Event:
    """Return the event of a file that could not be prepared."""
    name = f"file:{file.id}"
    return FileFailed(key=f"{name}:failed", about=name, file_id=file.id, account_id=file.account_id, problem="damaged")


def fail_newest(transactions: Transactions, people: People) -> None:
    """Let the newest file turn out to be damaged."""
    with transactions.begin(system(people)) as work:
        file = work.session.scalars(select(StoredFile).order_by(StoredFile.id.desc()).limit(1)).one()
        work.emit(told(file))


def mails(transactions: Transactions, people: People) -> list[tuple[str, int, str, int]]:
    """Return about what, to whom and with which link mails of this wording are queued."""
    with transactions.looking(people.manager) as reading:
        found = reading.session.execute(
            select(OutboxMail.about, OutboxMail.recipient_id, MailedLink.purpose, MailedLink.thing_id)
            .join(MailedLink, MailedLink.id == OutboxMail.link_id)
            .where(OutboxMail.template == "file_failed")
        )
        return [tuple(row) for row in found]  # type: ignore[misc]  # four columns


def test_a_creator_whose_photo_is_damaged_gets_the_link_to_send_it_again(
    transactions: Transactions, people: People
) -> None:
    content = deliverable_called(transactions, people, running(transactions, people), "first-impression")
    send(transactions, people.creator, content)

    fail_newest(transactions, people)

    assert mails(transactions, people) == [
        (f"deliverable:{content}", people.creator.account_id, "deliverable", content)
    ]


def test_who_has_just_sent_it_hears_at_once_even_at_night(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    content = deliverable_called(transactions, people, running(transactions, people), "first-impression")
    send(transactions, people.creator, content)
    clock.set(clock.now().replace(hour=15))  # ten in the evening in Jakarta

    fail_newest(transactions, people)

    with transactions.looking(people.manager) as reading:
        told = reading.session.scalars(select(OutboxMail.send_after).where(OutboxMail.template == "file_failed"))
        assert told.all() == [clock.now()]


def test_a_screenshot_of_numbers_is_asked_for_where_numbers_are(transactions: Transactions, people: People) -> None:
    content = approved(transactions, people, running(transactions, people), "first-impression")
    post_id = post(transactions, people.creator, content)
    look(transactions, people, content)
    with transactions.begin(people.creator) as work:
        figures = {Metric.LIKES: 3}
        shot = [received(b"screenshot")]
        measuring.measure(work, content, post_id, figures=figures, measured_on=date(2026, 1, 5), screenshots=shot)

    fail_newest(transactions, people)

    assert mails(transactions, people) == [(f"deliverable:{content}", people.creator.account_id, "numbers", content)]


@pytest.mark.usefixtures("clock")
def test_nobody_is_asked_for_a_file_when_the_partnership_is_over(transactions: Transactions, people: People) -> None:
    partnership_id = running(transactions, people)
    content = deliverable_called(transactions, people, partnership_id, "first-impression")
    send(transactions, people.creator, content)
    move(transactions, people.creator, partnership_id, PartnershipAction.END_EARLY)

    fail_newest(transactions, people)

    assert mails(transactions, people) == []


def test_whoever_cannot_prepare_a_photo_tells_of_it(
    app: Flask, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    content = deliverable_called(transactions, people, running(transactions, people), "first-impression")
    send(transactions, people.creator, content, files=[replace(received(), is_prepared=False)])  # its bytes are nowhere
    for _ in range(3):
        clock.advance(days=1)
        app.extensions["beat"]()

    assert [about for about, *_ in mails(transactions, people)] == [f"deliverable:{content}"]
