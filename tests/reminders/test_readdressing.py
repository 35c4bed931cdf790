"""A mistyped address that was mended: what waits for the creator follows her, and nothing opens at the old one."""

import re

from flask import Flask
from sqlalchemy import select

from partnerships.core.clock import ManualClock
from partnerships.creators import enlisting
from partnerships.creators.enlisting import CreatorFacts, HandleFacts
from partnerships.creators.tables import Platform
from partnerships.database.work import Transactions
from partnerships.mail.delivering import deliver
from partnerships.mail.mailers import MemoryMailer
from partnerships.mail.tables import OutboxMail
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.reminders.notifying import still_wanted
from tests.stories import People, draft, move

DEWI = CreatorFacts(name="Dewi", handles=(HandleFacts(platform=Platform.TIKTOK, name="dewi"),))
RIGHT = "dewi.ayu@creator.example"


def mend(transactions: Transactions, people: People) -> None:
    with transactions.begin(people.manager) as work:
        enlisting.revise(work, people.creator_id, DEWI, email=RIGHT)


def send(transactions: Transactions, mailer: MemoryMailer) -> list[tuple[str, str]]:
    """Send what waits; return whom each mail went to, and the path of the link in it."""
    mailer.sent.clear()
    deliver(transactions, mailer, still_wanted, lambda: 0)
    sent = []
    for message in mailer.sent:
        part = message.get_body(("plain",))
        found = re.search(r"/s/[\w-]+", part.get_content() if part else "")
        sent.append((str(message["To"]), found[0] if found else ""))
    return sent


def test_an_invitation_that_waits_goes_to_the_right_address(
    transactions: Transactions, people: People, mailer: MemoryMailer, app: Flask
) -> None:
    partnership_id = draft(transactions, people)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)

    mend(transactions, people)

    ((to, link),) = send(transactions, mailer)
    assert RIGHT in to
    assert app.test_client().get(link).status_code == 200


def test_an_invitation_that_is_gone_is_sent_once_more_and_its_first_link_opens_nothing(
    transactions: Transactions, people: People, mailer: MemoryMailer, app: Flask, clock: ManualClock
) -> None:
    partnership_id = draft(transactions, people)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    ((_, wrong),) = send(transactions, mailer)
    opened = app.test_client().get(wrong).status_code
    clock.advance(days=1)

    mend(transactions, people)

    ((to, right),) = send(transactions, mailer)
    assert RIGHT in to
    assert (opened, app.test_client().get(wrong).status_code) == (200, 410)
    assert app.test_client().get(right).status_code == 200
    with transactions.looking(people.manager) as reading:
        assert len(reading.session.scalars(select(OutboxMail)).all()) == 2
