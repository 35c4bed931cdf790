"""A partnership that goes on after one that was completed: it points back, and is offered as what it is."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from partnerships.core.actor import Role
from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.mail.tables import OutboxMail
from partnerships.plans import moving
from partnerships.plans.rules.partnerships import EndReason, PartnershipAction
from partnerships.plans.tables import Partnership, Renewal
from tests.conftest import SignIn
from tests.stories import People, agree, draft, move, start

NEXT_ON = date(2026, 6, 1)


def complete(transactions: Transactions, people: People, partnership_id: int) -> None:
    """End it as the clock does when everything is done."""
    with transactions.begin(people.manager) as work:
        partnership = work.get(Partnership, partnership_id)
        partnership.move(PartnershipAction.COMPLETE, Role.SYSTEM, work.now)


@pytest.fixture
def completed(transactions: Transactions, people: People, clock: ManualClock) -> int:
    clock.current = datetime(2026, 1, 20, 3, tzinfo=UTC)
    partnership_id = start(transactions, people, date(2026, 1, 20))
    clock.advance(days=100)
    complete(transactions, people, partnership_id)
    return partnership_id


def renewals(transactions: Transactions, people: People) -> list[tuple[int, int]]:
    with transactions.looking(people.manager) as reading:
        return [(one.partnership_id, one.renews_id) for one in reading.session.scalars(select(Renewal))]


def test_the_next_with_her_about_the_product_points_back_and_is_offered_as_a_renewal(
    transactions: Transactions, people: People, completed: int
) -> None:
    renewal_id = draft(transactions, people, anchor_on=NEXT_ON)
    move(transactions, people.manager, renewal_id, PartnershipAction.INVITE)

    assert renewals(transactions, people) == [(renewal_id, completed)]
    with transactions.looking(people.manager) as reading:
        about = select(OutboxMail.template).where(OutboxMail.about == f"partnership:{renewal_id}")
        assert reading.session.scalars(about).all() == ["renewed"]


def test_what_was_not_completed_is_not_renewed(transactions: Transactions, people: People) -> None:
    first = agree(transactions, people)
    with transactions.begin(people.manager) as work:
        moving.move(work, first, PartnershipAction.END_EARLY, reason=EndReason.BRAND_STOPPED)

    second = draft(transactions, people, anchor_on=NEXT_ON)
    move(transactions, people.manager, second, PartnershipAction.INVITE)

    assert renewals(transactions, people) == []
    with transactions.looking(people.manager) as reading:
        about = select(OutboxMail.template).where(OutboxMail.about == f"partnership:{second}")
        assert reading.session.scalars(about).all() == ["invitation"]


def test_the_pages_lead_from_one_to_the_other(
    app: Flask, transactions: Transactions, people: People, sign_in: SignIn, completed: int
) -> None:
    manager = sign_in(people.manager)
    asks = manager.get(f"/partnerships/{completed}").text
    renewal_id = draft(transactions, people, anchor_on=NEXT_ON)
    old, new = (manager.get(f"/partnerships/{one}").text for one in (completed, renewal_id))
    history = manager.get(f"/partnerships/{renewal_id}/history").text
    move(transactions, people.manager, renewal_id, PartnershipAction.END_EARLY)

    assert "/partnerships/new?creator=" in asks
    assert "/partnerships/new?creator=" not in old
    assert f'href="/partnerships/{renewal_id}"' in old
    assert f'href="/partnerships/{completed}"' in new
    assert "perpanjangan" in history
    assert "/partnerships/new?creator=" in manager.get(f"/partnerships/{completed}").text  # that draft was discarded
