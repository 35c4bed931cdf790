"""The pages on which dates are moved, compared, taken back and agreed to."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.plans import undoing
from partnerships.plans.rules.moves import Move, MoveKind
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.plans.rules.templates import load
from partnerships.plans.tables import PlanMove
from tests.conftest import SignIn
from tests.deliverables.scenes import approved, look, post
from tests.plans.bending import REST, WHY, days, published, shift, versions
from tests.stories import People, move, start

TODAY = date(2026, 1, 5)
FIRST = "check_in:first-days"
EARLIER = Move(MoveKind.STEP, key=FIRST, to=TODAY + timedelta(days=3))


@pytest.fixture
def manager(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.manager))


@pytest.fixture
def creator(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.creator))


@pytest.fixture
def running(transactions: Transactions, people: People) -> int:
    return start(transactions, people, TODAY)


def english(client: FlaskClient) -> FlaskClient:
    client.post("/language", data={"locale": "en"})
    return client


def words(page: str) -> str:
    """Return what stands on the page, without its markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def seen_on(page: str) -> list[str]:
    return re.findall(r'name="seen" value="(\d+:\d+)"', page)


def test_a_move_is_looked_at_first_and_then_made_and_can_be_taken_back(
    manager: FlaskClient, transactions: Transactions, people: People, running: int
) -> None:
    address = f"/partnerships/{running}/dates?what=stage_closes:habit&days=4&way=later"
    before = days(transactions, people, running)

    looked = manager.get(address).text
    unmoved = days(transactions, people, running)
    made = manager.post(address, data={"seen": seen_on(looked), "note": WHY})
    said = manager.get(made.headers["Location"]).text
    moved = days(transactions, people, running)
    undo = re.search(r'action="(/partnerships/moves/\d+/undo)"', said)
    assert undo is not None
    back = manager.post(undo[1], follow_redirects=True).text

    assert "in 1 partnership" in words(looked)
    assert "Check-in: Six weeks: Mon, 16 Feb → Fri, 20 Feb 2026 (4 days later)" in words(looked)
    assert unmoved == before
    assert moved["check_in:six-weeks"] - before["check_in:six-weeks"] == timedelta(days=4)
    assert "Undo (10 seconds)" in said
    assert "Taken back" in back
    assert days(transactions, people, running) == before


def test_what_stays_says_why(manager: FlaskClient, clock: ManualClock, running: int) -> None:
    clock.advance(days=7)

    page = words(manager.get(f"/partnerships/{running}/dates?what=rest&days=2").text)

    assert "Check-in: First days: Sat, 10 Jan 2026 (overdue: keeps its day" in page


def test_a_move_that_is_refused_does_not_say_that_it_moves(manager: FlaskClient, running: int) -> None:
    page = manager.get(f"/partnerships/{running}/dates?what={FIRST}&days=60&way=later").text

    assert "1 partnership stays as it is" in page
    assert "Moves 0 dates" not in page


def test_what_is_in_the_way_stands_with_its_name(manager: FlaskClient, running: int) -> None:
    page = words(manager.get(f"/partnerships/{running}/dates?what={FIRST}&to=2026-03-01").text)

    assert "Check-in: First days: It would lie outside its stage (Mon, 5 Jan 2026 to Sun, 18 Jan 2026)." in page
    assert "Move these dates" not in page


@pytest.mark.parametrize(
    ("rounds", "said"),
    [
        (0, "from draft to post."),
        (1, "from draft to post, for 1 round of changes."),
        (3, "from draft to post, for 3 rounds of changes."),
    ],
)
def test_too_few_days_for_a_draft_are_said_with_the_rounds_of_changes_that_were_agreed(
    manager: FlaskClient, transactions: Transactions, people: People, rounds: int, said: str
) -> None:
    made = load("usage-3m")
    content = tuple(replace(one, revision_rounds=rounds) for one in made.deliverables)
    key = published(transactions, people, replace(made, deliverables=content))
    partnership_id = start(transactions, people, TODAY, template_key=key)

    page = words(manager.get(f"/partnerships/{partnership_id}/dates?what=draft:first-impression&to=2026-01-15").text)

    assert f"Post: Story set: first impression: There must be 6 days {said}" in page


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("what=rest", "by how many days, or to which day"),
        ("what=rest&days=0", "between 1 and 366"),
        ("what=rest&days=367", "between 1 and 366"),
        ("what=rest&days=ten", "Not a valid integer value."),
        (f"what={FIRST}&to=9999-12-31", "more than a year away"),
        (f"what={FIRST}&to=31.12.26", "Please write a date"),
        (f"what={FIRST}&to=2026-03-01&days=3", "either a number of days or a day, not both"),
        ("what=rest&to=2026-03-01", "please say by how many days"),
        ("what=check_in:nothing&days=3", "Please choose one."),
        ("what=rest&days=3&way=sideways", "Not a valid choice"),
    ],
)
def test_what_is_not_clear_is_said_beside_its_field(manager: FlaskClient, running: int, asked: str, said: str) -> None:
    page = words(manager.get(f"/partnerships/{running}/dates?{asked}").text)

    assert said in page
    assert "Error: Move dates" in page
    assert "What would move" not in page


def test_a_reason_that_is_missing_loses_nothing(
    manager: FlaskClient, transactions: Transactions, people: People, running: int
) -> None:
    address = f"/partnerships/{running}/dates?what=rest&days=4&way=later"

    answer = manager.post(address, data={"seen": f"{running}:2", "note": " "})

    assert answer.status_code == 422
    assert "Please fill this in." in answer.text
    assert 'name="days" ' in answer.text
    assert len(versions(transactions, people, running)) == 2


def test_whoever_was_slower_sees_what_the_other_one_moved(
    manager: FlaskClient, transactions: Transactions, people: People, running: int
) -> None:
    address = f"/partnerships/{running}/dates?what=rest&days=4&way=later"
    looked = manager.get(address).text
    shift(transactions, people.owner, running, Move(MoveKind.STEP, key=FIRST, to=TODAY + timedelta(days=6)))

    answer = manager.post(address, data={"seen": seen_on(looked), "note": WHY})

    page = words(answer.text)
    assert answer.status_code == 422
    assert "This plan was moved since you looked: see below by whom." in page
    assert "Moved since you looked Dewi Moved by Wulan," in page
    assert "Check-in: First days: Sat, 10 Jan → Sun, 11 Jan 2026 (1 day later) " in page
    assert WHY in answer.text
    assert seen_on(answer.text) == [f"{running}:3"]
    assert len(versions(transactions, people, running)) == 3


def test_what_came_with_a_post_meanwhile_is_nothing_that_the_other_one_moved(
    manager: FlaskClient, transactions: Transactions, people: People, running: int
) -> None:
    deliverable_id = approved(transactions, people, running, "first-impression")
    post(transactions, people.creator, deliverable_id)
    look(transactions, people, deliverable_id)
    shift(transactions, people.owner, running, Move(MoveKind.STEP, key=FIRST, to=TODAY + timedelta(days=6)))

    answer = manager.post(
        f"/partnerships/{running}/dates?what=rest&days=4&way=later", data={"seen": f"{running}:2", "note": WHY}
    )

    told = re.search(r'id="meanwhile".*?</section>', answer.text, re.DOTALL)
    assert told is not None
    assert told[0].count("<li>") == 1


@pytest.mark.parametrize("is_taken_back", [False, True])
def test_whoever_was_slower_reads_of_a_skipped_stage_unless_that_was_taken_back(
    manager: FlaskClient, transactions: Transactions, people: People, running: int, *, is_taken_back: bool
) -> None:
    last = load("usage-3m", 1).stages[-1].key
    skipped = shift(transactions, people.owner, running, Move(MoveKind.SKIP, key=last), "She is away")
    if is_taken_back:
        with transactions.begin(people.owner) as work:
            undoing.undo(work, skipped.id)

    answer = manager.post(
        f"/partnerships/{running}/dates?what=rest&days=4&way=later", data={"seen": f"{running}:2", "note": WHY}
    )

    assert "Moved by Wulan" in answer.text
    assert ("skipped: She is away" in answer.text) is not is_taken_back


def test_the_way_back_is_offered_to_other_dates_only(
    manager: FlaskClient, transactions: Transactions, people: People, running: int
) -> None:
    def offered() -> list[str]:
        page = manager.get(f"/partnerships/{running}/versions").text
        return re.findall(r"dates\?what=back&amp;number=(\d+)", page)

    made = shift(transactions, people.manager, running, Move(REST, 4))
    moved = offered()
    manager.post(f"/partnerships/moves/{made.id}/undo")

    assert "2" in moved
    assert "3" not in moved
    assert "2" not in offered()
    assert "3" in offered()


def test_a_date_that_moves_onto_the_day_of_another_is_warned_of(
    manager: FlaskClient, transactions: Transactions, people: People, running: int
) -> None:
    posted_on = days(transactions, people, running)["publish:first-impression"]
    address = f"/partnerships/{running}/dates?what={FIRST}&to="
    alone = words(manager.get(f"{address}2026-01-17").text)
    beside = words(manager.get(f"{address}{posted_on}").text)

    assert "What would move" in alone
    assert "two things on one day" not in alone
    assert "This plan asks for two things on one day: " in beside


def test_too_late_to_undo_offers_the_way_back(
    manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock, running: int
) -> None:
    made = shift(transactions, people.manager, running, Move(REST, 4))
    clock.current += timedelta(seconds=11)

    said = manager.post(f"/partnerships/moves/{made.id}/undo", follow_redirects=True).text
    offered = re.search(r'href="(/partnerships/\d+/dates\?what=back&amp;number=2)"', said)
    assert offered is not None
    page = words(manager.get(offered[1].replace("&amp;", "&")).text)

    assert "It is too late to take this back unseen." in words(said)
    assert "Back to the dates of version 2" in page
    assert "Ask Dewi to agree" in page


def test_earlier_dates_wait_on_the_managers_page_and_can_be_withdrawn(
    manager: FlaskClient, transactions: Transactions, people: People, running: int
) -> None:
    made = shift(transactions, people.manager, running, EARLIER)

    page = manager.get(f"/partnerships/{running}/dates").text
    shown = words(manager.get(f"/partnerships/{running}").text)
    withdrawn = manager.post(f"/partnerships/moves/{made.id}/withdraw", follow_redirects=True).text

    assert "Waiting for Dewi" in page
    assert "Earlier dates were proposed; until Dewi agrees, the old ones hold." in shown
    assert "Withdrawn: the old dates stay." in withdrawn
    assert "Waiting for Dewi" not in withdrawn


def test_what_resuming_would_move_is_seen_before_it_resumes(
    manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock, running: int
) -> None:
    address, before = f"/partnerships/{running}", days(transactions, people, running)
    manager.post(f"{address}/hold", data={"note": "She is ill"})
    clock.advance(days=14)

    held = words(manager.get(address).text)
    manager.post(f"{address}/resume")
    after = days(transactions, people, running)
    runs = words(manager.get(address).text)

    moved = [name for name in before if after[name] != before[name]]
    assert f"When it resumes today Moves {len(moved)} dates in 1 partnership." in held
    assert "Check-in: First days: Sat, 10 Jan → Sat, 24 Jan 2026 (14 days later)" in held
    assert after[FIRST] == date(2026, 1, 24)
    assert "When it resumes" not in runs


@pytest.mark.parametrize(
    ("answer", "heading", "moved"),
    [("accept", "These dates are new", True), ("decline", "The old dates stay", False)],
)
def test_a_creator_reads_old_and_new_days_and_decides(
    creator: FlaskClient,
    transactions: Transactions,
    people: People,
    running: int,
    answer: str,
    heading: str,
    moved: bool,  # noqa: FBT001 - what follows from the answer
) -> None:
    before = days(transactions, people, running)
    made = shift(transactions, people.manager, running, EARLIER)
    address = f"/me/dates/{made.id}"

    asked = creator.get(address).text
    mine = creator.get(f"/me/partnerships/{running}").text
    nothing = creator.post(address)
    decided = creator.post(address, data={"answer": answer}, follow_redirects=True).text
    again = creator.post(address, data={"answer": answer})

    assert "Do these dates suit you?" in asked
    assert "Check-in: First days: Sat, 10 Jan → Thu, 8 Jan 2026 (2 days earlier)" in words(asked)
    assert address in mine
    assert (nothing.status_code, again.status_code) == (422, 302)
    assert heading in decided
    assert (days(transactions, people, running) != before) is moved


def test_a_proposal_that_the_plan_has_overtaken_is_not_agreed_to(
    creator: FlaskClient, transactions: Transactions, people: People, clock: ManualClock, running: int
) -> None:
    made = shift(transactions, people.manager, running, EARLIER)
    move(transactions, people.creator, running, PartnershipAction.HOLD)
    clock.advance(days=2)
    move(transactions, people.manager, running, PartnershipAction.RESUME)

    answer = creator.post(f"/me/dates/{made.id}", data={"answer": "accept"})

    assert answer.status_code == 422
    assert "so the old dates stay for now" in answer.text


@pytest.mark.parametrize("way", ["undone", "withdrawn"])
def test_what_was_taken_back_asks_nothing_of_the_creator(
    creator: FlaskClient, manager: FlaskClient, transactions: Transactions, people: People, running: int, way: str
) -> None:
    made = shift(transactions, people.manager, running, EARLIER if way == "withdrawn" else Move(REST, 2))

    manager.post(f"/partnerships/moves/{made.id}/undo")

    page = creator.get(f"/me/dates/{made.id}").text
    assert "You need not do anything." in page
    with transactions.looking(people.manager) as reading:
        assert reading.get(PlanMove, made.id).state == way


def test_every_version_says_who_when_why_and_what_and_any_two_compare(
    manager: FlaskClient, transactions: Transactions, people: People, running: int
) -> None:
    shift(transactions, people.manager, running, Move(REST, 4))
    shift(transactions, people.manager, running, Move(MoveKind.STEP, key=FIRST, to=date(2026, 1, 16)))
    address = f"/partnerships/{running}/versions"

    page = words(manager.get(address).text)
    compared = words(manager.get(f"{address}?from=3&to=4").text)
    same = words(manager.get(f"{address}?from=2&to=2").text)
    odd = manager.get(f"{address}?from=99&to=zero")

    assert "Rina: everything to come was moved" in page
    assert WHY in page
    assert "Agreed: Dewi" in page
    between = compared[compared.index("Version 3 → version 4") : compared.index("Version 4 Mon")]
    assert between.count("→") == 2
    assert "Check-in: First days: Wed, 14 Jan → Fri, 16 Jan 2026 (2 days later)" in between
    assert "The dates are the same." in same
    assert odd.status_code == 200


@pytest.mark.parametrize("is_taken_back", [False, True])
def test_a_stage_that_is_left_out_stands_in_the_difference_until_that_is_taken_back(
    manager: FlaskClient, transactions: Transactions, people: People, running: int, *, is_taken_back: bool
) -> None:
    def between(old: int, new: int) -> str:
        page = words(manager.get(f"/partnerships/{running}/versions?from={old}&to={new}").text)
        return page.partition(f"Version {old} → version {new}")[2].partition("Written by")[0]

    last = load("usage-3m", 1).stages[-1]
    made = shift(transactions, people.manager, running, Move(MoveKind.SKIP, key=last.key), "She is away")
    if is_taken_back:
        with transactions.begin(people.manager) as work:
            undoing.undo(work, made.id)

    assert f"“{last.title.en}” skipped: She is away" in between(1, 3)
    assert f"“{last.title.en}” is not skipped any more" in between(3, 2)
    assert ("The dates are the same." in between(2, 4)) if is_taken_back else ("skipped:" not in between(1, 2))


def test_in_indonesian_versions_are_compared_from_one_to_another(sign_in: SignIn, people: People, running: int) -> None:
    page = sign_in(people.manager).get(f"/partnerships/{running}/versions").text

    assert 'for="from">Dari versi<' in page
    assert 'for="to">Ke versi<' in page


def test_the_history_tells_a_move_with_its_reason(
    manager: FlaskClient, transactions: Transactions, people: People, running: int
) -> None:
    shift(transactions, people.manager, running, EARLIER)
    shift(transactions, people.manager, running, Move(REST, 4))

    page = words(manager.get(f"/partnerships/{running}").text)

    assert "Proposed another day for 1 date" in page
    assert "Proposed dates: Withdrawn" in page
    assert f"dates {WHY}" in page[page.index("Moved ") :]


def test_partnerships_that_are_ticked_on_the_timeline_move_together(
    manager: FlaskClient, transactions: Transactions, people: People, running: int
) -> None:
    other = start(transactions, people, TODAY)
    before = days(transactions, people, other)
    timeline = manager.get("/partnerships?pick=1").text
    query = f"id={running}&id={other}&days=3&way=later"

    looked = manager.get(f"/partnerships/dates?{query}").text
    fields = {"days": "3", "way": "later", "seen": seen_on(looked), "note": WHY}
    made = manager.post("/partnerships/dates", data=fields)
    said = manager.get(made.headers["Location"]).text
    moved = days(transactions, people, other)
    undo = re.search(r'action="(/partnerships/moves/\d+/undo)"', said)
    assert undo is not None
    back = manager.post(undo[1])

    assert 'name="id"' not in manager.get("/partnerships").text
    assert all(f'name="id" value="{one}" form="bulk"' in timeline for one in (running, other))
    assert "in 2 partnerships" in words(looked)
    assert "in 2 partnerships." in words(said)
    assert moved["check_in:two-weeks"] - before["check_in:two-weeks"] == timedelta(days=3)
    assert (back.headers["Location"], days(transactions, people, other)) == ("/partnerships", before)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("days=3", "No partnership is ticked"),
        ("id=0&id=99999999999999999999&days=3", "No partnership is ticked"),
        ("id=1&days=none", "Not a valid integer value."),
        ("id=1&days=", "by how many days"),
        ("&".join(f"id={number}" for number in range(1, 202)) + "&days=3", "more than 200 partnerships"),
    ],
)
@pytest.mark.usefixtures("running")
def test_what_is_unclear_about_several_is_said(manager: FlaskClient, query: str, said: str) -> None:
    assert said in words(manager.get(f"/partnerships/dates?{query}").text)


@pytest.mark.usefixtures("running")
def test_the_title_says_that_something_is_wrong_with_several(manager: FlaskClient) -> None:
    assert "Error: Move dates" in words(manager.get("/partnerships/dates?id=1&days=none").text)


def test_several_that_were_moved_meanwhile_are_named_with_what_changed(
    manager: FlaskClient, transactions: Transactions, people: People, running: int
) -> None:
    other = start(transactions, people, TODAY)
    shift(transactions, people.owner, other, Move(MoveKind.STEP, key=FIRST, to=TODAY + timedelta(days=6)))

    fields = {"days": "3", "way": "later", "seen": [f"{running}:2", f"{other}:2"], "note": WHY}
    answer = manager.post("/partnerships/dates", data=fields)

    assert answer.status_code == 422
    assert re.search("Moved since you looked Dewi Moved by Wulan, [^()]+ Check-in: First days", words(answer.text))
    assert seen_on(answer.text) == [f"{running}:2", f"{other}:3"]


@pytest.mark.parametrize("nonsense", ["0:1", "1:0", "99999999999999999999:1", "1", "x:y"])
def test_what_names_no_version_of_a_plan_was_not_looked_at(
    manager: FlaskClient, transactions: Transactions, people: People, running: int, nonsense: str
) -> None:
    fields = {"days": "3", "way": "later", "seen": [nonsense, f"{running}:2"], "note": WHY}
    answer = manager.post("/partnerships/dates", data=fields)

    assert answer.location == "/partnerships"
    assert len(versions(transactions, people, running)) == 3


@pytest.mark.parametrize("action", [PartnershipAction.END_EARLY, PartnershipAction.HOLD])
def test_what_cannot_be_moved_back_offers_no_way_back(
    manager: FlaskClient,
    transactions: Transactions,
    people: People,
    clock: ManualClock,
    running: int,
    action: PartnershipAction,
) -> None:
    made = shift(transactions, people.manager, running, Move(REST, 4))
    move(transactions, people.creator, running, action)
    clock.current += timedelta(seconds=11)

    said = manager.post(f"/partnerships/moves/{made.id}/undo", follow_redirects=True).text

    assert "It is too late to take this back unseen." in words(said)
    assert "what=back" not in said


def test_several_that_were_moved_too_long_ago_to_undo_are_moved_back_together(
    manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock, running: int
) -> None:
    other = start(transactions, people, TODAY)
    fields = {"days": "3", "way": "later", "seen": [f"{running}:2", f"{other}:2"], "note": WHY}
    said = manager.get(manager.post("/partnerships/dates", data=fields).headers["Location"]).text
    undo = re.search(r'action="(/partnerships/moves/\d+/undo)"', said)
    assert undo is not None
    clock.advance(minutes=1)

    late = manager.post(undo[1], follow_redirects=True).text

    assert f"/partnerships/dates?id={running}&amp;id={other}&amp;days=3&amp;way=earlier" in late


def test_somebody_elses_partnership_among_the_ticked_is_as_unknown_as_none(
    sign_in: SignIn, people: People, running: int
) -> None:
    stranger = sign_in(people.stranger)

    assert stranger.get(f"/partnerships/dates?id={running}&days=3").status_code == 404
    assert stranger.get("/partnerships/dates?id=987654&days=3").status_code == 404
