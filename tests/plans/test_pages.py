"""Campaigns, the wizard with its preview, and the creator's yes, no, "it arrived", "not for me" and "it reacts"."""

import re
from datetime import date

import pytest
from flask.testing import FlaskClient

from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.plans import choosing, finding
from partnerships.plans.rules.partnerships import EndReason, HoldCause, PartnershipAction, PartnershipState
from partnerships.plans.tables import Campaign, Partnership
from tests.conftest import SignIn
from tests.stories import People, draft, move, prepare, start

ANCHOR = "2026-01-26"


@pytest.fixture
def manager(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.manager))


@pytest.fixture
def creator(sign_in: SignIn, people: People) -> FlaskClient:
    return english(sign_in(people.creator))


def seen_on(page: str) -> str:
    """Return which version of the terms the invitation on `page` shows."""
    shown = re.search(r'name="seen" value="(\d+)"', page)
    assert shown is not None
    return shown[1]


def english(client: FlaskClient) -> FlaskClient:
    client.post("/language", data={"locale": "en"})
    return client


def found(transactions: Transactions, people: People, partnership_id: int) -> Partnership:
    with transactions.looking(people.manager) as reading:
        return reading.get(Partnership, partnership_id)


def test_a_campaign_is_made_and_changed(manager: FlaskClient, transactions: Transactions, people: People) -> None:
    facts = {"name": "Glow spring", "product_id": people.product_id, "owner_id": people.manager.account_id}

    made = manager.post("/campaigns/new", data=facts | {"brief": "Use it daily"})
    with transactions.looking(people.manager) as reading:
        campaign_id = choosing.list_campaigns(reading)[0].id
    changed = manager.post(f"/campaigns/{campaign_id}", data=facts | {"name": "Glow summer"})

    assert made.status_code == changed.status_code == 302
    assert "Glow summer" in manager.get("/campaigns").text
    with transactions.looking(people.manager) as reading:
        assert reading.get(Campaign, campaign_id).brand_id == people.brand_id


def test_what_is_wrong_with_a_campaign_stands_beside_its_field_and_nothing_is_lost(
    manager: FlaskClient, people: People
) -> None:
    taken = manager.post(
        "/campaigns/new",
        data={
            "name": "Glow diary",
            "product_id": people.product_id,
            "owner_id": people.manager.account_id,
            "brief": "kept words",
        },
    )
    empty = manager.post("/campaigns/new", data={})

    assert taken.status_code == empty.status_code == 422
    assert "There is a campaign of this name already." in taken.text
    assert "kept words" in taken.text
    assert "Please fill this in." in empty.text
    assert "Please choose one." in empty.text
    assert "<title>Error:" in empty.text


def test_a_new_campaign_leads_to_its_first_partnership(manager: FlaskClient, people: People) -> None:
    begun = manager.get(f"/campaigns/new?product={people.product_id}").text
    facts = {"name": "Glow spring", "product_id": people.product_id, "owner_id": people.manager.account_id}

    page = manager.post("/campaigns/new", data=facts, follow_redirects=True).text

    assert f'<option selected value="{people.product_id}">' in begun
    assert re.search(r'Saved: Glow spring <a href="/partnerships/new\?campaign=\d+">Plan a partnership</a>', page)


def test_a_manager_moves_it_on_until_it_runs(
    manager: FlaskClient, transactions: Transactions, people: People, clock: ManualClock
) -> None:
    partnership_id = draft(transactions, people)
    manager.post(f"/partnerships/{partnership_id}/invite")
    move(transactions, people.creator, partnership_id, PartnershipAction.ACCEPT)
    manager.post(f"/partnerships/{partnership_id}/send", data={"sent_on": "2026-01-05", "carrier": "Kurir"})
    parcel = manager.get(f"/partnerships/{partnership_id}").text
    clock.advance(days=2)

    manager.post(f"/partnerships/{partnership_id}/receipt", data={"received_on": "2026-01-06"})
    manager.post(f"/partnerships/{partnership_id}/hold", data={"note": "holiday"})
    held = found(transactions, people, partnership_id)
    manager.post(f"/partnerships/{partnership_id}/resume")
    running = found(transactions, people, partnership_id)

    assert held.state is PartnershipState.ON_HOLD
    assert held.hold_cause is HoldCause.PAUSED
    assert "holiday" in manager.get(f"/partnerships/{partnership_id}").text
    assert running.is_running
    assert running.anchor_on == date(2026, 1, 6)
    assert "Kurir" in parcel


@pytest.mark.parametrize("note", ["", "  "])
def test_a_hold_needs_a_reason_and_says_so(
    manager: FlaskClient, transactions: Transactions, people: People, note: str
) -> None:
    partnership_id = start(transactions, people, date(2026, 1, 5))

    said = manager.post(f"/partnerships/{partnership_id}/hold", data={"note": note}, follow_redirects=True).text

    assert "Please say in a few words why it is put on hold. Nothing was changed." in said
    assert found(transactions, people, partnership_id).is_running


def test_an_ending_needs_a_reason_and_says_so(manager: FlaskClient, transactions: Transactions, people: People) -> None:
    partnership_id = draft(transactions, people)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)

    without = manager.post(f"/partnerships/{partnership_id}/end_early", follow_redirects=True).text
    wrong = manager.post(
        f"/partnerships/{partnership_id}/end_early", data={"reason": "too_honest"}, follow_redirects=True
    ).text
    still = found(transactions, people, partnership_id).state
    manager.post(f"/partnerships/{partnership_id}/end_early", data={"reason": "incident", "note": "recall"})

    assert "Please say why it ends." in without
    assert "cannot be kept" in wrong
    assert still is PartnershipState.INVITED
    assert found(transactions, people, partnership_id).end_reason is EndReason.INCIDENT


def test_what_is_not_possible_any_more_is_said_kindly(
    manager: FlaskClient, transactions: Transactions, people: People
) -> None:
    partnership_id = draft(transactions, people)

    page = manager.post(f"/partnerships/{partnership_id}/resume", follow_redirects=True)

    assert page.status_code == 200
    assert "not possible any more" in page.text


@pytest.mark.parametrize(
    ("received_on", "sentence"),
    [
        ("2026-01-06", "The product cannot have arrived in the future."),
        ("2025-12-01", "That is more than 14 days ago. Enter the day from which"),
        ("", "Please fill this in."),
        ("yesterday", "Please write a date"),
    ],
)
def test_a_wrong_receipt_is_refused_on_both_sides(
    received_on: str,
    sentence: str,
    manager: FlaskClient,
    creator: FlaskClient,
    transactions: Transactions,
    people: People,
) -> None:
    partnership_id = prepare(transactions, people)

    for client, address in ((manager, "/partnerships/{}/receipt"), (creator, "/me/receipts/{}")):
        page = client.post(address.format(partnership_id), data={"received_on": received_on})

        assert page.status_code == 422
        assert sentence in page.text
    assert found(transactions, people, partnership_id).anchor_confirmed_at is None


def test_the_invitation_says_what_is_asked_and_that_honesty_is_welcome(
    creator: FlaskClient, transactions: Transactions, people: People
) -> None:
    partnership_id = draft(transactions, people)
    unasked = creator.get(f"/me/invitations/{partnership_id}").status_code
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)

    page = creator.get(f"/me/invitations/{partnership_id}").text

    assert unasked == 404
    assert "You use Glow Serum for about 4 months" in page
    assert "8, two minutes each" in page
    assert "5 pieces" in page
    assert "Rp3.000.000" in page
    assert "An honest drawback is welcome" in page
    assert "“Not for me” is a fine ending." in page
    assert page.count("btn p lg") == 1


@pytest.mark.parametrize(
    ("answer", "state", "sentence"),
    [
        ("accept", PartnershipState.ACCEPTED, "Good to have you!"),
        ("decline", PartnershipState.DECLINED, "This invitation is closed."),
        ("talk", PartnershipState.NEGOTIATING, "would like to work with you"),
    ],
)
def test_an_answer_pressed_twice_counts_once(
    answer: str,
    state: PartnershipState,
    sentence: str,
    creator: FlaskClient,
    transactions: Transactions,
    people: People,
) -> None:
    partnership_id = draft(transactions, people)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    address = f"/me/invitations/{partnership_id}"
    data = {"answer": answer, "words": "hello", "seen": seen_on(creator.get(address).text)}

    first, second = (creator.post(address, data=data, follow_redirects=True) for _ in range(2))

    assert first.status_code == second.status_code == 200
    assert sentence in first.text
    assert sentence in second.text
    assert found(transactions, people, partnership_id).state is state


@pytest.mark.parametrize("seen", ["", "x", "999"])
def test_nobody_accepts_what_they_have_not_seen(
    creator: FlaskClient, transactions: Transactions, people: People, seen: str
) -> None:
    partnership_id = draft(transactions, people)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)

    page = creator.post(f"/me/invitations/{partnership_id}", data={"answer": "accept", "seen": seen})

    assert page.status_code == 422
    assert found(transactions, people, partnership_id).state is PartnershipState.INVITED


def test_an_answer_that_is_none_is_asked_again(
    creator: FlaskClient, transactions: Transactions, people: People
) -> None:
    partnership_id = draft(transactions, people)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)

    page = creator.post(f"/me/invitations/{partnership_id}", data={"answer": "maybe", "words": "kept words"})

    assert page.status_code == 422
    assert "Please choose one of the answers." in page.text
    assert "kept words" in page.text


def test_a_receipt_confirmed_twice_is_confirmed_once(
    creator: FlaskClient, transactions: Transactions, people: People
) -> None:
    partnership_id = prepare(transactions, people)
    address = f"/me/receipts/{partnership_id}"

    first = creator.post(address, data={"received_on": "2026-01-05"}, follow_redirects=True).text
    second = creator.post(address, data={"received_on": "2026-01-04"}, follow_redirects=True).text

    assert "Thank you, we have noted it" in first
    assert "Thank you, we have noted it" in second
    assert found(transactions, people, partnership_id).anchor_on == date(2026, 1, 5)


def test_not_for_me_ends_it_without_blame(creator: FlaskClient, transactions: Transactions, people: People) -> None:
    partnership_id = start(transactions, people, date(2026, 1, 5))
    address = f"/me/partnerships/{partnership_id}/not-for-me"

    asked = creator.get(address).text
    page = creator.post(address, data={"words": "too sticky"}, follow_redirects=True).text
    again = creator.post(address, data={"words": "too sticky"}, follow_redirects=True).text

    ended = found(transactions, people, partnership_id)
    assert "Nobody will hold it against you." in asked
    assert "It has ended" in page
    assert "It has ended" in again
    assert (ended.end_reason, ended.end_note) == (EndReason.NOT_FOR_ME, "too sticky")


def test_a_reaction_pauses_everything_first(creator: FlaskClient, transactions: Transactions, people: People) -> None:
    partnership_id = start(transactions, people, date(2026, 1, 5))

    page = creator.post(f"/me/partnerships/{partnership_id}/reaction", data={"words": ""}, follow_redirects=True).text

    held = found(transactions, people, partnership_id)
    assert "Everything is paused" in page
    assert (held.state, held.hold_cause) == (PartnershipState.ON_HOLD, HoldCause.REACTION)


@pytest.mark.parametrize(
    "address",
    ["/me/invitations/{}", "/me/receipts/{}", "/me/partnerships/{}/not-for-me", "/me/partnerships/{}/reaction"],
)
def test_a_creator_never_reaches_somebody_elses_partnership(
    address: str, sign_in: SignIn, transactions: Transactions, people: People
) -> None:
    partnership_id = prepare(transactions, people)

    for somebody in (people.other_creator, people.stranger_creator):
        foreign, unknown = (sign_in(somebody).get(address.format(number)) for number in (partnership_id, 999_999))
        assert foreign.status_code == unknown.status_code == 404
    posted = sign_in(people.other_creator).post(
        address.format(partnership_id), data={"answer": "accept", "received_on": "2026-01-05", "words": ""}
    )
    assert posted.status_code == 404
    assert found(transactions, people, partnership_id).state is PartnershipState.PREPARING
    assert sign_in(people.manager).get(address.format(partnership_id)).status_code == 403


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("GET", "/partnerships/{}/receipt"),
        ("POST", "/partnerships/{}/receipt"),
        ("POST", "/partnerships/{}/hold"),
    ],
)
def test_a_foreign_manager_and_a_reviewer_are_kept_out(
    method: str, address: str, sign_in: SignIn, transactions: Transactions, people: People
) -> None:
    partnership_id = start(transactions, people, date(2026, 1, 5))
    data = {"received_on": "2026-01-05"} if method == "POST" else None

    foreign = sign_in(people.stranger).open(address.format(partnership_id), method=method, data=data)
    reviewer = sign_in(people.reviewer).open(address.format(partnership_id), method=method, data=data)

    assert foreign.status_code == 404
    assert reviewer.status_code == 403
    assert found(transactions, people, partnership_id).is_running


def test_a_foreign_campaign_is_not_there(sign_in: SignIn, people: People) -> None:
    assert sign_in(people.stranger).get(f"/campaigns/{people.campaign_id}").status_code == 404
    assert "Glow" not in sign_in(people.stranger).get("/campaigns").text


def test_finding_lists_the_versions_in_order(transactions: Transactions, people: People) -> None:
    partnership_id = start(transactions, people, date(2026, 1, 5))

    with transactions.looking(people.manager) as reading:
        reasons = [version.reason for version in finding.list_versions(reading, partnership_id)]

    assert reasons == ["drafted", "received"]
