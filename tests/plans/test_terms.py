"""The terms beside plan and fee: proposed, offered, accepted as they were read, corrected, repeated nowhere."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from partnerships.core.clock import ManualClock
from partnerships.core.errors import DomainError, NotAllowed, NotFound, Refused
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Transactions
from partnerships.mail.tables import OutboxMail
from partnerships.plans import correcting, finding
from partnerships.plans.rules.partnerships import PartnershipAction, PartnershipState
from partnerships.plans.rules.terms import DETAILS, SCOPE, open_terms
from partnerships.plans.tables import Partnership, Terms
from tests.conftest import SignIn
from tests.plans.test_pages import english, seen_on
from tests.stories import People, agree, draft, move, prepare

ADDRESS = "Jalan Melati 7, Bandung"
DETAILS_GIVEN = {"address": ADDRESS, "variant": "Tanpa pewangi", "whatsapp": "0812 3456 7890", "payee": "PT Dewi Demo"}


@pytest.fixture
def manager(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.manager))


@pytest.fixture
def creator(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.creator))


@pytest.fixture
def invited(transactions: Transactions, people: People) -> int:
    partnership_id = draft(transactions, people)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    return partnership_id


def terms_of(transactions: Transactions, people: People, partnership_id: int) -> Terms | None:
    with transactions.looking(people.manager) as reading:
        return finding.find_terms(reading, partnership_id)


def state_of(transactions: Transactions, people: People, partnership_id: int) -> PartnershipState:
    with transactions.looking(people.manager) as reading:
        return reading.get(Partnership, partnership_id).state


def written(transactions: Transactions, people: People) -> str:
    """Return everything that history and mails hold, as one text."""
    with transactions.looking(people.manager) as reading:
        facts = reading.session.scalars(select(HistoryEntry.facts)).all()
        mails = reading.session.scalars(select(OutboxMail.context)).all()
        return repr([*facts, *mails])


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (PartnershipState.DRAFT, {SCOPE, *DETAILS}),
        (PartnershipState.NEGOTIATING, {SCOPE, *DETAILS}),
        (PartnershipState.ACCEPTED, set(DETAILS)),
        (PartnershipState.PREPARING, {"whatsapp", "payee"}),
        (PartnershipState.ACTIVE, set(DETAILS)),
        (PartnershipState.COMPLETED, {"payee"}),
        (PartnershipState.DECLINED, set()),
    ],
)
def test_what_has_been_used_stays_as_it_is(state: PartnershipState, expected: set[str]) -> None:
    assert open_terms(state) == expected


def test_every_state_says_what_may_be_corrected() -> None:
    assert all(open_terms(state) <= {SCOPE, *DETAILS} for state in PartnershipState)


def test_the_creator_proposes_with_what_they_want_to_talk_about(
    creator: FlaskClient, manager: FlaskClient, transactions: Transactions, people: People, invited: int
) -> None:
    address = f"/me/invitations/{invited}"
    asked = creator.get(address).text

    told = creator.post(
        address, data={"answer": "talk", "words": "Boleh?", **DETAILS_GIVEN}, follow_redirects=True
    ).text

    terms = terms_of(transactions, people, invited)
    offered = manager.get(f"/partnerships/{invited}/terms").text
    assert 'value="6281200000001"' in asked  # the number that the brand knows
    assert ADDRESS in told
    assert terms is not None
    assert (terms.address, terms.whatsapp, terms.changed_by) == (ADDRESS, "6281234567890", people.creator.account_id)
    assert state_of(transactions, people, invited) is PartnershipState.NEGOTIATING
    assert ADDRESS in offered
    assert "PT Dewi Demo" in manager.get(f"/partnerships/{invited}").text


def test_the_manager_offers_a_scope_and_the_creator_accepts_what_they_read(
    creator: FlaskClient, manager: FlaskClient, transactions: Transactions, people: People, invited: int
) -> None:
    move(transactions, people.creator, invited, PartnershipAction.NEGOTIATE, "Fewer posts")
    old = creator.get(f"/me/invitations/{invited}").text
    manager.post(f"/partnerships/{invited}/terms", data={"fee": "2.000.000", "note": "", "scope": "Tiga posting saja"})

    stale = creator.post(f"/me/invitations/{invited}", data={"answer": "accept", "seen": seen_on(old)})
    still = state_of(transactions, people, invited)
    data = {"answer": "accept", "seen": seen_on(stale.text), **DETAILS_GIVEN}
    creator.post(f"/me/invitations/{invited}", data=data)

    terms = terms_of(transactions, people, invited)
    assert (stale.status_code, still) == (422, PartnershipState.INVITED)
    assert "Tiga posting saja" in stale.text
    assert state_of(transactions, people, invited) is PartnershipState.ACCEPTED
    assert terms is not None
    assert (terms.scope, terms.payee) == ("Tiga posting saja", "PT Dewi Demo")


def test_both_sides_read_that_a_scope_in_words_leaves_the_list_of_content_as_it_is(
    creator: FlaskClient, manager: FlaskClient, transactions: Transactions, people: People, invited: int
) -> None:
    address = f"/partnerships/{invited}/terms"
    unsaid = creator.get(f"/me/invitations/{invited}").text
    move(transactions, people.creator, invited, PartnershipAction.NEGOTIATE, "Fewer posts")

    offered = manager.get(address).text
    manager.post(address, data={"fee": "2.000.000", "note": "", "scope": "Tiga posting saja"})
    read = creator.get(f"/me/invitations/{invited}").text

    assert "with “Do without this content”, once Dewi has agreed" in offered
    assert "The list of content below stays as planned, until Rina takes a piece out" in read
    assert "The list of content below" not in unsaid


def test_the_history_keeps_what_was_agreed_before_and_no_address(
    creator: FlaskClient, manager: FlaskClient, transactions: Transactions, people: People, invited: int
) -> None:
    address = f"/partnerships/{invited}/terms"
    for fee, scope in (("6.000.000", "Tiga posting"), ("8.000.000", "Dua posting")):
        move(transactions, people.creator, invited, PartnershipAction.NEGOTIATE, "Fewer posts")
        manager.post(address, data={"fee": fee, "note": "", "scope": scope, **DETAILS_GIVEN})

    read_by_both = [
        manager.get(f"/partnerships/{invited}/history").text,
        creator.get(f"/me/partnerships/{invited}/history").text,
    ]

    for history in read_by_both:
        assert "Fee: Rp6.000.000 → Rp8.000.000" in history
        assert "Tiga posting\n→ Dua posting" in history
        assert ADDRESS not in history


def test_terms_that_change_while_they_are_read_are_not_accepted(
    creator: FlaskClient, transactions: Transactions, people: People, invited: int
) -> None:
    read = creator.get(f"/me/invitations/{invited}").text
    with transactions.begin(people.manager) as work:
        correcting.correct(work, invited, {"variant": "Yang lain"})

    page = creator.post(f"/me/invitations/{invited}", data={"answer": "accept", "seen": seen_on(read)})

    assert page.status_code == 422
    assert state_of(transactions, people, invited) is PartnershipState.INVITED


def test_who_declines_leaves_no_address_behind(
    creator: FlaskClient, transactions: Transactions, people: People, invited: int
) -> None:
    creator.post(f"/me/invitations/{invited}", data={"answer": "decline", **DETAILS_GIVEN})

    assert state_of(transactions, people, invited) is PartnershipState.DECLINED
    assert terms_of(transactions, people, invited) is None


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"whatsapp": "call me"}, "This does not look like a WhatsApp number."),
        ({"address": "x" * 501}, "500"),
        ({"payee": "x" * 201}, "200"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_the_field_and_nothing_is_accepted(
    changes: dict[str, str],
    sentence: str,
    creator: FlaskClient,
    transactions: Transactions,
    people: People,
    invited: int,
) -> None:
    seen = seen_on(creator.get(f"/me/invitations/{invited}").text)

    page = creator.post(
        f"/me/invitations/{invited}", data={"answer": "accept", "seen": seen, **DETAILS_GIVEN, **changes}
    )

    assert page.status_code == 422
    assert sentence in page.text
    assert "Tanpa pewangi" in page.text
    assert state_of(transactions, people, invited) is PartnershipState.INVITED


def test_an_address_is_corrected_until_the_parcel_is_sent_and_the_other_side_is_told_only_that(
    creator: FlaskClient, manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = agree(transactions, people)
    clock.advance(minutes=60)
    address = f"/me/partnerships/{partnership_id}/details"
    linked = creator.get(f"/me/partnerships/{partnership_id}").text

    creator.post(address, data=DETAILS_GIVEN)
    asked = manager.get(f"/partnerships/{partnership_id}/send").text
    manager.post(f"/partnerships/{partnership_id}/send", data={"sent_on": "2026-01-05"})
    closed = creator.get(address).text
    with pytest.raises(Refused) as refusal, transactions.begin(people.creator) as work:
        correcting.correct(work, partnership_id, {"address": "Jalan Lain 1"})

    assert address in linked
    assert ADDRESS in asked
    assert 'name="address"' not in closed
    assert 'name="payee"' in closed
    assert refusal.value.field == "address"
    kept = written(transactions, people)
    assert "'fields': ['address', 'payee', 'variant', 'whatsapp']" in kept
    for secret in (ADDRESS, "6281234567890", "PT Dewi Demo"):
        assert secret not in kept


def test_a_manager_corrects_and_the_creator_is_told(
    manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = prepare(transactions, people)
    clock.advance(minutes=60)

    page = manager.get(f"/partnerships/{partnership_id}/details").text
    shown = manager.post(
        f"/partnerships/{partnership_id}/details", data={"payee": "PT Baru"}, follow_redirects=True
    ).text

    with transactions.looking(people.manager) as reading:
        told = reading.session.scalars(select(OutboxMail).where(OutboxMail.template == "details_changed_creator")).one()
    assert 'name="address"' not in page
    assert "PT Baru" in shown
    assert "Last changed by Rina" in shown
    assert "Changed: who is paid" in shown.replace("WhatsApp number, ", "")
    assert told.recipient_id == people.creator.account_id


def test_terms_that_nobody_has_written_down_are_not_called_correct(
    transactions: Transactions, people: People, manager: FlaskClient
) -> None:
    partnership_id = agree(transactions, people)
    empty = manager.get(f"/partnerships/{partnership_id}").text
    manager.post(f"/partnerships/{partnership_id}/details", data=DETAILS_GIVEN)

    written_down = manager.get(f"/partnerships/{partnership_id}").text

    assert ("Write them down" in empty, "Correct" in empty) == (True, False)
    assert ("Write them down" in written_down, "Correct" in written_down) == (False, True)


def test_what_stays_the_same_is_no_change(transactions: Transactions, people: People, invited: int) -> None:
    for _ in range(2):
        with transactions.begin(people.creator) as work:
            correcting.correct(work, invited, {"address": ADDRESS})

    with transactions.looking(people.manager) as reading:
        names = list(reading.session.scalars(select(HistoryEntry.name)))
    assert names.count("TermsChanged") == 1


@pytest.mark.parametrize(
    ("who", "given", "kind"),
    [
        ("creator", {"scope": "Nothing at all"}, NotAllowed),
        ("reviewer", {"address": ADDRESS}, NotAllowed),
        ("other_creator", {"address": ADDRESS}, NotFound),
        ("stranger", {"address": ADDRESS}, NotFound),
    ],
)
def test_terms_are_a_matter_of_two_sides(
    who: str, given: dict[str, str], kind: type[DomainError], transactions: Transactions, people: People, invited: int
) -> None:
    with pytest.raises(kind), transactions.begin(getattr(people, who)) as work:
        correcting.correct(work, invited, given)

    assert terms_of(transactions, people, invited) is None


def test_a_reviewer_sees_no_address(
    sign_in: SignIn, transactions: Transactions, people: People, creator: FlaskClient
) -> None:
    partnership_id = agree(transactions, people)
    creator.post(f"/me/partnerships/{partnership_id}/details", data=DETAILS_GIVEN)

    page = sign_in(people.reviewer).get(f"/partnerships/{partnership_id}").text

    assert ADDRESS not in page
    assert "6281234567890" not in page


def test_a_number_that_the_brand_knows_already_is_no_change(
    creator: FlaskClient, manager: FlaskClient, transactions: Transactions, people: People, invited: int
) -> None:
    address = f"/me/invitations/{invited}"
    given = {"whatsapp": "0812 0000 0001", "payee": "PT Dewi Demo", "seen": seen_on(creator.get(address).text)}

    creator.post(address, data={**given, "answer": "accept"})

    assert "Changed: who is paid<" in manager.get(f"/partnerships/{invited}").text
    terms = terms_of(transactions, people, invited)
    assert terms is not None
    assert (terms.whatsapp, terms.payee) == ("6281200000001", "PT Dewi Demo")
