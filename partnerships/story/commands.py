"""`flask story`: months in seconds, from a template to its end, on a database of its own."""

import json as json_format
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import click
from flask import Flask

from partnerships.config import Settings
from partnerships.config import database_url as with_driver
from partnerships.core.clock import ManualClock
from partnerships.database import migrating
from partnerships.database.session import db
from partnerships.mail.mailers import Mailer
from partnerships.plans.rules.templates import BUILT_IN, load

from .acting import Habit
from .bending import Bends
from .clock import BEGINNING, StoredClock
from .counting import Figures, count, timeline
from .telling import TEMPLATE, Story, days_of, list_organisations

DAYS = click.IntRange(0, 60)
LATE_DAYS = 8  # beyond the last rung of the ladder, so that manager and owner hear of it
DAY_OF_REACTION = 5
DAY_OF_NOT_FOR_ME = 30
LEASE_IS_OVER_MINUTES = 3


class CreateApp(Protocol):
    """Builds an application around a clock."""

    def __call__(self, settings: Settings, *, clock: StoredClock) -> Flask:
        """Return a ready application."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What was asked for on the command line."""

    template: str
    mail_url: str | None
    database_url: str | None
    late: bool
    not_for_me: bool
    reaction: bool
    parcel_late: int
    pause: int
    feast_moves: int
    resume: bool
    as_json: bool

    def habit(self) -> Habit:
        """Return how the creator behaves."""
        return Habit(
            lag_days=LATE_DAYS if self.late else 0,
            wait_days=LATE_DAYS if self.late else 0,
            talks=self.late,
            content_lag_days=LATE_DAYS if self.late else 0,
            not_for_me_on=DAY_OF_NOT_FOR_ME if self.not_for_me else None,
            reaction_on=DAY_OF_REACTION if self.reaction else None,
            bends=Bends(parcel_late=self.parcel_late, pause=self.pause, feast_moves=self.feast_moves),
        )


def build_command(create_app: CreateApp, settings: Settings) -> click.Command:
    """Return the `story` command."""

    @click.command()
    @click.option("--template", type=click.Choice(BUILT_IN), default=TEMPLATE, show_default=True, help="Which story.")
    @click.option("--mail-url", help="Where mails go: folder:PATH, memory:, smtp://HOST:PORT. Default: a folder.")
    @click.option("--database-url", help="An empty database to play in. Default: a SQLite file that is thrown away.")
    @click.option("--late", is_flag=True, help="A creator who forgets: the ladder reaches manager and owner.")
    @click.option("--not-for-me", is_flag=True, help="A creator who ends it, unpunished.")
    @click.option("--reaction", is_flag=True, help="A creator whose skin reacts: everything pauses.")
    @click.option("--parcel-late", type=DAYS, default=0, help="The parcel comes so many days later than planned.")
    @click.option("--pause", type=DAYS, default=0, help="The manager lets it stand for so many days in the middle.")
    @click.option("--feast-moves", type=DAYS, default=0, help="The feast turns out to fall so many days later.")
    @click.option("--resume", is_flag=True, help="Go on in --database-url where a killed story stopped.")
    @click.option("--json", "as_json", is_flag=True, help="End with one line of figures.")
    def story(**given: object) -> None:
        """Play a partnership from its template to its end."""
        _tell(create_app, settings, Options(**given))  # type: ignore[arg-type]  # click has checked them

    return story


def _tell(create_app: CreateApp, settings: Settings, options: Options) -> None:
    started = time.perf_counter()
    with _own_place(settings, options) as place:
        migrating.upgrade(place.database_url)
        clock = StoredClock(ManualClock(BEGINNING))
        app = create_app(place, clock=clock)
        with app.app_context():
            clock.keep_in(db.engine)
            _check_start(app, clock, options)
            figures = _play(app, clock, options)
            _print(app, clock, figures, options, time.perf_counter() - started)
            db.engine.dispose()


@contextmanager
def _own_place(settings: Settings, options: Options) -> Iterator[Settings]:
    """Give settings for a story: a folder that is thrown away, unless database and mail lie elsewhere."""
    with tempfile.TemporaryDirectory(prefix="story-") as folder:
        yield replace(
            settings,
            data_dir=Path(folder),
            database_url=with_driver(options.database_url or f"sqlite:///{folder}/story.db"),
            mail_url=options.mail_url or f"folder:{folder}/mail",
            demo=False,
        )


def _check_start(app: Flask, clock: StoredClock, options: Options) -> None:
    """Refuse to play over somebody's data; let the leases of a killed telling run out."""
    begun = list_organisations(app.extensions["transactions"])
    if any(not organisation.is_demo for organisation in begun):
        raise click.ClickException("This database holds an organisation. A story needs an empty one.")
    if begun and not options.resume:
        raise click.ClickException("A story has begun here. Go on with --resume, or name an empty database.")
    if begun:
        moved = ManualClock(clock.now())
        moved.advance(minutes=LEASE_IS_OVER_MINUTES)
        clock.set(moved.now())


def _play(app: Flask, clock: StoredClock, options: Options) -> Figures:
    parts: dict[str, Any] = app.extensions
    template = load(options.template)
    story = Story(parts["transactions"], clock, parts["store"], parts["beat"], options.habit(), template)
    with click.progressbar(length=days_of(template), label="Playing", file=sys.stderr) as bar:
        story.tell(_by_days(bar.update, clock.now()))
    mailer: Mailer = parts["mailer"]
    with parts["transactions"].everywhere() as everywhere:
        return count(everywhere, mailer, clock.now(), resumed=options.resume)


def _by_days(update: Callable[[int], None], start: datetime) -> Callable[[datetime], None]:
    """Return what moves a progress bar of days."""
    shown = 0

    def on_day(now: datetime) -> None:
        nonlocal shown
        days = (now - start).days
        update(days - shown)
        shown = days

    return on_day


def _print(app: Flask, clock: StoredClock, figures: Figures, options: Options, seconds: float) -> None:
    with app.extensions["transactions"].everywhere() as everywhere:
        for day, title, state in timeline(everywhere):
            click.echo(f"  {day}  {title:<58} {state}")
    doubled = "copies of mails not counted" if figures.duplicates is None else f"{figures.duplicates} mails doubled"
    click.echo(
        f"\n{figures.answered} of {figures.check_ins} check-ins answered, {figures.reminders_sent} reminders, "
        f"{figures.verified} of {figures.published} posts verified, "
        f"{figures.done} of {figures.deliverables} deliverables done, {figures.waived} waived, {doubled}, "
        f"{figures.lost} lost. It is {clock.now():%d %B %Y}."
    )
    if options.as_json:
        click.echo(json_format.dumps({**figures.as_dict(), "seconds": round(seconds, 2)}))
