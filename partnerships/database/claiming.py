"""The only Core writes: what several workers may try at once, and exactly one of them may do."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar, TypeVarTuple, cast

from sqlalchemy import ColumnElement, CursorResult, Select, insert, inspect, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.exc import StaleDataError

from .base import Base, Owned
from .scope import EVERYWHERE, OutOfScope, scope_of

Key = TypeVar("Key")
Row = TypeVar("Row", bound=Owned)
Selected = TypeVarTuple("Selected")


def insert_once(
    session: Session, table: type[Owned], rows: Sequence[Mapping[str, object]], key: InstrumentedAttribute[Key]
) -> Sequence[tuple[Key, int]]:
    """Insert each row whose unique `key` nobody has used yet, in one go; return key and id of those.

    Raise `OutOfScope` for a row of another organisation than the session's.
    """
    scope = scope_of(session)
    if any(scope not in {EVERYWHERE, row.get("org_id")} for row in rows):
        raise OutOfScope("This row belongs to another organisation, or to none.")
    if not rows:
        return []
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = make(table).on_conflict_do_nothing().returning(key, table.id)
    # A list beside the statement, not inside it: its text is then made once, and kept.
    inserted = session.execute(statement, [dict(row) for row in rows], execution_options={"claiming": scope})
    return inserted.all()


def skip_locked(statement: Select[*Selected], table: type[Owned] | None = None) -> Select[*Selected]:
    """Return `statement` so that two workers never claim the same row.

    PostgreSQL skips rows that another worker holds; SQLite ignores it, where BEGIN IMMEDIATE lets in one at a time.
    `table`: the one that is claimed, when others are only looked at beside it.
    """
    return statement.with_for_update(skip_locked=True, of=table)


def load_all(session: Session, table: type[Row], keys: Collection[int]) -> Sequence[Row]:
    """Return the rows of `keys`, which were claimed, in this order.

    Whoever mostly finds nothing asks for keys first: all that is joined to a row takes PostgreSQL long to plan.
    """
    if not keys:
        return []
    found = {row.id: row for row in session.scalars(select(table).where(table.id.in_(keys))).unique()}
    return [found[key] for key in keys]


def claim(session: Session, table: type[Owned], key: int, free: ColumnElement[bool], values: Mapping[str, Any]) -> bool:
    """Change the row if it is still `free`; return whether it was."""
    statement = update(table).where(table.id == key, free).values(dict(values)).returning(table.id)
    return session.scalars(statement, execution_options={"synchronize_session": False}).one_or_none() is not None


def claim_all(
    session: Session, table: type[Owned], keys: Collection[int], free: ColumnElement[bool], values: Mapping[str, Any]
) -> int:
    """Change those of the rows that are still `free`, in one statement; return how many were."""
    statement = update(table).where(table.id.in_(keys), free).values(dict(values)).returning(table.id)
    return len(session.scalars(statement, execution_options={"synchronize_session": False}).all())


def append(session: Session, table: type[Owned], row: Mapping[str, object]) -> None:
    """Insert a row that nothing is asked of again. Raise `OutOfScope` for another organisation's."""
    scope = scope_of(session)
    if scope not in {EVERYWHERE, row.get("org_id")}:
        raise OutOfScope("This row belongs to another organisation, or to none.")
    session.execute(insert(table), [dict(row)], execution_options={"claiming": scope})


def save_together(session: Session, table: type[Owned], rows: Sequence[Owned]) -> None:
    """Write what has changed in `rows` of `table`, those that changed alike in one statement.

    A flush writes rows that count versions one by one. Raise `StaleDataError`, as it does, when somebody else was
    faster with one of them.
    """
    mapper = inspect(table)
    counter = mapper.version_id_col
    alike: dict[tuple[tuple[str, Any], ...], list[Owned]] = {}
    for row in rows:
        state = inspect(row)
        names = sorted(state.committed_state.keys() & mapper.column_attrs.keys())
        if names:
            version = () if counter is None else ((counter.key, state.dict[counter.key]),)
            alike.setdefault((*version, *((name, state.dict[name]) for name in names)), []).append(row)
    for changes, changed in alike.items():
        values = dict(changes)
        statement = update(table).where(table.id.in_([row.id for row in changed]))
        if counter is not None:
            statement = statement.where(counter == values[counter.key])
            values[counter.key] += 1
        with session.no_autoflush:  # it would write them one by one
            written = session.execute(statement.values(values), execution_options={"synchronize_session": False})
        if cast("CursorResult[Any]", written).rowcount != len(changed):
            raise StaleDataError(f"somebody else has changed one of {len(changed)} rows of {mapper.local_table.name}")
        for row in changed:
            for name, value in values.items():
                set_committed_value(row, name, value)


def beat(session: Session, heartbeat: type[Base], name: str, at: datetime) -> None:
    """Write down that `name` is alive at the machine's moment `at`."""
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = make(heartbeat).values(name=name, beat_at=at)
    session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"beat_at": at}))
