"""The application's hold on its database."""

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine, ExceptionContext, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session

from .base import Base
from .scope import narrow_statement, refuse_foreign_rows

BUSY_MILLISECONDS = 5000
MEMORY_MAP_BYTES = 256 * 1024 * 1024
# Our joins follow keys outwards from the row that was asked for. PostgreSQL would try every order of up to eight
# tables, which took three times as long as the statements themselves (the story: 22.8 s; 7.2 s with four).
REORDERED_TABLES = 4

db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})
event.listen(db.session, "do_orm_execute", narrow_statement)
event.listen(db.session, "before_flush", refuse_foreign_rows)


def open_database(app: Flask) -> None:
    """Bind `db` to `app`, with the settings that its kind of database needs."""
    db.init_app(app)
    with app.app_context():
        event.listen(db.engine, "handle_error", _forget_details)
        if db.engine.dialect.name == "sqlite":
            prepare_sqlite(db.engine)
        else:
            event.listen(db.engine, "connect", _limit_planning)


def _forget_details(broken: ExceptionContext) -> None:
    """Cut what PostgreSQL tells of the row out of an error: what people wrote never stands in a log."""
    for error in (broken.original_exception, broken.sqlalchemy_exception):
        if error is not None and error.args:
            error.args = (str(error.args[0]).partition("\nDETAIL:")[0], *error.args[1:])


def _limit_planning(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    for setting in ("join_collapse_limit", "from_collapse_limit"):
        cursor.execute(f"SET {setting} = {REORDERED_TABLES}")
    cursor.close()
    connection.commit()  # a setting made in a transaction goes when that is rolled back


def start_writing(session: Session) -> None:
    """Take SQLite's write lock now: taking it after a read fails at once instead of waiting its turn."""
    session.connection(execution_options={"sqlite_begin": "BEGIN IMMEDIATE"})


def prepare_sqlite(engine: Engine) -> None:
    """Make every connection of `engine` check foreign keys, write ahead and begin when it is told to."""
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)


def _set_pragmas(connection: DBAPIConnection, _record: object) -> None:
    connection.isolation_level = None  # the driver would begin late, and never for a read; `_begin` does it
    cursor = connection.cursor()
    for pragma in (
        "foreign_keys = ON",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        f"busy_timeout = {BUSY_MILLISECONDS}",
        f"mmap_size = {MEMORY_MAP_BYTES}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))
