"""The only Core writes: what several workers may try at once, and exactly one of them may do."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from .base import Base, Owned
from .scope import EVERYWHERE, OutOfScope, scope_of


def insert_once(session: Session, table: type[Owned], *rows: Mapping[str, object]) -> Sequence[int]:
    """Insert, in one statement, each row whose unique key nobody has used yet; return the ids of those.

    Raise `OutOfScope` for a row of another organisation than the session's.
    """
    scope = scope_of(session)
    if any(scope not in {EVERYWHERE, row.get("org_id")} for row in rows):
        raise OutOfScope("This row belongs to another organisation, or to none.")
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = make(table).values([dict(row) for row in rows]).on_conflict_do_nothing().returning(table.id)
    return session.scalars(statement, execution_options={"claiming": scope}).all()


def skip_locked(statement: Select[Any], table: type[Owned] | None = None) -> Select[Any]:
    """Return `statement` so that two workers never claim the same row.

    PostgreSQL skips rows that another worker holds; SQLite ignores it, where BEGIN IMMEDIATE lets in one at a time.
    `table`: the one that is claimed, when others are only looked at beside it.
    """
    return statement.with_for_update(skip_locked=True, of=table)


def claim(session: Session, table: type[Owned], key: int, free: ColumnElement[bool], values: Mapping[str, Any]) -> bool:
    """Change the row if it is still `free`; return whether it was."""
    statement = update(table).where(table.id == key, free).values(dict(values)).returning(table.id)
    return session.scalars(statement, execution_options={"synchronize_session": False}).one_or_none() is not None


def beat(session: Session, heartbeat: type[Base], name: str, at: datetime) -> None:
    """Write down that `name` is alive at the machine's moment `at`."""
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = make(heartbeat).values(name=name, beat_at=at)
    session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"beat_at": at}))
