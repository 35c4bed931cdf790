"""What a mail server calls when mail came back."""

import sys

import click
from flask import Flask

from partnerships.web.addresses import bounces_to
from partnerships.web.context import transactions

from .returning import NotNow, take_in
from .rules.bounces import LARGEST_REPORT

TRY_AGAIN = 75  # EX_TEMPFAIL of sysexits.h: the server keeps the message and calls again


def add_commands(app: Flask) -> None:
    """Register `flask bounce`."""

    @app.cli.command()
    @click.argument("address", required=False)
    def bounce(address: str | None) -> None:
        """Take in one report of undelivered mail from standard input; ADDRESS is where it was sent to.

        The exit status is 75 when the database does not answer, so that the mail server tries again, and 0 also for
        what is no report: nothing must be sent back to whoever wrote it.
        """
        if bounces_to() is None:
            raise click.ClickException("Set BOUNCE_ADDRESS: without it no mail can be told from another.")
        raw = sys.stdin.buffer.read(LARGEST_REPORT)
        try:
            taken = take_in(transactions(), raw, (address,) if address else ())
        except NotNow as error:
            click.echo("The database does not answer; try again.", err=True)
            raise click.exceptions.Exit(TRY_AGAIN) from error
        click.echo(taken)
