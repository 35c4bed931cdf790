"""Change requests: each has its place in one version, and an answer in the next."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from html import unescape

import pytest

from partnerships.authenticity.rules.rubric import Outcome
from partnerships.authenticity.tables import Review
from partnerships.core.clock import ManualClock
from partnerships.core.errors import Conflict, Refused
from partnerships.database.work import Transactions
from partnerships.deliverables import agreeing, submitting
from partnerships.deliverables.rules.requests import (
    Anchor,
    AnchorKind,
    Answer,
    Ground,
    Medium,
    Wish,
    anchored,
    done_of,
    guidelines_in,
)
from partnerships.deliverables.rules.wordings import Fate, compare_words
from partnerships.deliverables.tables import ChangeRequest, Deliverable
from partnerships.mail.letters import worded
from partnerships.mail.tables import OutboxMail
from partnerships.plans.rules.templates import Text, load
from partnerships.plans.tables import Campaign
from tests.authenticity.stories import Sent, decide, film, rate_blind, send, send_version
from tests.conftest import SignIn
from tests.plans.bending import published
from tests.stories import USED, USED_FIELDS, People

GROUND = Ground(
    [Medium(is_video=True, seconds=42.4), Medium(is_video=False)], "Dua minggu,\nhasilnya nyata #iklan", ["No filter"]
)
WISHES = [
    Wish("Show the label", "medium-1", "0:12"),
    Wish("This is not proven", "words", "minggu KEDUA"),
    Wish("Say it in your own words"),
]


@pytest.mark.parametrize(
    ("wish", "anchor"),
    [
        (Wish("Louder"), Anchor(AnchorKind.WHOLE)),
        (Wish("Louder", "medium-1"), Anchor(AnchorKind.VIDEO, 1)),
        (Wish("Louder", "medium-1", " 0:12 "), Anchor(AnchorKind.VIDEO, 1, seconds=12)),
        (Wish("Louder", "medium-1", "42"), Anchor(AnchorKind.VIDEO, 1, seconds=42)),
        (Wish("Nearer", "medium-2", "0.4, 0.75"), Anchor(AnchorKind.PHOTO, 2, x=0.4, y=0.75)),
        (Wish("Nearer", "medium-2", "0,4 ; 1"), Anchor(AnchorKind.PHOTO, 2, x=0.4, y=1.0)),
        (Wish("Nearer", "medium-2", "(0.4,0.7)"), Anchor(AnchorKind.PHOTO, 2, x=0.4, y=0.7)),
        (Wish("Softer", "words", "“minggu, HASILNYA”"), Anchor(AnchorKind.WORDS, words="minggu,\nhasilnya")),
        (Wish("Read it", "guideline-1"), Anchor(AnchorKind.GUIDELINE, words="No filter")),
    ],
)
def test_a_row_points_at_its_place(wish: Wish, anchor: Anchor) -> None:
    assert anchored(wish, GROUND) == anchor


@pytest.mark.parametrize(
    ("wish", "field", "sentence"),
    [
        (Wish(" ", "medium-1", "0:12"), "what", "Write what should change here."),
        (Wish("x" * 501), "what", "Please keep this under 500 characters."),
        (Wish("Louder", "medium-3"), "where", "Choose where it should change."),
        (Wish("Louder", "guideline-2"), "where", "Choose where it should change."),
        (Wish("Louder", "elsewhere"), "where", "Choose where it should change."),
        (Wish("Louder", "medium-1", "0:43"), "exactly", "The video ends at 0:42. Choose a time before that."),
        (Wish("Louder", "medium-1", "0:75"), "exactly", "Write a time in the video as 0:12."),
        (Wish("Louder", "medium-1", "soon"), "exactly", "Write a time in the video as 0:12."),
        (Wish("Nearer", "medium-2", "1.2, 0.5"), "exactly", "A point lies between 0 and 1"),
        (Wish("Nearer", "medium-2", "-0.1, 0.5"), "exactly", "A point lies between 0 and 1"),
        (Wish("Nearer", "medium-2", "0.5"), "exactly", "Write a point of the photo as 0.4, 0.7"),
        (Wish("Nearer", "medium-2", "0.5 0.5 left"), "exactly", "Write a point of the photo as 0.4, 0.7"),
        (Wish("Softer", "words", "tiga minggu"), "exactly", "These words do not stand in the caption."),
        (Wish("Softer", "words"), "exactly", "Write the words of the caption"),
        (Wish("Louder", "whole", "0:12"), "exactly", "Only a photo, a video or the caption"),
    ],
)
def test_a_place_that_is_none_is_refused_beside_its_field(wish: Wish, field: str, sentence: str) -> None:
    with pytest.raises(Refused, match=re.escape(sentence)) as refused:
        anchored(wish, GROUND)

    assert refused.value.field == field


def test_lines_of_a_brief_that_are_a_list_are_its_guidelines() -> None:
    brief = "Tell it as it was.\n- No filter \n• Show the bottle\n-\nNot one - at all\n  * First days only"

    assert guidelines_in(brief) == ("No filter", "Show the bottle", "First days only")


@pytest.fixture
def sent(transactions: Transactions, people: People) -> Sent:
    return send(transactions, people, answered=2)


def ask(transactions: Transactions, people: People, sent: Sent, wishes: Sequence[Wish] = WISHES) -> list[int]:
    """Have the reviewer request these changes of the newest version; return the ids of the requests."""
    review_id = rate_blind(transactions, people.reviewer, sent)
    decide(transactions, people.reviewer, review_id, Outcome.CHANGES_REQUESTED, message="", wishes=wishes)
    with transactions.looking(people.reviewer) as reading:
        asked = ChangeRequest.list_of(reading, sent.deliverable_id)
        newest = max(one.revision.number for one in asked)
        return [one.id for one in asked if one.revision.number == newest]


def resubmit(
    transactions: Transactions, people: People, sent: Sent, answers: dict[int, Answer], name: str = "two"
) -> None:
    assert isinstance(transactions.clock, ManualClock)
    transactions.clock.advance(minutes=1)
    with transactions.begin(people.creator) as work:
        submitting.submit(
            work,
            sent.deliverable_id,
            caption=f"Minggu kedua, {name} #iklan",
            note="",
            files=[film(name)],
            statement="draft-1",
            answers=answers,
            attestation=USED,
        )


def test_the_next_version_answers_every_request_and_keeps_the_answers(
    transactions: Transactions, people: People, sent: Sent
) -> None:
    first, second, third = ask(transactions, people, sent)

    with pytest.raises(Refused) as missing:
        resubmit(transactions, people, sent, {first: Answer(done=True), second: Answer(done=False, why=" ")})
    assert [refusal.field for refusal in missing.value.each()] == [done_of(second), done_of(third)]
    answers = {first: Answer(done=True), second: Answer(done=False, why="I saw it myself"), third: Answer(done=True)}
    resubmit(transactions, people, sent, answers)
    resubmit(transactions, people, sent, answers | {second: Answer(done=True)}, "three")  # replaced before the review

    with transactions.looking(people.reviewer) as reading:
        deliverable = reading.get(Deliverable, sent.deliverable_id)
        _, two, three = deliverable.revisions
        assert two.answered == answers
        assert three.answered[second] == Answer(done=True)


def test_a_version_after_a_decision_without_rows_has_nothing_to_answer_and_strangers_requests_are_none(
    transactions: Transactions, people: People, sent: Sent
) -> None:
    review_id = rate_blind(transactions, people.reviewer, sent)
    decide(transactions, people.reviewer, review_id, Outcome.CHANGES_REQUESTED)

    resubmit(transactions, people, sent, {99: Answer(done=True)})

    with transactions.looking(people.reviewer) as reading:
        assert reading.get(Deliverable, sent.deliverable_id).revisions[-1].answers == []


@pytest.mark.parametrize("outcome", [Outcome.APPROVED, Outcome.REJECTED])
def test_a_list_of_changes_goes_with_no_other_decision(
    transactions: Transactions, people: People, sent: Sent, outcome: Outcome
) -> None:
    review_id = rate_blind(transactions, people.reviewer, sent)

    with pytest.raises(Refused, match="Changes are listed below"):
        decide(transactions, people.reviewer, review_id, outcome, wishes=WISHES)


def test_more_changes_than_anybody_reads_are_refused(transactions: Transactions, people: People, sent: Sent) -> None:
    review_id = rate_blind(transactions, people.reviewer, sent)

    with pytest.raises(Refused, match="at most 20 changes"):
        decide(transactions, people.reviewer, review_id, Outcome.CHANGES_REQUESTED, wishes=[Wish("Louder")] * 21)


@pytest.mark.parametrize("locale", ["id", "en"])
def test_the_mail_lists_what_should_change(transactions: Transactions, people: People, sent: Sent, locale: str) -> None:
    ask(transactions, people, sent)

    with transactions.looking(people.manager) as reading:
        (mail,) = [one for one in reading.session.query(OutboxMail) if one.template == "changes"]
        text = worded("changes", locale, {**mail.context, "name": "Dewi"}, None).text

    assert "1. Show the label (Video 1, " in text
    assert "2. This is not proven (" in text
    assert "“Minggu kedua”" in text
    assert "3. Say it in your own words\n" in text


def test_rounds_are_limited_and_one_more_needs_an_agreement_with_a_reason(
    transactions: Transactions, people: People, sent: Sent
) -> None:
    for name in ("two", "three"):
        asked = ask(transactions, people, sent)
        resubmit(transactions, people, sent, dict.fromkeys(asked, Answer(done=True)), name)

    with pytest.raises(Refused, match="All 2 rounds of changes are used up"):
        ask(transactions, people, sent)
    with transactions.begin(people.manager) as work, pytest.raises(Refused, match="what was agreed"):
        agreeing.agree_round(work, sent.deliverable_id, " ")
    with transactions.begin(people.manager) as work:
        agreeing.agree_round(work, sent.deliverable_id, "Dewi offered it on the phone.")
    with transactions.looking(people.reviewer) as reading:
        rows = reading.session.query(ChangeRequest).count()
    asked = ask(transactions, people, sent)

    assert rows == 2 * len(WISHES)
    assert len(asked) == len(WISHES)


def test_no_round_is_agreed_on_for_what_is_approved(transactions: Transactions, people: People, sent: Sent) -> None:
    decide(transactions, people.reviewer, rate_blind(transactions, people.reviewer, sent))

    with transactions.begin(people.manager) as work, pytest.raises(Refused, match="No draft of this is waited for"):
        agreeing.agree_round(work, sent.deliverable_id, "Why not")


def test_two_who_decide_in_the_same_moment_leave_one_decision(
    transactions: Transactions, people: People, sent: Sent
) -> None:
    slow = rate_blind(transactions, people.owner, sent)
    ask(transactions, people, sent)

    with pytest.raises(Conflict):
        decide(transactions, people.owner, slow, Outcome.CHANGES_REQUESTED, wishes=WISHES)

    with transactions.looking(people.owner) as reading:
        assert len(ChangeRequest.list_of(reading, sent.deliverable_id)) == len(WISHES)
        assert reading.get(Review, slow).decided_at is None


WHOLE = {f"C{number}": "3" for number in range(1, 8)}


@pytest.mark.parametrize("locale", ["id", "en"])
def test_rows_are_filled_in_added_and_refused_without_losing_anything(
    sign_in: SignIn, transactions: Transactions, people: People, sent: Sent, locale: str
) -> None:
    review_id = rate_blind(transactions, people.reviewer, sent)
    reviewer = sign_in(people.reviewer)
    with reviewer.session_transaction() as session:
        session["locale"] = locale
    typed = {"step": "decide", "review_id": review_id, "outcome": "changes_requested", "reasons": "agreed_part_missing"}
    row = {"change-1-what": "Label lebih besar", "change-1-where": "medium-1", "change-1-exactly": "1:30"}
    other = {"change-3-what": "Kata ini", "change-3-where": "words", "change-3-exactly": "tidak ada"}
    before = reviewer.get(f"/review/{sent.deliverable_id}").text

    more = reviewer.post(f"/review/{sent.deliverable_id}", data={**typed, **row, "more": "1"})
    again = reviewer.post(
        f"/review/{sent.deliverable_id}", data={**typed, **row, **other, "change-4-what": "", "more": "1"}
    )
    wrong = reviewer.post(f"/review/{sent.deliverable_id}", data={**typed, **WHOLE, **row, **other})

    assert 'name="change-3-what"' in before
    assert 'name="change-4-what"' not in before
    assert (more.status_code, again.status_code, wrong.status_code) == (200, 200, 422)
    assert 'name="change-4-what"' in more.text
    assert 'name="change-5-what"' in again.text
    for shown in (more.text, again.text, wrong.text):
        assert 'value="Label lebih besar"' in shown
        assert 'value="1:30"' in shown
    assert 'href="#change-1-exactly"' in wrong.text
    assert 'href="#change-3-exactly"' in wrong.text
    assert "0:42" in wrong.text
    done = reviewer.post(f"/review/{sent.deliverable_id}", data={**typed, **WHOLE, **row, "change-1-exactly": "0:12"})
    assert done.status_code == 302
    record = reviewer.get(f"/review/{sent.deliverable_id}").text
    assert "Label lebih besar" in record
    assert "#t=12" in record


@pytest.mark.parametrize("locale", ["id", "en"])
def test_the_creator_sees_one_list_ticks_or_explains_and_the_reviewer_reads_the_answers(
    sign_in: SignIn, transactions: Transactions, people: People, sent: Sent, locale: str
) -> None:
    first, second, third = ask(transactions, people, sent)
    creator, address = sign_in(people.creator), f"/me/deliverables/{sent.deliverable_id}"
    with creator.session_transaction() as session:
        session["locale"] = locale

    page = unescape(creator.get(address).text)
    refused = creator.post(
        address,
        data={
            "act": "draft",
            "caption": "Minggu kedua, baru",
            f"done-{first}": "y",
            f"why-{second}": "Begitu adanya",
            **USED_FIELDS,
        },
    )
    sent_again = creator.post(
        address,
        data={
            "act": "draft",
            "caption": "Minggu kedua, baru",
            f"done-{first}": "y",
            f"why-{second}": "Begitu adanya",
            f"done-{third}": "y",
            **USED_FIELDS,
        },
    )

    assert "Show the label" in page
    assert "<mark>Minggu kedua</mark>, one #iklan" in page
    assert f'name="done-{third}"' in page
    assert refused.status_code == 422
    assert f'href="#done-{third}"' in refused.text
    assert f'href="#done-{second}"' not in refused.text
    assert "Begitu adanya" in refused.text
    assert re.search(rf'<input[^>]* checked[^>]* name="done-{first}"', refused.text)
    assert "Minggu kedua, baru" in refused.text
    assert sent_again.status_code == 303
    review_id = rate_blind(transactions, people.reviewer, sent)
    shown = sign_in(people.reviewer).get(f"/review/{sent.deliverable_id}").text
    assert review_id
    assert "Begitu adanya" in shown
    assert "This is not proven" in shown


def test_guidelines_of_the_brief_are_ticked_and_the_reviewer_reads_which(
    sign_in: SignIn, transactions: Transactions, people: People, sent: Sent
) -> None:
    with transactions.begin(people.manager) as work:
        work.get(Campaign, people.campaign_id).brief = "Be yourself.\n- No filter\n- Show the bottle"
    creator, address = sign_in(people.creator), f"/me/deliverables/{sent.deliverable_id}"

    page = creator.get(address).text
    ticked = ["Show the bottle", "Never written"]
    answer = creator.post(address, data={"act": "draft", "caption": "Anew", "confirmed": ticked, **USED_FIELDS})

    assert 'name="confirmed" value="No filter"' in page
    assert answer.status_code == 303
    assert 'value="Show the bottle" checked' in creator.get(address).text
    with transactions.looking(people.reviewer) as reading:
        assert reading.get(Deliverable, sent.deliverable_id).revisions[-1].confirmed == ["Show the bottle"]
    assert "<li>Show the bottle</li>" in sign_in(people.reviewer).get(f"/review/{sent.deliverable_id}").text


def test_guidelines_of_an_own_template_are_ticked_and_pointed_at_in_the_creators_language(
    sign_in: SignIn, transactions: Transactions, people: People
) -> None:
    story = load("usage-3m")
    brief = Text(
        "Ceritakan apa adanya.\n- Tanpa filter\n- Tunjukkan botolnya", "As it was.\n- No filter\n- Show the bottle"
    )
    made = replace(story, deliverables=tuple(replace(one, brief=brief) for one in story.deliverables))
    with transactions.begin(people.manager) as work:
        work.get(Campaign, people.campaign_id).brief = "- Tanpa filter\n- Label di awal"
    sent = send(transactions, people, answered=2, template_key=published(transactions, people, made))
    creator, address = sign_in(people.creator), f"/me/deliverables/{sent.deliverable_id}"
    where = "guideline-2"

    page = creator.get(address).text
    creator.post(
        address, data={"act": "draft", "caption": "Anew", "confirmed": ["Tanpa filter", "No filter"], **USED_FIELDS}
    )
    [request_id] = ask(transactions, people, sent, [Wish("It is not to be seen", where)])

    ticks = re.findall(r'name="confirmed" value="([^"]*)"', page)
    assert ticks == ["Tanpa filter", "Tunjukkan botolnya", "Label di awal"]
    with transactions.looking(people.reviewer) as reading:
        asked = reading.get(ChangeRequest, request_id)
        assert (asked.kind, asked.words) == (AnchorKind.GUIDELINE, "Tunjukkan botolnya")
        assert asked.revision.confirmed == ["Tanpa filter"]
    assert "Tunjukkan botolnya" in creator.get(address).text


def test_a_manager_agrees_on_one_more_round_on_the_contents_page(
    sign_in: SignIn, transactions: Transactions, people: People, sent: Sent
) -> None:
    manager, address = sign_in(people.manager), f"/deliverables/{sent.deliverable_id}"

    agreed = manager.post(f"{address}/rounds", data={"reason": "Asked on the phone"}, follow_redirects=True)

    assert agreed.status_code == 200
    with transactions.looking(people.manager) as reading:
        assert reading.get(Deliverable, sent.deliverable_id).revision_rounds == 3
    history = manager.get(f"/partnerships/{sent.partnership_id}/history").text
    assert "Asked on the phone" in history
    assert sign_in(people.reviewer).post(f"{address}/rounds", data={"reason": "Mine"}).status_code == 403


def test_answers_that_were_typed_are_back_on_the_next_visit(
    sign_in: SignIn, transactions: Transactions, people: People, sent: Sent, clock: ManualClock
) -> None:
    first, second, _ = ask(transactions, people, sent)
    creator = sign_in(people.creator)
    clock.set(clock.now() + timedelta(minutes=5))

    creator.post(
        "/typed",
        data={"about": f"deliverable:{sent.deliverable_id}", f"done-{first}": "y", f"why-{second}": "Half a thought"},
    )

    page = creator.get(f"/me/deliverables/{sent.deliverable_id}").text
    assert "Half a thought" in page
    assert re.search(rf'<input[^>]* checked[^>]* name="done-{first}"', page)


def test_a_version_that_was_never_sent_answers_nothing(transactions: Transactions, people: People, sent: Sent) -> None:
    send_version(transactions, people, sent.deliverable_id, "two")

    with transactions.looking(people.creator) as reading:
        assert ChangeRequest.list_of(reading, sent.deliverable_id) == []


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        ("", "", []),
        ("same words", "same words", [(Fate.KEPT, "same words")]),
        (
            "two weeks of use",
            "three weeks of use",
            [(Fate.TAKEN, "two "), (Fate.ADDED, "three "), (Fate.KEPT, "weeks of use")],
        ),
        ("gone at once, all", "hardly seen", [(Fate.TAKEN, "gone at once, all"), (Fate.ADDED, "hardly seen")]),
        ("one\nline", "one line", [(Fate.KEPT, "one line")]),
        ("", "new", [(Fate.ADDED, "new")]),
        ("gone", "", [(Fate.TAKEN, "gone")]),
    ],
)
def test_captions_are_compared_word_by_word(old: str, new: str, pieces: list[tuple[Fate, str]]) -> None:
    assert compare_words(old, new) == pieces


@pytest.mark.parametrize("locale", ["id", "en"])
def test_any_two_versions_stand_beside_each_other(
    sign_in: SignIn, transactions: Transactions, people: People, sent: Sent, locale: str
) -> None:
    address = f"/deliverables/{sent.deliverable_id}/compare"
    manager, creator = sign_in(people.manager), sign_in(people.creator)
    for one in (manager, creator):
        with one.session_transaction() as session:
            session["locale"] = locale
    alone = manager.get(address).status_code
    first, second, third = ask(transactions, people, sent)
    answers = {first: Answer(done=True), second: Answer(done=False, why="I saw it"), third: Answer(done=True)}
    resubmit(transactions, people, sent, answers)
    resubmit(transactions, people, sent, answers, "three")

    newest, named = manager.get(address).text, manager.get(f"{address}?from=3&to=1").text

    assert alone == 404
    assert "<del>two </del><ins>three </ins>" in newest
    assert "<del>one </del><ins>three </ins>" in named
    assert '<option value="1" selected>' in named
    assert "I saw it" in named
    assert "data-step" in named
    assert manager.get(f"{address}?from=1&to=9").status_code == 404
    assert "<ins>three </ins>" in creator.get(address).text
    assert sign_in(people.other_creator).get(address).status_code == 404
