"""What sending a draft costs in statements: at most twelve, and no more the more there is in the organisation."""

import io
from collections.abc import Callable, Mapping

import pytest

from partnerships.core.actor import Role
from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.deliverables import finding
from partnerships.deliverables.rules.deliverables import DeliverableAction
from partnerships.deliverables.rules.requests import Anchor, AnchorKind, done_of
from partnerships.deliverables.tables import ChangeRequest
from partnerships.people.tables import Account, Membership
from partnerships.plans.rules.templates import load
from tests.check_ins.scenes import running
from tests.conftest import SignIn
from tests.deliverables.scenes import deliverable_called, review
from tests.files.samples import make_jpeg
from tests.portfolio.many import plant
from tests.stories import SETTLED_AT, USED_FIELDS, People, mailed_link

MOST = 12
FIRST = "first-impression"
WITH_DRAFT = [spec.key for spec in load("usage-3m").deliverables if spec.draft_day is not None]

Count = Callable[..., int]


@pytest.fixture
def count(transactions: Transactions, people: People, sign_in: SignIn, statements: list[str]) -> Count:
    """Return a function that sends a draft with so many photos, by its mailed link, and counts what it takes."""

    def send(deliverable_id: int, caption: str, photos: int, answers: Mapping[str, str] = {}) -> int:
        token = mailed_link(transactions, people, "deliverable", deliverable_id)
        files = [(io.BytesIO(make_jpeg(64 + number)), f"{number}.jpg") for number in range(photos)]
        visitor = sign_in(None)
        statements.clear()
        sent = visitor.post(
            f"/s/{token}",
            data={"act": "draft", "caption": caption, "note": "Take it", "files": files, **USED_FIELDS, **answers},
            content_type="multipart/form-data",
        )
        assert sent.status_code == 303, sent.text
        return len(statements)

    return send


@pytest.mark.parametrize("key", WITH_DRAFT)
def test_a_draft_takes_at_most_twelve_statements_first_replaced_and_sent_again_after_changes(
    transactions: Transactions, people: People, count: Count, statements: list[str], key: str
) -> None:
    deliverable_id = deliverable_called(transactions, people, running(transactions, people), key)

    first = count(deliverable_id, "My first days", 2)
    replaced = count(deliverable_id, "My first days, again", 1)
    words_only = count(deliverable_id, "My first days, and again", 0)
    review(transactions, people, deliverable_id, DeliverableAction.REQUEST_CHANGES)
    asked = ask(transactions, people, deliverable_id, 5)
    changed = count(deliverable_id, "My second days", 1, dict.fromkeys(asked, "y"))

    assert max(first, replaced, words_only, changed) <= MOST, (first, replaced, words_only, changed, statements)


def test_a_draft_takes_as_many_statements_however_many_partnerships_reviewers_and_versions_there_are(
    transactions: Transactions, people: People, clock: ManualClock, count: Count
) -> None:
    first, second = (deliverable_called(transactions, people, running(transactions, people), FIRST) for _ in range(2))
    few = count(first, "One", 1), count(first, "Two", 1)
    plant(transactions, people, clock, 20)
    add_reviewers(transactions, people, 5)

    many = count(second, "One", 1), max(count(second, f"Version {number}", 1) for number in range(4))

    assert many == few


def ask(transactions: Transactions, people: People, deliverable_id: int, number: int) -> list[str]:
    """Ask for so many changes of the newest version; return what their ticks are called."""
    with transactions.begin(people.reviewer) as work:
        newest = finding.find_last_revision(work, deliverable_id)
        assert newest is not None
        whole = Anchor(AnchorKind.WHOLE)
        rows = [ChangeRequest.of(newest, one + 1, "Louder", whole, people.reviewer.person_id) for one in range(number)]
        work.session.add_all(rows)
        work.session.flush()
        return [done_of(row.id) for row in rows]


def add_reviewers(transactions: Transactions, people: People, number: int) -> None:
    with transactions.everywhere() as everywhere:
        for one in range(number):
            name = f"reviewer{one}"
            account = Account(email=f"{name}@glow.example", name=name, fs_uniquifier=name, created_at=SETTLED_AT)
            everywhere.add(
                Membership(org_id=people.manager.org_id, account=account, role=Role.REVIEWER, created_at=SETTLED_AT)
            )
        everywhere.commit()
