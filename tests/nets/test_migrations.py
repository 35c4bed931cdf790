"""Migrations: one line of them, leading exactly to the tables as the code has them, forth and back."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Engine, NullPool, create_engine, inspect, text

from tests.nets.source import ROOT, metadata
from tests.services.postgres import Postgres

MIGRATIONS = ROOT / "migrations"


@pytest.fixture
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[URL]:
    """Give an empty database of the kind that this run is about."""
    if os.environ.get("TEST_DATABASE", "sqlite") == "sqlite":
        yield URL.create("sqlite", database=str(tmp_path / "migrated.db"))
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = f"migrated_{secrets.token_hex(4)}"
    yield server.create(name)
    server.drop(name)


@pytest.fixture
def alembic(url: URL) -> Config:
    """Give alembic's settings as `flask db` makes them, for the empty database."""
    if not (MIGRATIONS / "env.py").exists():
        pytest.skip("there are no migrations yet")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", url.render_as_string(hide_password=False).replace("%", "%%"))
    return config


@pytest.fixture
def engine(url: URL) -> Engine:
    return create_engine(url, poolclass=NullPool)


def names_in(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def test_there_is_one_newest_revision(alembic: Config) -> None:
    assert len(ScriptDirectory.from_config(alembic).get_heads()) == 1


def test_the_newest_revision_has_the_tables_of_the_code(alembic: Config, engine: Engine) -> None:
    command.upgrade(alembic, "head")

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, metadata())

    assert not differences


def test_every_revision_can_be_taken_back_and_done_again(alembic: Config, engine: Engine) -> None:
    command.upgrade(alembic, "head")
    before = names_in(engine)
    revisions = list(ScriptDirectory.from_config(alembic).walk_revisions())

    for revision in revisions:
        assert isinstance(revision.down_revision, str | None)
        command.downgrade(alembic, revision.down_revision or "base")
    emptied = names_in(engine)
    command.upgrade(alembic, "head")

    assert emptied == set()
    assert names_in(engine) == before


def test_every_owned_table_keeps_its_organisation(alembic: Config, engine: Engine) -> None:
    """A trigger says so, or one that lets no row change at all. SQLite loses it when a migration copies the table."""
    command.upgrade(alembic, "head")
    owned = {table.name for table in metadata().sorted_tables if "org_id" in table.columns}
    catalogue = {"sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'"}
    with engine.connect() as connection:
        guards = set(connection.scalars(text(catalogue.get(engine.dialect.name, "SELECT tgname FROM pg_trigger"))))

    assert {table for table in owned if not guards & {f"{table}_keeps_org", f"{table}_refuses_update"}} == set()
