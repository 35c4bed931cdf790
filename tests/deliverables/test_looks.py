"""A person looks for a post, keeps what was seen, and looks again while the post has to stay up."""

import io
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Delete, Update, delete, select, update
from sqlalchemy.exc import DBAPIError

from partnerships.core.actor import Actor
from partnerships.core.clock import ManualClock
from partnerships.core.errors import NotFound, Refused
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Transactions
from partnerships.deliverables import verifying
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.deliverables.rules.looks import Sight, again_on, read_note
from partnerships.deliverables.tables import ContentMessage, Deliverable, LiveLook
from partnerships.files.receiving import ReceivedFile
from partnerships.mail.tables import OutboxMail
from partnerships.plans.rules.dates import StepKind
from partnerships.portfolio import waiting
from partnerships.portfolio.rules.waits import WaitKind
from tests.check_ins.scenes import received, running
from tests.conftest import SignIn
from tests.deliverables.scenes import approved, look, payment_states, post, state_of
from tests.deliverables.test_publishing import run_step
from tests.files.samples import make_jpeg
from tests.portfolio.test_pages import english
from tests.stories import People

S = DeliverableState
DAY_0 = date(2026, 1, 5)


@pytest.fixture
def posted(transactions: Transactions, people: People) -> int:
    """Return the id of content whose post nobody has seen yet."""
    content = approved(transactions, people, running(transactions, people), "two-weeks-in")
    post(transactions, people.creator, content)
    return content


@pytest.fixture
def kept_live(transactions: Transactions, people: People, posted: int) -> int:
    """Return the id of content whose post has to stay up for fourteen days from now on."""
    look(transactions, people, posted)
    return posted


def again(
    transactions: Transactions,
    actor: Actor,
    content: int,
    sight: Sight = Sight.LIVE,
    note: str = "",
    screenshots: Sequence[ReceivedFile] = (),
) -> int:
    """Look again, and return the id of the look."""
    with transactions.begin(actor) as work:
        return verifying.look_again(work, content, sight=sight, note=note, screenshots=screenshots).id


def sights(transactions: Transactions, people: People, content: int) -> list[Sight]:
    with transactions.looking(people.manager) as reading:
        return [one.sight for one in LiveLook.list_of(reading, [content])]


def asked_again(transactions: Transactions, people: People) -> list[int]:
    """Return the content that Today asks the team to look at again."""
    with transactions.looking(people.reviewer) as reading:
        rows = waiting.look_at_today(reading).posts.rows
        return [wait.thing_id for wait in rows if wait.kind is WaitKind.LOOK_AGAIN]


@pytest.mark.parametrize(
    ("sight", "looked", "days", "expected"),
    [
        (Sight.LIVE, 0, 14, 7),
        (Sight.LIVE, 3, 14, 7),
        (Sight.LIVE, 7, 14, 14),
        (Sight.LIVE, 14, 14, None),
        (Sight.CHANGED, 7, 14, 10),
        (Sight.CHANGED, 12, 14, 14),
        (Sight.CHANGED, 14, 14, None),
        (Sight.LIVE, 0, 1, 1),
        (Sight.LIVE, 0, 0, None),
    ],
)
def test_a_post_is_looked_at_in_the_middle_on_the_last_day_and_soon_after_a_change(
    sight: Sight, looked: int, days: int, expected: int | None
) -> None:
    day = again_on(sight, DAY_0 + timedelta(days=looked), DAY_0, days)

    assert day == (None if expected is None else DAY_0 + timedelta(days=expected))


@given(days=st.integers(0, 400), sees=st.lists(st.sampled_from([Sight.LIVE, Sight.CHANGED]), max_size=300))
def test_looks_come_one_after_the_other_and_never_after_the_last_day(days: int, sees: list[Sight]) -> None:
    on: list[date] = [DAY_0]
    for sight in sees:
        following = again_on(sight, on[-1], DAY_0, days)
        if following is None:
            break
        on.append(following)

    assert all(earlier < later for earlier, later in pairwise(on))
    assert on[-1] <= DAY_0 + timedelta(days=days)


@pytest.mark.parametrize("sight", [Sight.CHANGED, Sight.GONE])
def test_what_is_not_as_agreed_is_told_in_words(sight: Sight) -> None:
    with pytest.raises(Refused, match="tell the creator") as refused:
        read_note(sight, "  \r\n ")

    assert (refused.value.field, read_note(Sight.LIVE, ""), read_note(sight, " a\r\nb ")) == ("note", "", "a\nb")


def test_the_first_look_is_kept_with_who_looked_and_a_screenshot(
    transactions: Transactions, people: People, posted: int, clock: ManualClock
) -> None:
    with transactions.begin(people.reviewer) as work:
        verifying.check_live(work, posted, found=True, label_on=True, note="", screenshots=[received(b"seen")])

    with transactions.looking(people.manager) as reading:
        (seen,) = LiveLook.list_of(reading, [posted])
        assert (seen.sight, seen.looked_by, seen.at) == (Sight.LIVE, people.reviewer.account_id, clock.now())
        assert seen.screenshot is not None
        assert seen.screenshot.account_id == people.creator.account_id


def test_a_post_that_is_not_found_can_be_shown_too(transactions: Transactions, people: People, posted: int) -> None:
    with transactions.begin(people.manager) as work:
        verifying.check_live(
            work, posted, found=False, label_on=False, note="An empty page", screenshots=[received(b"empty")]
        )

    with transactions.looking(people.manager) as reading:
        (seen,) = LiveLook.list_of(reading, [posted])
        assert (seen.sight, seen.note, seen.screenshot is None) == (Sight.GONE, "An empty page", False)
    assert state_of(transactions, people, posted) is S.APPROVED
    assert asked_again(transactions, people) == []


def test_more_than_one_picture_is_refused_and_nothing_is_kept(
    transactions: Transactions, people: People, posted: int
) -> None:
    shots = [received(b"one"), received(b"two")]

    with pytest.raises(Refused, match="one screenshot") as refused, transactions.begin(people.manager) as work:
        verifying.check_live(work, posted, found=True, label_on=True, note="", screenshots=shots)

    assert refused.value.field == "screenshot"
    assert sights(transactions, people, posted) == []
    assert state_of(transactions, people, posted) is S.PUBLISHED_UNVERIFIED


def test_today_asks_for_a_look_in_the_middle_and_on_the_last_day(
    transactions: Transactions, people: People, kept_live: int, clock: ManualClock
) -> None:
    asked: list[int] = []
    for day in range(14):
        clock.advance(days=1)
        if asked_again(transactions, people):
            asked.append(day + 1)
            again(transactions, people.reviewer, kept_live)

    assert asked == [7, 14]
    assert sights(transactions, people, kept_live) == [Sight.LIVE] * 3


def test_a_look_that_nobody_took_is_asked_for_until_the_days_are_over(
    transactions: Transactions, people: People, kept_live: int, clock: ManualClock
) -> None:
    clock.advance(days=13)
    before = asked_again(transactions, people)
    clock.advance(days=2)
    with transactions.looking(people.manager) as reading:
        partnership_id = reading.get(Deliverable, kept_live).partnership_id

    run_step(transactions, people, partnership_id, StepKind.KEEP_LIVE)

    assert (before, asked_again(transactions, people)) == ([kept_live], [])
    assert state_of(transactions, people, kept_live) is S.DONE


def test_a_post_that_is_still_up_is_written_down_with_its_screenshot(
    transactions: Transactions, people: People, kept_live: int, clock: ManualClock
) -> None:
    clock.advance(days=7)

    again(transactions, people.reviewer, kept_live, note="As before", screenshots=[received(b"later")])

    with transactions.looking(people.manager) as reading:
        seen = LiveLook.list_of(reading, [kept_live])[-1]
        told = reading.session.scalars(select(HistoryEntry).where(HistoryEntry.name == "PostLookedAt")).one()
        assert (seen.sight, seen.note, seen.at, seen.screenshot is None) == (
            Sight.LIVE,
            "As before",
            clock.now(),
            False,
        )
        assert (told.facts["sight"], told.facts["has_screenshot"]) == ("live", True)
        assert reading.session.scalars(select(ContentMessage)).all() == []
    assert state_of(transactions, people, kept_live) is S.KEEPING_LIVE


def test_of_a_post_that_has_changed_the_creator_is_told_and_somebody_looks_soon(
    transactions: Transactions, people: People, kept_live: int, clock: ManualClock
) -> None:
    clock.advance(days=7)

    again(transactions, people.reviewer, kept_live, Sight.CHANGED, "The ad label is gone. Please switch it on again.")

    with transactions.looking(people.manager) as reading:
        (message,) = ContentMessage.list_of(reading, kept_live)
        mail = reading.session.scalars(select(OutboxMail).where(OutboxMail.template == "wrote_creator")).one()
        assert (message.by_creator, message.text) == (False, "The ad label is gone. Please switch it on again.")
        assert mail.context["note"] == message.text
    assert state_of(transactions, people, kept_live) is S.KEEPING_LIVE
    assert asked_again(transactions, people) == []
    clock.advance(days=3)
    assert asked_again(transactions, people) == [kept_live]


def test_a_post_that_is_gone_is_settled_and_earns_nothing_later(
    transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = running(transactions, people)
    content = approved(transactions, people, partnership_id, "honest-review")
    post(transactions, people.creator, content)
    look(transactions, people, content)
    clock.advance(days=15)

    again(transactions, people.manager, content, Sight.GONE, "The link leads to an empty page")
    clock.advance(days=60)
    run_step(transactions, people, partnership_id, StepKind.PAY_FACT)

    assert state_of(transactions, people, content) is S.TAKEN_DOWN
    assert payment_states(transactions, people, partnership_id)[2] == "planned"
    with transactions.looking(people.manager) as reading:
        (message,) = ContentMessage.list_of(reading, content)
        assert message.text == "The link leads to an empty page"
    with pytest.raises(Refused, match="does not have to stay up"):
        again(transactions, people.manager, content)


def test_the_same_said_twice_on_a_day_is_said_once(
    transactions: Transactions, people: People, kept_live: int, clock: ManualClock
) -> None:
    clock.advance(days=7)

    ids = [again(transactions, people.reviewer, kept_live, Sight.CHANGED, "No label") for _ in range(2)]
    other = again(transactions, people.manager, kept_live, Sight.CHANGED, "No label")
    clock.advance(days=1)
    later = again(transactions, people.manager, kept_live, Sight.CHANGED, "No label")

    assert len({*ids, other, later}) == 3
    assert len(sights(transactions, people, kept_live)) == 4
    with transactions.looking(people.manager) as reading:
        assert len(ContentMessage.list_of(reading, kept_live)) == 3


def test_nobody_looks_at_what_is_not_kept_up_or_is_not_theirs(
    transactions: Transactions, people: People, posted: int
) -> None:
    with pytest.raises(Refused, match="does not have to stay up"):
        again(transactions, people.manager, posted)
    with pytest.raises(NotFound):
        again(transactions, people.stranger, posted)


@pytest.mark.parametrize("change", [update(LiveLook).values(sight=Sight.GONE), delete(LiveLook)])
def test_nobody_changes_what_was_seen(
    transactions: Transactions, people: People, kept_live: int, change: Update | Delete
) -> None:
    with pytest.raises(DBAPIError, match="append-only"), transactions.begin(people.manager) as work:
        work.session.execute(change.where(LiveLook.deliverable_id == kept_live))


def test_a_reviewer_looks_twice_on_the_page_and_the_team_sees_what_was_kept(
    app: Flask, transactions: Transactions, people: People, posted: int, sign_in: SignIn, clock: ManualClock
) -> None:
    reviewer, address = english(sign_in(people.reviewer)), f"/deliverables/{posted}/live"

    first = reviewer.post(
        address,
        data={"found": "yes", "label_on": "y", "screenshot": (io.BytesIO(make_jpeg(40, 60)), "seen.jpg")},
    )
    clock.advance(days=7)
    today = reviewer.get("/").text
    asked = reviewer.get(address).text
    nothing = reviewer.post(address, data={"sight": "elsewhere"})
    without = reviewer.post(address, data={"sight": "changed", "note": " "})
    broken = reviewer.post(address, data={"sight": "live", "screenshot": (io.BytesIO(b"no photo"), "x.jpg")})
    second = reviewer.post(
        address,
        data={"sight": "live", "screenshot": (io.BytesIO(make_jpeg(60, 40)), "again.jpg")},
    )

    assert (first.status_code, second.status_code) == (303, 303)
    assert f'href="{address}"' in today
    assert "Still up? " in today
    assert "Is the post still up?" in asked
    assert (nothing.status_code, "Please say what you saw." in nothing.text) == (422, True)
    assert (without.status_code, "tell the creator" in without.text) == (422, True)
    assert (broken.status_code, 'id="screenshot-error"' in broken.text) == (422, True)
    page = english(sign_in(people.manager)).get(f"/deliverables/{posted}").text
    assert page.count('alt="Screenshot of the post"') + page.count("is being prepared") == 2
    assert page.count("Bayu") >= 2
    dossier = english(sign_in(people.manager)).get(f"/deliverables/{posted}/dossier?lang=en").text
    assert "Who looked for the post" in dossier
    assert "again: seen live (with a screenshot)" in dossier
    with transactions.looking(people.manager) as reading:
        hashes = {one.screenshot.original_sha256 for one in LiveLook.list_of(reading, [posted]) if one.screenshot}
    assert len(hashes) == 2
    assert all(one in dossier for one in hashes)
    assert 'alt="Screenshot of the post"' not in english(sign_in(people.creator)).get(f"/me/deliverables/{posted}").text


def test_a_look_elsewhere_is_refused_on_the_page_without_keeping_the_file(
    transactions: Transactions, people: People, kept_live: int, sign_in: SignIn
) -> None:
    manager = english(sign_in(people.manager))

    sent = manager.post(
        f"/deliverables/{kept_live}/live",
        data={"sight": "gone", "note": "", "screenshot": (io.BytesIO(make_jpeg(40, 60)), "gone.jpg")},
    )

    assert sent.status_code == 422
    assert sights(transactions, people, kept_live) == [Sight.LIVE]
    assert state_of(transactions, people, kept_live) is S.KEEPING_LIVE
