"""The tables of Procrastinate: made, brought to the version that is installed, and taken away.

They are kept apart from our revisions. The library brings its schema and the steps between its versions along, but does
not write down which of them a database has; so that stands as a comment on its table.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from procrastinate.schema import SchemaManager
from psycopg import Connection as Driver
from sqlalchemy import Connection, NullPool, create_engine, text

TABLE = "procrastinate_jobs"
NOTE = "brought up by Sahabat to "
ONE_AT_A_TIME = 20_260_106  # a number of ours, for the lock that those who start together wait for


class NotOurs(RuntimeError):
    """Somebody else uses Procrastinate in this database."""


def bring_up(url: str) -> None:
    """Make the tables, or bring them to the installed version. Whoever calls it again changes nothing."""
    with _alone(url) as connection:
        newest = _steps()[-1]
        steps = _missing(connection)
        for script in [SchemaManager.get_schema()] if steps is None else map(_read, steps):
            _driver(connection).execute(script.encode())
        if steps != []:
            connection.exec_driver_sql(f"COMMENT ON TABLE {TABLE} IS '{NOTE}{newest}'")


def take_down(url: str) -> None:
    """Take away all that Procrastinate made, with the jobs that wait: what is due stands in tables of our own."""
    with _alone(url) as connection:
        if _missing(connection) is None:
            return
        for kind in ("TABLE", "FUNCTION", "TYPE"):
            for name in connection.scalars(text(MADE[kind])).all():
                connection.exec_driver_sql(f"DROP {kind} IF EXISTS {name} CASCADE")


MADE = {
    "TABLE": r"SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relname LIKE 'procrastinate\_%'",
    "FUNCTION": r"SELECT oid::regprocedure::text FROM pg_proc WHERE proname LIKE 'procrastinate\_%'",
    "TYPE": r"SELECT oid::regtype::text FROM pg_type WHERE typtype IN ('e', 'c') AND typname LIKE 'procrastinate\_%'",
}


def is_behind(url: str) -> bool:
    """Say whether the tables are missing or older than what is installed."""
    with _alone(url) as connection:
        return _missing(connection) != []


def _missing(connection: Connection) -> list[str] | None:
    """Return the steps that the tables lack, or None when there are no tables."""
    if connection.scalar(text("SELECT to_regclass(:table)"), {"table": TABLE}) is None:
        return None
    noted = connection.scalar(text("SELECT obj_description(to_regclass(:table))"), {"table": TABLE}) or ""
    if not noted.startswith(NOTE):
        raise NotOurs(f"{TABLE} is not ours: somebody else uses Procrastinate here. Give Sahabat its own database.")
    return [step for step in _steps() if step > noted.removeprefix(NOTE)]


def _steps() -> list[str]:
    """Return the names of the library's steps from version to version, which sort in their order."""
    return sorted(path.name for path in Path(SchemaManager.get_migrations_path()).glob("*.sql"))


def _read(step: str) -> str:
    return Path(SchemaManager.get_migrations_path(), step).read_text(encoding="utf-8")


@contextmanager
def _alone(url: str) -> Iterator[Connection]:
    """Yield a transaction that no other process has at the same time."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ONE_AT_A_TIME})")
        yield connection
    engine.dispose()


def _driver(connection: Connection) -> "Driver[object]":
    """Return psycopg's connection: it takes a script of several statements."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, Driver)
    return driver
