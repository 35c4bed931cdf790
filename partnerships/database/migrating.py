"""Bring the database to the newest revision, back, or say where it stands. Alembic does the work."""

from pathlib import Path
from types import ModuleType

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import NullPool

FOLDER = Path(__file__).parents[2] / "migrations"


def upgrade(url: str, revision: str = "head") -> None:
    """Run every migration up to `revision`."""
    command.upgrade(_config(url), revision)
    if revision == "head" and _is_postgresql(url):
        _jobs().bring_up(url)


def downgrade(url: str, revision: str) -> None:
    """Take migrations back to `revision` ("base" for an empty database)."""
    command.downgrade(_config(url), revision)
    if revision == "base" and _is_postgresql(url):
        _jobs().take_down(url)


def write_revision(url: str, message: str) -> None:
    """Write a migration from the difference between the tables and the database."""
    config = _config(url)
    number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
    command.revision(config, message, autogenerate=True, rev_id=f"{number:04d}")


def pending(url: str) -> list[str]:
    """Return the revisions that the database does not have yet, the oldest first."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_heads()
    scripts = ScriptDirectory.from_config(_config(url))
    missing = [script.revision for script in scripts.iterate_revisions("heads", current or "base")]
    return missing[::-1]


def _is_postgresql(url: str) -> bool:
    return make_url(url).get_backend_name() == "postgresql"


def _jobs() -> ModuleType:
    """Return what knows the engine's own tables. They are no revisions of ours: the library brings its schema along."""
    from . import job_tables  # noqa: PLC0415 - it is installed where PostgreSQL is used

    return job_tables


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config
