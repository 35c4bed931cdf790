"""Run migrations against the tables' metadata. Knows no Flask application."""

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, Enum, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import NullPool

import partnerships.authenticity.tables
import partnerships.check_ins.tables
import partnerships.database.heartbeat
import partnerships.database.history
import partnerships.deliverables.tables
import partnerships.mail.tables
import partnerships.web.tables
from partnerships.database.base import Base
from partnerships.database.types import UTCDateTime

__all__ = ["partnerships"]  # imported so that every table stands in the metadata
ONE_AT_A_TIME = 20_260_105  # a number of ours: workers that start together would make the same tables twice


def run() -> None:
    """Connect and migrate. SQLite copies tables to alter them, so foreign keys are looked at afterwards."""
    engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "", poolclass=NullPool)
    is_sqlite = engine.dialect.name == "sqlite"
    if is_sqlite:
        event.listen(engine, "connect", _prepare)
        event.listen(engine, "begin", _begin)
    with engine.connect() as connection:
        if not is_sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({ONE_AT_A_TIME})")  # until we hang up
            connection.exec_driver_sql("SET lock_timeout = '10s'")
            connection.commit()  # the migrations begin transactions of their own
        _migrate(connection)
        if is_sqlite:
            _check_foreign_keys(connection)
    engine.dispose()


def _prepare(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None  # else the driver commits before each CREATE: a kill would leave half a revision
    connection.execute("PRAGMA foreign_keys = OFF")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        compare_server_default=True,
        transaction_per_migration=True,
        transactional_ddl=True,  # Alembic would not trust SQLite with it, because of its driver
        include_name=_is_ours,
        render_item=_render,
    )
    with context.begin_transaction():
        context.run_migrations()


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    """Leave the tables of the job engine alone: `database.job_tables` looks after them."""
    return kind != "table" or not (name or "").startswith("procrastinate_")


def _render(kind: str, item: object, _context: AutogenContext) -> str | Literal[False]:
    """Write our own types as plain ones, so that an old migration never imports today's code."""
    if kind == "type" and isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Enum):
        words = ", ".join(f'"{word}"' for word in item.enums)
        return f'sa.Enum({words}, name="{item.name}", native_enum=False, create_constraint=True, length={item.length})'
    return False


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise RuntimeError(f"the migration left rows that point nowhere: {broken[:5]}")


run()
