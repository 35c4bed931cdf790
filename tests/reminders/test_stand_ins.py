"""Who gets the mail of somebody who is away."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from partnerships.core.actor import Actor, Role
from partnerships.core.clock import ManualClock
from partnerships.core.errors import Refused
from partnerships.database.work import Transactions
from partnerships.mail.tables import OutboxMail
from partnerships.people.adjusting import Away, Profile, adjust_profile
from partnerships.people.settling import add_member
from partnerships.people.tables import Account, Membership
from partnerships.plans.rules.partnerships import PartnershipAction
from tests.conftest import SignIn
from tests.stories import People, draft, move

FIRST, LAST = date(2026, 1, 5), date(2026, 1, 7)  # the tests begin on the first, a Monday


@pytest.fixture
def colleague(transactions: Transactions, people: People) -> Actor:
    """Return another manager."""
    with transactions.begin(people.owner) as work:
        added = add_member(
            work, name="Tono", email="tono@glow.example", role=Role.MANAGER, locale="id", zone="Asia/Jakarta"
        )
        return Actor(added.account_id, added.org_id, Role.MANAGER, "Tono", "Glow")


def go_away(transactions: Transactions, who: Actor, stand_in: Actor | None, until: date = LAST) -> None:
    with transactions.begin(who) as work:
        account = work.session.get_one(Account, who.account_id)
        away = Away(FIRST, until, stand_in.account_id if stand_in else None)
        adjust_profile(work, Profile(name=account.name, locale="id", zone="Asia/Jakarta", theme="system", away=away))


def accept(transactions: Transactions, people: People) -> OutboxMail:
    """Let Dewi accept an invitation; return the mail that the manager should get."""
    partnership_id = draft(transactions, people)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    move(transactions, people.creator, partnership_id, PartnershipAction.ACCEPT)
    with transactions.looking(people.owner) as reading:
        told = select(OutboxMail).where(OutboxMail.template == "accepted").order_by(OutboxMail.id.desc())
        mail = reading.session.scalars(told).first()
        assert mail is not None
        assert mail.recipient.name
        return mail


def test_a_stand_in_gets_the_mail_of_who_is_away_and_replies_too(
    transactions: Transactions, people: People, colleague: Actor
) -> None:
    go_away(transactions, people.manager, colleague)

    mail = accept(transactions, people)

    assert (mail.recipient.name, mail.reply_to) == ("Tono", "tono@glow.example")
    assert mail.context["manager"] == "Tono"


@pytest.mark.parametrize("days", [-1, 3])
def test_before_the_first_day_and_after_the_last_everything_is_as_ever(
    transactions: Transactions, people: People, colleague: Actor, clock: ManualClock, days: int
) -> None:
    go_away(transactions, people.manager, colleague)
    clock.advance(days=days)

    assert accept(transactions, people).recipient.name == "Rina"


def test_the_last_day_ends_at_midnight_where_the_person_lives(
    transactions: Transactions, people: People, colleague: Actor, clock: ManualClock
) -> None:
    go_away(transactions, people.manager, colleague)
    clock.advance(days=2, minutes=14 * 60 + 59)  # a minute to midnight in Jakarta
    last = accept(transactions, people).recipient.name
    clock.advance(minutes=1)

    assert (last, accept(transactions, people).recipient.name) == ("Tono", "Rina")


def test_without_a_stand_in_or_when_that_one_is_away_or_gone_too_the_owner_stands_in(
    transactions: Transactions, people: People, colleague: Actor, clock: ManualClock
) -> None:
    go_away(transactions, people.manager, None)
    nobody = accept(transactions, people).recipient.name
    go_away(transactions, people.manager, colleague)
    go_away(transactions, colleague, people.manager)
    away_too = accept(transactions, people).recipient.name
    with transactions.begin(people.owner) as work:
        membership = work.session.scalars(select(Membership).where(Membership.account_id == colleague.account_id)).one()
        membership.away_from, membership.ended_at = None, clock.now()
    gone = accept(transactions, people).recipient.name

    assert (nobody, away_too, gone) == ("Wulan", "Wulan", "Wulan")


def test_an_owner_who_is_away_is_stood_in_for_and_when_nobody_is_there_gets_the_mail_all_the_same(
    transactions: Transactions, people: People, colleague: Actor
) -> None:
    go_away(transactions, people.manager, None)
    go_away(transactions, people.owner, colleague)
    stood_in_for = accept(transactions, people).recipient.name
    go_away(transactions, people.owner, None)

    assert (stood_in_for, accept(transactions, people).recipient.name) == ("Tono", "Wulan")


def test_nobody_stands_in_for_themselves_and_only_who_manages_does(transactions: Transactions, people: People) -> None:
    for stand_in in (people.manager, people.reviewer, people.creator, people.stranger):
        with pytest.raises(Refused):
            go_away(transactions, people.manager, stand_in)
    with pytest.raises(Refused):
        go_away(transactions, people.manager, None, until=FIRST - timedelta(days=1))


def test_the_settings_ask_the_team_and_nobody_else(
    sign_in: SignIn, transactions: Transactions, people: People, colleague: Actor
) -> None:
    manager = sign_in(people.manager)
    form = {"name": "Rina", "locale": "id", "zone": "Asia/Jakarta", "theme": "system"}
    days = {"away_from": "2026-01-05", "away_until": "2026-01-07", "stand_in_id": str(colleague.account_id)}

    half = manager.post("/profile", data={**form, "away_from": "2026-01-05"})
    turned = manager.post("/profile", data={**form, **days, "away_until": "2026-01-04"})
    taken = manager.post("/profile", data={**form, **days})
    page = manager.get("/profile").text
    back = manager.post("/profile", data={**form, "away_from": "", "away_until": "", "stand_in_id": "0"})

    assert (half.status_code, turned.status_code, taken.status_code, back.status_code) == (422, 422, 302, 302)
    assert 'id="away_until-error"' in half.text
    assert 'id="away_until-error"' in turned.text
    assert 'value="2026-01-07"' in page
    assert f'selected value="{colleague.account_id}"' in page
    assert "stand_in_id" not in sign_in(people.creator).get("/profile").text
    with transactions.looking(people.manager) as reading:
        mine = reading.session.scalars(select(Membership).where(Membership.account_id == people.manager.account_id))
        assert (mine.one().away_from) is None
