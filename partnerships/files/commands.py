"""What an operator does with the store of files."""

from collections.abc import Callable
from pathlib import Path

import click
from flask import Flask, current_app

from partnerships.database.work import Transactions

from .moving import list_kept, move
from .store import Store
from .trusting import update_trust_list


def add_commands(app: Flask, open_store: Callable[[str], Store], data_dir: Path) -> None:
    """Register `flask storage move` and `flask trust update`.

    `open_store` opens what an address names, or raises `ValueError`; the list of signers lies in `data_dir`.
    """
    _add_trust(app, data_dir)

    @app.cli.group()
    def storage() -> None:
        """Look after the store of photos and videos."""

    @storage.command("move")
    @click.argument("target")
    @click.option("--from", "source", help="where they are now; without it what STORE_URL names")
    def move_files(target: str, source: str | None) -> None:
        """Copy every file into TARGET (folder:PATH or s3://BUCKET), and check the SHA-256 of each.

        Nothing is deleted, and what stands there already is not sent again: run it until it finds nothing to do, set
        STORE_URL to TARGET, start again, and run it once more with --from for what came meanwhile.
        """
        transactions: Transactions = current_app.extensions["transactions"]
        here: Store = _open(open_store, source) if source else current_app.extensions["store"]
        there, problems, total = _open(open_store, target), [], 0
        kept = list_kept(transactions)
        with click.progressbar(move(kept, here, there), length=len(kept), label="Copying", show_pos=True) as moved:
            for one in moved:
                total += one.bytes
                if one.problem:
                    problems.append(f"{one.key}: {one.problem}")
        for problem in problems:
            click.echo(problem, err=True)
        click.echo(f"{len(kept) - len(problems)} of {len(kept)} files stand in {target}, {total:,} bytes in all.")
        if problems:
            raise click.exceptions.Exit(1)


def _add_trust(app: Flask, data_dir: Path) -> None:
    @app.cli.group()
    def trust() -> None:
        """Look after the list of signers that content credentials are held to."""

    @trust.command()
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    def update(file: Path) -> None:
        """Take over the certificates in FILE (PEM), such as the official C2PA trust list, for files sent from now on.

        Nothing is fetched. Every machine with a worker needs it in its DATA_DIR.
        """
        try:
            count = update_trust_list(data_dir, file)
        except (ValueError, OSError) as error:
            raise click.ClickException(f"{file}: {error}") from error
        click.echo(f"{count} certificates are trusted from now on. Files that were sent before keep their cards.")


def _open(open_store: Callable[[str], Store], url: str) -> Store:
    try:
        return open_store(url)
    except ValueError as error:
        raise click.ClickException(f"{url}: {error}") from error
