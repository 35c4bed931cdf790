"""Tell an accident of timing from a mistake: what a database refuses because two people acted at once."""

import sqlite3

from sqlalchemy.exc import DBAPIError

# https://www.postgresql.org/docs/current/errcodes-appendix.html
POSTGRESQL_STATES = frozenset(
    {
        "23505",  # unique_violation
        "40001",  # serialization_failure
        "40P01",  # deadlock_detected
    }
)
# https://www.sqlite.org/rescode.html: the two ways to say "not unique", and the primary code of "database is locked".
SQLITE_NOT_UNIQUE = frozenset({sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY})
SQLITE_PRIMARY_CODE = 0xFF


def is_collision(error: DBAPIError) -> bool:
    """Say whether the same work may well succeed, or find what the other one made, when it is done again."""
    refused = error.orig
    if isinstance(refused, sqlite3.Error):
        code: int = getattr(refused, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
        return code in SQLITE_NOT_UNIQUE or code & SQLITE_PRIMARY_CODE == sqlite3.SQLITE_BUSY
    return getattr(refused, "sqlstate", None) in POSTGRESQL_STATES
