"""Migrations with rows in the tables; that the newest revision is what the code says is a net's business."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import Engine, MetaData, NullPool, create_engine, event, inspect, select, text
from sqlalchemy.exc import DBAPIError

from partnerships.config import Settings
from partnerships.database import migrating
from partnerships.database.session import db
from partnerships.database.work import Transactions
from partnerships.plans.rules.dates import CLOCKS
from tests.stories import People, prepare

Rows = dict[str, list[dict[str, Any]]]
REVISIONS = sorted(path.name[:4] for path in migrating.FOLDER.glob("versions/*.py"))


@pytest.fixture
def url(app: Flask, settings: Settings, transactions: Transactions, people: People) -> Iterator[str]:
    """Give a database at the newest revision that a partnership, its history and its mails stand in."""
    prepare(transactions, people)
    db.session.remove()
    db.engine.dispose()
    yield settings.database_url
    db.engine.dispose()


def rows_at(url: str) -> Rows:
    """Return every row of every table."""
    engine = create_engine(url, poolclass=NullPool)
    tables = MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
            for table in tables.sorted_tables
            if table.name != "alembic_version"
        }


def as_far_as(other: Rows, rows: Rows) -> Rows:
    """Return of `rows` the tables and columns that `other` has too: what one revision adds, and another drops, goes."""
    return {
        name: [{column: row[column] for column in row.keys() & known[0].keys()} for row in rows[name]]
        for name, known in other.items()
        if known and rows.get(name)
    }


def test_rows_survive_a_step_back_and_forth(url: str) -> None:
    before = rows_at(url)

    migrating.downgrade(url, "0001")
    between = rows_at(url)
    migrating.upgrade(url)
    after = rows_at(url)

    assert sum(map(len, before.values())) > 50
    for rows in (before, after):  # no older revision has a word for clocks
        rows["step"] = [row for row in rows["step"] if row["kind"] not in CLOCKS]
    assert as_far_as(before, between) == as_far_as(between, before)
    assert as_far_as(after, between) == as_far_as(between, after)
    assert before["shipment"] == after["shipment"]


def test_the_guards_stand_again_after_a_step_back_and_forth(url: str) -> None:
    migrating.downgrade(url, "0001")
    migrating.upgrade(url)

    engine = create_engine(url, poolclass=NullPool)
    changed = [f"UPDATE {table} SET org_id = org_id + 1" for table in ("brand", "partnership")]
    for sentence in ("DELETE FROM history_entry", *changed):
        with pytest.raises(DBAPIError, match=r"append-only|never changes"), engine.begin() as connection:
            connection.execute(text(sentence))


def test_a_fee_of_billions_stays_when_a_narrower_column_cannot_hold_it(url: str) -> None:
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("UPDATE partnership SET fee = 3000000000"))

    if engine.dialect.name == "sqlite":
        migrating.downgrade(url, "0002")  # its integers are wide anyway
    else:
        with pytest.raises(DBAPIError, match="out of range"):
            migrating.downgrade(url, "0002")

    with engine.connect() as connection:
        assert connection.scalar(text("SELECT fee FROM partnership")) == 3_000_000_000


def test_a_database_full_of_rows_can_be_taken_down_and_built_again(url: str) -> None:
    tables = set(rows_at(url))

    migrating.downgrade(url, "base")
    left = set(inspect(create_engine(url, poolclass=NullPool)).get_table_names()) - {"alembic_version"}
    migrating.upgrade(url)

    assert left == set()
    assert set(rows_at(url)) == tables
    assert not any(rows_at(url).values())


@pytest.mark.parametrize("broken_at", ["CREATE TABLE check_in", "CREATE TRIGGER"])
def test_a_revision_that_is_broken_off_leaves_nothing_of_itself_and_is_made_the_next_time(
    url: str, broken_at: str
) -> None:
    migrating.downgrade(url, "base")

    def break_off(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if broken_at in statement:
            raise ConnectionAbortedError

    event.listen(Engine, "before_cursor_execute", break_off)
    try:
        with pytest.raises(ConnectionAbortedError):
            migrating.upgrade(url)
    finally:
        event.remove(Engine, "before_cursor_execute", break_off)
    left = set(inspect(create_engine(url, poolclass=NullPool)).get_table_names()) - {"alembic_version"}
    missing = migrating.pending(url)
    migrating.upgrade(url)

    assert bool(left) == ("0001" not in missing)
    assert "0002" in missing
    assert migrating.pending(url) == []


def test_what_is_missing_is_told_the_oldest_first(url: str) -> None:
    at_head = migrating.pending(url)
    migrating.downgrade(url, "0001")
    one_back = migrating.pending(url)
    migrating.downgrade(url, "base")

    assert (at_head, one_back) == ([], REVISIONS[1:])
    assert migrating.pending(url) == REVISIONS


def test_the_commands_move_the_database(url: str, app: Flask) -> None:
    runner: FlaskCliRunner = app.test_cli_runner()

    down = runner.invoke(args=["db", "downgrade", "0001"])
    missing = migrating.pending(url)
    up = runner.invoke(args=["db", "upgrade"])

    assert (down.exit_code, missing) == (0, REVISIONS[1:])
    assert up.output == "The database is at the newest revision.\n"
    assert migrating.pending(url) == []
