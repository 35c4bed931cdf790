"""Quiet days and hours as an organisation keeps them, and their pages."""

import re
from datetime import date, time, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from partnerships.core.errors import NotFound, Refused
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Transactions
from partnerships.people import settling
from partnerships.plans import ruling
from partnerships.plans.rules.quiet import QuietHours, holidays
from partnerships.plans.tables import CalendarRule, Partnership, quiet_days_of
from tests.conftest import SignIn
from tests.portfolio.test_pages import english
from tests.stories import People, draft

EID = date(2026, 3, 21)
NEW_YEAR = date(2026, 1, 1)


@pytest.fixture
def manager(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.manager))


def kept(transactions: Transactions, people: People) -> dict[date, str]:
    """Return Glow's quiet days with their English names."""
    with transactions.looking(people.manager) as reading:
        return {on: name.en for on, name in quiet_days_of(reading.session).items()}


def rule_on(transactions: Transactions, people: People, on: date) -> int:
    with transactions.looking(people.manager) as reading:
        return reading.session.scalars(select(CalendarRule.id).where(CalendarRule.on == on)).one()


def add_day(transactions: Transactions, people: People, name: str = "Our day") -> int:
    with transactions.begin(people.manager) as work:
        return ruling.add_day(work, EID, name).id


def take_holidays(transactions: Transactions, people: People) -> int:
    with transactions.begin(people.manager) as work:
        return ruling.take_holidays(work)


def test_a_new_organisation_has_the_holidays_and_the_others_keep_theirs(
    transactions: Transactions, people: People
) -> None:
    with transactions.sweeping() as sweep:
        owner = settling.found_organisation(
            sweep,
            name="New",
            owner_name="Nia",
            owner_email="nia@new.example",
            password_hash=None,
            zone="Asia/Jakarta",
        ).as_actor()

    with transactions.looking(owner) as reading:
        assert quiet_days_of(reading.session)[EID].en == "Eid al-Fitr"
    assert kept(transactions, people) == {}


def test_an_organisation_takes_the_holidays_over_once(transactions: Transactions, people: People) -> None:
    assert take_holidays(transactions, people) == len(holidays())
    assert take_holidays(transactions, people) == 0


def test_what_was_moved_or_removed_is_not_brought_back_with_the_holidays(
    transactions: Transactions, people: People
) -> None:
    take_holidays(transactions, people)
    eid = rule_on(transactions, people, EID)
    labour_day = rule_on(transactions, people, date(2026, 5, 1))
    with transactions.begin(people.manager) as work:
        ruling.change_day(work, eid, on=date(2026, 3, 19), estimated=False)
        ruling.remove_day(work, labour_day)

    added = take_holidays(transactions, people)

    days = kept(transactions, people)
    assert added == 0
    assert not {EID, date(2026, 5, 1)} & days.keys()
    assert sorted(days[date(2026, 3, 19)].split(", ")) == ["Day of Silence", "Eid al-Fitr"]


def test_a_removed_day_comes_back_and_the_history_knows(transactions: Transactions, people: People) -> None:
    rule_id = add_day(transactions, people)
    with transactions.begin(people.manager) as work:
        ruling.remove_day(work, rule_id)
    removed = kept(transactions, people)
    with transactions.begin(people.manager) as work:
        ruling.restore_day(work, rule_id)

    assert removed == {}
    assert kept(transactions, people) == {EID: "Our day"}
    with transactions.looking(people.manager) as reading:
        about = HistoryEntry.about == f"calendar_rule:{rule_id}"
        told = reading.session.scalars(select(HistoryEntry.facts).where(about).order_by(HistoryEntry.id)).all()
    assert [facts["what"] for facts in told] == ["added", "removed", "restored"]


def test_days_that_change_are_seen_in_the_same_unit_of_work(transactions: Transactions, people: People) -> None:
    with transactions.begin(people.manager) as work:
        before = dict(quiet_days_of(work.session))
        ruling.add_day(work, EID, "Our day")

        assert (before, list(quiet_days_of(work.session))) == ({}, [EID])


def test_days_far_away_are_refused(transactions: Transactions, people: People) -> None:
    with transactions.begin(people.manager) as work, pytest.raises(Refused):
        ruling.add_day(work, date(1999, 1, 1), "Long ago")


def test_hours_are_eight_to_eight_until_somebody_changes_them(transactions: Transactions, people: People) -> None:
    with transactions.begin(people.manager) as work:
        assert ruling.find_hours(work) == QuietHours(time(20), time(8))
        ruling.set_hours(work, time(21, 30), time(7))
    with transactions.begin(people.owner) as work:
        ruling.set_hours(work, time(22), time(7))

    with transactions.looking(people.manager) as reading:
        assert ruling.find_hours(reading) == QuietHours(time(22), time(7))
    with transactions.looking(people.stranger) as reading:
        assert ruling.find_hours(reading) == QuietHours()


def test_a_stranger_s_day_does_not_exist(transactions: Transactions, people: People) -> None:
    rule_id = add_day(transactions, people)

    with transactions.begin(people.stranger) as work, pytest.raises(NotFound):
        ruling.remove_day(work, rule_id)


def test_an_organisation_without_days_is_offered_the_holidays(manager: FlaskClient) -> None:
    before = manager.get("/calendar/rules").text
    manager.post("/calendar/rules/holidays")
    after = manager.get("/calendar/rules").text

    assert "Take over the holidays" in before
    assert "Take over the holidays" not in after
    assert "Eid al-Fitr" in after
    assert "an estimate until it is announced" in after
    assert "Eid al-Fitr" in manager.get("/calendar/rules?year=2027").text
    assert manager.get("/calendar/rules?year=1066").status_code == 200


def test_a_day_is_added_removed_and_brought_back_on_the_page(manager: FlaskClient) -> None:
    manager.post("/calendar/rules", data={"on": "2026-04-09", "name": "Company day"})
    added = manager.get("/calendar/rules").text
    manager.post("/calendar/rules/1/remove")
    removed = manager.get("/calendar/rules").text
    manager.post("/calendar/rules/1/restore")

    assert "Company day" in added
    assert "Bring back" in removed
    assert "Bring back" not in manager.get("/calendar/rules").text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"on": "", "name": "x"}, "Please fill this in."),
        ({"on": "2026-02-30", "name": "x"}, "Please write a date"),
        ({"on": "2026-02-03", "name": " "}, "Please fill this in."),
        ({"on": "1066-10-14", "name": "x"}, "This date is too far away."),
    ],
)
def test_what_is_wrong_with_a_day_is_said_beside_it(
    manager: FlaskClient, fields: dict[str, str], sentence: str
) -> None:
    answer = manager.post("/calendar/rules", data=fields)

    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_feast_that_is_announced_shows_who_counts_from_it(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    take_holidays(transactions, people)
    partnership_id = counting_from_eid(transactions, people)
    address = f"/calendar/rules/{rule_on(transactions, people, EID)}"
    before = manager.get(address).text

    saved = manager.post(address, data={"on": "2026-03-20", "name": "Feast"}, follow_redirects=True)

    assert "Still counting" not in before
    assert "Still counting from Sat, 21 Mar 2026: 1 partnership." in saved.text
    assert "Still counting from Sat, 21 Mar 2026: 1 partnership." in manager.get(address).text  # later too
    assert f"/partnerships/{partnership_id}/dates?" in saved.text
    assert "Eid al-Fitr" in saved.text
    assert "Eid al-Fitr" in kept(transactions, people)[EID - timedelta(days=1)].split(", ")
    assert manager.post(address, data={"on": ""}).status_code == 422
    assert "This date is too far away." in manager.post(address, data={"on": "1066-10-14"}).text


def counting_from_eid(transactions: Transactions, people: People) -> int:
    """Return a partnership of template D that counts from the Eid of 2026."""
    return draft(transactions, people, template_key="ramadan", anchor_on=EID)


def test_all_who_count_from_a_feast_are_moved_to_its_new_day_together(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    take_holidays(transactions, people)
    ids = [counting_from_eid(transactions, people) for _ in range(2)]
    address = f"/calendar/rules/{rule_on(transactions, people, EID)}"
    saved = manager.post(address, data={"on": "2026-03-20", "name": "Feast"}, follow_redirects=True).text
    together = re.search(r'href="(/partnerships/dates\?[^"]+)"', saved)
    assert together is not None

    looked = manager.get(together[1].replace("&amp;", "&")).text
    seen = re.findall(r'name="seen" value="([^"]+)"', looked)
    fields = {"what": "anchor", "days": "1", "way": "earlier", "seen": seen, "note": "Announced"}
    moved = manager.post("/partnerships/dates", data=fields, follow_redirects=True).text

    assert "Look at the dates of all 2" in saved
    assert "The start, and everything to come, in each of them." in looked
    assert "in 2 partnerships." in moved
    with transactions.looking(people.manager) as reading:
        assert {reading.get(Partnership, one).anchor_on for one in ids} == {EID - timedelta(days=1)}
    assert "Still counting" not in manager.get(address).text


def test_the_days_around_a_feast_move_along_unless_somebody_says_no(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    take_holidays(transactions, people)
    before = kept(transactions, people)
    address = f"/calendar/rules/{rule_on(transactions, people, EID)}"
    page = manager.get(address).text
    ids = re.findall(r'<input checked id="along-\d" name="along" type="checkbox" value="(\d+)">', page)

    manager.post(address, data={"on": "2026-03-22", "along": ids[1:]})

    after = kept(transactions, people)
    leave, second = "Eid al-Fitr Joint Holiday", "Eid al-Fitr Second Day"

    def march(days: dict[date, str], called: str) -> list[int]:
        return [on.day for on, name in days.items() if (on.year, on.month) == (2026, 3) and called in name]

    assert page.count("checked") == len(ids) + 1  # and it is an estimate
    assert march(before, leave) == [20, 23, 24]
    assert march(after, leave) == [20, 24, 25]
    assert march(after, second) == [23]
    assert "Islamic New Year" not in manager.get(f"/calendar/rules/{rule_on(transactions, people, NEW_YEAR)}").text


def test_a_feast_that_nobody_counts_from_says_so(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    address = f"/calendar/rules/{add_day(transactions, people)}"

    saved = manager.post(address, data={"on": "2026-03-20", "name": "Ours"}, follow_redirects=True)

    assert "No partnership counts its dates from it." in saved.text
    assert "Ours" in saved.text
    assert manager.get(f"{address}?was=nonsense").status_code == 200


def test_quiet_hours_are_changed_on_their_page(manager: FlaskClient) -> None:
    wrong = manager.post("/calendar/rules/hours", data={"begins": "late", "ends": "07:00"})
    manager.post("/calendar/rules/hours", data={"begins": "21:30", "ends": "07:00"})

    assert wrong.status_code == 422
    assert "Please write a time, such as 20:00." in wrong.text
    assert "From 21:30 until 07:00" in manager.get("/calendar/rules").text
    assert 'value="21:30"' in manager.get("/calendar/rules/hours").text


def test_the_calendar_names_quiet_days(manager: FlaskClient, transactions: Transactions, people: People) -> None:
    take_holidays(transactions, people)

    page = manager.get("/calendar?day=2026-03-01").text

    assert page.count("Eid al-Fitr") >= 2
    assert 'href="/calendar/rules"' in page


def test_only_those_who_manage_keep_quiet_days(sign_in: SignIn, people: People) -> None:
    assert sign_in(people.owner).get("/calendar/rules").status_code == 200
    assert sign_in(people.reviewer).get("/calendar/rules").status_code == 403
    assert sign_in(people.creator).get("/calendar/rules").status_code == 403
