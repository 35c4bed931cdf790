"""Numbers in addresses that no row can have are no error of the server."""

import pytest

from partnerships.database.work import Transactions
from tests.conftest import SignIn
from tests.stories import People, draft

FAR = "99999999999999999999"


@pytest.mark.parametrize(
    "address",
    [
        "/payments?page={far}",
        "/campaigns/{campaign}/numbers?page={far}",
        "/admin/mail?before={far}",
        "/dev/outbox?page={far}",
        "/templates/usage-3m?version={far}",
        "/partnerships/{partnership}/dates?what=back&number={far}",
        "/partnerships/new?creator={far}&campaign={far}",
    ],
)
def test_a_number_too_large_for_any_row_is_left_aside(
    transactions: Transactions, people: People, sign_in: SignIn, address: str
) -> None:
    partnership_id = draft(transactions, people)

    page = sign_in(people.owner).get(address.format(far=FAR, campaign=people.campaign_id, partnership=partnership_id))

    assert page.status_code in {200, 404, 422}  # and never 500
