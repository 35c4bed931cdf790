"""What an operator does with the store of files."""

from collections.abc import Callable

import click
from flask import Flask, current_app

from partnerships.database.work import Transactions

from .moving import list_kept, move
from .store import Store


def add_commands(app: Flask, open_store: Callable[[str], Store]) -> None:
    """Register `flask storage move`; `open_store` opens what an address names, or raises `ValueError`."""

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


def _open(open_store: Callable[[str], Store], url: str) -> Store:
    try:
        return open_store(url)
    except ValueError as error:
        raise click.ClickException(f"{url}: {error}") from error
