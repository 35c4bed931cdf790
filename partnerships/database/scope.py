"""The wall between organisations. Whoever forgets to say which one gets an error, never a row."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Literal

from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction, with_loader_criteria

from .base import Owned

EVERYWHERE: Final = "every organisation"
Scope = int | Literal["every organisation"]


class OutOfScope(RuntimeError):
    """A statement or row outside the session's scope: a mistake in the program, never of the person."""


@contextmanager
def inside(session: Session, scope: Scope) -> Iterator[None]:
    """Let `session` see one organisation, or EVERYWHERE; close it after the block, forgetting what it saw."""
    if "scope" in session.info:
        raise OutOfScope("Units of work do not nest: pass the one you have.")
    session.info["scope"] = scope
    try:
        yield
    finally:
        try:
            session.close()
        finally:  # a connection that died cannot roll back; who works next in this thread must not pay for it
            del session.info["scope"]


@contextmanager
def narrowed(session: Session, org_id: int) -> Iterator[None]:
    """Let a session that sees every organisation see one for a while, as the tick does for each row it claims."""
    if session.info.get("scope") != EVERYWHERE:
        raise OutOfScope("Only a session that sees every organisation can be narrowed.")
    session.info["scope"] = org_id
    try:
        yield
        session.flush()
    finally:
        session.info["scope"] = EVERYWHERE


def narrow_statement(execution: ORMExecuteState) -> None:
    """Narrow a statement to the session's organisation, or raise `OutOfScope` if that cannot be done."""
    scope = scope_of(execution.session)
    if scope == EVERYWHERE or execution.execution_options.get("claiming") == scope:
        return
    # A list of rows makes an update by primary keys, which no criteria reach.
    by_keys = execution.is_update and isinstance(execution.parameters, list)
    if execution.is_insert or by_keys or not execution.is_orm_statement:
        raise OutOfScope("Plain SQL and bulk writes cannot be narrowed: select mapped classes, add or change rows.")
    execution.statement = execution.statement.options(
        with_loader_criteria(Owned, lambda table: table.org_id == scope, include_aliases=True)
    )


def refuse_foreign_rows(session: Session, _context: UOWTransaction, _instances: object) -> None:
    """Raise `OutOfScope` before a row of another organisation is written."""
    scope = scope_of(session)
    changed = [row for row in (*session.new, *session.dirty, *session.deleted) if isinstance(row, Owned)]
    if scope != EVERYWHERE and any(row.org_id != scope for row in changed):
        raise OutOfScope("This row belongs to another organisation, or to none.")


def scope_of(session: Session) -> Scope:
    """Return what `session` may see, or raise `OutOfScope` when nobody has said."""
    scope: Scope | None = session.info.get("scope")
    if scope is None:
        raise OutOfScope("Open a unit of work first: it says which organisation is asking.")
    return scope
