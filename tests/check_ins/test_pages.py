"""The creator's and the staff's pages about check-ins, through the WSGI client, with real files."""

import io
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from partnerships.check_ins import finding, recording
from partnerships.check_ins.rules.check_ins import Channel, CheckInAction, CheckInState
from partnerships.check_ins.tables import Answer, CheckIn
from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.files.tables import StoredFile
from partnerships.plans import moving
from partnerships.plans.rules.partnerships import EndReason, PartnershipAction
from partnerships.web import linking
from partnerships.web.tables import MailedLink
from tests.check_ins.scenes import (
    FIRST_DAYS,
    FOUR_WEEKS,
    RECEIVED,
    check_in_called,
    move_check_in,
    opened,
    running,
)
from tests.conftest import SignIn
from tests.files.samples import make_jpeg, make_mp4
from tests.stories import People, mailed_link

PHOTO = make_jpeg(640, 480)


def form(values: dict[str, str], **photos: bytes) -> dict[str, object]:
    """Return answers and photos as the page posts them."""
    files = {f"q-{key}": (io.BytesIO(content), f"{key}.jpg") for key, content in photos.items()}
    return {"act": "answer", **{f"q-{key}": value for key, value in values.items()}, **files}


def in_english(client: FlaskClient) -> FlaskClient:
    """Return the browser of somebody who has chosen English."""
    with client.session_transaction() as session:
        session["locale"] = "en"
    return client


def post(client: FlaskClient, url: str, data: dict[str, object]) -> TestResponse:
    return client.post(url, data=data, content_type="multipart/form-data")


def kept_files(app: Flask) -> int:
    """Return how many files lie in the store, finished or not."""
    store = app.extensions["store"]
    return sum(path.is_file() for path in Path(store.folder).rglob("*"))


@pytest.fixture
def client(sign_in: SignIn, people: People) -> FlaskClient:
    return in_english(sign_in(people.creator))


@pytest.fixture
def partnership_id(transactions: Transactions, people: People) -> int:
    return running(transactions, people)


@pytest.fixture
def four_weeks(transactions: Transactions, people: People, partnership_id: int) -> int:
    return opened(transactions, people, partnership_id, "four-weeks")


def test_the_page_asks_every_question_as_one_input_and_says_what_is_true_above_the_button(
    client: FlaskClient, transactions: Transactions, people: People, partnership_id: int
) -> None:
    check_in_id = opened(transactions, people, partnership_id, "first-days")

    page = client.get(f"/me/check-ins/{check_in_id}")

    assert page.status_code == 200
    for key in ("days_used", "comfort", "reaction", "reaction_detail", "still_using"):
        assert f'name="q-{key}"' in page.text
    assert page.text.index("My answers are true.") < page.text.index("Send")
    assert "Glow Serum" in page.text
    assert "I have a reaction" in page.text
    assert "This is not for me" in page.text


def test_photo_and_answers_are_sent_in_one_form_and_the_confirmation_says_what_comes_next(
    client: FlaskClient, transactions: Transactions, people: People, partnership_id: int, app: Flask
) -> None:
    check_in_id = opened(transactions, people, partnership_id, "four-weeks")

    answered = post(client, f"/me/check-ins/{check_in_id}", form(FOUR_WEEKS, angle_photo=PHOTO))
    page = client.get(answered.location)

    assert answered.status_code == 303
    assert "Sent. Thank you!" in page.text
    assert "The next check-in is" in page.text
    assert kept_files(app) == 1
    with transactions.looking(people.manager) as reading:
        check_in = finding.get_with_photos(reading, check_in_id)
        assert check_in.answer is not None
        assert check_in.answer.statement == "answers-1"
        assert [photo.file.content_type for photo in check_in.answer.photos] == ["image/jpeg"]


def test_a_video_is_evidence_as_well(
    client: FlaskClient, transactions: Transactions, people: People, partnership_id: int
) -> None:
    check_in_id = opened(transactions, people, partnership_id, "four-weeks")

    answered = post(client, f"/me/check-ins/{check_in_id}", form(FOUR_WEEKS, angle_photo=make_mp4()))

    assert answered.status_code == 303


def test_pressing_the_button_twice_stores_one_answer_and_shows_the_same_confirmation(
    client: FlaskClient, transactions: Transactions, people: People, partnership_id: int, app: Flask
) -> None:
    check_in_id = opened(transactions, people, partnership_id, "four-weeks")

    pages = []
    for _ in range(2):
        sent = post(client, f"/me/check-ins/{check_in_id}", form(FOUR_WEEKS, angle_photo=PHOTO))
        pages.append(re.sub(r'nonce="[^"]*"|value="[^"]*"', "", client.get(sent.location).text))

    assert pages[0] == pages[1]
    assert kept_files(app) == 1
    with transactions.looking(people.manager) as reading:
        assert reading.session.scalar(select(func.count(Answer.id))) == 1
        assert reading.session.scalar(select(func.count(StoredFile.id))) == 1


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"%PDF-1.7 not a photo at all", "Please send a photo"),
        (PHOTO[: len(PHOTO) // 2], "incomplete or damaged"),
        (make_mp4()[:-40], "incomplete or damaged"),
    ],
    ids=["0 bytes", "wrong type under a right name", "truncated photo", "truncated video"],
)
def test_a_bad_file_is_refused_beside_its_question_and_nothing_typed_is_lost(
    client: FlaskClient, four_weeks: int, app: Flask, content: bytes, sentence: str
) -> None:
    url = f"/me/check-ins/{four_weeks}"

    page = client.post(
        url,
        data=form(FOUR_WEEKS, angle_photo=content),
        content_type="multipart/form-data",
    )

    assert page.status_code == 422
    assert "<title>Error:" in page.text
    assert page.text.count(sentence) == 2  # in the summary and beside the field
    assert 'value="9"' in page.text
    assert 'value="most_days" checked' in page.text
    assert kept_files(app) == 0
    assert 'name="q-days_used"' in client.get(url).text  # still open


def test_a_good_photo_beside_a_missing_answer_is_asked_for_again_and_not_kept(
    client: FlaskClient, transactions: Transactions, people: People, partnership_id: int, app: Flask
) -> None:
    check_in_id = opened(transactions, people, partnership_id, "four-weeks")

    page = client.post(
        f"/me/check-ins/{check_in_id}",
        data=form({"days_used": "99"}, angle_photo=PHOTO),
        content_type="multipart/form-data",
    )

    assert page.status_code == 422
    assert "Please give a number from 0 to 14." in page.text
    assert "choose this file again" in page.text
    assert kept_files(app) == 0


def test_a_file_that_is_too_large_or_beyond_the_quota_says_so(
    client: FlaskClient, transactions: Transactions, people: People, partnership_id: int, app: Flask
) -> None:
    check_in_id = opened(transactions, people, partnership_id, "four-weeks")
    pages = []

    for setting in ("UPLOAD_MAX_BYTES", "UPLOAD_QUOTA_BYTES"):
        before, app.config[setting] = app.config[setting], 1024
        pages.append(
            client.post(
                f"/me/check-ins/{check_in_id}",
                data=form(FOUR_WEEKS, angle_photo=PHOTO),
                content_type="multipart/form-data",
            )
        )
        app.config[setting] = before

    assert [page.status_code for page in pages] == [422, 422]
    assert "The file is larger than 1 kB." in pages[0].text
    assert "There is not enough space left for this file" in pages[1].text
    assert kept_files(app) == 0


def test_a_request_beyond_every_limit_is_answered_with_413_and_a_way_out(
    client: FlaskClient, transactions: Transactions, people: People, partnership_id: int, app: Flask
) -> None:
    check_in_id = opened(transactions, people, partnership_id, "four-weeks")
    app.config["MAX_CONTENT_LENGTH"] = 1000

    page = client.post(
        f"/me/check-ins/{check_in_id}",
        data=form(FOUR_WEEKS, angle_photo=PHOTO),
        content_type="multipart/form-data",
    )

    assert page.status_code == 413
    assert "larger than this place takes" in page.text


def test_before_it_opens_the_page_names_the_date_and_takes_nothing(
    client: FlaskClient, transactions: Transactions, people: People, partnership_id: int
) -> None:
    check_in_id = check_in_called(transactions, people, partnership_id, "four-weeks")
    url = f"/me/check-ins/{check_in_id}"

    shown = client.get(url)
    sent = client.post(url, data=form(FOUR_WEEKS))

    assert (shown.status_code, sent.status_code) == (200, 422)
    for page in (shown, sent):
        assert re.search(r"opens on Mon, 2 Feb 2026", page.text)


def test_after_the_stage_closed_an_answer_is_kept_and_called_late(
    client: FlaskClient, transactions: Transactions, people: People, partnership_id: int, clock: ManualClock
) -> None:
    check_in_id = opened(transactions, people, partnership_id, "first-days")
    move_check_in(transactions, people, check_in_id, CheckInAction.MISS)
    clock.advance(days=60)

    sent = post(client, f"/me/check-ins/{check_in_id}", form(FIRST_DAYS))
    page = client.get(sent.location)

    assert "marked as late" in page.text
    with transactions.looking(people.manager) as reading:
        assert reading.session.scalars(select(Answer.late)).one() is True


def test_after_the_end_the_page_says_that_nothing_has_to_be_sent(
    client: FlaskClient, transactions: Transactions, people: People, partnership_id: int
) -> None:
    check_in_id = opened(transactions, people, partnership_id, "first-days")
    with transactions.begin(people.manager) as work:
        moving.move(work, partnership_id, PartnershipAction.END_EARLY, reason=EndReason.BRAND_STOPPED)

    page = client.get(f"/me/check-ins/{check_in_id}")
    sent = post(client, f"/me/check-ins/{check_in_id}", form(FIRST_DAYS))

    assert "Nothing more has to be sent" in page.text
    assert sent.status_code == 422


def test_somebody_elses_and_an_unknown_check_in_look_the_same(
    sign_in: SignIn, transactions: Transactions, people: People, partnership_id: int
) -> None:
    check_in_id = opened(transactions, people, partnership_id, "first-days")
    other = sign_in(people.other_creator)

    for method in ("get", "post"):
        foreign, unknown = (
            getattr(other, method)(f"/me/check-ins/{key}", data=form(FIRST_DAYS)) for key in (check_in_id, 987654)
        )
        assert (foreign.status_code, unknown.status_code) == (404, 404)


def test_without_a_token_a_form_is_refused_and_nothing_is_stored(
    client: FlaskClient, transactions: Transactions, people: People, partnership_id: int, app: Flask
) -> None:
    check_in_id = opened(transactions, people, partnership_id, "first-days")
    app.config["WTF_CSRF_ENABLED"] = True

    page = post(client, f"/me/check-ins/{check_in_id}", form(FIRST_DAYS))

    assert page.status_code == 400
    with transactions.looking(people.manager) as reading:
        assert reading.session.scalar(select(func.count(Answer.id))) == 0


def test_a_mailed_link_opens_the_page_changes_nothing_and_takes_the_answer(
    sign_in: SignIn, transactions: Transactions, people: People, partnership_id: int
) -> None:
    check_in_id = opened(transactions, people, partnership_id, "four-weeks")
    token = mailed_link(transactions, people, "check_in", check_in_id)
    visitor = sign_in(None)

    shown = visitor.get(f"/s/{token}")
    afterwards = visitor.get("/me").status_code
    sent = post(visitor, f"/s/{token}", form(FOUR_WEEKS, angle_photo=PHOTO))

    assert shown.status_code == 200
    assert 'name="q-angle_photo"' in shown.text
    assert afterwards != 200
    assert sent.location == f"/me/check-ins/{check_in_id}"
    assert visitor.get(sent.location).status_code == 200


def test_the_thank_you_says_what_is_still_awaited_or_that_all_is_paused(
    client: FlaskClient, transactions: Transactions, people: People, partnership_id: int, four_weeks: int
) -> None:
    earlier = opened(transactions, people, partnership_id, "received")
    for key in ("first-days", "two-weeks"):
        move_check_in(
            transactions,
            people,
            opened(transactions, people, partnership_id, key),
            CheckInAction.LAPSE,
            CheckInAction.MISS,
        )
    url = f"/me/check-ins/{four_weeks}"

    thanks = post(client, url, form(FOUR_WEEKS, angle_photo=PHOTO))
    awaited = client.get(thanks.location).text
    post(client, f"/me/check-ins/{earlier}", form(RECEIVED, package_photo=PHOTO, angle_photo=PHOTO))
    later = client.get(url).text
    with transactions.begin(people.manager) as work:
        moving.move(work, partnership_id, PartnershipAction.HOLD, note="A pause")
    paused = client.get(url).text

    assert "Still awaited: “" in awaited
    assert f'href="/me/check-ins/{earlier}"' in awaited
    assert "The next check-in is" not in awaited
    assert "The next check-in is" in later
    assert "Everything is paused for now." in paused
    assert "The next check-in is" not in paused


@pytest.mark.parametrize(("act", "place"), [("reaction", "reaction"), ("not_for_me", "not-for-me")])
def test_the_quiet_ways_lead_to_their_pages(
    client: FlaskClient, four_weeks: int, partnership_id: int, act: str, place: str
) -> None:
    sent = client.post(f"/me/check-ins/{four_weeks}", data={"act": act})

    assert sent.location == f"/me/partnerships/{partnership_id}/{place}"
    assert client.get(sent.location).status_code == 200


@pytest.mark.parametrize("way", ["form", "address"])
def test_one_tap_confirms_what_a_manager_wrote_down(
    client: FlaskClient, transactions: Transactions, people: People, partnership_id: int, way: str
) -> None:
    check_in_id = opened(transactions, people, partnership_id, "received")
    with transactions.begin(people.manager) as work:
        recording.record(work, check_in_id, RECEIVED, {}, channel=Channel.WHATSAPP, note="Dewi, by WhatsApp")
    url = f"/me/check-ins/{check_in_id}"

    asked = client.get(url)
    if way == "form":
        client.post(url, data={"act": "confirm"})
    else:
        client.post(f"{url}/confirm")

    assert "Yes, that is right" in asked.text
    with transactions.looking(people.manager) as reading:
        assert finding.count_evidence(reading, partnership_id).answered == 1


def test_the_creator_sees_the_photos_that_she_confirms_also_behind_a_mailed_link(
    app: Flask, sign_in: SignIn, transactions: Transactions, people: People, four_weeks: int
) -> None:
    manager, creator = in_english(sign_in(people.manager)), in_english(sign_in(people.creator))
    sent = {**form(FOUR_WEEKS, angle_photo=PHOTO), "channel": "whatsapp", "note": "Dewi, 10.00"}
    post(manager, f"/check-ins/{four_weeks}/record", sent)
    with transactions.looking(people.manager) as reading:
        link = reading.session.scalars(select(MailedLink).where(MailedLink.purpose == "check_in")).one()
        token = linking.token_of(link)
    visitor = app.test_client()

    early = creator.get(f"/me/check-ins/{four_weeks}").text
    app.extensions["worker"].prepare("")
    own = re.findall(r'<a href="(/media/\d+)"><img src="([^"]+)"', creator.get(f"/me/check-ins/{four_weeks}").text)
    behind = re.findall(r'<a href="(/s/[^"]+)"><img src="(/s/[^"]+)"', visitor.get(f"/s/{token}").text)

    assert "“angle_photo.jpg” is being prepared" in early
    assert "/media/" not in early
    assert (len(own), len(behind)) == (1, 1)
    for client, addresses in ((creator, own[0]), (visitor, behind[0])):
        for address, kind in zip(addresses, ("image/jpeg", "image/webp"), strict=True):
            shown = client.get(address)
            assert (shown.status_code, shown.content_type) == (200, kind)
            shown.close()
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert visitor.get(own[0][0]).status_code == 302
    assert visitor.get(f"/s/{token}/media/999999").status_code == 404
    assert visitor.get(f"/s/{token}x/media/1").status_code == 404
    assert visitor.get(f"/s/{token}x/media/1/small").status_code == 404


def test_staff_see_answers_and_photos_record_excuse_and_take_note(
    app: Flask, sign_in: SignIn, client: FlaskClient, transactions: Transactions, people: People, partnership_id: int
) -> None:
    answered = opened(transactions, people, partnership_id, "four-weeks")
    unanswered = opened(transactions, people, partnership_id, "first-days")
    post(client, f"/me/check-ins/{answered}", form({**FOUR_WEEKS, "keep_going": "no"}, angle_photo=PHOTO))
    manager = in_english(sign_in(people.manager))
    app.extensions["worker"].prepare("")

    page = manager.get(f"/check-ins/{answered}")
    manager.post(f"/check-ins/{answered}/seen")
    no_reason = manager.post(f"/check-ins/{unanswered}/excuse", data={"reason": ""}, follow_redirects=True)
    excused = manager.post(f"/check-ins/{unanswered}/excuse", data={"reason": "Ill"}, follow_redirects=True)

    assert "Would rather not go on" in page.text
    assert re.search(r'src="/media/\d+"', page.text)
    assert (no_reason.status_code, excused.status_code) == (200, 200)
    assert ("Excused: nobody" in no_reason.text, "Excused: nobody" in excused.text) == (False, True)
    assert ("No answer yet" in no_reason.text, "No answer yet" in excused.text) == (True, False)
    assert "Ill</p>" in excused.text
    with transactions.looking(people.manager) as reading:
        assert reading.get(CheckIn, answered).seen_by == people.manager.account_id
        assert reading.get(CheckIn, unanswered).state is CheckInState.EXCUSED


def test_a_manager_records_what_arrived_elsewhere_and_is_told_what_is_missing(
    sign_in: SignIn, transactions: Transactions, people: People, partnership_id: int
) -> None:
    check_in_id = opened(transactions, people, partnership_id, "four-weeks")
    manager = in_english(sign_in(people.manager))
    url = f"/check-ins/{check_in_id}/record"

    shown = manager.get(url)
    wrong = post(manager, url, {**form({"days_used": "99"}), "channel": "whatsapp", "note": "Dewi"})
    nobody = post(manager, url, form(FOUR_WEEKS))
    empty = post(manager, url, {**form({}), "channel": "email", "note": "Dewi"})
    saved = post(manager, url, {**form(FOUR_WEEKS, angle_photo=PHOTO), "channel": "whatsapp", "note": "Dewi, 10.00"})
    page = manager.get(saved.location)

    assert [one.status_code for one in (shown, wrong, nobody, empty, saved)] == [200, 422, 422, 422, 303]
    assert 'value="99"' in wrong.text
    assert "Dewi, 10.00" in page.text
    assert "until then it is no evidence" in page.text
    assert "add the photo that was sent" in empty.text
    assert "Dewi is asked by e-mail to confirm it" in page.text


def test_what_was_written_down_can_be_mended_until_it_is_confirmed(
    sign_in: SignIn, client: FlaskClient, transactions: Transactions, people: People, partnership_id: int
) -> None:
    check_in_id = opened(transactions, people, partnership_id, "four-weeks")
    manager = in_english(sign_in(people.manager))
    url, own = f"/check-ins/{check_in_id}/record", f"/me/check-ins/{check_in_id}"
    beside = {"channel": "whatsapp", "note": "Dewi, 10.00"}
    post(manager, url, {**form(FOUR_WEEKS, angle_photo=PHOTO), **beside})
    first = client.get(own).text

    page, shown = manager.get(f"/check-ins/{check_in_id}").text, manager.get(url).text
    post(manager, url, {**form(FOUR_WEEKS | {"days_used": "8"}), **beside})
    stale = client.post(own, data={"act": "confirm", "edition": edition_in(first)}, follow_redirects=True).text
    confirmed = client.post(own, data={"act": "confirm", "edition": edition_in(stale)}, follow_redirects=True).text
    shut = manager.get(url, follow_redirects=True)

    assert "Write it down anew" in page
    assert "Dewi, 10.00" in shown
    assert 'value="9"' in shown
    assert "Photos stay unless you choose others." in shown
    assert "Your manager has written it down anew." in stale
    assert ">8<" in stale
    assert "It now counts as your answer." in confirmed
    assert shut.request.path == f"/check-ins/{check_in_id}"
    assert "This check-in has been answered." in shut.text
    assert "Write it down anew" not in shut.text
    whole = manager.get(f"/partnerships/{partnership_id}").text
    assert "Wrote down the answer to “Four weeks” anew (WhatsApp)" in whole


def edition_in(page: str) -> str:
    found = re.search(r'name="edition" value="(\w+)"', page)
    return found[1] if found else ""


def test_a_photo_is_only_spoken_of_where_one_can_be_added(
    sign_in: SignIn, transactions: Transactions, people: People, partnership_id: int
) -> None:
    check_in_id = opened(transactions, people, partnership_id, "month-after")
    manager = in_english(sign_in(people.manager))

    empty = post(manager, f"/check-ins/{check_in_id}/record", {**form({}), "channel": "email", "note": "Dewi"})

    assert "Please write down at least one answer." in empty.text
    assert "add the photo" not in empty.text


def test_reviewers_look_but_do_not_record(
    sign_in: SignIn, transactions: Transactions, people: People, partnership_id: int
) -> None:
    check_in_id = opened(transactions, people, partnership_id, "four-weeks")
    reviewer = sign_in(people.reviewer)

    assert reviewer.get(f"/check-ins/{check_in_id}").status_code == 200
    assert reviewer.get(f"/check-ins/{check_in_id}/record").status_code == 403
    assert reviewer.get(f"/me/check-ins/{check_in_id}").status_code == 403
