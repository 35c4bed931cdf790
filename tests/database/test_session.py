from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.exc import DBAPIError

from partnerships.database.session import BUSY_MILLISECONDS, db
from partnerships.database.work import Transactions
from partnerships.people.tables import Brand
from tests.stories import People


@pytest.fixture
def boundaries(app: Flask, people: People) -> Iterator[list[str]]:
    """The transaction boundaries that reach the database."""
    seen: list[str] = []
    event.listen(db.engine, "begin", lambda c: seen.append(c.get_execution_options().get("sqlite_begin", "BEGIN")))
    event.listen(db.engine, "commit", lambda _: seen.append("COMMIT"))
    event.listen(db.engine, "rollback", lambda _: seen.append("ROLLBACK"))
    yield seen
    db.engine.dispose()


@pytest.fixture
def on_sqlite(app: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("about SQLite only")


def test_writing_locks_first_and_commits_once(
    transactions: Transactions, people: People, boundaries: list[str]
) -> None:
    with transactions.begin(people.manager) as work:
        work.get(Brand, people.brand_id).name = "Changed"

    assert boundaries == ["BEGIN IMMEDIATE", "COMMIT"]


def test_looking_neither_locks_nor_commits(transactions: Transactions, people: People, boundaries: list[str]) -> None:
    with transactions.looking(people.manager) as reading:
        reading.get(Brand, people.brand_id)

    assert boundaries == ["BEGIN", "ROLLBACK"]


def test_an_error_rolls_back_and_commits_nothing(
    transactions: Transactions, people: People, boundaries: list[str]
) -> None:
    with pytest.raises(LookupError), transactions.begin(people.manager):
        raise LookupError

    assert boundaries == ["BEGIN IMMEDIATE", "ROLLBACK"]


@pytest.mark.usefixtures("on_sqlite")
def test_sqlite_checks_foreign_keys_writes_ahead_and_waits_its_turn() -> None:
    with db.engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("foreign_keys", "journal_mode", "synchronous", "busy_timeout")
        }

    assert pragmas == {"foreign_keys": 1, "journal_mode": "wal", "synchronous": 1, "busy_timeout": BUSY_MILLISECONDS}


@pytest.mark.usefixtures("on_sqlite")
def test_one_writes_while_others_read(transactions: Transactions, people: People) -> None:
    with transactions.begin(people.manager) as work:
        work.get(Brand, people.brand_id).name = "Changed"
        work.session.flush()
        with db.engine.connect() as other:
            seen = other.scalar(select(Brand.name).where(Brand.id == people.brand_id))

    assert seen == "Glow"


def test_a_name_that_stands_already_is_refused_by_the_database(transactions: Transactions, people: People) -> None:
    with pytest.raises(DBAPIError, match=r"(?i)unique"), transactions.sweeping() as sweep:
        sweep.session.add(Brand(org_id=people.manager.org_id, name="Glow", created_at=sweep.now))
