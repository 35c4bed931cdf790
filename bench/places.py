"""Where a measure takes place: a folder and a database that are thrown away, and an application on them.

PostgreSQL is the tests' own: a real server that never waits for the disk. SQLite is set as in production.
"""

import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from partnerships.config import Settings
from partnerships.core.clock import Clock
from partnerships.database import migrating
from partnerships.database.session import db
from partnerships.database.work import Transactions
from partnerships.factory import create_app
from partnerships.mail.mailers import Mailer, MemoryMailer
from tests.services.ports import free_port
from tests.services.postgres import running_postgres


@contextmanager
def empty_place(database: str = "sqlite") -> Iterator[Settings]:
    """Give the settings of an installation whose tables stand empty; `database` is "sqlite" or "postgresql"."""
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        if database == "sqlite":
            yield _settle(Path(folder), f"sqlite:///{folder}/bench.db")
            return
        with running_postgres() as server:
            yield _settle(Path(folder), server.create("bench").render_as_string(hide_password=False))


def _settle(folder: Path, url: str) -> Settings:
    migrating.upgrade(url)
    port = free_port()
    return Settings(
        data_dir=folder,
        secret_key=secrets.token_urlsafe(48),
        database_url=url,
        mail_url=f"folder:{folder / 'mail'}",
        mail_from="sahabat@sahabat.example",
        public_base_url=f"http://127.0.0.1:{port}",
        port=port,
    )


@dataclass(frozen=True, slots=True)
class Opened:
    """An application inside this process."""

    app: Flask
    transactions: Transactions


@contextmanager
def opened(settings: Settings, clock: Clock, mailer: Mailer | None = None) -> Iterator[Opened]:
    """Give an application around `clock`, and let go of its database afterwards."""
    app = create_app(settings, clock=clock, mailer=mailer or MemoryMailer())
    with app.app_context():
        try:
            yield Opened(app, app.extensions["transactions"])
        finally:
            db.session.remove()
            db.engine.dispose()
