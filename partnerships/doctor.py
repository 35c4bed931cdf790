"""Look at an installation the way an operator would, and say how to mend what is wrong."""

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from .config import Settings
from .core.clock import SystemClock
from .core.errors import NotFound, StorageFailed
from .database import migrating
from .database.health import count_workers
from .files.opening import store_from_url
from .mail.mailers import MailFailed, mailer_from_url
from .people.finding import list_real_names

Finding = tuple[str, str | None]
LOW_SPACE_BYTES = 1024 * 1024 * 1024


def examine(settings: Settings) -> list[Finding]:
    """Return what was looked at, each with how to mend it, or None where nothing is wrong."""
    database = _database(settings)
    workers = [] if any(mend for _, mend in database) else _workers(settings.database_url)
    mail = [_mail(settings), *_bounces(settings.bounce_folder)]
    return [*_settings(settings), *database, *workers, *mail, *_storage(settings.data_dir), *_files(settings)]


def _settings(settings: Settings) -> list[Finding]:
    local = urlsplit(settings.public_base_url).hostname in {"127.0.0.1", "localhost"}
    open_door = settings.demo and not local
    return [
        (
            f"Address: {settings.public_base_url}",
            None if local or settings.is_secure else "Serve it over https and set PUBLIC_BASE_URL to that address.",
        ),
        (
            f"Demo mode: {'on' if settings.demo else 'off'}",
            "Anybody can sign in without a password. Set DEMO=0." if open_door else None,
        ),
    ]


def _database(settings: Settings) -> list[Finding]:
    try:
        missing = migrating.pending(settings.database_url)
        real = [] if missing else _real_organisations(settings.database_url)
    except (SQLAlchemyError, OSError) as error:
        reason = str(getattr(error, "orig", error)).splitlines()[0]
        return [("Database", f"It does not answer ({reason}). Check DATABASE_URL and that the server runs.")]
    if missing:
        return [("Database", f"{len(missing)} migrations are missing. Run `make migrate`.")]
    found: list[Finding] = [("Database: at the newest revision", None)]
    if settings.demo and real:
        found.append(("Demo mode", f"Anybody can sign in, but these are no demo: {', '.join(real)}. Set DEMO=0."))
    return found


def _real_organisations(database_url: str) -> Sequence[str]:
    engine = create_engine(database_url, poolclass=NullPool)
    with Session(engine) as session:
        return list_real_names(session)


def _workers(database_url: str) -> list[Finding]:
    """Say whether somebody sends reminders; with SQLite that is whoever serves the pages."""
    url = make_url(database_url)
    if url.get_backend_name() != "postgresql":
        return []
    from .database import job_tables  # noqa: PLC0415 - it is installed where PostgreSQL is used

    try:
        if job_tables.is_behind(database_url):
            return [("Workers", "The tables for their jobs are missing or old. Run `make migrate`.")]
    except job_tables.NotOurs as reason:
        return [("Workers", str(reason))]
    engine = create_engine(url, poolclass=NullPool)
    with Session(engine) as session:
        alive = count_workers(session, SystemClock().now())
    return [(f"Workers: {alive}", None)] if alive else [("Workers", "None is alive. Run `flask --app app worker`.")]


def _mail(settings: Settings) -> Finding:
    try:
        mailer = mailer_from_url(settings.mail_url)
    except ValueError as error:
        return "Mail", f"MAIL_URL cannot be used: {error}"
    scheme = urlsplit(settings.mail_url).scheme
    if scheme == "folder" and not settings.demo:
        return "Mail", "Mails are written into a folder and reach nobody. Set MAIL_URL=smtp://HOST:PORT."
    try:
        mailer.knock()
    except MailFailed as failure:
        return "Mail", f"The server does not take us ({failure.text}). Check what MAIL_URL names, and that it runs."
    except OSError as error:
        return (
            "Mail",
            f"The folder of MAIL_URL cannot be written ({error.strerror}). Give it to the user that runs this.",
        )
    return f"Mail: {scheme}", None


def _bounces(folder: Path | None) -> list[Finding]:
    if folder is None:
        return []
    usable = all(os.access(folder / part, os.R_OK | os.W_OK | os.X_OK) for part in ("new", "cur"))
    mend = f"{folder} is no Maildir that this user may read and write. Check BOUNCE_FOLDER."
    return [("Mail that comes back", None if usable else mend)]


def _files(settings: Settings) -> list[Finding]:
    if not settings.store_url:
        return []
    name = f"Files: {urlsplit(settings.store_url).scheme}"
    try:
        store_from_url(settings.store_url, settings.data_dir / "files").knock()
    except ValueError as error:
        return [(name, f"STORE_URL cannot be used: {error}.")]
    except NotFound:
        return [(name, "There is no such bucket. Make it, private, and give its name in STORE_URL.")]
    except StorageFailed as error:
        return [(name, f"The store does not take us ({error.__cause__}). Check STORE_URL, its keys, and that it runs.")]
    return [(name, None)]


def _storage(data_dir: Path) -> list[Finding]:
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=data_dir) as file:
            file.write(b"doctor")
    except OSError as error:
        return [("Data folder", f"It cannot be written ({error.strerror}). Give DATA_DIR to the user that runs this.")]
    free = shutil.disk_usage(data_dir).free
    full = "Less than 1 GiB is free. Make room, or move DATA_DIR." if free < LOW_SPACE_BYTES else None
    return [("Data folder", None), ("Room on the disk", full)]
