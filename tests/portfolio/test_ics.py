"""Calendar files, read back by two parsers that know nothing of each other; and whom their addresses open what to."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest
import vobject
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from partnerships.core.actor import Role
from partnerships.core.clock import ManualClock
from partnerships.creators.tables import Creator
from partnerships.database.work import Transactions
from partnerships.people.tables import Account, Membership
from partnerships.plans import drafting, moving, receiving, undoing
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.rules.moves import Move, MoveKind
from partnerships.plans.rules.partnerships import EndReason, PartnershipAction
from partnerships.plans.tables import Partnership, Step
from partnerships.portfolio.rules.ics import OCTETS, Event, Standing, written
from tests.conftest import SignIn
from tests.plans.bending import shift
from tests.portfolio.many import plant
from tests.portfolio.test_pages import count, english
from tests.stories import People, draft, move, prepare, start
from tests.web.test_links import grant

CHANGED_AT = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
FAR_ZONES = ["America/New_York", "Europe/Berlin", "Pacific/Auckland", "Asia/Jayapura", "America/Sao_Paulo"]
SHOWN = [StepKind.CHECK_IN, StepKind.DRAFT, StepKind.PUBLISH]


@dataclass(frozen=True)
class Read:
    """What a calendar program understands of an event."""

    on: date
    until: date
    title: str
    status: str
    sequence: int


def by_icalendar(text: str) -> dict[str, Read]:
    """Return the events by their name as one parser reads them."""
    calendar = icalendar.Calendar.from_ical(text)
    assert calendar["METHOD"] == "PUBLISH"
    return {
        str(event["UID"]): Read(
            event.decoded("DTSTART"),
            event.decoded("DTEND"),
            str(event["SUMMARY"]),
            str(event["STATUS"]),
            int(str(event["SEQUENCE"])),
        )
        for event in calendar.walk("VEVENT")
    }


def by_vobject(text: str) -> dict[str, Read]:
    """Return the same as the other parser reads it."""
    calendar = vobject.readOne(text)
    return {
        event.uid.value: Read(
            event.dtstart.value,
            event.dtend.value,
            event.summary.value,
            event.status.value,
            int(event.sequence.value),
        )
        for event in calendar.contents.get("vevent", [])
    }


def read(text: str) -> dict[str, Read]:
    """Return the events, and insist that both parsers see the same."""
    events = by_icalendar(text)
    assert by_vobject(text) == events
    return events


def event(title: str = "Check-in") -> Event:
    return Event("step-1@localhost", date(2026, 3, 29), title, Standing.CONFIRMED, 3, CHANGED_AT)


@pytest.fixture
def creator(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.creator))


@pytest.fixture
def manager(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.manager))


def address_of(client: FlaskClient, page: str) -> str:
    """Return the path of the address on the page, made if there is none."""
    client.post(page, data={"do": "start"})
    found = re.search(r"http://localhost(/s/[\w-]+/calendar\.ics)", client.get(page).text)
    assert found
    return found[1]


def fetched(client: FlaskClient, address: str) -> dict[str, Read]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    return read(answer.text)


def test_a_day_is_a_whole_day_and_ends_before_the_next() -> None:
    (found,) = read(written("Sahabat", [event()])).values()

    assert (found.on, found.until) == (date(2026, 3, 29), date(2026, 3, 30))
    assert (found.status, found.sequence) == ("CONFIRMED", 3)


def test_what_is_due_at_a_time_of_day_is_that_moment_in_any_zone() -> None:
    at = datetime(2026, 3, 29, 2, 30, tzinfo=UTC)
    text = written("Sahabat", [replace(event(), at=at)])
    (by_one,) = icalendar.Calendar.from_ical(text).walk("VEVENT")
    by_other = vobject.readOne(text).vevent

    assert by_one.decoded("DTSTART") == by_other.dtstart.value == at
    assert "DTEND" not in text


def test_an_empty_calendar_is_one_too() -> None:
    assert read(written("Sahabat", [])) == {}


def test_the_name_and_the_moment_of_the_last_change_are_read() -> None:
    calendar = icalendar.Calendar.from_ical(written("Sahabat", [event()]))

    assert (str(calendar["NAME"]), str(calendar["X-WR-CALNAME"])) == ("Sahabat", "Sahabat")
    assert calendar.walk("VEVENT")[0].decoded("DTSTAMP") == CHANGED_AT


@given(st.text(alphabet=st.characters(exclude_categories=["C", "Z"], include_characters=" "), max_size=200))
def test_any_title_comes_back_as_it_was_and_no_line_is_too_long(title: str) -> None:
    text = written("Sahabat", [event(title)])

    (found,) = by_icalendar(text).values()
    assert found.title == title
    assert all(len(line.encode()) <= OCTETS for line in text.split("\r\n"))
    assert text.replace("\r\n", "").count("\n") == 0


def test_what_no_line_may_hold_is_left_out() -> None:
    (found,) = read(written("Sahabat", [event("a\x00b\r\nBEGIN:VEVENT; c, d\\")])).values()

    assert found.title == "ab\nBEGIN:VEVENT; c, d\\"


@pytest.mark.parametrize("zone", FAR_ZONES)
@pytest.mark.parametrize("anchor_on", [date(2026, 2, 20), date(2026, 9, 1)])
def test_days_are_the_same_in_zones_that_change_their_clocks(
    sign_in: SignIn, transactions: Transactions, people: People, clock: ManualClock, zone: str, anchor_on: date
) -> None:
    with transactions.everywhere() as everywhere:
        everywhere.get_one(Account, people.creator.account_id).zone = zone
        everywhere.commit()
    clock.set(datetime(anchor_on.year, anchor_on.month, anchor_on.day, tzinfo=UTC) - timedelta(days=7))
    partnership_id = draft(transactions, people, anchor_on=anchor_on)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)

    found = fetched(sign_in(people.creator), f"/me/partnerships/{partnership_id}/calendar.ics")

    with transactions.looking(people.manager) as reading:
        steps = reading.session.scalars(select(Step).where(Step.kind.in_(SHOWN))).all()
        days = {f"step-{step.id}@localhost": step.due_on for step in steps}
        assert {step.zone for step in steps} == {zone}
    assert {uid: each.on for uid, each in found.items()} == days


def test_a_feed_holds_titles_and_days_and_no_money_or_notes(
    creator: FlaskClient, transactions: Transactions, people: People
) -> None:
    start(transactions, people, date(2026, 1, 5))
    with transactions.begin(people.manager) as work:
        work.session.scalars(select(Partnership)).one().invitation_note = "between us"

    text = creator.get(address_of(creator, "/me/calendar/feed")).text

    assert all(each.title.startswith(("Check-in: ", "Draft: ", "Post: ")) for each in read(text).values())
    assert "3000000" not in text
    assert "3.000.000" not in text
    assert "between us" not in text


def test_a_feed_follows_when_the_product_arrives_on_another_day(
    creator: FlaskClient, transactions: Transactions, people: People
) -> None:
    partnership_id = prepare(transactions, people)
    address = address_of(creator, "/me/calendar/feed")
    before = fetched(creator, address)
    with transactions.begin(people.creator) as work:
        receiving.confirm_receipt(work, partnership_id, date(2026, 1, 5))

    after = fetched(creator, address)

    assert after.keys() == before.keys()
    assert {before[uid].status for uid in before} == {"TENTATIVE"}
    assert {after[uid].status for uid in after} == {"CONFIRMED"}
    assert all(after[uid].on < before[uid].on for uid in before)
    assert all(after[uid].sequence > before[uid].sequence for uid in before)


def test_a_feed_follows_a_pause(
    creator: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = start(transactions, people, date(2026, 1, 5))
    address = address_of(creator, "/me/calendar/feed")
    before = fetched(creator, address)
    move(transactions, people.manager, partnership_id, PartnershipAction.HOLD)
    paused = fetched(creator, address)
    clock.advance(days=14)
    move(transactions, people.manager, partnership_id, PartnershipAction.RESUME)

    after = fetched(creator, address)

    assert {each.status for each in paused.values()} == {"TENTATIVE"}
    assert all(after[uid].on == before[uid].on + timedelta(days=14) for uid in before)
    assert all(after[uid].sequence > before[uid].sequence for uid in before)


def test_a_program_learns_of_a_pause_and_of_its_end_by_when_the_events_changed(
    manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = start(transactions, people, date(2026, 1, 5))
    address = address_of(manager, "/calendar/feed")

    for action in (PartnershipAction.HOLD, PartnershipAction.RESUME):
        clock.advance(minutes=5)
        move(transactions, people.manager, partnership_id, action)
        events = icalendar.Calendar.from_ical(manager.get(address).text).walk("VEVENT")

        changed = {event.decoded(name) for event in events for name in ("DTSTAMP", "LAST-MODIFIED")}
        assert changed == {clock.now().replace(microsecond=0)}


def test_a_feed_follows_a_move_by_hand_its_undoing_and_a_skipped_stage(
    manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = start(transactions, people, date(2026, 1, 5))
    address = address_of(manager, "/calendar/feed")
    seen = [fetched(manager, address)]
    moved = shift(transactions, people.manager, partnership_id, Move(MoveKind.REST, 5))
    seen.append(fetched(manager, address))
    with transactions.begin(people.manager) as work:
        undoing.undo(work, moved.id)
    seen.append(fetched(manager, address))
    shift(transactions, people.manager, partnership_id, Move(MoveKind.SKIP, key="verdict"))
    seen.append(fetched(manager, address))

    assert [each.keys() for each in seen] == [seen[0].keys()] * 4
    asked = [uid for uid in seen[0] if seen[1][uid].on != seen[0][uid].on]
    assert all(seen[1][uid].on == seen[0][uid].on + timedelta(days=5) for uid in asked)
    assert [seen[2][uid].on for uid in seen[0]] == [seen[0][uid].on for uid in seen[0]]
    assert all(seen[0][uid].sequence < seen[1][uid].sequence < seen[2][uid].sequence for uid in asked)
    cancelled = [uid for uid, each in seen[3].items() if each.status == "CANCELLED"]
    assert cancelled
    assert all(seen[3][uid].sequence > seen[2][uid].sequence for uid in cancelled)


def test_a_move_of_one_date_leaves_every_other_event_as_it_was(
    manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = start(transactions, people, date(2026, 1, 5))
    address = address_of(manager, "/calendar/feed")
    before = manager.get(address).text
    clock.advance(minutes=60)
    later = Move(MoveKind.STEP, key="check_in:first-days", to=date(2026, 1, 12))
    shift(transactions, people.manager, partnership_id, later)

    after = manager.get(address).text

    assert len(read(before)) > 5
    (moved,) = {*after.split("BEGIN:VEVENT")} - {*before.split("BEGIN:VEVENT")}
    assert "DTSTART;VALUE=DATE:20260112" in moved
    was, now = read(before), read(after)
    assert [now[uid].sequence > was[uid].sequence for uid in was if now[uid] != was[uid]] == [True]


def test_what_is_called_off_is_cancelled_and_does_not_vanish(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    partnership_id = start(transactions, people, date(2026, 1, 5))
    address = address_of(manager, "/calendar/feed")
    before = fetched(manager, address)
    with transactions.begin(people.creator) as work:
        moving.move(work, partnership_id, PartnershipAction.END_EARLY, reason=EndReason.NOT_FOR_ME)

    after = fetched(manager, address)

    cancelled = {uid for uid, each in after.items() if each.status == "CANCELLED"}
    assert after.keys() == before.keys()
    assert cancelled
    assert all(after[uid].sequence > before[uid].sequence for uid in cancelled)


def test_a_manager_s_feed_names_creators_and_leaves_out_plans_that_nobody_was_asked_about(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    draft(transactions, people)
    address = address_of(manager, "/calendar/feed")
    nothing = fetched(manager, address)
    prepare(transactions, people)

    assert nothing == {}
    assert all(each.title.startswith("Dewi · ") for each in fetched(manager, address).values())


def test_a_manager_s_feed_is_of_what_they_look_after(
    sign_in: SignIn, transactions: Transactions, people: People
) -> None:
    prepare(transactions, people)  # Rina manages it, in a campaign of Wulan's
    with transactions.everywhere() as everywhere:
        member = everywhere.scalars(select(Membership).where(Membership.account_id == people.reviewer.account_id)).one()
        member.role = Role.MANAGER
        everywhere.commit()
        other = member.as_actor()

    owner = sign_in(people.owner)
    assert fetched(owner, address_of(owner, "/calendar/feed"))
    client = sign_in(other)
    assert fetched(client, address_of(client, "/calendar/feed")) == {}


def test_a_creator_s_feed_holds_every_organisation_they_work_with(
    creator: FlaskClient, transactions: Transactions, people: People
) -> None:
    prepare(transactions, people)
    address = address_of(creator, "/me/calendar/feed")
    at_home = fetched(creator, address)
    invite_elsewhere(transactions, people)

    everywhere = fetched(creator, address)

    assert everywhere.keys() > at_home.keys()
    assert {each.title.rpartition(" (")[2] for each in everywhere.values()} == {"Glow Serum)", "Other Serum)"}


def invite_elsewhere(transactions: Transactions, people: People) -> None:
    """Let the other organisation invite Dewi too."""
    with transactions.everywhere() as everywhere:
        account_id, org_id = people.creator.account_id, people.stranger.org_id
        everywhere.add(Membership(org_id=org_id, account_id=account_id, role=Role.CREATOR, created_at=CHANGED_AT))
        everywhere.flush()
        file = Creator(org_id=org_id, account_id=account_id, name="Dewi", created_at=CHANGED_AT)
        everywhere.add(file)
        everywhere.commit()
        creator_id = file.id
    with transactions.begin(people.stranger) as work:
        partnership_id = drafting.draft(
            work,
            campaign_id=people.stranger_campaign_id,
            creator_id=creator_id,
            template_key="usage-3m",
            anchor_on=date(2026, 2, 2),
        ).id
    move(transactions, people.stranger, partnership_id, PartnershipAction.INVITE)


def test_an_address_that_was_taken_back_or_renewed_opens_nothing(
    app_client: FlaskClient, creator: FlaskClient, transactions: Transactions, people: People
) -> None:
    prepare(transactions, people)
    first = address_of(creator, "/me/calendar/feed")
    creator.post("/me/calendar/feed", data={"do": "renew"})
    second = address_of(creator, "/me/calendar/feed")
    renewed = [app_client.get(address).status_code for address in (first, second)]
    creator.post("/me/calendar/feed", data={"do": "stop"})

    assert first != second
    assert renewed == [404, 200]
    assert app_client.get(second).status_code == 404
    assert "Make an address" in creator.get("/me/calendar/feed").text


@pytest.fixture
def app_client(sign_in: SignIn) -> FlaskClient:
    """A calendar program: it never signs in."""
    return sign_in(None)


def test_the_address_opens_nothing_but_dates_and_signs_nobody_in(
    app_client: FlaskClient, creator: FlaskClient, transactions: Transactions, people: People
) -> None:
    prepare(transactions, people)
    token = address_of(creator, "/me/calendar/feed").split("/")[2]

    opened = [app_client.get(f"/s/{token}{rest}").status_code for rest in ("", "/media/1", "/calendar.ics")]
    posted = app_client.post(f"/s/{token}").status_code

    assert (opened, posted) == ([404, 404, 200], 404)
    assert app_client.get("/me").status_code == 302


def test_another_kind_of_link_is_no_calendar(
    app_client: FlaskClient, transactions: Transactions, people: People
) -> None:
    partnership_id = prepare(transactions, people)
    token = grant(transactions, people, "invitation", partnership_id)

    assert app_client.get(f"/s/{token}/calendar.ics").status_code == 404
    assert app_client.get("/s/nobody-made-this/calendar.ics").status_code == 404


def test_whoever_has_left_has_no_calendar_any_more(
    app_client: FlaskClient, manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    prepare(transactions, people)
    address = address_of(manager, "/calendar/feed")
    with transactions.everywhere() as everywhere:
        member = everywhere.scalars(select(Membership).where(Membership.account_id == people.manager.account_id)).one()
        member.ended_at = clock.now()
        everywhere.commit()

    assert app_client.get(address).status_code == 404


def test_the_dates_of_one_partnership_are_a_file_for_those_who_may_see_it(
    sign_in: SignIn, manager: FlaskClient, creator: FlaskClient, transactions: Transactions, people: People
) -> None:
    partnership_id = start(transactions, people, date(2026, 1, 5))
    theirs, own = f"/partnerships/{partnership_id}/calendar.ics", f"/me/partnerships/{partnership_id}/calendar.ics"

    saved = manager.get(theirs)

    assert saved.headers["Content-Disposition"] == f'attachment; filename="sahabat-{partnership_id}.ics"'
    assert read(saved.text).keys() == fetched(creator, own).keys()
    assert len(read(saved.text)) == 8 + 5 + 4
    assert sign_in(people.other_creator).get(own).status_code == 404
    assert sign_in(people.stranger).get(theirs).status_code == 404
    assert f'href="{theirs}"' in manager.get(f"/partnerships/{partnership_id}").text
    assert f'href="{own}"' in creator.get(f"/me/partnerships/{partnership_id}").text


def test_a_feed_of_many_asks_no_more_than_one_of_few(
    manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock, statements: list[str]
) -> None:
    plant(transactions, people, clock, 1, "One")
    address = address_of(manager, "/calendar/feed")
    few = count(manager, statements, address)
    plant(transactions, people, clock, 20)

    assert count(manager, statements, address) == few


def test_both_calendars_lead_to_the_address(manager: FlaskClient, creator: FlaskClient) -> None:
    assert 'href="/calendar/feed"' in manager.get("/calendar").text
    assert 'href="/me/calendar/feed"' in creator.get("/me/calendar").text
