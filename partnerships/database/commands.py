"""`flask db`: where the database stands, and how to move it."""

import click
from flask.cli import AppGroup

from . import migrating


def build_commands(url: str) -> AppGroup:
    """Return the `db` command group for the database at `url`."""
    group = AppGroup("db", help="Bring the database to the newest revision, or back.")

    @group.command()
    def upgrade() -> None:
        """Run every migration that is missing."""
        migrating.upgrade(url)
        click.echo("The database is at the newest revision.")

    @group.command()
    @click.argument("revision")
    def downgrade(revision: str) -> None:
        """Take migrations back to REVISION ("base" for an empty database)."""
        migrating.downgrade(url, revision)

    @group.command()
    @click.option("-m", "--message", required=True, help="What changes, in a few words.")
    def revision(message: str) -> None:
        """Write a migration from what the tables have and the database has not."""
        migrating.write_revision(url, message)

    return group
