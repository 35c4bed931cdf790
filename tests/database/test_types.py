from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, StatementError

from partnerships.database.types import UTCDateTime, word_column
from partnerships.database.work import Transactions
from partnerships.people.tables import Brand, Membership
from tests.stories import People

JAKARTA = timezone(timedelta(hours=7))


class Word(StrEnum):
    ONE = "one"
    TWO_WORDS = "two_words"


def test_a_moment_comes_back_as_the_same_moment_in_utc(transactions: Transactions, people: People) -> None:
    local = datetime(2026, 1, 26, 6, 30, 15, 123456, tzinfo=JAKARTA)

    with transactions.begin(people.manager) as work:
        work.session.add(Brand(org_id=people.manager.org_id, name="Early", created_at=local))

    with transactions.looking(people.manager) as reading:
        kept = reading.session.scalars(select(Brand.created_at).where(Brand.name == "Early")).one()
    assert kept == local
    assert kept.tzinfo is UTC


def test_moments_are_compared_as_moments_whatever_their_zone(transactions: Transactions, people: People) -> None:
    with transactions.begin(people.manager) as work:
        work.session.add(
            Brand(org_id=people.manager.org_id, name="Early", created_at=datetime(2026, 1, 26, 6, tzinfo=JAKARTA))
        )

    with transactions.looking(people.manager) as reading:
        late = datetime(2026, 1, 25, 23, 0, tzinfo=UTC)
        found = reading.session.scalars(select(Brand.name).where(Brand.created_at == late)).all()
    assert found == ["Early"]


def test_a_moment_without_a_zone_is_refused(transactions: Transactions, people: People) -> None:
    with pytest.raises(StatementError, match="naive datetime"), transactions.begin(people.manager) as work:
        work.session.add(
            Brand(org_id=people.manager.org_id, name="X", created_at=datetime(2026, 1, 1))  # noqa: DTZ001 - the point
        )


def test_nothing_stays_nothing(transactions: Transactions, people: People) -> None:
    with transactions.looking(people.manager) as reading:
        assert set(reading.session.scalars(select(Membership.ended_at))) == {None}


def test_a_word_column_keeps_the_values_not_the_names() -> None:
    column = word_column(Word)

    assert column.enums == ["one", "two_words"]
    assert column.name == "word"


def test_the_database_itself_refuses_a_word_it_does_not_know(transactions: Transactions, people: People) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)check"), transactions.sweeping() as sweep:
        sweep.session.execute(text("UPDATE membership SET role = 'emperor'"))


def test_the_type_can_be_cached() -> None:
    assert UTCDateTime.cache_ok is True
