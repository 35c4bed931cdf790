"""What an administrator does about people on the command line."""

import click
from flask import Flask

from partnerships.core.errors import DomainError
from partnerships.core.zones import DEFAULT_ZONE, read
from partnerships.database import migrating
from partnerships.web.characters import in_one_line
from partnerships.web.context import transactions

from . import authenticating, finding, settling
from .rules import passwords


def add_commands(app: Flask) -> None:
    """Register `flask setup`."""

    def say_what_stands(context: click.Context, _parameter: click.Parameter, _value: object) -> None:
        """Migrate, and say before the first question that there is an organisation already."""
        if context.resilient_parsing:
            return
        migrating.upgrade(app.config["SQLALCHEMY_DATABASE_URI"])
        with app.app_context(), transactions().everywhere() as everywhere:
            names = finding.list_organisation_names(everywhere)
        if names:
            click.echo(f"There is an organisation already: {', '.join(names)}. This makes another one beside it.")

    @app.cli.command()
    @click.option("--beside", is_flag=True, is_eager=True, hidden=True, expose_value=False, callback=say_what_stands)
    @click.option("--organisation", prompt="Name of the organisation")
    @click.option("--name", prompt="Your name")
    @click.option("--email", prompt="Your e-mail address")
    @click.option("--zone", default=DEFAULT_ZONE, show_default=True, help="IANA name of the time zone.")
    @click.option("--password", prompt="Password (at least 12 characters)", hide_input=True, confirmation_prompt=True)
    def setup(organisation: str, name: str, email: str, zone: str, password: str) -> None:
        """Migrate, and make an organisation and its owner."""
        if not passwords.SHORTEST <= len(password) <= passwords.LONGEST:
            raise click.BadParameter(f"a password has {passwords.SHORTEST} to {passwords.LONGEST} characters")
        if "@" not in email:
            raise click.BadParameter("this does not look like an e-mail address")
        try:
            with transactions().sweeping() as sweep:
                owner = settling.found_organisation(
                    sweep,
                    name=in_one_line(organisation),
                    owner_name=in_one_line(name),
                    owner_email=email,
                    password_hash=authenticating.hashed(password),
                    zone=read(zone),
                )
        except DomainError as refusal:
            raise click.ClickException(str(refusal)) from refusal
        click.echo(f"{owner.organisation.name} is ready. Sign in as {owner.account.email}.")
