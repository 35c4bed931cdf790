"""Every template's story, told to its end on the engine that this run is about."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine, select
from sqlalchemy.orm import Session

from partnerships.deliverables.rules.payments import PaymentState
from partnerships.deliverables.tables import Deliverable, Payment
from partnerships.plans.rules.partnerships import PartnershipState
from partnerships.plans.rules.templates import BUILT_IN, load
from partnerships.plans.tables import CalendarRule, Partnership, PlanVersion
from partnerships.story.bending import FEAST_MOVES_ON
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


def test_a_feast_that_falls_a_day_later_takes_what_is_to_come_along_and_loses_no_mail(
    tmp_path: Path, make_empty: MakeEmpty, forks: Forks
) -> None:
    url = make_empty()

    told = forks.tell(tmp_path, "--template", "ramadan", "--feast-moves", "1", "--json", "--database-url", url)

    found, template = figures(told), load("ramadan")
    assert (found["lost"], found["duplicates"], found["answered"], found["done"]) == (0, 0, 5, 4)
    with Session(create_engine(url, poolclass=NullPool)) as session:
        planned, moved = (versions_of(session)[reason] for reason in ("agreed", "anchor_moved"))
        quiet = quiet_days(session)
    for spec in template.check_ins:
        name = f"check_in:{spec.key}"
        assert is_later(planned, moved, name, 1 if spec.day > FEAST_MOVES_ON else 0, quiet), spec.key


def test_a_parcel_nine_days_late_and_a_pause_of_two_weeks_move_every_day_by_as_much(
    tmp_path: Path, make_empty: MakeEmpty, forks: Forks
) -> None:
    url = make_empty()

    told = forks.tell(tmp_path, "--parcel-late", "9", "--pause", "14", "--json", "--database-url", url)

    found = figures(told)
    assert (found["lost"], found["duplicates"], found["answered"], found["verified"]) == (0, 0, 8, 5)
    with Session(create_engine(url, poolclass=NullPool)) as session:
        drafted, received, resumed = (versions_of(session)[reason] for reason in ("drafted", "received", "resumed"))
        quiet = quiet_days(session)
    began = drafted["stage_opens:first"]
    assert [
        name for name, day in drafted.items() if day >= began and not is_later(drafted, received, name, 9, quiet)
    ] == []
    assert {(received[name] - day).days for name, day in drafted.items() if day >= began and "stage" in name} == {9}
    assert is_later(received, resumed, "check_in:month-after", 14, quiet)
    assert resumed["check_in:first-days"] == received["check_in:first-days"]


def versions_of(session: Session) -> dict[str, dict[str, date]]:
    """Return the days of each version of the plan, by why it was made: the last one for a reason."""
    rows = session.scalars(select(PlanVersion).order_by(PlanVersion.number))
    return {row.reason: {name: date.fromisoformat(day) for name, day in row.dates.items()} for row in rows}


def quiet_days(session: Session) -> set[date]:
    return set(session.scalars(select(CalendarRule.on)))


def is_later(was: dict[str, date], now: dict[str, date], name: str, days: int, quiet: set[date]) -> bool:
    """Say whether it is due so many days later, unless that day is quiet: then it keeps clear of it, or stays on it.

    It is counted from its own day: from the quiet one that it had made way for, if it had.
    """
    own = [was[name]]
    while own[-1] - timedelta(days=1) in quiet:
        own.append(own[-1] - timedelta(days=1))
    to = {day + timedelta(days=days) for day in own}
    return now[name] in to or (bool(to & quiet) and now[name] not in quiet)
