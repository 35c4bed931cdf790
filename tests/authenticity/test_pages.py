import re
from gzip import compress
from html import unescape

import pytest
from flask.testing import FlaskClient

from partnerships.authenticity.rules.rubric import Outcome
from partnerships.authenticity.rules.signals import Finding, RunStatus, Strength
from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.deliverables import dropping
from partnerships.plans.rules.partnerships import PartnershipAction
from tests.authenticity.stories import (
    RECEIVED_ON,
    RUBRIC,
    Sent,
    decide,
    examined,
    rate_blind,
    send,
    send_version,
    start_review,
)
from tests.conftest import SignIn
from tests.stories import People, move, start

BLIND = {"C1": "3", "C3": "2", "C5": "na"}
WHOLE = {f"C{number}": "3" for number in range(1, 8)}
EVIDENCE = "Check-ins by stage"


def english(client: FlaskClient) -> FlaskClient:
    with client.session_transaction() as session:
        session["locale"] = "en"
    return client


@pytest.fixture
def reviewer(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.reviewer))


def address(sent: Sent) -> str:
    return f"/review/{sent.deliverable_id}"


def post(client: FlaskClient, sent: Sent, step: str, review_id: int | None = None, **typed: object) -> tuple[int, str]:
    data = {"step": step, **({"review_id": review_id} if review_id else {}), **typed}
    answered = client.post(address(sent), data=data)
    return answered.status_code, answered.text


def test_review_from_the_inbox_to_the_decision(
    reviewer: FlaskClient, transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people, answered=2)
    assert address(sent) in reviewer.get("/review").text
    assert "Start review" in reviewer.get(address(sent)).text

    assert post(reviewer, sent, "start")[0] == 302
    blind = reviewer.get(address(sent)).text
    review_id = int(re.findall(r'name="review_id" value="(\d+)"', blind)[0])
    assert post(reviewer, sent, "blind", review_id, **BLIND)[0] == 302
    assert EVIDENCE in reviewer.get(address(sent)).text
    decided = reviewer.post(
        address(sent),
        data={"step": "decide", "review_id": review_id, "outcome": "approved", "tags": ["home", "loose"], **WHOLE},
        follow_redirects=True,
    )

    assert "Your decision is kept" in decided.text
    assert "Nothing waits for review" in decided.text
    record = reviewer.get(address(sent)).text
    assert "Approved: it may be published" in record
    assert "score 75 of 100" in record


def test_content_of_a_partnership_on_hold_is_not_asked_for_and_its_page_says_why(
    reviewer: FlaskClient, transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people)
    waiting = f'href="{address(sent)}"'
    before = waiting in reviewer.get("/review").text, waiting in reviewer.get("/").text

    move(transactions, people.manager, sent.partnership_id, PartnershipAction.HOLD)

    assert before == (True, True)
    assert waiting not in reviewer.get("/review").text
    assert waiting not in reviewer.get("/").text
    page = reviewer.get(address(sent)).text
    assert "Please decide once it has been resumed" in page
    assert "Start review" not in page
    post(reviewer, sent, "start")
    assert "Please decide once it has been resumed" in reviewer.get("/review").text


def test_looking_changes_nothing(reviewer: FlaskClient, transactions: Transactions, people: People) -> None:
    sent = send(transactions, people)

    for _ in range(2):
        assert "Start review" in reviewer.get(address(sent)).text
    send_version(transactions, people, sent.deliverable_id, "two")

    assert "Version 2" in reviewer.get(address(sent)).text


def test_evidence_stays_hidden_until_the_blind_part_is_rated(
    reviewer: FlaskClient, transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people, answered=2)
    assert EVIDENCE not in reviewer.get(address(sent)).text

    review_id = start_review(transactions, people.reviewer, sent)
    before = reviewer.get(address(sent)).text

    assert EVIDENCE not in before
    assert RUBRIC.criteria[0].anchors[4].en in before
    assert 'name="C2"' not in before
    post(reviewer, sent, "blind", review_id, **BLIND)
    after = reviewer.get(address(sent)).text
    assert EVIDENCE in after
    assert "2 of 2 check-ins answered" in after
    assert "It is being looked at." in after


@pytest.mark.parametrize("locale", ["id", "en"])
def test_every_anchor_and_blocker_stands_on_the_page_in_both_languages(
    sign_in: SignIn, transactions: Transactions, people: People, locale: str
) -> None:
    sent = send(transactions, people)
    rate_blind(transactions, people.reviewer, sent)
    client = sign_in(people.reviewer)
    with client.session_transaction() as session:
        session["locale"] = locale

    text = unescape(client.get(address(sent)).text)

    said = [anchor for criterion in RUBRIC.criteria for anchor in criterion.anchors]
    said += [blocker.what_to_do for blocker in RUBRIC.blockers] + [reason.title for reason in RUBRIC.reasons]
    assert [words.in_(locale) for words in said if words.in_(locale) not in text] == []


def test_what_was_rated_blind_is_filled_in_and_can_be_changed(
    reviewer: FlaskClient, transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people, answered=2)
    rate_blind(transactions, people.reviewer, sent)

    shown = reviewer.get(address(sent)).text

    assert 'name="C1" value="2" checked' in shown
    assert "blind: 2" in shown
    assert 'name="C2" value="2" checked' not in shown


def test_missing_levels_and_notes_are_named_beside_their_fields(
    reviewer: FlaskClient, transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people)
    review_id = start_review(transactions, people.reviewer, sent)

    status, text = post(reviewer, sent, "blind", review_id, C1="4", C3="2", **{"C3-note": "typed and kept"})

    assert status == 422
    assert 'href="#C5"' in text
    assert 'href="#C1-note"' in text
    assert 'name="C1" value="4" checked' in text
    assert "typed and kept" in text
    assert "<title>Error:" in text


@pytest.mark.parametrize(
    ("typed", "sentence", "link"),
    [
        ({}, "Choose a decision.", "#outcome"),
        ({"outcome": "approved", "blockers": "B1"}, "cannot be approved while a blocker is set: B1", "#blockers"),
        ({"outcome": "rejected"}, "Choose at least one reason or blocker.", "#reasons"),
        ({"outcome": "rejected", "blockers": "B1", "message": " "}, "Write to the creator", "#message"),
        ({"outcome": "approved"}, "0 of 2 check-ins answered", "#outcome"),
        ({"outcome": "approved", "C2": "9"}, "Choose a level", "#C2"),
        ({"outcome": "approved", "C2": "1"}, "need a note", "#C2-note"),
        ({"outcome": "approved", "message": "x" * 4001}, "4000", "#message"),
    ],
)
def test_what_is_wrong_with_a_decision_is_said_and_nothing_is_lost(
    reviewer: FlaskClient,
    transactions: Transactions,
    people: People,
    *,
    typed: dict[str, str],
    sentence: str,
    link: str,
) -> None:
    sent = send(transactions, people)
    review_id = rate_blind(transactions, people.reviewer, sent)
    kept = {"C4-note": "Sisi minusnya disebut.", "B2-note": "0:12", "message": "Halo Dewi", "tags": "home"}

    status, text = post(reviewer, sent, "decide", review_id, **(WHOLE | kept | typed))

    assert status == 422
    assert sentence in text
    assert f'href="{link}"' in text
    assert "Sisi minusnya disebut." in text
    assert 'value="0:12"' in text
    assert 'value="home" checked' in text


def test_everything_that_is_missing_is_told_at_once(
    reviewer: FlaskClient, transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people)
    review_id = rate_blind(transactions, people.reviewer, sent)

    status, text = post(reviewer, sent, "decide", review_id, outcome="changes_requested")

    assert status == 422
    for link in ("#C2", "#reasons", "#message"):
        assert f'href="{link}"' in text


def test_the_slower_of_two_reviewers_keeps_what_they_wrote(
    reviewer: FlaskClient, transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people, answered=2)
    review_id = rate_blind(transactions, people.reviewer, sent)
    decide(transactions, people.owner, rate_blind(transactions, people.owner, sent), Outcome.CHANGES_REQUESTED)

    status, text = post(
        reviewer, sent, "decide", review_id, outcome="rejected", reasons="use_not_shown", message="Kata-kataku", **WHOLE
    )

    assert status == 409
    assert "What you wrote" in text
    assert "Kata-kataku" in text
    assert "Wulan" in text


def test_a_page_left_open_cannot_rate_a_later_version(
    reviewer: FlaskClient, transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people, answered=2)
    stale = rate_blind(transactions, people.reviewer, sent)
    decide(transactions, people.owner, rate_blind(transactions, people.owner, sent), Outcome.CHANGES_REQUESTED)
    send_version(transactions, people, sent.deliverable_id, "two")
    fresh = rate_blind(transactions, people.reviewer, sent)

    status, text = post(reviewer, sent, "decide", stale, outcome="approved", message="Bagus", **WHOLE)

    assert status == 409
    assert "Bagus" in text
    assert f'name="review_id" value="{fresh}"' in text


def test_too_many_rounds_are_said_and_refused_with_the_way_to_one_more(
    reviewer: FlaskClient, transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people, answered=2)
    for name in ("two", "three"):
        review_id = rate_blind(transactions, people.owner, sent)
        decide(transactions, people.owner, review_id, Outcome.CHANGES_REQUESTED)
        send_version(transactions, people, sent.deliverable_id, name)
    review_id = rate_blind(transactions, people.reviewer, sent)

    shown = reviewer.get(address(sent)).text
    status, refused = post(
        reviewer, sent, "decide", review_id, outcome="changes_requested", reasons="fact_wrong", message="Ganti", **WHOLE
    )

    assert "All 2 rounds are used up" in shown
    assert f'href="/deliverables/{sent.deliverable_id}"' in shown
    assert status == 422
    assert "One more needs an agreement" in refused
    assert "Ganti" in refused


def test_a_manager_is_told_that_the_record_will_say_not_independent(
    sign_in: SignIn, transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people)

    assert "not independent" in english(sign_in(people.manager)).get(address(sent)).text
    assert "not independent" not in english(sign_in(people.reviewer)).get(address(sent)).text


def test_the_evidence_says_what_is_missing_and_what_does_not_count(
    reviewer: FlaskClient, transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people, answered=1)
    rate_blind(transactions, people.reviewer, sent)

    text = reviewer.get(address(sent)).text

    assert "1 of 2 check-ins answered; approval opens on" in text
    assert "No answer" in text
    assert "/media/" in text


def test_a_deliverable_without_a_version_says_so(
    reviewer: FlaskClient, transactions: Transactions, people: People
) -> None:
    start(transactions, people, RECEIVED_ON)

    shown = reviewer.get("/review/1")

    assert shown.status_code == 200
    assert "Nothing to review yet" in shown.text


def test_starting_what_no_longer_waits_is_explained(
    reviewer: FlaskClient, transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people)
    with transactions.begin(people.manager) as work:
        dropping.waive(work, sent.deliverable_id, "no longer needed")

    shown = reviewer.post(address(sent), data={"step": "start"}, follow_redirects=True)

    assert "someone or something has moved it on" in shown.text
    assert "Nothing to decide now" in shown.text


def test_the_inbox_tells_empty_from_no_match(
    reviewer: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    assert "Nothing waits for review" in reviewer.get("/review").text
    sent = send(transactions, people)
    assert "Nothing matches" in reviewer.get("/review?show=mine").text
    start_review(transactions, people.reviewer, sent)

    assert address(sent) in reviewer.get("/review?show=mine").text
    assert "Nothing matches" in reviewer.get("/review?show=unassigned").text
    clock.advance(days=4)
    assert "Over two working days" in reviewer.get("/review?show=nonsense").text


@pytest.mark.parametrize("who", ["creator", None])
def test_only_staff_review(sign_in: SignIn, transactions: Transactions, people: People, who: str | None) -> None:
    sent = send(transactions, people)
    client = sign_in(getattr(people, who) if who else None)

    for path in ("/review", address(sent)):
        assert client.get(path).status_code in {302, 401, 403}


def test_foreign_and_unknown_ids_look_the_same(sign_in: SignIn, transactions: Transactions, people: People) -> None:
    sent = send(transactions, people)
    stranger = sign_in(people.stranger)

    foreign, unknown = stranger.get(address(sent)), stranger.get("/review/999")

    assert (foreign.status_code, unknown.status_code) == (404, 404)


@pytest.mark.parametrize(
    "data", [{}, {"step": "approve"}, {"step": "decide"}, {"step": "decide", "review_id": "9" * 30} | WHOLE]
)
def test_a_post_that_no_page_sends_changes_nothing(
    reviewer: FlaskClient, transactions: Transactions, people: People, data: dict[str, str]
) -> None:
    sent = send(transactions, people)

    assert reviewer.post(address(sent), data=data).status_code in {404, 422}
    assert "Start review" in reviewer.get(address(sent)).text


def test_the_pages_take_as_many_statements_however_much_waits(
    reviewer: FlaskClient, transactions: Transactions, people: People, statements: list[str]
) -> None:
    sent = send(transactions, people, answered=1)
    rate_blind(transactions, people.reviewer, sent)

    def count(path: str) -> int:
        statements.clear()
        assert reviewer.get(path).status_code == 200
        return len(statements)

    count("/review")  # the first page of a process looks up more
    few = count("/review"), count(address(sent))
    for _ in range(4):
        start_review(transactions, people.reviewer, send(transactions, people, answered=3))

    assert (count("/review"), count(address(sent))) == few
    assert few[0] <= 7


def test_what_analysers_found_is_answered_beside_the_decision_and_kept_with_it(
    reviewer: FlaskClient, transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people, answered=2)
    found = Finding("earlier", Strength.WEAK, {"position": 1, "taken_at": "2025-12-01T08:00:00", "camera": "Telepon X"})
    examined(transactions, RunStatus.OK, found)
    review_id = start_review(transactions, people.reviewer, sent)
    assert "Dates in the files" not in reviewer.get(address(sent)).text
    post(reviewer, sent, "blind", review_id, **BLIND)

    shown = reviewer.get(address(sent)).text
    name = re.findall(r'name="(signal-\d+)"', shown)[0]
    refused = post(reviewer, sent, "decide", review_id, outcome="approved", **WHOLE | {"C2": "9"}, **{name: "wrong"})
    odd = {"signal-x": "wrong", "signal-99999999999": "wrong", name.replace("-", "-9"): "wrong"}
    decided = post(reviewer, sent, "decide", review_id, outcome="approved", **WHOLE, **odd, **{name: "explained"})

    assert "Dates in the files: Found" in shown
    assert "before the product arrived" in shown
    assert "2025-12-01 08:00:00 (zone unknown: up to 14 hours off) · Telepon X" in unescape(shown)
    assert "Strength: weak." in shown
    assert refused[0] == 422
    assert f'name="{name}" value="wrong" checked' in refused[1]
    assert decided[0] == 302
    record = reviewer.get(address(sent)).text
    assert "The reviewer&#39;s answer: Explained." in record or "The reviewer's answer: Explained." in record


@pytest.mark.parametrize(
    ("status", "reason", "word", "sentence"),
    [
        (RunStatus.OK, "", "Not found", "Nothing was found."),
        (RunStatus.ERROR, "", "Could not check", "That says nothing about the content."),
        (RunStatus.TIMEOUT, "", "Could not check", "That says nothing about the content."),
        (RunStatus.SKIPPED, "library_missing", "Not checked", "requirements/media.txt"),
        (RunStatus.SKIPPED, "of another version", "Not checked", ""),
    ],
)
def test_a_card_says_found_not_found_not_checked_or_could_not_check_and_never_fake(
    reviewer: FlaskClient,
    transactions: Transactions,
    people: People,
    status: RunStatus,
    reason: str,
    word: str,
    sentence: str,
) -> None:
    sent = send(transactions, people)
    examined(transactions, status, reason=reason)
    rate_blind(transactions, people.reviewer, sent)

    shown = reviewer.get(address(sent)).text

    assert f"Dates in the files: {word}" in shown
    assert sentence in shown
    assert "fake" not in shown.lower()


def test_the_review_page_takes_as_many_statements_however_much_was_found(
    reviewer: FlaskClient, transactions: Transactions, people: People, statements: list[str]
) -> None:
    counts = []
    for findings in (1, 40):
        sent = send(transactions, people)
        found = tuple(
            Finding("earlier", Strength.WEAK, {"position": 1, "taken_at": "2025", "camera": "X"})
            for _ in range(findings)
        )
        examined(transactions, RunStatus.OK, *found)
        rate_blind(transactions, people.reviewer, sent)
        reviewer.get(address(sent))
        statements.clear()
        page = reviewer.get(address(sent))
        counts.append(len(statements))

    assert counts[0] == counts[1]
    assert len(compress(page.data)) < 60_000
