"""An organisation's own rubric: copied, changed, published for ever; each review keeps the version it was made with."""

import copy
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from partnerships.authenticity import gauging, weighing
from partnerships.authenticity.rules.rounds import Round
from partnerships.authenticity.rules.rubric import Outcome
from partnerships.authenticity.rules.versions import differences, dump, name_of, number_in, wrong_with
from partnerships.authenticity.tables import Review, RubricVersion
from partnerships.core.actor import Actor, Role
from partnerships.core.errors import NotFound, Refused
from partnerships.database.history import HistoryEntry
from partnerships.database.session import db
from partnerships.database.work import Transactions
from tests.authenticity.stories import RUBRIC, decide, rate, rate_blind, send
from tests.authenticity.test_looks import judged
from tests.authenticity.test_pages import english
from tests.conftest import SignIn
from tests.stories import People

EDIT = "/review/rubric/copy"
WORDS = {"id": "Kata kami sendiri.", "en": "Our own words."}
Body = dict[str, Any]


def own() -> Body:
    """Return AR-1 with more weight on lived experience, and other words for its highest level."""
    body = dump(RUBRIC)
    body["C1"]["weight"], body["C7"]["weight"] = 24, 1
    body["C1"]["anchors"][4] = dict(WORDS)
    return body


def publish(transactions: Transactions, who: Actor, body: Body | None = None, name: str = "AR-1") -> str:
    with transactions.begin(who) as work:
        weighing.copy(work, name)
    with transactions.begin(who) as work:
        return weighing.publish(work, own() if body is None else body).name


def fields(body: Body) -> dict[str, str]:
    """Return the form of the page, filled with `body`."""
    typed = {f"{key}-weight": str(one["weight"]) for key, one in body.items()}
    for key, one in body.items():
        for level, anchor in enumerate(one["anchors"]):
            typed |= {f"{key}-{level}-{tongue}": anchor[tongue] for tongue in ("id", "en")}
    return typed


@pytest.fixture
def owner(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.owner))


def test_names_of_own_versions_are_read_back() -> None:
    assert [number_in(name_of(number)) for number in (1, 20)] == [1, 20]
    assert [number_in(name) for name in ("AR-1", "AR-1.", "AR-1.x", "AR-2.1", "AR-1.²", "AR-1." + "9" * 30)] == [
        None
    ] * 6


def test_the_rubric_that_everybody_has_could_be_published_as_it_is() -> None:
    assert not [*wrong_with(RUBRIC, dump(RUBRIC))]
    assert differences(RUBRIC, RUBRIC) == ()


def _heavier(body: Body) -> None:
    body["C2"]["weight"] = 25


def _weightless(body: Body) -> None:
    body["C2"]["weight"], body["C1"]["weight"] = 0, 44


def _no_number(body: Body) -> None:
    body["C2"]["weight"] = None


def _silent(body: Body) -> None:
    body["C4"]["anchors"][2]["en"] = "  "


def _lengthy(body: Body) -> None:
    body["C4"]["anchors"][2]["id"] = "a" * 401


def _same_twice(body: Body) -> None:
    body["C4"]["anchors"][2]["id"] = body["C4"]["anchors"][1]["id"].upper()


def _one_more(body: Body) -> None:
    body["C8"] = copy.deepcopy(body["C7"])


def _one_less(body: Body) -> None:
    del body["C7"]


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        (_heavier, "weights"),
        (_weightless, "C2-weight"),
        (_no_number, "C2-weight"),
        (_silent, "C4-2-en"),
        (_lengthy, "C4-2-id"),
        (_same_twice, "C4-2-id"),
        (_one_more, None),
        (_one_less, None),
    ],
)
def test_what_is_wrong_is_told_with_its_field_and_nothing_is_published(
    transactions: Transactions, people: People, spoil: Callable[[Body], None], field: str | None
) -> None:
    body = own()
    spoil(body)

    assert [refusal.field for refusal in wrong_with(RUBRIC, body)] == [field]
    with pytest.raises(Refused):
        publish(transactions, people.owner, body)
    with transactions.looking(people.owner) as reading:
        assert RubricVersion.newest(reading) == RUBRIC
        assert weighing.find_copy(reading) is not None


def test_a_review_is_scored_with_the_version_it_was_begun_with(transactions: Transactions, people: People) -> None:
    begun = send(transactions, people, answered=2)
    review_id = rate_blind(transactions, people.reviewer, begun)
    levels = rate(3) | {"C1": rate(4, "Terlihat.")["C1"]}

    name = publish(transactions, people.owner)
    before = decide(transactions, people.reviewer, review_id, ratings=levels)
    later = send(transactions, people, answered=2)
    after = decide(transactions, people.reviewer, rate_blind(transactions, people.reviewer, later), ratings=levels)

    assert (before.rubric, before.score) == ("AR-1", 80)  # (80 + 3 * 80) / 4
    assert (after.rubric, after.score) == (name, 81)  # (96 + 3 * 76) / 4
    with transactions.looking(people.owner) as reading:
        anchors = RubricVersion.called(reading, name).criteria[0].anchors
    assert (anchors[4].en, anchors[3]) == ("Our own words.", RUBRIC.criteria[0].anchors[3])


def test_everybody_who_looks_at_one_version_of_content_uses_the_same_rubric(
    transactions: Transactions, people: People, others: list[Actor]
) -> None:
    sent = send(transactions, people)
    first = judged(transactions, people.reviewer, sent, Outcome.REJECTED)

    publish(transactions, people.owner)
    second = judged(transactions, others[0], sent, Outcome.REJECTED)

    assert second.round is Round.SECOND
    assert (first.rubric, second.rubric) == ("AR-1", "AR-1")


@pytest.mark.usefixtures("app")
def test_the_database_itself_keeps_a_published_version_as_it_is(transactions: Transactions, people: People) -> None:
    publish(transactions, people.owner)

    with pytest.raises(DBAPIError, match="append-only"), transactions.everywhere():
        db.session.execute(update(RubricVersion).values(body={}))


def test_publishing_is_in_the_history_and_each_version_has_its_number(
    transactions: Transactions, people: People
) -> None:
    first = publish(transactions, people.owner)
    second = publish(transactions, people.owner, dump(RUBRIC), name=first)

    assert (first, second) == ("AR-1.1", "AR-1.2")
    with transactions.looking(people.owner) as reading:
        entries = reading.session.scalars(
            select(HistoryEntry.facts).where(HistoryEntry.name == "RubricPublished").order_by(HistoryEntry.id)
        )
        assert [(each["version"], each["copied_from"]) for each in entries] == [
            ("AR-1.1", "AR-1"),
            ("AR-1.2", "AR-1.1"),
        ]


def test_what_would_change_nothing_is_not_published(transactions: Transactions, people: People) -> None:
    with pytest.raises(Refused, match="already"):
        publish(transactions, people.owner, dump(RUBRIC))


def test_another_organisation_has_its_own(transactions: Transactions, people: People) -> None:
    name = publish(transactions, people.owner)

    with transactions.looking(people.stranger) as reading:
        assert RubricVersion.newest(reading) == RUBRIC
        assert weighing.look_at_shelf(reading).names == ["AR-1"]
        with pytest.raises(NotFound):
            RubricVersion.called(reading, name)


def test_one_working_copy_at_a_time_is_kept_and_can_be_thrown_away(transactions: Transactions, people: People) -> None:
    body = own()
    with transactions.begin(people.owner) as work:
        weighing.copy(work, "AR-1")
    with transactions.begin(people.owner) as work:
        weighing.keep(work, body)

    with transactions.begin(people.owner) as work:
        assert weighing.copy(work, "AR-1").body == body
    for _ in range(2):
        with transactions.begin(people.owner) as work:
            weighing.drop(work)
    with pytest.raises(NotFound), transactions.begin(people.owner) as work:
        weighing.keep(work, body)


def test_levels_given_with_different_words_are_never_compared(transactions: Transactions, people: People) -> None:
    for name in ("AR-1", "AR-1.1"):
        sent = send(transactions, people, answered=2)
        decide(transactions, people.reviewer, rate_blind(transactions, people.reviewer, sent))
        if name == "AR-1":
            publish(transactions, people.owner)

    with transactions.looking(people.manager) as reading:
        quality = gauging.gauge(reading)
        levels = gauging._levels(reading, quality.since)

    assert [agreed.version for agreed in quality.agreements] == ["AR-1.1", "AR-1"]
    assert {name: len(rated["C1"]) for name, rated in levels.items()} == {"AR-1": 1, "AR-1.1": 1}


@pytest.mark.parametrize("locale", ["id", "en"])
def test_an_owner_makes_a_version_from_the_page_to_the_review(
    sign_in: SignIn, transactions: Transactions, people: People, locale: str
) -> None:
    client = sign_in(people.owner)
    with client.session_transaction() as session:
        session["locale"] = locale
    sent = send(transactions, people)

    begun = client.post("/review/rubric", data={"version": "AR-1"}, follow_redirects=True)
    kept = client.post(EDIT, data=fields(own()) | {"do": "keep"}, follow_redirects=True)
    done = client.post(EDIT, data=fields(own()) | {"do": "publish"}, follow_redirects=True)

    assert RUBRIC.criteria[0].anchors[4].id in begun.text
    assert WORDS["id"] in kept.text
    assert "AR-1.1" in done.text
    assert WORDS[locale] in done.text
    assert client.get("/review/rubric?version=AR-1").text.count(WORDS[locale]) == 0
    review_id = rate_blind(transactions, people.reviewer, sent)
    with transactions.looking(people.owner) as reading:
        assert reading.get(Review, review_id).rubric == "AR-1.1"
    reviewer = sign_in(people.reviewer)
    with reviewer.session_transaction() as session:
        session["locale"] = locale
    assert WORDS[locale] in reviewer.get(f"/review/{sent.deliverable_id}").text


def test_the_creator_reads_the_words_that_it_was_judged_by(
    sign_in: SignIn, transactions: Transactions, people: People
) -> None:
    publish(transactions, people.owner)
    sent = send(transactions, people)
    review_id = rate_blind(transactions, people.reviewer, sent)
    levels = rate(3) | {"C1": rate(4, "Terlihat.")["C1"]}
    decide(transactions, people.reviewer, review_id, Outcome.CHANGES_REQUESTED, ratings=levels)

    text = english(sign_in(people.creator)).get(f"/review/{sent.deliverable_id}/appeal").text

    assert "by the rubric AR-1.1" in text
    assert "Our own words." in text


def test_everything_that_is_wrong_stands_beside_its_field_and_stays_typed(owner: FlaskClient) -> None:
    owner.post("/review/rubric", data={"version": "AR-1"})
    typed = fields(own()) | {"C3-weight": "many", "C4-weight": "250", "C5-1-en": "", "C6-0-id": "x" * 401}

    answered = owner.post(EDIT, data=typed | {"do": "publish"})
    again = owner.post(EDIT, data=typed | {"C3-weight": "15", "do": "publish"})

    wrong = ["C3-weight", "C4-weight", "C5-1-en", "C6-0-id"]
    assert (answered.status_code, re.findall(r'id="([^"]+)-error"', answered.text)) == (422, wrong)
    assert 'value="250"' in answered.text
    assert 'value="many"' in answered.text
    assert "The weights add up to 335. They have to add up to 100." in again.text
    assert re.findall(r'id="([^"]+)-error"', again.text) == ["weights", *wrong[1:]]
    assert "AR-1.1" not in owner.get("/review/rubric").text


def test_an_unfinished_copy_is_kept_as_it_is(owner: FlaskClient) -> None:
    owner.post("/review/rubric", data={"version": "AR-1"})

    kept = owner.post(EDIT, data=fields(own()) | {"C3-weight": "", "C5-1-en": "", "do": "keep"}, follow_redirects=True)

    assert kept.status_code == 200
    assert re.search(r'name="C3-weight"[^>]*value=""', kept.text)
    dropped = owner.post(EDIT, data={"do": "drop"}, follow_redirects=True)
    assert "The working copy is gone" in dropped.text
    assert owner.get(EDIT).status_code == 404


def test_doors_that_lead_nowhere(owner: FlaskClient) -> None:
    assert owner.get("/review/rubric?version=AR-9").status_code == 404
    assert owner.post("/review/rubric", data={"version": "AR-1.7"}).status_code == 404
    assert owner.post(EDIT, data=fields(own()) | {"do": "keep"}).status_code == 404
    assert owner.post(EDIT, data=fields(own()) | {"do": "publish"}).status_code == 404


@pytest.mark.parametrize("role", [Role.MANAGER, Role.REVIEWER])
def test_who_is_no_owner_reads_and_changes_nothing(sign_in: SignIn, people: People, role: Role) -> None:
    client = english(sign_in(people.manager if role is Role.MANAGER else people.reviewer))

    shown = client.get("/review/rubric")

    assert "Lived experience" in shown.text
    assert "Make our own" not in shown.text
    assert client.post("/review/rubric", data={"version": "AR-1"}).status_code in {403, 404}
    assert client.get(EDIT).status_code in {403, 404}


def test_the_review_page_takes_the_same_statements_with_own_versions_however_many(
    sign_in: SignIn, transactions: Transactions, people: People, statements: list[str]
) -> None:
    publish(transactions, people.owner)
    sent = send(transactions, people)
    rate_blind(transactions, people.reviewer, sent)
    client = english(sign_in(people.reviewer))

    def asked() -> int:
        client.get("/")
        statements.clear()
        client.get(f"/review/{sent.deliverable_id}")
        return len(statements)

    few = asked()
    for number in range(3):
        publish(transactions, people.owner, dump(RUBRIC) if number % 2 == 0 else own())

    assert asked() == few
