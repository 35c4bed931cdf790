"""Every template's story, told to its end on the engine that this run is about."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, select
from sqlalchemy.orm import Session

from partnerships.deliverables.rules.payments import PaymentState
from partnerships.deliverables.tables import Deliverable, Payment
from partnerships.plans.rules.partnerships import PartnershipState
from partnerships.plans.rules.templates import BUILT_IN, load
from partnerships.plans.tables import Partnership
from tests.story.forks import Forks, forking
from tests.story.telling import figures
from tests.story.test_story import MakeEmpty, make_empty

__all__ = ["make_empty"]  # a fixture
LEFT = {"seed-ambassador": {"organic-post": "waived"}}  # nobody has to post
EARNED = {PaymentState.EARNED, PaymentState.APPROVED, PaymentState.PAID}  # the last are paid after its end
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    """The interpreter that the stories of this module are forked from."""
    with forking() as server:
        yield server


@pytest.mark.parametrize("key", [key for key in BUILT_IN if key != "usage-3m"])  # whose story `test_story` tells
def test_a_template_plays_to_its_end_without_a_lost_mail(
    key: str, tmp_path: Path, make_empty: MakeEmpty, forks: Forks
) -> None:
    url, template = make_empty(), load(key)

    found = figures(forks.tell(tmp_path, "--template", key, "--json", "--database-url", url))

    assert (found["lost"], found["duplicates"], found["stages"]) == (0, 0, len(template.stages))
    assert (found["answered"], found["deliverables"]) == (len(template.check_ins), len(template.deliverables))
    with Session(create_engine(url, poolclass=NullPool)) as session:
        assert session.scalars(select(Partnership.state)).one() is PartnershipState.COMPLETED
        paid = session.scalars(select(Payment.state)).all()
        assert (len(paid), set(paid) <= EARNED) == (len(template.payments), True)
        ended = {one.key: one.state.value for one in session.scalars(select(Deliverable)).unique()}
    assert {key: state for key, state in ended.items() if state != "done"} == LEFT.get(key, {})
