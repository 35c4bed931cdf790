"""The dossier: everything that was recorded, nothing that must not be read yet, in either language, for the team."""

from collections.abc import Callable
from html import unescape

import pytest

from partnerships.authenticity import appealing, explaining
from partnerships.authenticity.rules.decision import Outcome
from partnerships.authenticity.rules.signals import Finding, RunStatus, Strength
from partnerships.authenticity.tables import Signal
from partnerships.core.actor import Actor
from partnerships.database.work import Transactions
from partnerships.deliverables.finding import find_last_revision
from partnerships.people.tables import Product
from tests.authenticity.stories import (
    VIDEO,
    Sent,
    decide,
    examined,
    rate_blind,
    rejected,
    send,
    send_version,
)
from tests.conftest import SignIn
from tests.deliverables.scenes import asked
from tests.stories import People

FOUND = Finding("earlier", Strength.WEAK, {"position": 1, "taken_at": "2025", "camera": "X"})
Read = Callable[..., str]


@pytest.fixture
def read(sign_in: SignIn) -> Read:
    """Return a function that opens a page as somebody whose own language is Indonesian."""

    def opened(actor: Actor, address: str) -> str:
        page = sign_in(actor).get(address)
        assert page.status_code == 200
        return unescape(page.text)

    return opened


def address(sent: Sent, lang: str = "en") -> str:
    return f"/deliverables/{sent.deliverable_id}/dossier?lang={lang}"


def whole(sent: Sent, lang: str = "en") -> str:
    return f"/partnerships/{sent.partnership_id}/dossier?lang={lang}"


def test_it_holds_what_was_sent_attested_found_explained_decided_and_appealed(
    read: Read, transactions: Transactions, people: People
) -> None:
    with transactions.begin(people.manager) as work:
        work.get(Product, people.product_id).registration_number = "NA18260100001"
    sent = send(transactions, people, answered=2)
    examined(transactions, RunStatus.OK, FOUND)
    with transactions.begin(people.creator) as work:
        signal = work.session.query(Signal).first()
        assert signal is not None
        explaining.explain(work, sent.deliverable_id, {signal.id: "My phone's clock was wrong."})
    review_id = rate_blind(transactions, people.reviewer, sent)
    decide(transactions, people.reviewer, review_id, Outcome.REJECTED)
    asked(transactions, people, sent.deliverable_id)

    page = read(people.manager, address(sent))

    with transactions.looking(people.manager) as reading:
        revision = find_last_revision(reading, sent.deliverable_id)
        assert revision is not None
        hashes = {revision.sha256, *(one.file.original_sha256 for one in revision.media)}
    assert all(one in page for one in hashes)
    for words in (
        "NA18260100001",
        "I have used it.",  # as it was attested
        "16 CFR 255.1",
        "Minggu kedua, one #iklan",
        "is before the product arrived",
        "My phone's clock was wrong.",
        "Rejected",
        "Tolong tambahkan adegan pemakaian.",
        "not independent" if "not independent" in page else "independent",
        "C1 ·",
        "Asked for",  # the right
        "this is no legal advice",
    ):
        assert words in page, words
    assert "Rp" not in page


def test_an_appeal_and_its_answer_stand_beside_the_decision(
    read: Read, transactions: Transactions, people: People
) -> None:
    sent = rejected(transactions, people)
    with transactions.begin(people.creator) as work:
        appealing.appeal(work, sent.deliverable_id, "Those are my own hands.")
    pending = read(people.manager, address(sent))

    decide(transactions, people.owner, rate_blind(transactions, people.owner, sent), Outcome.REJECTED)
    page = read(people.manager, address(sent))

    assert "It is under review" in pending
    assert page.index("Rejected") < page.index("Those are my own hands.") < page.rindex("Rejected this version")


def test_what_is_under_review_is_not_told_to_who_may_have_to_look_next(
    read: Read, transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people)
    examined(transactions, RunStatus.OK, FOUND)
    review_id = rate_blind(transactions, people.reviewer, sent)
    before = read(people.reviewer, address(sent))
    decide(transactions, people.reviewer, review_id, Outcome.CHANGES_REQUESTED)
    send_version(transactions, people, sent.deliverable_id, "two")

    after = read(people.reviewer, address(sent))

    assert "It is under review" in before
    assert "is before the product arrived" not in before
    assert after.count("It is under review") == 1  # of two versions
    assert "is before the product arrived" in after


@pytest.mark.parametrize(("lang", "title"), [("en", "Dossier: Dewi"), ("id", "Berkas: Dewi"), ("xx", "Berkas: Dewi")])
def test_its_language_is_asked_for_and_otherwise_the_readers(
    read: Read, transactions: Transactions, people: People, lang: str, title: str
) -> None:
    sent = send(transactions, people, answered=1)

    pages = [read(people.reviewer, address(sent, lang)), read(people.reviewer, whole(sent, lang))]

    for page in pages:
        assert f"<h1>{title}" in page
        assert f'<html lang="{"en" if lang == "en" else "id"}"' in page


def test_the_one_of_content_has_nothing_of_other_content_and_the_whole_has_all(
    read: Read, transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people, VIDEO)

    one, all_of_it = read(people.manager, address(sent)), read(people.manager, whole(sent))

    title = "first impression"
    assert title not in one.lower()
    assert title in all_of_it.lower()
    assert "Fee" not in all_of_it


def test_only_the_team_opens_it_and_only_its_own(sign_in: SignIn, transactions: Transactions, people: People) -> None:
    sent = send(transactions, people)
    addresses = (address(sent), whole(sent))

    def status(actor: Actor | None) -> set[int]:
        return {sign_in(actor).get(one).status_code for one in addresses}

    assert status(people.owner) == status(people.reviewer) == {200}
    assert status(people.creator) == status(people.other_creator) == {403}
    assert status(people.stranger) == {404}
    assert 200 not in status(None)


def test_the_pages_of_partnership_and_content_lead_to_it(
    read: Read, transactions: Transactions, people: People
) -> None:
    sent = send(transactions, people)

    assert f'/partnerships/{sent.partnership_id}/dossier"' in read(
        people.manager, f"/partnerships/{sent.partnership_id}"
    )
    assert f'/deliverables/{sent.deliverable_id}/dossier"' in read(
        people.manager, f"/deliverables/{sent.deliverable_id}"
    )


def test_it_takes_as_many_statements_however_much_was_recorded(
    sign_in: SignIn, transactions: Transactions, people: People, statements: list[str]
) -> None:
    client = sign_in(people.manager)
    little = send(transactions, people)
    much = send(transactions, people, answered=6)
    examined(transactions, RunStatus.OK, *[FOUND] * 9)
    for name in ("two", "three"):
        decide(
            transactions, people.reviewer, rate_blind(transactions, people.reviewer, much), Outcome.CHANGES_REQUESTED
        )
        send_version(transactions, people, much.deliverable_id, name)
        examined(transactions, RunStatus.OK, *[FOUND] * 9)

    def count(sent: Sent) -> tuple[int, int]:
        counted = []
        for one in (address(sent), whole(sent)):
            client.get(one)
            statements.clear()
            client.get(one)
            counted.append(len(statements))
        return counted[0], counted[1]

    few, many = count(little), count(much)

    # Photos, levels, blockers and findings are asked for once there is anything that may have them.
    assert all(after - before <= 6 for before, after in zip(few, many, strict=True)), (few, many)
    assert max(many) <= 40, many
