"""Talking about the terms: the creator is told that somebody knows, the manager changes them and invites again."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from partnerships.core.errors import IllegalTransition
from partnerships.database.work import Transactions
from partnerships.mail.tables import OutboxMail
from partnerships.plans import offering
from partnerships.plans.rules.partnerships import PartnershipAction, PartnershipState
from partnerships.plans.tables import Partnership
from tests.conftest import SignIn
from tests.plans.test_pages import english, seen_on
from tests.stories import People, draft, move


@pytest.fixture
def invited(transactions: Transactions, people: People) -> int:
    partnership_id = draft(transactions, people)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    return partnership_id


@pytest.fixture
def negotiating(transactions: Transactions, people: People, invited: int) -> int:
    move(transactions, people.creator, invited, PartnershipAction.NEGOTIATE, "The fee")
    return invited


def invitations(transactions: Transactions, people: People) -> list[OutboxMail]:
    with transactions.looking(people.manager) as reading:
        mails = select(OutboxMail).where(OutboxMail.template == "invitation").order_by(OutboxMail.id)
        return list(reading.session.scalars(mails))


def test_every_invitation_is_mailed_with_its_own_words(
    transactions: Transactions, people: People, negotiating: int
) -> None:
    with transactions.begin(people.manager) as work:
        offering.offer(work, negotiating, fee=4_000_000, note="A million more.")
    move(transactions, people.creator, negotiating, PartnershipAction.NEGOTIATE, "The days")
    with transactions.begin(people.manager) as work:
        offering.offer(work, negotiating, fee=5_000_000, note="And another.")

    mails = invitations(transactions, people)
    assert [mail.context["note"] for mail in mails] == ["", "A million more.", "And another."]
    assert len({mail.idem_key for mail in mails}) == 3
    with transactions.looking(people.manager) as reading:
        partnership = reading.get(Partnership, negotiating)
    assert (partnership.state, partnership.fee) == (PartnershipState.INVITED, 5_000_000)


def test_what_was_accepted_keeps_its_terms(transactions: Transactions, people: People, negotiating: int) -> None:
    move(transactions, people.creator, negotiating, PartnershipAction.ACCEPT)

    with pytest.raises(IllegalTransition), transactions.begin(people.manager) as work:
        offering.offer(work, negotiating, fee=1, note="")

    with transactions.looking(people.manager) as reading:
        assert reading.get(Partnership, negotiating).fee == 3_000_000


def test_an_old_page_accepts_nothing_but_shows_the_new_terms(
    sign_in: SignIn, transactions: Transactions, people: People, negotiating: int
) -> None:
    creator = english(sign_in(people.creator))
    address = f"/me/invitations/{negotiating}"
    old = creator.get(address).text
    with transactions.begin(people.manager) as work:
        offering.offer(work, negotiating, fee=1_000_000, note="Less, sorry.")

    refused = creator.post(address, data={"answer": "accept", "words": "Fine!", "seen": seen_on(old)})
    with transactions.looking(people.manager) as reading:
        unaccepted = reading.get(Partnership, negotiating).state
    accepted = creator.post(address, data={"answer": "accept", "seen": seen_on(refused.text)})

    assert "Rp3.000.000" in old
    assert (refused.status_code, unaccepted) == (422, PartnershipState.INVITED)
    assert "so nothing is accepted yet" in refused.text
    assert "Rp1.000.000" in refused.text
    assert "Less, sorry." in refused.text
    assert accepted.status_code == 302
    with transactions.looking(people.manager) as reading:
        assert reading.get(Partnership, negotiating).state is PartnershipState.ACCEPTED


def test_the_creator_reads_that_somebody_has_been_told(sign_in: SignIn, people: People, invited: int) -> None:
    creator = english(sign_in(people.creator))
    before = creator.get(f"/me/invitations/{invited}").text

    data = {"answer": "talk", "words": "A fee for three posts"}
    page = creator.post(f"/me/invitations/{invited}", data=data, follow_redirects=True).text

    assert "has been told" not in before
    assert "Rina has been told" in page
    assert 'value="accept"' in page
    assert 'value="talk"' not in page


def test_who_wants_to_talk_says_about_what(
    sign_in: SignIn, transactions: Transactions, people: People, invited: int
) -> None:
    creator = english(sign_in(people.creator))

    wordless = creator.post(f"/me/invitations/{invited}", data={"answer": "talk", "words": " "})

    assert wordless.status_code == 422
    assert "Please say in a few words what you would like to talk about." in wordless.text
    with transactions.looking(people.manager) as reading:
        assert reading.get(Partnership, invited).state is PartnershipState.INVITED


def test_the_manager_changes_the_terms_and_invites_again(
    sign_in: SignIn, transactions: Transactions, people: People, negotiating: int
) -> None:
    manager: FlaskClient = english(sign_in(people.manager))
    address = f"/partnerships/{negotiating}/terms"
    whole, today = manager.get(f"/partnerships/{negotiating}").text, manager.get("/").text
    asked = manager.get(address).text

    wrong = manager.post(address, data={"fee": "a lot", "note": "kept"})
    sent = manager.post(address, data={"fee": "4.500.000", "note": "As we said."})

    assert f'href="{address}"' in whole
    assert f'href="{address}"' in today
    assert 'value="3000000"' in asked
    assert "Read as Rp3.000.000." in asked
    assert (wrong.status_code, "kept" in wrong.text) == (422, True)
    assert sent.headers["Location"] == f"/partnerships/{negotiating}"
    assert "The invitation is on its way. Fee: Rp4.500.000." in manager.get(f"/partnerships/{negotiating}").text
    seen = english(sign_in(people.creator)).get(f"/me/invitations/{negotiating}").text
    assert "Rp4.500.000" in seen
    assert "As we said." in seen
    assert 'value="talk"' in seen


def test_the_manager_reads_what_is_wished_for_above_the_terms(
    sign_in: SignIn, transactions: Transactions, people: People, invited: int
) -> None:
    manager: FlaskClient = english(sign_in(people.manager))
    address = f"/partnerships/{invited}/terms"
    move(transactions, people.creator, invited, PartnershipAction.NEGOTIATE, "Two posts, not three")

    asked = manager.get(address).text
    wrong = manager.post(address, data={"fee": "a lot", "note": ""}).text
    manager.post(address, data={"fee": "4.500.000", "note": "As we said."})
    move(transactions, people.creator, invited, PartnershipAction.NEGOTIATE, "A later start")
    again = manager.get(address).text

    for page in (asked, wrong):
        assert page.index("Two posts, not three") < page.index('name="fee"')
    assert "A later start" in again
    assert "Two posts" not in again


def test_a_draft_gets_its_fee_and_words_before_the_first_invitation(
    sign_in: SignIn, transactions: Transactions, people: People
) -> None:
    drafted = draft(transactions, people)
    manager = english(sign_in(people.manager))
    address = f"/partnerships/{drafted}/terms"

    whole, asked = manager.get(f"/partnerships/{drafted}").text, manager.get(address).text
    manager.post(address, data={"fee": "2.500.000", "note": "Hello!"})

    assert f'href="{address}"' in whole
    assert "Dewi gets the invitation, with what stands here." in asked
    assert "once more" not in asked
    assert "again" not in asked
    seen = english(sign_in(people.creator)).get(f"/me/invitations/{drafted}").text
    assert "Rp2.500.000" in seen
    assert "Hello!" in seen


def test_a_plan_is_discarded_without_a_word_to_anybody(
    sign_in: SignIn, transactions: Transactions, people: People
) -> None:
    drafted = draft(transactions, people)
    manager, creator = english(sign_in(people.manager)), english(sign_in(people.creator))
    before = manager.get(f"/partnerships/{drafted}").text

    page = manager.post(f"/partnerships/{drafted}/end_early", follow_redirects=True).text

    assert "Discard the plan" in before
    assert 'name="reason"' not in before
    assert "Discarded. Nobody had been asked, and nobody is told." in page
    assert "Discard the plan" not in page
    assert "Discarded the plan" in page  # the history
    assert "Discarded" in manager.get("/partnerships").text
    assert creator.get(f"/me/partnerships/{drafted}").status_code == 404
    assert "Glow Serum" not in creator.get("/me").text
    with transactions.looking(people.manager) as reading:
        assert reading.get(Partnership, drafted).is_over
        assert not reading.session.scalars(select(OutboxMail)).all()


def test_terms_that_are_agreed_are_not_asked_for(
    sign_in: SignIn, transactions: Transactions, people: People, negotiating: int
) -> None:
    move(transactions, people.creator, negotiating, PartnershipAction.ACCEPT)
    manager = english(sign_in(people.manager))
    address = f"/partnerships/{negotiating}/terms"

    looked = manager.get(address)
    pressed = manager.post(address, data={"fee": "1", "note": ""})

    assert looked.headers["Location"] == f"/partnerships/{negotiating}/details"
    assert pressed.status_code == 422
    assert "This is not possible any more" in pressed.text


def test_no_payment_can_be_waived_before_there_is_an_agreement(
    sign_in: SignIn, transactions: Transactions, people: People, invited: int
) -> None:
    manager = english(sign_in(people.manager))
    before = manager.get(f"/partnerships/{invited}").text

    move(transactions, people.creator, invited, PartnershipAction.ACCEPT)

    assert "/waive" not in before
    assert "/waive" in manager.get(f"/partnerships/{invited}").text
