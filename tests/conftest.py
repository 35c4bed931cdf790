"""Shared fixtures: a real database that is built once by the migrations and copied for every test."""

import gc
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import event, make_url

from partnerships.config import Settings
from partnerships.core.actor import Actor
from partnerships.core.clock import ManualClock
from partnerships.database import migrating
from partnerships.database.session import db
from partnerships.database.work import Transactions
from partnerships.factory import create_app
from partnerships.mail.mailers import MemoryMailer
from partnerships.people.tables import Account
from tests.services.engine import SharedEngine
from tests.services.postgres import Postgres, running_postgres
from tests.services.routes import compiled_once
from tests.stories import People, settle

SignIn = Callable[[Actor | None], FlaskClient]
MakeDatabase = Callable[[], str]
DropDatabase = Callable[[str], None]
Fill = Callable[[str], None]
Freeze = Callable[[Fill], MakeDatabase]
NEVER_IDLE = "9999-01-01T00:00:00+00:00"  # stories take weeks, and nobody signs in again in the middle of one
ENGINE = os.environ.get("TEST_DATABASE", "sqlite")
# The suite draws the same examples every time, so that it takes the same time and fails for whoever broke it.
# `make explore` draws new ones, and ten times as many.
hypothesis.register_profile("settled", derandomize=True, deadline=None)
hypothesis.register_profile("explore", max_examples=1000, deadline=None)
hypothesis.load_profile("settled")


@dataclass(frozen=True)
class Settled:
    """People, how to make a database in which they have settled, and the addresses of those that were made."""

    people: People
    copy: MakeDatabase
    made: set[str] = field(default_factory=set)

    def make(self) -> str:
        url = self.copy()
        self.made.add(url)
        return url


def settings_for(url: str, data_dir: Path) -> Settings:
    return Settings(
        data_dir=data_dir,
        secret_key="a key for tests only, long enough to pass",
        database_url=url,
        mail_url="memory:",
        mail_from="sahabat@sahabat.example",
        public_base_url="http://localhost",
        testing=True,
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, leave out what asks no database: the run on SQLite has shown it, and it cannot differ.

    On SQLite, leave out what is about workers, which it has none of.
    """
    if ENGINE == "sqlite":
        again = [item for item in items if not item.get_closest_marker("workers")]
    else:
        asks = {"make_database", "make_empty", "postgres"}
        again = [item for item in items if _fixtures(item) & asks and not item.get_closest_marker("once")]
    config.hook.pytest_deselected(items=list(set(items) - set(again)))
    items[:] = again


def pytest_collection_finish() -> None:
    """Let the collector leave alone what stays to the end: a fifth of the time went into finding that nothing goes."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


def _fixtures(item: pytest.Item) -> set[str]:
    return set(getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running server, started once for all tests."""
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def freeze(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Freeze:
    """Return a function that takes an address, has its database filled, and returns how to make copies of it."""
    if ENGINE == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")

        def freeze_postgres(fill: Fill) -> MakeDatabase:
            template = f"template_{secrets.token_hex(4)}"
            fill(server.create(template).render_as_string(hide_password=False))
            server.freeze(template)
            return lambda: server.clone(template, f"test_{secrets.token_hex(6)}").render_as_string(hide_password=False)

        return freeze_postgres
    folder = tmp_path_factory.mktemp("databases")

    def freeze_sqlite(fill: Fill) -> MakeDatabase:
        template = folder / f"template_{secrets.token_hex(4)}.db"
        fill(f"sqlite:///{template}")

        def copy() -> str:
            copied = folder / f"{secrets.token_hex(6)}.db"
            shutil.copyfile(template, copied)
            return f"sqlite:///{copied}"

        return copy

    return freeze_sqlite


@pytest.fixture(scope="session")
def drop_database(request: pytest.FixtureRequest) -> DropDatabase:
    """Return a function that throws a database away: thousands of them would fill the disk and slow the server."""
    if ENGINE == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        return lambda url: server.drop(make_url(url).database or "")

    def drop_sqlite(url: str) -> None:
        kept = Path(make_url(url).database or "")
        for file in (kept, *kept.parent.glob(f"{kept.name}-*")):
            file.unlink(missing_ok=True)

    return drop_sqlite


@pytest.fixture(scope="session")
def make_database(freeze: Freeze) -> MakeDatabase:
    """Return a function that makes a fresh, migrated database and returns its address."""
    return freeze(migrating.upgrade)


@pytest.fixture(scope="session")
def settled(freeze: Freeze, tmp_path_factory: pytest.TempPathFactory) -> Settled:
    """The people of most tests, who settle once for all of them."""
    found: list[People] = []

    def fill(url: str) -> None:
        migrating.upgrade(url)
        app = create_app(
            settings_for(url, tmp_path_factory.mktemp("settled")), clock=ManualClock(), mailer=MemoryMailer()
        )
        with app.app_context():
            found.append(settle(app.extensions["transactions"]))
            db.engine.dispose()

    copy = freeze(fill)
    return Settled(found[0], copy)


@pytest.fixture
def clock() -> ManualClock:
    """Monday, 5 January 2026, nine in the morning in Jakarta."""
    return ManualClock()


@pytest.fixture
def mailer() -> MemoryMailer:
    return MemoryMailer()


@pytest.fixture
def settings(
    request: pytest.FixtureRequest, make_database: MakeDatabase, drop_database: DropDatabase, tmp_path: Path
) -> Iterator[Settings]:
    if "people" in request.fixturenames:
        settled: Settled = request.getfixturevalue("settled")
        url = settled.make()
    else:
        url = make_database()
    yield settings_for(url, tmp_path)
    drop_database(url)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates that were compiled once for all tests: each test's application would compile them anew."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture(scope="session")
def compiled_rules() -> Iterator[None]:
    """Addresses of pages that are compiled once for all tests."""
    with compiled_once():
        yield


@pytest.fixture(scope="session")
def shared_engine() -> SharedEngine:
    """The engine that every test's application uses."""
    return SharedEngine()


@pytest.fixture
def app(
    settings: Settings,
    clock: ManualClock,
    mailer: MemoryMailer,
    compiled_templates: FileSystemBytecodeCache,
    compiled_rules: None,
    shared_engine: SharedEngine,
) -> Iterator[Flask]:
    with shared_engine.going_to(settings.database_url):
        app = create_app(settings, clock=clock, mailer=mailer)
        app.jinja_env.bytecode_cache = compiled_templates
        app.config["WTF_CSRF_ENABLED"] = False
        with app.app_context():
            yield app
            app.extensions["accounts"].remove()
            db.session.remove()


@pytest.fixture
def transactions(app: Flask) -> Transactions:
    made: Transactions = app.extensions["transactions"]
    return made


@pytest.fixture
def people(transactions: Transactions, settings: Settings, settled: Settled) -> People:
    """Two organisations. They come with the database, unless a test asks for them when that is made already."""
    return settled.people if settings.database_url in settled.made else settle(transactions)


@pytest.fixture
def sign_in(app: Flask, transactions: Transactions) -> SignIn:
    """Return a function that gives a browser in which somebody (or nobody) is signed in."""

    def as_somebody(actor: Actor | None) -> FlaskClient:
        client = app.test_client()
        if actor:
            with transactions.everywhere() as everywhere:
                account = everywhere.get_one(Account, actor.account_id)
            with client.session_transaction() as session:
                session.update(_user_id=account.fs_uniquifier, _fresh=True, org_id=actor.org_id, seen=NEVER_IDLE)
        return client

    return as_somebody


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    """The SQL statements that reach the database, without the transaction's own."""
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE", "ROLLBACK TO")):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)
