"""Commands that span several slices. A command of one slice lives in that slice's `commands.py`."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import click
from flask import Flask
from waitress.server import create_server

from partnerships.clockwork.engine import Embedded, Job
from partnerships.clockwork.lock import held_alone, waited_for
from partnerships.clockwork.scheduler import TICK_SECONDS, Bell, build_scheduler
from partnerships.config import BadSetting, Settings
from partnerships.database import migrating
from partnerships.web import bodies
from partnerships.worker import Worker

THREADS = 8
ONE_PROCESS = "With SQLite `flask serve` sends the reminders itself. Workers share PostgreSQL: set DATABASE_URL."
LAST_SECONDS = 30.0  # for the requests in hand when it is told to stop


@dataclass(frozen=True, slots=True)
class Kit:
    """What the commands need of the application, handed over by the factory."""

    app: Flask
    settings: Settings
    beat: Callable[[], object]  # one tick and what it made due, with the heartbeat
    worker: Worker
    wake: Callable[[], bool]  # says whether there is a demo still to be filled; BadSetting where it must not be one
    seed: Callable[[], bool]  # fills an empty database with the demo; says whether it did
    tidy: Callable[[], object]  # puts right what killed processes left of uploads, and what new rules of zones moved
    check: Callable[[], list[tuple[str, str | None]]]  # what the doctor looked at, and how to mend it (None: fine)


def add_commands(kit: Kit) -> None:
    """Register `flask serve`, `flask worker`, `flask seed`, `flask tick` and `flask doctor`."""
    _add_worker(kit)

    @kit.app.cli.command()
    def serve() -> None:
        """Migrate, fill an empty demo, and serve pages until told to stop; with SQLite, send reminders as well."""
        migrating.upgrade(kit.settings.database_url)
        with _in_a_sentence():
            is_demo_missing = kit.wake()
        if is_demo_missing:
            _fill(kit)
        _serve(kit)

    @kit.app.cli.command()
    def seed() -> None:
        """Migrate, and fill an empty database with the demo organisation (demo mode only)."""
        migrating.upgrade(kit.settings.database_url)
        # Whoever was killed in `serve` may have left one behind that still plays.
        with waited_for(kit.settings.data_dir / "seed.lock"), _in_a_sentence():
            seeded = kit.seed()
        if not seeded:
            raise click.ClickException("Only an empty database in demo mode (DEMO=1) is filled.")

    @kit.app.cli.command()
    def tick() -> None:
        """Do once what the scheduler does every 15 seconds."""
        click.echo(str(kit.beat()))

    @kit.app.cli.command()
    def doctor() -> None:
        """Look at settings, migrations, mail and storage, and say how to mend what is wrong."""
        if not _tell(kit.check()):
            raise click.exceptions.Exit(1)


def _add_worker(kit: Kit) -> None:
    @kit.app.cli.command()
    def worker() -> None:
        """Send reminders until told to stop: beside the pages, any number, on any machine (PostgreSQL only)."""
        if kit.worker.transactions.engine.is_embedded:
            raise click.ClickException(ONE_PROCESS)
        migrating.upgrade(kit.settings.database_url)
        with _in_a_sentence():
            while kit.wake():  # until the demo is filled, its clock stands in the past
                time.sleep(1)
        kit.tidy()
        click.echo("This worker sends reminders. Stop with Ctrl-C.")
        kit.worker.work()


def _fill(kit: Kit) -> None:
    """Run `flask seed` in a process of its own, so that what playing needs of memory is given back; SIGTERM ends it."""
    click.echo("The demo is not there yet: five months of an invented organisation are played into it ...")
    with subprocess.Popen([sys.executable, "-m", "flask", "--app", "app", "seed"]) as playing:
        signal.signal(signal.SIGTERM, lambda *_: playing.terminate())
    if kit.wake():
        raise click.exceptions.Exit(1)  # it has said why, or it was told to end


@contextmanager
def _in_a_sentence() -> Iterator[None]:
    """End the command with what is wrong with a setting, without a traceback."""
    try:
        yield
    except BadSetting as wrong:
        raise click.ClickException(str(wrong)) from wrong


def _tell(findings: list[tuple[str, str | None]]) -> bool:
    """Print what was looked at; return whether nothing is wrong."""
    for name, mend in findings:
        click.echo(f"BAD  {name}: {mend}" if mend else f"ok   {name}")
    return not any(mend for _, mend in findings)


@contextmanager
def _scheduling(kit: Kit, seconds: float = TICK_SECONDS) -> Iterator[None]:
    """Tick and deliver meanwhile, if that is for this process to do; end after the mail in hand."""
    engine = kit.worker.transactions.engine
    if not isinstance(engine, Embedded):
        click.echo("Reminders are sent by workers: run `flask --app app worker` beside this.")
        yield
        return
    with held_alone(kit.settings.data_dir / "scheduler.lock") as alone:
        if not alone:
            click.echo("Another process schedules reminders for this folder; this one serves pages only.")
            yield
            return
        scheduler = build_scheduler(kit.beat, seconds)
        scheduler.start()
        bell = Bell(kit.worker.prepare_now)
        engine.bells[Job.MEDIA] = bell.ring  # nobody waits for the tick to see what they have sent
        try:
            with bell.hung():
                yield
        finally:
            scheduler.shutdown(wait=True)


def _serve(kit: Kit) -> None:
    """Run the server and the scheduler; SIGTERM and Ctrl-C end both, after the requests and the mail in hand."""
    settings = kit.settings
    kit.tidy()
    sockets: dict[int, Any] = {}
    server = open_server(kit.app, settings, sockets)
    with _scheduling(kit):

        def stop(_signal: int, _frame: FrameType | None) -> None:
            kit.worker.stopping.set()

        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, stop)
        serving = threading.Thread(target=server.run, daemon=True, name="waitress")
        serving.start()
        _welcome(settings)
        while serving.is_alive() and not kit.worker.stopping.wait(timeout=1):
            pass
        finish_requests(server, sockets)
    server.close()


def open_server(app: Flask, settings: Settings, sockets: dict[int, Any]) -> Any:
    """Return a server that listens and fills `sockets`, the map that its loop watches.

    It never keeps more of a request than the application reads. What it goes on receiving beyond that, to throw it
    away, ends at twice as much: until then people get the application's own page, afterwards waitress's line.
    """
    server = create_server(
        app,
        sockets,
        host=settings.host,
        port=settings.port,
        threads=THREADS,
        ident=None,
        max_request_body_size=2 * int(app.config["MAX_CONTENT_LENGTH"]),
    )
    channel = bodies.channel_for(app)
    for listening in sockets.values():
        listening.channel_class = channel
    return server


def finish_requests(server: Any, sockets: Mapping[int, Any], seconds: float = LAST_SECONDS) -> None:
    """Take no new connection, and give the requests in hand `seconds` to be answered to the last byte.

    `sockets` is the map that the server's loop watches; the loop still runs and sends.
    """
    until = time.monotonic() + seconds
    for watched in list(sockets.values()):
        watched.accepting = False
    while server.task_dispatcher.queue and time.monotonic() < until:
        time.sleep(0.05)
    server.task_dispatcher.shutdown(timeout=max(0.0, until - time.monotonic()))
    while any(_unsent(watched) for watched in list(sockets.values())) and time.monotonic() < until:
        time.sleep(0.05)


def _unsent(watched: Any) -> int:
    """Return how many bytes wait to be sent; a socket that listens has none."""
    return int(getattr(watched, "total_outbufs_len", 0))


def _welcome(settings: Settings) -> None:
    """Say where the pages are and how to get in."""
    click.echo(f"\n  Sahabat is ready: {settings.public_base_url}")
    if settings.demo:
        click.echo("  Demo: open the page and choose who you want to be; no password is needed.")
    else:
        click.echo("  First time here? The page asks for your organisation. Later: sign in with your e-mail.")
    click.echo(f"  Data lies in {readable(settings.data_dir)}. Stop with Ctrl-C.\n")


def readable(folder: Path) -> str:
    """Return where `folder` is: from here if it lies below, from home, or from the root, never through "..", in all."""
    whole = folder.resolve()
    for start, sign in ((Path.cwd(), "."), (Path.home(), "~")):
        if whole.is_relative_to(start):
            return str(Path(sign, whole.relative_to(start)))
    return str(whole)
