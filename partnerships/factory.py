"""Builds the application: the only module that knows every other one. Imported by `app.py` and tests only."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from threading import Event, Lock
from typing import TypeVar

from flask import Flask
from flask_babel import Babel
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from sqlalchemy import make_url

from . import cli, doctor
from .authenticity import assigning, examining
from .authenticity import commands as authenticity_commands
from .authenticity import pages as authenticity
from .authenticity.rules.captions.briefs import find_demands
from .check_ins import pages as check_ins
from .clockwork.engine import Embedded, Engine
from .clockwork.scheduler import Taking
from .config import Settings
from .core.actor import MANAGING, STAFF, Role
from .core.clock import Clock, SystemClock
from .core.errors import NotFound, StorageFailed
from .core.words import N_
from .creators import pages as creators
from .database import commands as database_commands
from .database.claiming import beat as write_heartbeat
from .database.heartbeat import TICK, Heartbeat
from .database.session import db, open_database
from .database.work import Transactions
from .deliverables import expiring, foreseeing
from .deliverables import pages as deliverables
from .deliverables.finding import is_receipt
from .demo import pages as demo
from .demo.advancing import Advancer, Beat
from .demo.bar import demo_bar
from .demo.seeding import Seeder
from .files import commands as file_commands
from .files import preparing, sweeping, uploading
from .files.making import make_and_inspect
from .files.opening import store_from_url
from .files.parts import Parts
from .files.store import LocalStore, Store
from .files.trusting import trust_list
from .listening import LISTENERS
from .mail import commands as mail_commands
from .mail import pages as mail
from .mail import returning
from .mail.delivering import DeliveryReport, deliver
from .mail.mailers import Mailer, mailer_from_url
from .operations import alerting
from .operations import pages as operations
from .people import authenticating
from .people import commands as people_commands
from .people import pages as people
from .plans import pages as plans
from .plans import resolving
from .portfolio import attaching
from .portfolio import pages as portfolio
from .reminders import (
    bundling,
    dunning,
    notifying,
    retiming,
    watching,
)
from .reminders import pages as reminders
from .story import commands as story_commands
from .story.clock import StoredClock
from .web import (
    bodies,
    catalogues,
    characters,
    errors,
    formats,
    headers,
    links,
    logs,
    media,
    shell,
    tus,
    typed,
    urls,
    words,
)
from .web.policy import Audience, Policy
from .web.shell import MenuItem
from .worker import Worker

Done = TypeVar("Done")

ROOT = Path(__file__).parent.parent
SLICES = (mail, people, creators, plans, check_ins, deliverables, authenticity, reminders, portfolio, operations)
MENU = (
    MenuItem("portfolio.today", N_("Today"), STAFF),
    MenuItem("portfolio.timeline", N_("Partnerships"), STAFF),
    MenuItem("portfolio.calendar", N_("Calendar"), STAFF),
    MenuItem("authenticity.inbox", N_("Review"), STAFF),
    MenuItem("plans.campaigns", N_("Campaigns"), MANAGING),
    MenuItem("plans.templates", N_("Templates"), MANAGING),
    MenuItem("creators.show_all", N_("Creators"), MANAGING),
    MenuItem("people.brands", N_("Brands"), MANAGING),
    MenuItem("delivery.queue", N_("Mail"), MANAGING),
    MenuItem("people.team", N_("Team"), frozenset({Role.OWNER})),
    MenuItem("portfolio.me", N_("My partnerships"), frozenset({Role.CREATOR})),
)
STALE_UPLOAD = timedelta(days=1)  # nothing is received for so long


def create_app(
    settings: Settings, *, clock: Clock | None = None, mailer: Mailer | None = None, store: Store | None = None
) -> Flask:
    """Return a ready application; everything outside the process is a parameter.

    A given `clock` is business clock and machine clock in one. Nothing here starts a scheduler.
    """
    app = logs.LoggedFlask("partnerships", root_path=str(ROOT), template_folder="templates", static_folder="static")
    _configure(app, settings)
    logs.log_requests(app)
    bodies.limit_bodies(app, _endpoints_with_files())
    open_database(app)
    machine: Clock = clock or SystemClock()
    business = _demo_clock(app, machine) if settings.demo else machine
    transactions = Transactions(db.session, business, machine, LISTENERS, _engine_for(settings.database_url))
    app.extensions |= {
        "transactions": transactions,
        "store": store or _open_store(settings, settings.store_url),
        "parts": Parts(settings.data_dir / "uploads"),
        "make": partial(make_and_inspect, trust=trust_list(settings.data_dir)),
        "mailer": mailer or mailer_from_url(settings.mail_url),
        "find_demands": find_demands,  # which briefs must not make: plans know nothing of claims
        "is_receipt": is_receipt,  # of a payment, which the pages of files know nothing of
        "foresee_move": foreseeing.foresee,  # what hangs on a plan is not known to the pages of plans
    }
    authenticating.protect(app)
    _open_pages(app, settings)
    _wind_up(app, settings, business)
    return app


def _open_store(settings: Settings, url: str) -> Store:
    """Return the store of files that `url` names; "" is the folder of this installation."""
    folder = settings.data_dir / "files"
    return store_from_url(url, folder) if url else LocalStore(folder)


def _engine_for(database_url: str) -> Engine:
    """Return what suits the database: one process does everything with SQLite, many share PostgreSQL."""
    if make_url(database_url).get_backend_name() != "postgresql":
        return Embedded()
    from .clockwork.distributed import Distributed  # noqa: PLC0415 - it is installed where PostgreSQL is used

    return Distributed(database_url)


def _demo_clock(app: Flask, machine: Clock) -> StoredClock:
    clock = StoredClock(machine)
    with app.app_context():
        clock.keep_in(db.engine)
    return clock


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={
            "hide_parameters": True,  # what people wrote never stands in a log
            "pool_pre_ping": True,  # whoever comes first after a restart of the database meets no dead connection
        },
        PUBLIC_BASE_URL=settings.public_base_url,
        MAIL_FROM=settings.mail_from,
        BOUNCE_ADDRESS=settings.bounce_address,
        CATCH_UP_PER_MINUTE=settings.catch_up_per_minute,
        METRICS_TOKEN=settings.metrics_token,
        UPLOAD_MAX_BYTES=settings.upload_max_bytes,
        UPLOAD_QUOTA_BYTES=settings.upload_quota_bytes,
        MAX_CONTENT_LENGTH=(
            min(settings.upload_max_bytes, bodies.FORM_FILE_BYTES) * bodies.FORM_FILES + bodies.FORM_BYTES
        ),
        MAX_FORM_MEMORY_SIZE=bodies.FORM_BYTES,
        WTF_CSRF_TIME_LIMIT=None,  # a form never expires under a slow writer
        WTF_CSRF_SSL_STRICT=False,  # a mailed link's page sends no referrer; the token and the cookie's prefix guard it
        SESSION_COOKIE_NAME="__Host-session" if settings.is_secure else "session",
        SESSION_COOKIE_SECURE=settings.is_secure,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=authenticating.FULL_SESSION_LASTS,  # the cookie outlives every session in it
        BABEL_DEFAULT_LOCALE="id",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"),
        TESTING=settings.testing,
    )
    app.url_map.converters["int"] = urls.RowId
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    catalogues.compile_stale(ROOT / "translations")
    Babel(app, locale_selector=shell.choose_locale)
    formats.add_formats(app)
    words.add_words(app)
    headers.add_headers(app)


def _endpoints_with_files() -> list[str]:
    return [endpoint for room in (links, *SLICES) for endpoint in getattr(room, "TAKES_FILES", ())]


def _open_pages(app: Flask, settings: Settings) -> None:
    """Register every slice's pages behind one policy. The demo's doors exist in demo mode only."""
    errors.handle_errors(app)
    open_to: dict[str, Audience] = {}
    link_pages: dict[str, links.LinkPage] = {}
    for room in (shell, links, media, tus, typed, *SLICES, *((demo, mail.outbox) if settings.demo else ())):
        app.register_blueprint(room.pages)
        open_to |= room.OPEN_TO
        link_pages |= getattr(room, "LINK_PAGES", {})
    app.extensions["link_pages"] = link_pages
    app.extensions["policy"] = Policy(open_to)
    app.before_request(app.extensions["policy"].check)
    guard = CSRFProtect(app)  # reads the form, so after it is clear who may send one
    for answers in (view for room in SLICES for view in getattr(room, "ANSWERS_MACHINES", ())):
        guard.exempt(answers)
    app.before_request(characters.refuse_nul)
    shell.share_with_templates(app, MENU, demo_bar if settings.demo else None)


def _wind_up(app: Flask, settings: Settings, business: Clock) -> None:
    """Hand the round of ticking and delivering to whoever drives it: scheduler, commands, the demo's clock."""
    transactions: Transactions = app.extensions["transactions"]
    stopping, relook = Event(), examining.Relook()

    deliver_on, prepare_on = partial(_deliver, app, stopping), partial(_prepare, app, stopping, Lock())

    def beat_on(these: Transactions) -> Beat:
        with app.app_context():  # the scheduler calls from its own thread
            ticked = _tick(app, settings, these)
            delivered = deliver_on(these)
            prepare_on(these)
            if these is transactions:  # what is played into a demo is examined when it is served
                _examine(stopping, these, relook)
            _show_life(these)
        return Beat(opened=ticked.opened, sent=delivered.sent)

    taking = Taking(lambda: beat_on(transactions))
    app.extensions["beat"] = taking
    seeder = None
    if isinstance(business, StoredClock):
        app.extensions["demo_advancer"] = Advancer(transactions, business, taking)
        app.extensions["sign_in_by_email"] = authenticating.sign_in_by_email
        seeder = Seeder(transactions, business, app.extensions["store"], beat_on)

    def wake() -> bool:
        if seeder is None:
            return False
        with app.app_context():
            seeder.refuse_real_people()
            return seeder.is_wanted()

    def seed() -> bool:
        with app.app_context():
            return wake() and seeder is not None and seeder.seed()

    app.extensions["worker"] = worker = Worker(
        transactions,
        app.app_context,
        tick=lambda: _watched(app, partial(_tick, app, settings, transactions)),
        deliver=lambda holder: _watched(app, partial(deliver_on, transactions, holder)),
        prepare=partial(prepare_on, transactions),
        examine=partial(_examine, stopping, transactions),
        stopping=stopping,
        relook=relook,
    )
    check = partial(doctor.examine, settings)
    watched = partial(_watched, app, taking)
    kit = cli.Kit(app, settings, watched, worker, wake=wake, seed=seed, tidy=partial(_tidy, app), check=check)
    _add_commands(app, settings, kit)


def _tidy(app: Flask) -> None:
    """Put right, when a process starts, what new rules of zones have moved, and what killed processes left unfinished.

    A store that does not answer holds up nobody.
    """
    kept: Store = app.extensions["store"]
    transactions: Transactions = app.extensions["transactions"]
    with app.app_context():
        resolving.resolve(transactions)
        retiming.retime(transactions)
    with suppress(StorageFailed, NotFound):
        kept.discard_stale(transactions.machine.now() - STALE_UPLOAD)


def _watched(app: Flask, do: Callable[[], Done]) -> Done:
    """Do a round, and tell owners when nobody had been at work for a while."""
    with app.app_context():
        return alerting.watched(app.extensions["transactions"], do)


def _tick(app: Flask, settings: Settings, these: Transactions) -> watching.TickReport:
    """Let happen what is due, and show that this is looked after."""
    returning.empty(these, settings.bounce_folder)
    ticked = watching.tick(these)
    dunning.dun(these)
    expiring.expire(these)
    assigning.share_out(these)
    bundling.bundle(these)
    uploading.expire(these, app.extensions["store"])
    sweeping.sweep(these, app.extensions["store"])
    typed.forget(these)
    _show_life(these)
    logs.tell("ticked", ticked)
    return ticked


def _deliver(app: Flask, stopping: Event, these: Transactions, holder: str = "") -> DeliveryReport:
    delivered = deliver(
        these,
        app.extensions["mailer"],
        notifying.still_wanted,
        show_life=lambda: _show_life(these),
        attach=attaching.attach,
        stopping=stopping.is_set,
        holder=holder,
        catch_up=app.config["CATCH_UP_PER_MINUTE"],
    )
    logs.tell("delivered", delivered)
    return delivered


def _prepare(app: Flask, stopping: Event, alone: Lock, these: Transactions, holder: str = "") -> None:
    with alone:  # the tick, or whoever is woken in between: two at once would take twice the memory
        prepared = preparing.prepare(
            these,
            app.extensions["store"],
            context=app.app_context,
            show_life=lambda: _show_life(these),
            stopping=stopping.is_set,
            holder=holder,
            make=app.extensions["make"],
        )
    logs.tell("prepared", prepared)


def _examine(stopping: Event, these: Transactions, relook: examining.Relook | None = None) -> None:
    if relook:
        relook.look(these)
    logs.tell("examined", examining.examine(these, lambda: _show_life(these), stopping.is_set))


def _show_life(these: Transactions) -> None:
    with these.sweeping() as sweep:
        write_heartbeat(sweep.session, Heartbeat, TICK, these.machine.now())


def _add_commands(app: Flask, settings: Settings, kit: cli.Kit) -> None:
    cli.add_commands(kit)
    app.cli.add_command(database_commands.build_commands(settings.database_url))
    app.cli.add_command(story_commands.build_command(create_app, settings))
    people_commands.add_commands(app)
    authenticity_commands.add_commands(app, settings.data_dir)
    file_commands.add_commands(app, partial(_open_store, settings), settings.data_dir)
    mail_commands.add_commands(app)
