"""What sending an answer costs in statements: at most twelve, and no more the more there is in the organisation."""

import io
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.plans.rules.stages import StageState
from partnerships.plans.rules.templates import PHOTO_KINDS, Meaning, StageGate, load
from partnerships.plans.tables import Partnership, Stage
from partnerships.reminders.watching import tick
from partnerships.story.answers import answers_to
from tests.check_ins.scenes import opened, running
from tests.conftest import SignIn
from tests.files.samples import make_jpeg
from tests.portfolio.many import plant
from tests.stories import People, mailed_link

MOST = 12
TEMPLATE = load("usage-3m")
PHOTO = make_jpeg()

Count = Callable[..., int]


@pytest.fixture
def count(transactions: Transactions, people: People, sign_in: SignIn, statements: list[str]) -> Count:
    """Return a function that sends one check-in whole, by its mailed link, and counts what reaches the database.

    A link asks one statement more than a session does.
    """

    def send(partnership_id: int, key: str, worry: Meaning | None = None, **said: str) -> int:
        check_in_id = opened(transactions, people, partnership_id, key)
        token = mailed_link(transactions, people, "check_in", check_in_id)
        spec = TEMPLATE.check_in(key)
        values = {**answers_to(spec, {worry} if worry else ()), **said}
        photos = [question.key for question in spec.questions if question.kind in PHOTO_KINDS]
        visitor = sign_in(None)
        statements.clear()
        post(visitor, f"/s/{token}", values, photos)
        return len(statements)

    return send


def post(client: FlaskClient, address: str, values: Mapping[str, str], photos: list[str]) -> None:
    fields: dict[str, object] = {f"q-{key}": value for key, value in values.items()}
    files = {f"q-{key}": (io.BytesIO(PHOTO), f"{key}.jpg") for key in photos}
    sent = client.post(address, data={"act": "answer", **fields, **files}, content_type="multipart/form-data")
    assert sent.status_code == 303, sent.text


def test_every_check_in_of_the_template_takes_at_most_twelve_statements(
    transactions: Transactions, people: People, count: Count
) -> None:
    partnership_id = running(transactions, people)

    counts = {spec.key: count(partnership_id, spec.key) for spec in TEMPLATE.check_ins}

    assert len(counts) == 8
    assert max(counts.values()) <= MOST, counts


def test_an_answer_that_a_stage_waits_for_takes_at_most_twelve_statements_too(
    transactions: Transactions, people: People, count: Count, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = StageGate(answered=2)
    gated = replace(TEMPLATE, stages=tuple(replace(one, gate=gate) for one in TEMPLATE.stages))
    monkeypatch.setattr(Partnership, "template", property(lambda _self: gated))
    partnership_id = running(transactions, people)
    clock.advance(days=20)
    tick(transactions)
    with transactions.looking(people.manager) as reading:
        waiting = reading.session.scalars(select(Stage).where(Stage.waits_since.is_not(None))).all()

    counts = {spec.key: count(partnership_id, spec.key) for spec in TEMPLATE.check_ins if spec.day > 20}

    assert waiting
    assert max(counts.values()) <= MOST, counts
    clock.advance(minutes=61)
    tick(transactions)
    with transactions.looking(people.manager) as reading:
        assert reading.get(Stage, waiting[-1].id).state is StageState.OPEN


def test_the_first_answer_earns_its_payment_and_keeps_both_photos_within_twelve_statements(
    transactions: Transactions, people: People, count: Count, statements: list[str]
) -> None:
    number = count(running(transactions, people), "received")

    assert number <= MOST, statements
    for table in ("stored_file", "evidence_photo", "history_entry"):  # rows of one table go in by one statement
        assert len([said for said in statements if said.startswith(f"INSERT INTO {table} ")]) == 1
    assert len([said for said in statements if said.startswith("UPDATE payment")]) == 1


@pytest.mark.parametrize(
    ("key", "worry", "said"),
    [
        ("first-days", Meaning.REACTION, {}),  # pauses everything, and tells manager and owner
        ("two-weeks", Meaning.REFILL, {}),
        ("four-weeks", None, {"keep_going": "no"}),
        ("twelve-weeks", None, {"still_using": "stopped"}),
    ],
)
def test_an_answer_that_needs_a_person_takes_at_most_twelve_statements(
    transactions: Transactions,
    people: People,
    count: Count,
    statements: list[str],
    key: str,
    worry: Meaning | None,
    said: dict[str, str],
) -> None:
    number = count(running(transactions, people), key, worry, **said)

    assert number <= MOST, statements
    assert any(statement.startswith("INSERT INTO outbox_mail") for statement in statements)


def test_an_answer_takes_as_many_statements_however_many_partnerships_there_are(
    transactions: Transactions, people: People, clock: ManualClock, count: Count
) -> None:
    first, second = running(transactions, people), running(transactions, people)
    few = count(first, "received"), count(first, "four-weeks", keep_going="no")
    plant(transactions, people, clock, 20)

    many = count(second, "received"), count(second, "four-weeks", keep_going="no")

    assert many == few


def test_an_answer_that_lowers_the_flag_at_risk_takes_two_statements_more(
    transactions: Transactions, people: People, count: Count
) -> None:
    partnership_id = running(transactions, people)
    calm = count(partnership_id, "two-weeks")
    with transactions.begin(people.manager) as work:
        work.get(Partnership, partnership_id).at_risk_since = work.now

    number = count(partnership_id, "first-days")

    assert number == calm + 2  # whether anything else is overdue; the flag
    with transactions.looking(people.manager) as reading:
        assert reading.get(Partnership, partnership_id).at_risk_since is None
