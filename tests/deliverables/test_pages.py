"""The creator's and the staff's pages about deliverables, through the WSGI client, with real files."""

import io
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from partnerships.creators.tables import Creator, Handle, Platform
from partnerships.database.work import Transactions
from partnerships.deliverables import dropping, finding
from partnerships.deliverables.rules.deliverables import DeliverableAction, DeliverableState
from partnerships.deliverables.tables import Deliverable, LivePost, Revision
from partnerships.mail.tables import OutboxMail
from tests.check_ins.scenes import running
from tests.check_ins.test_pages import in_english
from tests.conftest import SignIn
from tests.deliverables.scenes import (
    POST_URL,
    approved,
    deliverable_called,
    look,
    payment_states,
    post,
    review,
    send,
    state_of,
)
from tests.deliverables.test_publishing import answer_received
from tests.files.samples import make_jpeg, make_mp4
from tests.stories import USED_FIELDS, People, mailed_link

FIRST = "first-impression"
S = DeliverableState


def send_form(client: FlaskClient, url: str, caption: str, *files: bytes, act: str = "draft") -> TestResponse:
    data = {
        "act": act,
        "caption": caption,
        "note": "Second take",
        "files": [(io.BytesIO(content), f"story{number}.jpg") for number, content in enumerate(files)],
        **USED_FIELDS,
    }
    return client.post(url, data=data, content_type="multipart/form-data")


def kept_files(app: Flask) -> int:
    store = app.extensions["store"]
    return sum(path.is_file() for path in Path(store.folder).rglob("*"))


@pytest.fixture
def client(sign_in: SignIn, people: People) -> FlaskClient:
    return in_english(sign_in(people.creator))


@pytest.fixture
def manager(sign_in: SignIn, people: People) -> FlaskClient:
    return in_english(sign_in(people.manager))


@pytest.fixture
def partnership_id(transactions: Transactions, people: People) -> int:
    return running(transactions, people)


@pytest.fixture
def deliverable_id(transactions: Transactions, people: People, partnership_id: int) -> int:
    return deliverable_called(transactions, people, partnership_id, FIRST)


def test_the_page_says_what_to_make_and_what_may_be_claimed(client: FlaskClient, deliverable_id: int) -> None:
    page = client.get(f"/me/deliverables/{deliverable_id}")

    assert page.status_code == 200
    assert "stories about your first impression" in page.text
    assert "First impression only, no results" in page.text
    assert 'type="file"' in page.text
    assert page.text.index("This is my own work") < page.text.index("Send draft")


def test_several_files_and_a_caption_become_one_version_and_the_confirmation_says_what_comes_next(
    client: FlaskClient, transactions: Transactions, people: People, deliverable_id: int
) -> None:
    url = f"/me/deliverables/{deliverable_id}"

    sent = send_form(client, url, "My first days", make_jpeg(), make_mp4())
    page = client.get(sent.location)

    assert sent.status_code == 303
    assert "within two working days" in page.text
    assert "2 files received" in page.text
    with transactions.looking(people.manager) as reading:
        (revision,) = finding.get_whole(reading, deliverable_id).revisions
        assert [one.file.kind for one in revision.media] == ["photo", "video"]


def test_pressing_the_button_twice_stores_one_version(
    client: FlaskClient, transactions: Transactions, people: People, deliverable_id: int, app: Flask
) -> None:
    for _ in range(2):
        send_form(client, f"/me/deliverables/{deliverable_id}", "My first days", make_jpeg())

    assert kept_files(app) == 1
    with transactions.looking(people.manager) as reading:
        assert reading.session.scalar(select(func.count(Revision.id))) == 1


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ((), "Please choose at least one photo or video."),
        ((b"",), "The file is empty."),
        ((b"GIF89a nonsense",), "Please send a photo"),
        ((make_jpeg(), make_mp4()[:-40]), "incomplete or damaged"),
    ],
    ids=["none", "0 bytes", "wrong type", "one good, one truncated"],
)
def test_a_bad_draft_is_refused_beside_the_field_and_the_caption_stays(
    client: FlaskClient, deliverable_id: int, app: Flask, files: tuple[bytes, ...], sentence: str
) -> None:
    page = send_form(client, f"/me/deliverables/{deliverable_id}", "Typed with love", *files)

    assert page.status_code == 422
    assert "<title>Error:" in page.text
    assert page.text.count(sentence) == 2
    assert "Typed with love" in page.text
    assert kept_files(app) == 0


def test_everything_that_a_draft_lacks_is_told_at_once(client: FlaskClient, deliverable_id: int) -> None:
    page = client.post(f"/me/deliverables/{deliverable_id}", data={"act": "draft", "caption": "x" * 5001})

    assert page.status_code == 422
    for sentence in ("Please choose at least one photo", "longer than 5000 characters", "Please say how often"):
        assert sentence in page.text


def test_a_sent_draft_is_replaced_or_taken_back(
    client: FlaskClient, transactions: Transactions, people: People, deliverable_id: int
) -> None:
    url = f"/me/deliverables/{deliverable_id}"
    send_form(client, url, "First words", make_jpeg())

    replaced = client.get(send_form(client, url, "Better words").location)
    client.post(url, data={"act": "pull_back"})
    taken_back = state_of(transactions, people, deliverable_id)
    send_form(client, url, "Third words")
    client.post(f"{url}/pull-back")
    again = client.post(f"{url}/pull-back", follow_redirects=True)

    assert "Your version 2" in replaced.text
    assert taken_back is state_of(transactions, people, deliverable_id) is S.DRAFTING
    assert "not possible any more" in again.text


def test_once_the_review_has_begun_the_page_says_so_and_takes_nothing(
    client: FlaskClient, transactions: Transactions, people: People, deliverable_id: int
) -> None:
    url = f"/me/deliverables/{deliverable_id}"
    send(transactions, people.creator, deliverable_id)
    review(transactions, people, deliverable_id)

    shown = client.get(url)
    late = send_form(client, url, "Too late", make_jpeg())

    assert "The review has begun" in shown.text
    assert late.status_code == 422
    assert "The review has begun" in late.text


def test_the_last_words_of_the_team_stand_above_the_form(
    client: FlaskClient, transactions: Transactions, people: People, partnership_id: int
) -> None:
    deliverable_id = approved(transactions, people, partnership_id, FIRST)
    with transactions.begin(people.manager) as work:
        dropping.revoke(work, deliverable_id, "Please drop the result in story 2")

    page = client.get(f"/me/deliverables/{deliverable_id}")

    assert "Please drop the result in story 2" in page.text
    assert "My first days" in page.text  # the caption of the version before


def test_what_was_to_be_changed_is_not_said_any_more_once_it_is_approved(
    client: FlaskClient, transactions: Transactions, people: People, deliverable_id: int
) -> None:
    said = []
    for action, note in (
        (DeliverableAction.REQUEST_CHANGES, "Please say it is an ad"),
        (DeliverableAction.APPROVE, ""),
    ):
        send(transactions, people.creator, deliverable_id, caption=str(action))
        with transactions.begin(people.reviewer) as work:
            deliverable = work.get(Deliverable, deliverable_id)
            for step in (DeliverableAction.START_REVIEW, action):
                was = deliverable.move(step, work.actor.role, work.now)
                work.session.flush()
                work.emit(deliverable.moved(was, step, note if step is action else ""))
        said.append("Please say it is an ad" in client.get(f"/me/deliverables/{deliverable_id}/post").text)

    assert said == [True, False]


def test_after_approval_the_same_page_takes_the_live_link(
    client: FlaskClient, transactions: Transactions, people: People, partnership_id: int
) -> None:
    deliverable_id = approved(transactions, people, partnership_id, FIRST)
    url = f"/me/deliverables/{deliverable_id}"

    shown = client.get(url)
    wrong = client.post(url, data={"act": "post", "url": "https://youtu.be/x", "label_on": "yes"})
    unanswered = client.post(url, data={"act": "post", "url": POST_URL})
    sent = client.post(url, data={"act": "post", "url": POST_URL, "label_on": "no"})
    page = client.get(sent.location)

    assert 'name="url"' in shown.text
    assert wrong.status_code == unanswered.status_code == 422
    assert wrong.text.count("does not lead to Instagram / TikTok") == 2
    assert 'value="https://youtu.be/x"' in wrong.text
    assert "say whether the ad label is on" in unanswered.text
    assert f'href="{POST_URL}"' in page.text
    assert "ad label on" in page.text


def test_an_early_post_has_its_own_page_and_a_link_added_twice_is_one_post(
    client: FlaskClient, transactions: Transactions, people: People, deliverable_id: int
) -> None:
    url = f"/me/deliverables/{deliverable_id}/post"

    shown = client.get(url)
    for _ in range(2):
        client.post(url, data={"act": "post", "url": POST_URL, "label_on": "yes"})
    again = client.get(url)

    assert "Nobody has approved it yet" in shown.text
    assert "This has been posted" in again.text
    with transactions.looking(people.manager) as reading:
        assert reading.session.scalar(select(func.count(LivePost.id))) == 1


def test_everything_that_is_wrong_with_a_link_is_told_at_once(
    client: FlaskClient, manager: FlaskClient, deliverable_id: int
) -> None:
    asked = {"act": "post", "url": "https://www.tiktok.com/@dewi"}

    for person, url in (
        (client, f"/me/deliverables/{deliverable_id}/post"),
        (manager, f"/deliverables/{deliverable_id}/post"),
    ):
        page = person.post(url, data=asked)

        assert page.status_code == 422
        assert "not to one post" in page.text
        assert "say whether the ad label is on" in page.text


def test_a_creator_says_that_a_post_is_gone_and_the_manager_is_told(
    client: FlaskClient, transactions: Transactions, people: People, partnership_id: int
) -> None:
    deliverable_id = approved(transactions, people, partnership_id, FIRST)
    post(transactions, people.creator, deliverable_id)
    url = f"/me/deliverables/{deliverable_id}"
    offered = client.get(url).text

    silent = client.post(url, data={"act": "take_down", "reason": " "}, follow_redirects=True).text
    gone = client.post(url, data={"act": "take_down", "reason": "My account was closed"}, follow_redirects=True).text

    assert "I had to take it down" in offered
    assert "Please give a reason." in silent
    assert "I had to take it down" not in gone
    assert state_of(transactions, people, deliverable_id) is S.TAKEN_DOWN
    with transactions.looking(people.manager) as reading:
        mail = reading.session.scalars(select(OutboxMail).where(OutboxMail.template == "taken_down")).one()
    assert (mail.recipient_id, mail.context["note"]) == (people.manager.account_id, "My account was closed")


def test_a_creator_is_greeted_by_first_name(
    client: FlaskClient, transactions: Transactions, people: People, deliverable_id: int
) -> None:
    with transactions.begin(people.manager) as work:
        work.get(Creator, people.creator_id).name = "Dewi Lestari"

    page = client.get(f"/me/deliverables/{deliverable_id}").text

    assert "Hello Dewi ·" in page


@pytest.mark.parametrize("purpose", ["deliverable", "post"])
def test_a_mailed_link_takes_the_live_link_as_well(
    sign_in: SignIn,
    transactions: Transactions,
    people: People,
    partnership_id: int,
    *,
    purpose: str,
) -> None:
    deliverable_id = approved(transactions, people, partnership_id, FIRST)
    token = mailed_link(transactions, people, purpose, deliverable_id)
    visitor = sign_in(None)

    shown = visitor.get(f"/s/{token}")
    sent = visitor.post(f"/s/{token}", data={"act": "post", "url": POST_URL, "label_on": "yes"})

    assert 'name="url"' in shown.text
    assert sent.location == f"/me/deliverables/{deliverable_id}"
    assert state_of(transactions, people, deliverable_id) is S.PUBLISHED_UNVERIFIED


@pytest.mark.parametrize(("act", "place"), [("reaction", "reaction"), ("not_for_me", "not-for-me")])
def test_the_quiet_ways_lead_to_their_pages(
    client: FlaskClient, deliverable_id: int, partnership_id: int, act: str, place: str
) -> None:
    for page in ("", "/post"):
        sent = client.post(f"/me/deliverables/{deliverable_id}{page}", data={"act": act})
        assert sent.location == f"/me/partnerships/{partnership_id}/{place}"


def test_somebody_elses_and_an_unknown_deliverable_look_the_same(
    sign_in: SignIn, people: People, deliverable_id: int
) -> None:
    other = sign_in(people.other_creator)

    for place in ("", "/post"):
        for key in (deliverable_id, 987654):
            assert other.get(f"/me/deliverables/{key}{place}").status_code == 404
            assert send_form(other, f"/me/deliverables/{key}{place}", "x", make_jpeg()).status_code == 404


def test_staff_see_versions_and_posts_and_check_what_is_live(
    manager: FlaskClient, client: FlaskClient, transactions: Transactions, people: People, deliverable_id: int
) -> None:
    send_form(client, f"/me/deliverables/{deliverable_id}", "My first days", make_jpeg())
    review(transactions, people, deliverable_id, DeliverableAction.APPROVE)
    url = f"/deliverables/{deliverable_id}"

    added = manager.post(f"{url}/post", data={"url": POST_URL, "label_on": "yes"})
    shown = manager.get(added.location)
    nothing = manager.post(f"{url}/live", data={})
    silent = manager.post(f"{url}/live", data={"found": "no", "note": ""})
    live = manager.post(f"{url}/live", data={"found": "yes", "label_on": "y", "note": ""}, follow_redirects=True)

    assert "Version 1" in shown.text
    assert "Check the post" in shown.text
    assert (nothing.status_code, silent.status_code, live.status_code) == (422, 422, 200)
    assert "tell the creator what you saw" in silent.text
    assert "Live, must stay up" in live.text
    assert "Noted: the post is live, and has to stay up for" in live.text


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        (FIRST, "It stands here as soon as Dewi has sent a draft."),
        ("live-answers", "It needs no draft: the link stands here as soon as Dewi has posted it."),
    ],
)
def test_what_has_no_draft_is_not_said_to_wait_for_one(
    sign_in: SignIn, transactions: Transactions, people: People, key: str, sentence: str
) -> None:
    deliverable_id = deliverable_called(transactions, people, running(transactions, people), key)

    page = in_english(sign_in(people.manager)).get(f"/deliverables/{deliverable_id}").text

    assert sentence in page
    assert page.count("stands here as soon as") == 1


def test_pages_of_staff_say_why_something_is_not_possible(
    manager: FlaskClient, transactions: Transactions, people: People, deliverable_id: int
) -> None:
    url = f"/deliverables/{deliverable_id}"

    empty = manager.get(url)
    forms = [manager.get(f"{url}/post"), manager.get(f"{url}/live")]
    no_reason = manager.post(f"{url}/waive", data={"reason": ""}, follow_redirects=True)
    not_now = [
        manager.post(f"{url}/{act}", data={"reason": "x"}, follow_redirects=True) for act in ("revoke", "take-down")
    ]
    wrong_link = manager.post(f"{url}/post", data={"url": "nowhere", "label_on": "yes"})
    waived = manager.post(f"{url}/waive", data={"reason": "Out of stock"}, follow_redirects=True)

    assert "Nothing sent yet" in empty.text
    assert [page.status_code for page in forms] == [200, 200]
    assert "Please give a reason." in no_reason.text
    assert all("not possible any more" in page.text for page in not_now)
    assert wrong_link.status_code == 422
    assert "Waived" in waived.text


def test_payments_are_approved_and_recorded_by_managers_only(
    manager: FlaskClient,
    sign_in: SignIn,
    transactions: Transactions,
    people: People,
    partnership_id: int,
) -> None:
    answer_received(transactions, people, partnership_id)
    with transactions.looking(people.manager) as reading:
        payment_id = finding.list_payments(reading, partnership_id)[0].id

    by_reviewer = sign_in(people.reviewer).post(f"/payments/{payment_id}/approve")
    by_stranger = sign_in(people.other_creator).post(f"/payments/{payment_id}/dispute")
    by_hand = sign_in(people.creator).post(f"/payments/{payment_id}/earn", data={"reason": "I did it"})
    moved = manager.post(f"/payments/{payment_id}/approve", data={"next": "/partnerships"})
    twice = manager.post(f"/payments/{payment_id}/approve", data={"next": "https://evil.example/"})

    assert [page.status_code for page in (by_reviewer, by_stranger, by_hand)] == [403, 404, 403]
    assert (moved.location, twice.location) == ("/partnerships", "/")
    assert payment_states(transactions, people, partnership_id)[0] == "approved"


def test_a_creator_disagrees_with_what_was_paid_and_waives_nothing(
    client: FlaskClient, transactions: Transactions, people: People, partnership_id: int
) -> None:
    answer_received(transactions, people, partnership_id)
    with transactions.looking(people.manager) as reading:
        payment_id = finding.list_payments(reading, partnership_id)[0].id
    home = f"/me/partnerships/{partnership_id}"
    offered = client.get(home).text

    wordless = client.post(f"/payments/{payment_id}/dispute", data={"next": home}, follow_redirects=True)
    before = payment_states(transactions, people, partnership_id)[0]
    moved = client.post(f"/payments/{payment_id}/dispute", data={"next": home, "reason": "Too little"})

    assert f'action="/payments/{payment_id}/dispute"' in offered
    assert "/waive" not in offered
    assert ("Please give a reason." in wordless.text, before) == (True, "earned")
    assert moved.location == home
    assert payment_states(transactions, people, partnership_id)[0] == "disputed"


def test_a_reviewer_looks_at_content_and_posts_but_does_not_waive(
    sign_in: SignIn, transactions: Transactions, people: People, partnership_id: int
) -> None:
    deliverable_id = approved(transactions, people, partnership_id, FIRST)
    post(transactions, people.creator, deliverable_id)
    reviewer = sign_in(people.reviewer)

    assert reviewer.get(f"/deliverables/{deliverable_id}").status_code == 200
    assert reviewer.post(f"/deliverables/{deliverable_id}/waive", data={"reason": "x"}).status_code == 403
    assert reviewer.post(f"/deliverables/{deliverable_id}/live", data={"found": "yes"}).status_code == 303


@pytest.mark.parametrize(("handle", "is_strange"), [("dewi.diary", False), ("DEWI.Diary", False), ("maya.skin", True)])
def test_a_post_on_somebody_elses_account_is_pointed_out(
    sign_in: SignIn, transactions: Transactions, people: People, partnership_id: int, handle: str, *, is_strange: bool
) -> None:
    deliverable_id = approved(transactions, people, partnership_id, FIRST)
    with transactions.begin(people.manager) as work:
        creator = work.get(Deliverable, deliverable_id).partnership.creator
        creator.handles = [Handle(org_id=people.manager.org_id, platform=Platform.TIKTOK, name=handle, followers=1000)]
    post(transactions, people.creator, deliverable_id, "https://www.tiktok.com/@dewi.diary/video/7123")

    page = in_english(sign_in(people.manager)).get(f"/deliverables/{deliverable_id}/live")

    assert ("The link names @dewi.diary" in page.text) is is_strange


def test_a_post_without_a_draft_is_not_called_nothing(
    sign_in: SignIn, transactions: Transactions, people: People, partnership_id: int
) -> None:
    deliverable_id = deliverable_called(transactions, people, partnership_id, FIRST)
    manager = in_english(sign_in(people.manager))
    before = manager.get(f"/deliverables/{deliverable_id}").text

    post(transactions, people.creator, deliverable_id)

    assert "Nothing sent yet" in before
    assert "Nothing sent yet" not in manager.get(f"/deliverables/{deliverable_id}").text


def test_a_post_without_its_ad_label_is_warned_of_until_the_creator_has_switched_it_on(
    manager: FlaskClient, client: FlaskClient, transactions: Transactions, people: People, partnership_id: int
) -> None:
    deliverable_id = approved(transactions, people, partnership_id, FIRST)
    post(transactions, people.creator, deliverable_id)
    desk, own = f"/deliverables/{deliverable_id}", f"/me/deliverables/{deliverable_id}"

    asked = manager.get(f"{desk}/live").text
    warned = manager.post(f"{desk}/live", data={"found": "yes"}, follow_redirects=True).text
    told = client.get(own).text
    thanked = client.post(own, data={"act": "label_on"}, follow_redirects=True).text
    client.post(own, data={"act": "label_on"})

    assert 'name="label_on"' in asked
    assert "its ad label is not on. Dewi is asked to switch it on." in warned
    assert "Ad label not on yet" in warned
    assert "It is on now" in told
    assert "Thank you for switching it on." in thanked
    assert "It is on now" not in thanked
    assert "Ad label on" in manager.get(desk).text
    assert manager.get(f"/partnerships/{partnership_id}").text.count("Switched the ad label on: “") == 1
    with transactions.looking(people.manager) as reading:
        mail = reading.session.scalars(select(OutboxMail).where(OutboxMail.template == "verified")).one()
        assert mail.context["label_off"] is True


def test_the_creator_reads_what_comes_next_for_a_post(
    client: FlaskClient, transactions: Transactions, people: People, partnership_id: int
) -> None:
    deliverable_id = approved(transactions, people, partnership_id, FIRST)
    post(transactions, people.creator, deliverable_id)
    address = f"/me/deliverables/{deliverable_id}"
    posted = client.get(address).text

    look(transactions, people, deliverable_id)
    seen = client.get(address).text

    assert ("within one working day" in posted, "Please leave it up for" in posted) == (True, False)
    assert ("within one working day" in seen, "Please leave it up for" in seen) == (False, True)
