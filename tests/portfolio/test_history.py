"""The history of one partnership: whole, in order, page by page, and to creators what is theirs."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from partnerships.check_ins import recording
from partnerships.check_ins.rules.check_ins import Channel
from partnerships.core.clock import ManualClock
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Transactions
from partnerships.deliverables.rules.deliverables import DeliverableAction
from partnerships.mail.delivering import deliver
from partnerships.mail.mailers import MemoryMailer
from partnerships.plans import receiving, undoing
from partnerships.plans.finding import list_versions
from partnerships.plans.rules.moves import Move, MoveKind
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.portfolio import telling
from partnerships.portfolio.rules.stories import UNTOLD, read_turn
from partnerships.reminders import notifying
from partnerships.reminders.bundling import bundle
from partnerships.reminders.watching import tick
from tests.check_ins.scenes import FOUR_WEEKS, opened, running
from tests.conftest import SignIn
from tests.deliverables.scenes import deliverable_called, look, post, review, send
from tests.plans.bending import shift
from tests.portfolio.test_pages import count
from tests.stories import ANCHOR_ON, People, draft, move, prepare

FIRST = "first-impression"
ROW = re.compile(r'<time datetime="([^"]+)">')
LINK = re.compile(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>')
MOST_PAGES = 100


@pytest.fixture
def manager(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.manager))


@pytest.fixture
def creator(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.creator))


def english(client: FlaskClient) -> FlaskClient:
    client.post("/language", data={"locale": "en"})
    return client


def lively(transactions: Transactions, people: People, clock: ManualClock) -> int:
    """Return the id of a partnership with a pause, an answer written down, and content that was sent back once."""
    partnership_id = running(transactions, people)
    check_in_id = opened(transactions, people, partnership_id, "four-weeks")
    for note in ("she said so on the phone", "heard wrong the first time"):
        with transactions.begin(people.manager) as work:
            recording.record(work, check_in_id, FOUR_WEEKS, {}, channel=Channel.WHATSAPP, note=note)
    clock.advance(days=1)
    deliverable_id = deliverable_called(transactions, people, partnership_id, FIRST)
    send(transactions, people.creator, deliverable_id)
    review(transactions, people, deliverable_id, DeliverableAction.REQUEST_CHANGES)
    move(transactions, people.manager, partnership_id, PartnershipAction.HOLD, "she travels")
    clock.advance(days=4)
    move(transactions, people.manager, partnership_id, PartnershipAction.RESUME)
    post(transactions, people.creator, deliverable_id)
    look(transactions, people, deliverable_id)
    return partnership_id


def moments(page: str) -> list[str]:
    """Return when each row of the page happened, in the order of the page."""
    return ROW.findall(page)


def versions(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'<div class="hint">Version (\d+) · ', page)]


def pages(client: FlaskClient, address: str | None) -> list[str]:
    """Walk from the newest page to the oldest."""
    walked: list[str] = []
    while address and len(walked) < MOST_PAGES:
        walked.append(client.get(address).text)
        links = {re.sub("<.*?>", "", words): to for to, words in LINK.findall(walked[-1])}
        address = links.get("What was before", "").replace("&amp;", "&")
    return walked


def test_everything_stands_there_once_the_newest_first(
    manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = lively(transactions, people, clock)
    with transactions.looking(people.manager) as reading:
        about = HistoryEntry.about == f"partnership:{partnership_id}", HistoryEntry.name.not_in(UNTOLD)
        kept = [at.isoformat() for at in reading.session.scalars(select(HistoryEntry.at).where(*about))]
        numbers = [version.number for version in list_versions(reading, partnership_id)]

    page = manager.get(f"/partnerships/{partnership_id}/history").text

    assert moments(page) == sorted(kept, reverse=True)
    assert sorted(versions(page)) == numbers
    assert "Something was written down" not in page
    assert "Wrote the dates down" not in page  # every version has found what made it
    assert "she travels" in page
    assert "Rina" in page


@pytest.mark.parametrize("moments_a_page", [1, 2])
@pytest.mark.parametrize("whose", ["team", "creator"])
def test_page_by_page_it_is_the_same_as_whole(
    sign_in: SignIn,
    transactions: Transactions,
    people: People,
    clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
    moments_a_page: int,
    whose: str,
) -> None:
    partnership_id = lively(transactions, people, clock)
    client = english(sign_in(people.manager if whose == "team" else people.creator))
    address = f"{'' if whose == 'team' else '/me'}/partnerships/{partnership_id}/history"
    (whole,) = pages(client, address)
    monkeypatch.setattr(telling, "MOMENTS", moments_a_page)

    parts = pages(client, address)

    assert len(parts) > 1
    assert [moment for part in parts for moment in moments(part)] == moments(whole)
    assert sorted(number for part in parts for number in versions(part)) == sorted(versions(whole))
    assert "To the newest" not in parts[0]
    assert all("To the newest" in part for part in parts[1:])


def test_a_version_stands_beside_what_made_it_with_every_date_that_moved(
    sign_in: SignIn, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = prepare(transactions, people)
    received_on = ANCHOR_ON + timedelta(days=9)
    clock.advance(days=(received_on - clock.now().date()).days)
    with transactions.begin(people.creator) as work:
        receiving.confirm_receipt(work, partnership_id, received_on)

    page = english(sign_in(people.manager)).get(f"/partnerships/{partnership_id}/history?kind=plan").text

    story = page.index("Confirmed that the product arrived")
    assert page.index("Version 1 · as planned") > page.index("Planned the partnership")
    assert story < page.index("Version 2 · after the product arrived") < page.index("Version 1 · as planned")
    assert page.count("(9 days later)") > 20
    assert re.search(r"<li>Draft: [^<]+ → [^<]+ \(9 days later\)</li>", page)


def test_a_move_that_was_taken_back_stands_beside_the_version_that_this_made(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    partnership_id = running(transactions, people)
    made = shift(transactions, people.manager, partnership_id, Move(MoveKind.REST, 3))
    with transactions.begin(people.manager) as work:
        undoing.undo(work, made.id)

    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", manager.get(f"/partnerships/{partnership_id}/history").text))

    assert "Wrote the dates down" not in page
    assert re.search(r"Took the move back.{0,60}Version 4 · the move before was taken back", page)


@pytest.mark.parametrize(
    ("kind", "there", "not_there"),
    [
        ("plan", "Partnership: On hold", "changes requested"),
        ("check_ins", "Wrote down the answer to", "Partnership: On hold"),
        ("content", "Changes requested", "Partnership: On hold"),
        ("payments", "Nothing of this kind has happened yet", "Changes requested"),
    ],
)
def test_it_can_be_narrowed_to_one_kind(
    manager: FlaskClient,
    transactions: Transactions,
    people: People,
    clock: ManualClock,
    kind: str,
    there: str,
    not_there: str,
) -> None:
    partnership_id = lively(transactions, people, clock)

    page = manager.get(f"/partnerships/{partnership_id}/history?kind={kind}").text

    assert there in page
    assert not_there not in page
    assert bool(versions(page)) == (kind == "plan")
    assert page.count('aria-current="page">') >= 1


def test_a_creator_reads_what_is_theirs_from_the_day_they_were_asked_on(
    creator: FlaskClient, manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = draft(transactions, people)
    clock.advance(minutes=5)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    move(transactions, people.creator, partnership_id, PartnershipAction.ACCEPT)
    team = manager.get(f"/partnerships/{partnership_id}/history").text

    page = creator.get(f"/me/partnerships/{partnership_id}/history").text

    assert "Planned the partnership" in team
    assert versions(team) == [1]
    assert "Planned the partnership" not in page
    assert versions(page) == []
    assert "Partnership: Accepted" in page
    assert "You · <time" in page
    assert "Rina · <time" in page  # their manager


def test_a_creator_reads_neither_fees_nor_notes_of_the_team_nor_who_reviewed(
    creator: FlaskClient, manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = lively(transactions, people, clock)
    reviewer = people.reviewer.name
    team = manager.get(f"/partnerships/{partnership_id}/history").text

    page = creator.get(f"/me/partnerships/{partnership_id}/history").text

    assert "heard wrong the first time" in team
    assert f"{reviewer} · <time" in team
    assert "heard wrong the first time" not in page
    assert "she said so on the phone" not in page
    assert reviewer not in page
    assert "Glow · <time" in page  # whoever of the team it was
    assert "she travels" in page  # what they were told themselves
    assert "Rp" not in page


def test_nobody_else_finds_it(sign_in: SignIn, transactions: Transactions, people: People) -> None:
    partnership_id, uninvited = running(transactions, people), draft(transactions, people)
    team, own = f"/partnerships/{partnership_id}/history", f"/me/partnerships/{partnership_id}/history"

    stranger, other = sign_in(people.stranger), sign_in(people.other_creator)

    assert stranger.get(team).status_code == stranger.get("/partnerships/999999/history").status_code == 404
    assert other.get(own).status_code == other.get("/me/partnerships/999999/history").status_code == 404
    assert sign_in(people.creator).get(f"/me/partnerships/{uninvited}/history").status_code == 404
    assert other.get(team).status_code == 403


@pytest.mark.parametrize("query", ["kind=gossip", "before=nowhere", "before=2026-01-06", "before="])
def test_what_no_page_wrote_into_the_address_shows_the_newest(
    manager: FlaskClient, transactions: Transactions, people: People, query: str
) -> None:
    partnership_id = running(transactions, people)
    newest = manager.get(f"/partnerships/{partnership_id}/history").text

    page = manager.get(f"/partnerships/{partnership_id}/history?{query}").text

    assert moments(page) == moments(newest)


@pytest.mark.parametrize("text", ["2026-01-05T09:00:00+07:00", "2026-01-05T09:00:00", "0001-01-01"])
def test_a_page_begins_at_a_moment_in_utc(text: str) -> None:
    assert read_turn(text) is None


def test_it_takes_as_many_statements_however_much_has_happened(
    manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock, statements: list[str]
) -> None:
    calm, busy = running(transactions, people), lively(transactions, people, clock)

    counts = []
    for partnership_id in (calm, busy):
        statements.clear()
        assert manager.get(f"/partnerships/{partnership_id}/history").status_code == 200
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 18


def sent(transactions: Transactions, mailer: MemoryMailer) -> int:
    """Send what waits, and return how many mails that were."""
    deliver(transactions, mailer, notifying.still_wanted)
    return len(mailer.sent)


def test_sent_mail_stands_in_the_history_and_by_itself(
    manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer
) -> None:
    address = f"/partnerships/{lively(transactions, people, clock)}/history"
    before = manager.get(address).text
    number = sent(transactions, mailer)

    whole, alone = manager.get(address).text, manager.get(f"{address}?kind=mail").text

    assert number > 2
    assert "Mail to " not in before
    assert alone.count("(Sent)") == whole.count("(Sent)") == number
    assert "Mail to Rina: “" in alone
    assert len(moments(alone)) == number
    assert len(moments(whole)) == len(moments(before)) + number
    assert moments(whole) == sorted(moments(whole), reverse=True)


def test_creators_read_of_mail_to_themselves_alone(
    creator: FlaskClient, transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer
) -> None:
    address = f"/me/partnerships/{lively(transactions, people, clock)}/history?kind=mail"
    sent(transactions, mailer)

    page = creator.get(address).text

    own = [message for message in mailer.sent if "dewi@creator.example" in str(message["To"])]
    assert page.count("Mail to you: “") == len(own) > 0
    assert "Rina" not in "".join(re.findall(r"Mail to [^<]*", page))


def test_mail_page_by_page_is_the_same_as_whole_and_asks_no_more_for_more_of_it(
    manager: FlaskClient,
    transactions: Transactions,
    people: People,
    clock: ManualClock,
    mailer: MemoryMailer,
    statements: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    address = f"/partnerships/{lively(transactions, people, clock)}/history"
    few = count(manager, statements, address)
    sent(transactions, mailer)
    many = count(manager, statements, address)
    (whole,) = pages(manager, address)
    monkeypatch.setattr(telling, "MOMENTS", 2)

    walked = pages(manager, address)

    assert few == many
    assert [at for page in walked for at in moments(page)] == moments(whole)


def test_what_the_one_mail_of_the_day_told_stands_there_at_its_moment(
    manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock, mailer: MemoryMailer
) -> None:
    waiting, declined = (draft(transactions, people) for _ in range(2))
    for partnership_id in (waiting, declined):
        move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    sent(transactions, mailer)
    clock.advance(days=3)
    tick(transactions)
    bundle(transactions)
    move(transactions, people.creator, declined, PartnershipAction.DECLINE)
    clock.advance(minutes=1)
    sent(transactions, mailer)

    page, left_out = (manager.get(f"/partnerships/{one}/history?kind=mail").text for one in (waiting, declined))

    assert re.search(r"Reminder to Rina: “[^”]*Dewi[^”]*” \(Sent, in the one mail of the day\)", page)
    assert clock.now().isoformat() in moments(page)
    assert moments(page) == sorted(moments(page), reverse=True)
    assert "in the one mail of the day" not in left_out
