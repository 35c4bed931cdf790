from dataclasses import replace

import pytest
from sqlalchemy import select

from partnerships.core.errors import NotFound, Refused
from partnerships.database.work import Transactions
from partnerships.people.tables import Membership
from partnerships.plans import campaigning, choosing
from partnerships.plans.campaigning import CampaignFacts
from partnerships.plans.tables import Campaign
from tests.stories import People, draft


def facts(people: People, **more: object) -> CampaignFacts:
    plain = CampaignFacts(
        name="Malam",
        product_id=people.product_id,
        owner_id=people.owner.person_id,
        brief="Apa adanya",
    )
    return replace(plain, **more)  # type: ignore[arg-type]  # values of its own fields


def test_a_campaign_takes_its_brand_from_its_product(transactions: Transactions, people: People) -> None:
    with transactions.begin(people.manager) as work:
        campaign_id = campaigning.create_campaign(work, facts(people)).id

    with transactions.looking(people.manager) as reading:
        campaign = reading.get(Campaign, campaign_id)
    assert (campaign.name, campaign.brand_id, campaign.brief) == ("Malam", people.brand_id, "Apa adanya")


def test_a_campaign_may_keep_its_own_name_when_it_is_edited(transactions: Transactions, people: People) -> None:
    with transactions.begin(people.manager) as work:
        campaigning.edit_campaign(work, people.campaign_id, facts(people, name="Glow diary", brief="Baru"))

    with transactions.looking(people.manager) as reading:
        assert reading.get(Campaign, people.campaign_id).brief == "Baru"


def test_names_that_differ_by_case_alone_are_the_same_name(transactions: Transactions, people: People) -> None:
    with pytest.raises(Refused) as refused, transactions.begin(people.manager) as work:
        campaigning.create_campaign(work, facts(people, name="GLOW diary"))
    with transactions.begin(people.manager) as work:
        renamed = campaigning.edit_campaign(work, people.campaign_id, facts(people, name="Glow Diary")).name

    assert refused.value.field == "name"
    assert renamed == "Glow Diary"


@pytest.mark.parametrize("product", ["foreign", "unknown"])
def test_a_foreign_and_an_unknown_product_are_refused_alike(
    transactions: Transactions, people: People, product: str
) -> None:
    with transactions.looking(people.stranger) as reading:
        foreign = reading.get(Campaign, people.stranger_campaign_id).product_id
    chosen = foreign if product == "foreign" else 999_999

    with pytest.raises(Refused, match="choose a product") as refusal, transactions.begin(people.manager) as work:
        campaigning.create_campaign(work, facts(people, product_id=chosen))

    assert refusal.value.field == "product_id"


@pytest.mark.parametrize("who", ["reviewer", "creator", "stranger"])
def test_only_owners_and_managers_of_this_organisation_own_a_campaign(
    transactions: Transactions, people: People, who: str
) -> None:
    account_id = getattr(people, who).account_id

    with pytest.raises(Refused) as refusal, transactions.begin(people.manager) as work:
        campaigning.create_campaign(work, facts(people, owner_id=account_id))

    assert refusal.value.field == "owner_id"


def test_who_has_left_owns_no_new_campaign(transactions: Transactions, people: People) -> None:
    with transactions.begin(people.manager) as work:
        left = work.session.scalars(select(Membership).where(Membership.account_id == people.owner.account_id)).one()
        left.ended_at = work.now

    with pytest.raises(Refused), transactions.begin(people.manager) as work:
        campaigning.create_campaign(work, facts(people))


def test_a_name_is_given_once(transactions: Transactions, people: People) -> None:
    with pytest.raises(Refused) as refusal, transactions.begin(people.manager) as work:
        campaigning.create_campaign(work, facts(people, name="Glow diary"))

    assert refusal.value.field == "name"


def test_a_foreign_campaign_is_not_there_to_edit(transactions: Transactions, people: People) -> None:
    for key in (people.stranger_campaign_id, 999_999):
        with pytest.raises(NotFound), transactions.begin(people.manager) as work:
            campaigning.edit_campaign(work, key, facts(people))


def test_only_what_is_ones_own_is_offered(transactions: Transactions, people: People) -> None:
    draft(transactions, people)

    with transactions.looking(people.manager) as reading:
        campaigns = choosing.list_campaigns(reading)
        products = choosing.list_products(reading)
        owners = choosing.list_owners(reading)
        creators = choosing.list_creators(reading).creators

    assert [(line.name, line.product, line.brand, line.owner, line.partnerships) for line in campaigns] == [
        ("Glow diary", "Glow Serum", "Glow", "Wulan", 1)
    ]
    assert [(choice.name, choice.group) for choice in products] == [("Glow Serum", "Glow")]
    assert [choice.name for choice in owners] == ["Rina", "Wulan"]
    assert [choice.name for choice in creators] == ["Dewi", "Galih"]
