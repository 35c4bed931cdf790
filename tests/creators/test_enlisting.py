import pytest
from sqlalchemy import select

from partnerships.core.actor import Role
from partnerships.core.clock import ManualClock
from partnerships.core.errors import NotFound, Refused
from partnerships.creators import enlisting, finding
from partnerships.creators.enlisting import CreatorFacts, HandleFacts
from partnerships.creators.tables import Creator, Handle, Platform
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Transactions
from partnerships.people import ending
from partnerships.people.tables import Account, Membership
from partnerships.plans.rules.partnerships import PartnershipAction
from tests.stories import People, draft, move

SARI = CreatorFacts(
    name="Sari",
    handles=(HandleFacts(platform=Platform.TIKTOK, name="@Sari.Kulit", followers=5_000),),
    whatsapp="0812 3456 7890",
)


def enlist(transactions: Transactions, people: People, email: str = "sari@creator.example") -> int:
    with transactions.begin(people.manager) as work:
        return enlisting.enlist(work, SARI, email=email, locale="id", zone="Asia/Makassar").id


def test_a_creator_gets_an_account_a_membership_and_a_file(people: People, transactions: Transactions) -> None:
    creator_id = enlist(transactions, people, "Sari@Creator.example")

    with transactions.looking(people.manager) as reading:
        creator = finding.get_creator(reading, creator_id)
        assert finding.get_address(reading, creator) == "sari@creator.example"
        assert creator.whatsapp == "6281234567890"
        assert [(handle.platform, handle.name) for handle in creator.handles] == [(Platform.TIKTOK, "sari.kulit")]
        assert creator.membership.role is Role.CREATOR
        entry = reading.session.scalars(select(HistoryEntry).where(HistoryEntry.name == "CreatorEnlisted")).one()
        assert entry.about == f"creator:{creator_id}"


def test_a_person_known_elsewhere_keeps_account_and_settings(people: People, transactions: Transactions) -> None:
    creator_id = enlist(transactions, people, "tari@creator.example")

    with transactions.everywhere() as everywhere:
        creator = everywhere.get_one(Creator, creator_id)
        assert creator.account_id == people.stranger_creator.account_id
        assert creator.name == "Sari"
        account = everywhere.get_one(Account, creator.account_id)
        assert (account.name, account.zone) == ("Tari", "Asia/Jakarta")


@pytest.mark.parametrize("email", ["dewi@creator.example", "manager@glow.example"])
def test_who_belongs_here_already_is_refused_and_nothing_is_kept(
    people: People, transactions: Transactions, email: str
) -> None:
    with pytest.raises(Refused) as refusal:
        enlist(transactions, people, email)

    assert refusal.value.field == "email"
    with transactions.everywhere() as everywhere:
        assert everywhere.scalars(select(Handle).where(Handle.name == "sari.kulit")).all() == []


def test_a_handle_belongs_to_one_creator_of_an_organisation_only(people: People, transactions: Transactions) -> None:
    enlist(transactions, people)

    with pytest.raises(Refused) as refusal, transactions.begin(people.manager) as work:
        enlisting.enlist(work, SARI, email="another@creator.example", locale="id", zone="Asia/Jakarta")

    assert refusal.value.field == "handles"
    assert "@sari.kulit" in str(refusal.value)
    with transactions.everywhere() as everywhere:
        assert everywhere.scalars(select(Account).where(Account.email == "another@creator.example")).all() == []


def test_another_organisation_may_know_the_same_handle(people: People, transactions: Transactions) -> None:
    enlist(transactions, people)

    with transactions.begin(people.stranger) as work:
        twin = enlisting.enlist(work, SARI, email="sari@creator.example", locale="id", zone="Asia/Jakarta")

        assert twin.org_id == people.stranger.org_id


def test_a_file_needs_a_handle(people: People, transactions: Transactions) -> None:
    facts = CreatorFacts(name="Sari", handles=())

    with pytest.raises(Refused, match="at least one account"), transactions.begin(people.manager) as work:
        enlisting.enlist(work, facts, email="sari@creator.example", locale="id", zone="Asia/Jakarta")


def test_an_unknown_zone_is_refused(people: People, transactions: Transactions) -> None:
    with pytest.raises(Refused) as refusal, transactions.begin(people.manager) as work:
        enlisting.enlist(work, SARI, email="sari@creator.example", locale="id", zone="Mars/Olympus")

    assert refusal.value.field == "zone"


def test_revising_keeps_the_handles_that_stay(people: People, transactions: Transactions) -> None:
    creator_id = enlist(transactions, people)
    facts = CreatorFacts(
        name="Sari W.",
        handles=(
            HandleFacts(platform=Platform.TIKTOK, name="sari.kulit", followers=6_000),
            HandleFacts(platform=Platform.BLOG, name="sari.example"),
        ),
    )
    with transactions.looking(people.manager) as reading:
        before = finding.get_creator(reading, creator_id).handles[0].id

    with transactions.begin(people.manager) as work:
        enlisting.revise(work, creator_id, facts)

    with transactions.looking(people.manager) as reading:
        creator = finding.get_creator(reading, creator_id)
        assert creator.name == "Sari W."
        assert [(handle.name, handle.followers) for handle in creator.handles] == [
            ("sari.kulit", 6_000),
            ("sari.example", None),
        ]
        assert creator.handles[0].id == before


def test_a_mistyped_address_is_mended_as_long_as_nobody_has_used_it(people: People, transactions: Transactions) -> None:
    creator_id = enlist(transactions, people, "srai@creator.example")
    with transactions.begin(people.manager) as work:
        was = work.get(Creator, creator_id).membership.as_actor()

        enlisting.revise(work, creator_id, SARI, email="Sari@Creator.example")

    with transactions.looking(people.manager) as reading:
        creator = finding.get_creator(reading, creator_id)
        assert finding.get_address(reading, creator) == "sari@creator.example"
        assert creator.membership.account.zone == "Asia/Makassar"
        old = reading.session.scalars(select(Membership).where(Membership.account_id == was.account_id)).one()
        assert old.ended_at == reading.now


@pytest.mark.parametrize("email", ["dewi@creator.example", "manager@glow.example"])
def test_an_address_is_not_mended_into_one_of_somebody_who_belongs_here(
    people: People, transactions: Transactions, email: str
) -> None:
    creator_id = enlist(transactions, people)

    with pytest.raises(Refused) as refusal, transactions.begin(people.manager) as work:
        enlisting.revise(work, creator_id, SARI, email=email)

    assert refusal.value.field == "email"


def test_an_address_that_somebody_has_answered_from_stays(people: People, transactions: Transactions) -> None:
    partnership_id = draft(transactions, people)
    move(transactions, people.manager, partnership_id, PartnershipAction.INVITE)
    move(transactions, people.creator, partnership_id, PartnershipAction.ACCEPT)

    with pytest.raises(Refused) as refusal, transactions.begin(people.manager) as work:
        enlisting.revise(work, people.creator_id, SARI, email="dewi2@creator.example")

    assert refusal.value.field == "email"


def test_a_foreign_file_is_not_found(people: People, transactions: Transactions) -> None:
    with pytest.raises(NotFound), transactions.begin(people.stranger) as work:
        enlisting.revise(work, people.creator_id, SARI)


def test_a_creator_who_left_comes_back_to_the_same_file(
    people: People, transactions: Transactions, clock: ManualClock
) -> None:
    creator_id = enlist(transactions, people)
    with transactions.begin(people.owner) as work:
        membership = finding.get_creator(work, creator_id).membership
        membership.ended_at = work.now
        with pytest.raises(NotFound):
            ending.end_membership(work, membership.id)
    with transactions.looking(people.manager) as reading:
        assert creator_id not in {creator.id for creator in finding.list_creators(reading)}

    clock.advance(days=30)
    again = enlist(transactions, people)

    assert again == creator_id
    with transactions.everywhere() as everywhere:
        account_id = everywhere.get_one(Creator, creator_id).account_id
        members = everywhere.scalars(select(Membership).where(Membership.account_id == account_id)).all()
        assert [member.ended_at for member in members] == [None]
