"""What people sent while somebody else changed the same thing: it is taken, or shown again, never lost silently."""

import io
import threading
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from partnerships.check_ins import answering, recording
from partnerships.check_ins.rules.answers import check_answers
from partnerships.check_ins.rules.check_ins import CheckInState
from partnerships.check_ins.tables import Answer, CheckIn
from partnerships.core.clock import ManualClock
from partnerships.core.errors import Conflict
from partnerships.database.history import HistoryEntry
from partnerships.database.session import db
from partnerships.database.work import Transactions
from partnerships.deliverables import publishing, submitting
from partnerships.deliverables.rules.deliverables import DeliverableState
from partnerships.deliverables.tables import Revision
from partnerships.files.tables import StoredFile
from partnerships.plans import reporting
from partnerships.plans.rules.partnerships import PartnershipState
from partnerships.plans.tables import Partnership
from tests.check_ins.scenes import FIRST_DAYS, FOUR_WEEKS, check_in_called, opened, running
from tests.check_ins.test_pages import PHOTO, form, in_english, kept_files, post
from tests.conftest import SignIn
from tests.deliverables.scenes import POST_URL, approved, deliverable_called, state_of
from tests.stories import USED_FIELDS, People

FIRST = "first-impression"


@pytest.fixture
def creator(sign_in: SignIn, people: People) -> FlaskClient:
    return in_english(sign_in(people.creator))


def beaten(monkeypatch: pytest.MonkeyPatch, module: Any, name: str, times: int = 1) -> list[str]:
    """Let somebody be faster than the use case `times` times: all is done, and the commit fails. Return the tries."""
    real: Callable[..., Any] = getattr(module, name)
    tries: list[str] = []

    def slow(*args: Any, **more: Any) -> Any:
        done = real(*args, **more)
        tries.append(name)
        if len(tries) <= times:
            raise Conflict("Somebody changed this in the meantime. Please look again.")
        return done

    monkeypatch.setattr(module, name, slow)
    return tries


def meanwhile(app: Flask, do: Callable[[], object]) -> Callable[[], None]:
    """Begin something in a thread of its own and return what waits for its end.

    It has two seconds to get through at once, as on PostgreSQL; on SQLite it waits until the writer before it is done.
    """
    failures: list[BaseException] = []

    def run() -> None:
        with app.app_context():
            try:
                do()
            except BaseException as failure:  # noqa: BLE001 - shown by the assertion below
                failures.append(failure)
            finally:
                db.session.remove()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(2)

    def finish() -> None:
        thread.join(20)
        assert (thread.is_alive(), failures) == (False, [])

    return finish


def test_answers_and_photo_sent_while_somebody_was_faster_are_kept(
    creator: FlaskClient, transactions: Transactions, people: People, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_in_id = opened(transactions, people, running(transactions, people), "four-weeks")
    tries = beaten(monkeypatch, answering, "answer")

    sent = post(creator, f"/me/check-ins/{check_in_id}", form(FOUR_WEEKS, angle_photo=PHOTO))

    assert (sent.status_code, len(tries)) == (303, 2)
    with transactions.looking(people.manager) as reading:
        assert [len(answer.photos) for answer in reading.session.scalars(select(Answer))] == [1]
    assert kept_files(app) == 1


def test_answers_that_cannot_be_kept_just_now_are_shown_again(
    creator: FlaskClient, transactions: Transactions, people: People, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_in_id = opened(transactions, people, running(transactions, people), "four-weeks")
    beaten(monkeypatch, answering, "answer", times=2)

    sent = post(creator, f"/me/check-ins/{check_in_id}", form(FOUR_WEEKS | {"days_used": "6"}, angle_photo=PHOTO))

    assert sent.status_code == 409
    assert "Somebody changed this in the meantime" in sent.text
    assert "Please choose this file again" in sent.text
    assert 'value="6"' in sent.text
    assert kept_files(app) == 0


def test_an_answer_that_meets_the_tick_is_kept(
    app: Flask, clock: ManualClock, creator: FlaskClient, transactions: Transactions, people: People,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    check_in_id = opened(transactions, people, running(transactions, people), "first-days")
    clock.advance(days=9)
    ticks: list[Callable[[], None]] = []

    def slow(*args: Any, **more: Any) -> Any:
        if not ticks:
            ticks.append(meanwhile(app, app.extensions["beat"]))
        return check_answers(*args, **more)

    monkeypatch.setattr(answering, "check_answers", slow)

    sent = creator.post(f"/me/check-ins/{check_in_id}", data={f"q-{key}": said for key, said in FIRST_DAYS.items()})
    for finish in ticks:
        finish()

    assert (sent.status_code, len(ticks)) == (303, 1)
    with transactions.looking(people.manager) as reading:
        check_in = reading.get(CheckIn, check_in_id)
        assert (check_in.state, check_in.answer is not None) == (CheckInState.ANSWERED, True)


def test_what_a_manager_writes_down_while_somebody_was_faster_is_kept(
    sign_in: SignIn, transactions: Transactions, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_in_id = opened(transactions, people, running(transactions, people), "first-days")
    beaten(monkeypatch, recording, "record")

    sent = post(
        sign_in(people.manager),
        f"/check-ins/{check_in_id}/record",
        form(FIRST_DAYS) | {"channel": "whatsapp", "note": "Dewi, this morning"},
    )

    assert sent.status_code == 303
    with transactions.looking(people.manager) as reading:
        assert len(reading.session.scalars(select(Answer)).all()) == 1


def test_a_draft_sent_while_somebody_was_faster_is_kept_with_its_files(
    creator: FlaskClient, transactions: Transactions, people: People, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliverable_id = deliverable_called(transactions, people, running(transactions, people), FIRST)
    beaten(monkeypatch, submitting, "submit")

    sent = post(creator, f"/me/deliverables/{deliverable_id}", draft("My first days"))

    assert sent.status_code == 303
    with transactions.looking(people.manager) as reading:
        revisions = reading.session.scalars(select(Revision)).unique().all()
        assert [(revision.caption, len(revision.media)) for revision in revisions] == [("My first days", 1)]
    assert kept_files(app) == 1


def test_a_draft_that_cannot_be_kept_just_now_is_shown_again(
    creator: FlaskClient, transactions: Transactions, people: People, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliverable_id = deliverable_called(transactions, people, running(transactions, people), FIRST)
    beaten(monkeypatch, submitting, "submit", times=2)

    sent = post(creator, f"/me/deliverables/{deliverable_id}", draft("My first days"))

    assert sent.status_code == 422
    assert "Somebody changed this in the meantime" in sent.text
    assert "My first days" in sent.text
    assert kept_files(app) == 0


def test_a_live_link_sent_while_somebody_was_faster_is_kept(
    creator: FlaskClient, transactions: Transactions, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliverable_id = approved(transactions, people, running(transactions, people), FIRST)
    beaten(monkeypatch, publishing, "add_post")

    link = {"act": "post", "url": POST_URL, "label_on": "yes"}
    sent = creator.post(f"/me/deliverables/{deliverable_id}/post", data=link)

    assert sent.status_code == 303
    assert state_of(transactions, people, deliverable_id) is DeliverableState.PUBLISHED_UNVERIFIED


def test_a_reaction_reported_while_somebody_was_faster_pauses_everything_and_is_told_once(
    creator: FlaskClient, transactions: Transactions, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    partnership_id = running(transactions, people)
    beaten(monkeypatch, reporting, "report_reaction")

    sent = creator.post(f"/me/partnerships/{partnership_id}/reaction", data={"words": "It burns"})

    assert sent.status_code == 302
    with transactions.looking(people.manager) as reading:
        assert reading.get(Partnership, partnership_id).state is PartnershipState.ON_HOLD
        told = reading.session.scalars(select(HistoryEntry.key).where(HistoryEntry.key.contains(":reaction:"))).all()
        assert len(told) == 1


def test_photos_for_questions_that_nobody_asked_are_not_kept(
    creator: FlaskClient, transactions: Transactions, people: People, app: Flask
) -> None:
    check_in_id = opened(transactions, people, running(transactions, people), "four-weeks")

    post(creator, f"/me/check-ins/{check_in_id}", form(FOUR_WEEKS, angle_photo=PHOTO, smuggled=PHOTO))

    with transactions.looking(people.manager) as reading:
        answer = reading.session.scalars(select(Answer)).one()
        assert [photo.question for photo in answer.photos] == ["angle_photo"]
        assert len(reading.session.scalars(select(StoredFile)).all()) == 1
    assert kept_files(app) == 1


def test_a_photo_that_nobody_asked_for_is_no_answer_to_write_down(
    sign_in: SignIn, transactions: Transactions, people: People
) -> None:
    partnership_id = running(transactions, people)
    opened(transactions, people, partnership_id, "first-days")
    check_in_id = check_in_called(transactions, people, partnership_id, "first-days")

    sent = post(
        sign_in(people.manager),
        f"/check-ins/{check_in_id}/record",
        form({}, smuggled=PHOTO) | {"channel": "whatsapp", "note": "Dewi, this morning"},
    )

    assert sent.status_code == 422


def draft(caption: str) -> dict[str, object]:
    """Return a draft with one photo as the page posts it."""
    return {"act": "draft", "caption": caption, "note": "", "files": [(io.BytesIO(PHOTO), "story.jpg")], **USED_FIELDS}
