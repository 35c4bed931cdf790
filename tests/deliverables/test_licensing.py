"""Rights to content: they come with the plan or are asked for, rest with a hold, and their end surprises nobody."""

from datetime import date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from partnerships.check_ins import answering
from partnerships.core.clock import ManualClock
from partnerships.core.errors import NotAllowed, NotFound, Refused
from partnerships.core.zones import day_in
from partnerships.database.work import Transactions
from partnerships.deliverables import finding, licensing
from partnerships.deliverables.expiring import expire
from partnerships.deliverables.rules.licences import (
    NOTICE_DAYS,
    LicenceAction,
    LicenceState,
    Use,
    check_term,
    last_day,
    look,
)
from partnerships.deliverables.tables import Licence
from partnerships.mail.tables import OutboxMail
from partnerships.plans import undoing
from partnerships.plans.finding import find_resumption
from partnerships.plans.rules.partnerships import PartnershipAction
from tests.check_ins.scenes import FIRST_DAYS, opened, running
from tests.check_ins.test_pages import in_english
from tests.conftest import SignIn
from tests.deliverables.scenes import approved, asked, deliverable_called, granted
from tests.stories import People, move, start

ZONE = "Asia/Jakarta"


@pytest.fixture
def content(transactions: Transactions, people: People) -> int:
    """Return content that is approved."""
    return approved(transactions, people, running(transactions, people), "two-weeks-in")


@pytest.fixture
def partnership_id(transactions: Transactions, people: People, content: int) -> int:
    with transactions.looking(people.manager) as reading:
        return finding.get_for(reading, content).partnership_id


def state_of(transactions: Transactions, people: People, licence_id: int) -> LicenceState:
    with transactions.looking(people.manager) as reading:
        return reading.get(Licence, licence_id).state


def mails(transactions: Transactions, people: People, *templates: str) -> list[tuple[str, int]]:
    with transactions.looking(people.manager) as reading:
        found = select(OutboxMail).where(OutboxMail.template.in_(templates)).order_by(OutboxMail.id)
        return [(mail.template, mail.recipient_id) for mail in reading.session.scalars(found)]


def test_ads_from_the_creators_account_are_asked_for_with_a_right_to_advertise_and_told_everywhere(
    transactions: Transactions, people: People, content: int, sign_in: SignIn
) -> None:
    manager, address = in_english(sign_in(people.manager)), f"/deliverables/{content}/licence"
    term = {"from_on": "2026-01-05", "to_on": "2026-04-05", "whitelisting": "y"}

    refused = manager.post(address, data={"use": "organic", **term})
    sent = manager.post(address, data={"use": "paid", **term})

    assert (refused.status_code, "need the use in advertisements" in refused.text) == (422, True)
    assert sent.status_code == 303
    with transactions.looking(people.manager) as reading:
        (licence,) = finding.list_licences(reading, content)
        mail = reading.session.scalars(select(OutboxMail).where(OutboxMail.template == "licence_asked")).one()
        assert (licence.whitelisting, mail.context["whitelisting"]) == (True, True)
    said = "Ads from the creator's account (whitelisting): yes"
    assert said in in_english(sign_in(people.creator)).get(f"/me/deliverables/{content}").text
    assert said in manager.get(f"/deliverables/{content}").text
    assert said in manager.get(f"/deliverables/{content}/dossier?lang=en").text


def test_a_right_to_advertise_says_when_it_covers_no_ads_from_the_creators_account(
    transactions: Transactions, people: People, content: int, sign_in: SignIn
) -> None:
    asked(transactions, people, content)

    page = in_english(sign_in(people.creator)).get(f"/me/deliverables/{content}").text

    assert "Ads from the creator's account (whitelisting): no" in page


def test_the_clock_begins_warns_and_ends_on_its_days_where_the_creator_lives() -> None:
    first, last = date(2026, 3, 2), date(2026, 4, 30)

    def seen(state: LicenceState, moment: str) -> LicenceAction | None:
        return look(state, first, last, ZONE, datetime.fromisoformat(moment)).action

    assert seen(LicenceState.GRANTED, "2026-03-01T23:59+07:00") is None
    assert seen(LicenceState.GRANTED, "2026-03-02T00:00+07:00") is LicenceAction.BEGIN
    assert seen(LicenceState.ACTIVE, "2026-04-16T08:59+07:00") is None
    assert seen(LicenceState.ACTIVE, "2026-04-16T09:00+07:00") is LicenceAction.NEAR_END
    assert seen(LicenceState.EXPIRING, "2026-04-30T23:59+07:00") is None
    assert seen(LicenceState.EXPIRING, "2026-05-01T00:00+07:00") is LicenceAction.EXPIRE
    assert seen(LicenceState.REVOKED, "2030-01-01T00:00+07:00") is None


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [("2026-02-02", "2026-02-01", "end before it begins"), ("2025-12-01", "2025-12-31", "passed already")],
)
def test_days_that_make_no_sense_are_refused_beside_the_last(first: str, last: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refused:
        check_term(date.fromisoformat(first), date.fromisoformat(last), date(2026, 1, 5))

    assert refused.value.field == "to_on"


def test_what_is_asked_for_is_granted_used_told_in_time_and_over(
    transactions: Transactions, people: People, clock: ManualClock, content: int
) -> None:
    licence_id = asked(transactions, people, content, days=60)
    creator, manager = people.creator.person_id, people.manager.person_id
    assert mails(transactions, people, "licence_asked") == [("licence_asked", creator)]
    with transactions.begin(people.creator) as work:
        licensing.move_licence(work, licence_id, LicenceAction.GRANT)
    assert mails(transactions, people, "licence_granted") == [("licence_granted", manager)]

    seen = []
    for _ in range(62):
        expire(transactions)
        seen.append(state_of(transactions, people, licence_id))
        clock.advance(days=1)

    assert list(dict.fromkeys(seen)) == [LicenceState.ACTIVE, LicenceState.EXPIRING, LicenceState.EXPIRED]
    assert seen.count(LicenceState.EXPIRING) in {NOTICE_DAYS, NOTICE_DAYS + 1}
    told = mails(transactions, people, "licence_ends", "licence_ends_team")
    assert sorted(told) == sorted([("licence_ends", creator), ("licence_ends_team", manager)])


def test_after_a_long_sleep_of_the_clock_each_step_is_taken_once(
    transactions: Transactions, people: People, clock: ManualClock, content: int
) -> None:
    licence_id = granted(transactions, people, content)
    clock.advance(days=200)

    assert expire(transactions) == 2
    assert expire(transactions) == 0
    assert state_of(transactions, people, licence_id) is LicenceState.EXPIRED


def test_a_hold_suspends_and_resuming_gives_back_and_taking_that_back_suspends_again(
    transactions: Transactions, people: People, clock: ManualClock, content: int, partnership_id: int
) -> None:
    held, by_person = (granted(transactions, people, content) for _ in range(2))
    with transactions.begin(people.manager) as work:
        licensing.move_licence(work, by_person, LicenceAction.SUSPEND, "Under discussion")

    move(transactions, people.manager, partnership_id, PartnershipAction.HOLD)
    expire(transactions)
    on_hold = [state_of(transactions, people, each) for each in (held, by_person)]
    clock.advance(days=3)
    move(transactions, people.manager, partnership_id, PartnershipAction.RESUME)
    expire(transactions)
    resumed = [state_of(transactions, people, each) for each in (held, by_person)]
    with transactions.begin(people.manager) as work:
        resumption = find_resumption(work, partnership_id)
        assert resumption is not None
        undoing.undo(work, resumption.id)
    expire(transactions)

    assert on_hold == [LicenceState.SUSPENDED] * 2
    assert resumed == [LicenceState.ACTIVE, LicenceState.SUSPENDED]
    assert state_of(transactions, people, held) is LicenceState.SUSPENDED
    assert mails(transactions, people, "licence_changed") == []  # the hold's own mail tells it


def test_who_no_longer_uses_the_product_stops_the_rights_and_the_manager_is_told(
    transactions: Transactions, people: People, clock: ManualClock, content: int, partnership_id: int
) -> None:
    licence_id = granted(transactions, people, content)
    check_in_id = opened(transactions, people, partnership_id, "first-days")

    with transactions.begin(people.creator) as work:
        answering.answer(work, check_in_id, FIRST_DAYS | {"still_using": "stopped"}, {}, statement="answers-1")
    assert expire(transactions) == 1

    assert state_of(transactions, people, licence_id) is LicenceState.SUSPENDED
    assert mails(transactions, people, "licence_changed") == [("licence_changed", people.manager.person_id)]
    clock.advance(days=1)
    with transactions.begin(people.manager) as work:
        licensing.move_licence(work, licence_id, LicenceAction.RESTORE, "She uses it again")
    assert expire(transactions) == 0  # whoever restores it has read the answer


def test_who_stopped_before_the_rights_began_stops_them_too(
    transactions: Transactions, people: People, content: int, partnership_id: int
) -> None:
    licence_id = asked(transactions, people, content)
    check_in_id = opened(transactions, people, partnership_id, "first-days")
    with transactions.begin(people.creator) as work:
        answering.answer(work, check_in_id, FIRST_DAYS | {"still_using": "stopped"}, {}, statement="answers-1")
        licensing.move_licence(work, licence_id, LicenceAction.GRANT)

    for _ in range(2):
        expire(transactions)

    assert state_of(transactions, people, licence_id) is LicenceState.SUSPENDED


def test_what_the_template_says_is_granted_with_the_plan_once(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = start(transactions, people, clock.now().date(), template_key="ugc-license")
    clips = deliverable_called(transactions, people, partnership_id, "raw-clips")
    with transactions.begin(people.manager) as work:
        deliverable = finding.get_for(work, clips)
        template = deliverable.partnership.template
        licensing._grant_by_plan(work, deliverable)
        licensing._grant_by_plan(work, deliverable)
    expire(transactions)

    with transactions.looking(people.manager) as reading:
        (licence,) = finding.list_licences(reading, clips)
        today = day_in(licence.zone, reading.now)
    assert template.rights_days > 0
    assert (licence.state, licence.is_agreed) == (LicenceState.ACTIVE, True)
    assert licence.use is (Use.PAID if template.paid_use else Use.ORGANIC)
    assert licence.to_on == last_day(today, template.rights_days)


def test_rights_need_something_that_was_sent_a_reason_to_stop_and_their_own_people(
    transactions: Transactions, people: People, content: int, partnership_id: int
) -> None:
    nothing_yet = deliverable_called(transactions, people, partnership_id, "honest-review")
    licence_id = granted(transactions, people, content)

    with pytest.raises(Refused, match="nothing to use yet"):
        asked(transactions, people, nothing_yet)
    with pytest.raises(Refused, match="reason"), transactions.begin(people.creator) as work:
        licensing.move_licence(work, licence_id, LicenceAction.REVOKE, " ")
    with pytest.raises(NotAllowed), transactions.begin(people.manager) as work:
        licensing.move_licence(work, licence_id, LicenceAction.EXPIRE)
    for outsider in (people.other_creator, people.stranger):
        with pytest.raises(NotFound), transactions.begin(outsider) as work:
            licensing.move_licence(work, licence_id, LicenceAction.REVOKE, "Mine")


def test_the_manager_asks_and_the_creator_grants_and_takes_back_on_their_pages(
    sign_in: SignIn, transactions: Transactions, people: People, content: int
) -> None:
    manager = in_english(sign_in(people.manager))
    form = {"use": "paid", "places": "TikTok of the brand", "from_on": "2026-01-05", "to_on": "2026-03-05"}
    wrong = manager.post(f"/deliverables/{content}/licence", data=form | {"to_on": "2025-01-01"})
    right = manager.post(f"/deliverables/{content}/licence", data=form)
    with transactions.looking(people.manager) as reading:
        (licence,) = finding.list_licences(reading, content)

    assert (wrong.status_code, right.status_code) == (422, 303)
    assert 'value="TikTok of the brand"' in wrong.text
    creator = in_english(sign_in(people.creator))
    page = f"/me/deliverables/{content}"
    assert "The brand asks for this right" in creator.get(page).text
    creator.post(page, data={"act": "grant", "licence": licence.id})
    expire(transactions)
    assert "In use" in creator.get(page).text
    creator.post(page, data={"act": "revoke", "licence": licence.id, "reason": "It was cut differently"})
    assert state_of(transactions, people, licence.id) is LicenceState.REVOKED
    assert mails(transactions, people, "licence_changed") == [("licence_changed", people.manager.person_id)]
    assert "Revoked" in in_english(sign_in(people.manager)).get(f"/deliverables/{content}").text


@pytest.mark.parametrize("licence_id", ["", "x", "999999", "-1"])
def test_a_right_that_is_none_is_not_found(sign_in: SignIn, people: People, content: int, licence_id: str) -> None:
    creator: FlaskClient = sign_in(people.creator)

    assert creator.post(f"/me/deliverables/{content}", data={"act": "grant", "licence": licence_id}).status_code == 404


def test_a_right_to_other_content_is_not_found_on_this_page(
    sign_in: SignIn, transactions: Transactions, people: People, content: int, partnership_id: int
) -> None:
    other = asked(transactions, people, approved(transactions, people, partnership_id, "first-impression"))
    foreign = approved(transactions, people, running(transactions, people), "two-weeks-in")
    creator = sign_in(people.creator)

    for licence_id in (other, asked(transactions, people, foreign)):
        answer = creator.post(f"/me/deliverables/{content}", data={"act": "grant", "licence": licence_id})
        assert answer.status_code == 404
        assert state_of(transactions, people, licence_id) is LicenceState.DRAFT
