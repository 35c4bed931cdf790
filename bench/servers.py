"""A server in a process of its own, and a browser that keeps its connection: what is measured is the server's work."""

import http.client
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import psutil

from partnerships.config import Settings

ROOT = Path(__file__).parent.parent
READY_SECONDS = 60
STOP_SECONDS = 15
LOG_SHOWN = 4000  # characters of its log, when a server does not do as it should
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
# The server writes its compiled modules, as it does for everybody else.
PASSED_ON = ("PATH", "HOME", "LANG", "VIRTUAL_ENV", "TMPDIR")


class Unexpected(RuntimeError):
    """The server answered otherwise than it should: what was measured would be worth nothing."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; `cold_start` is how many seconds passed from its start to its first answer."""

    process: psutil.Process
    port: int
    cold_start: float

    def cpu_ms(self) -> float:
        """Return the milliseconds of work so far, user and system, of the process and all its children, also ended."""
        times = [process.cpu_times() for process in self._tree()]
        ended = self.process.cpu_times()
        return 1000 * (sum(one.user + one.system for one in times) + ended.children_user + ended.children_system)

    def rss_mb(self) -> float:
        """Return how much memory is resident, children included."""
        return round(sum(process.memory_info().rss for process in self._tree()) / 2**20, 1)

    def _tree(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)]


@contextmanager
def running(command: Sequence[str], port: int, environment: Mapping[str, str], path: str) -> Iterator[Server]:
    """Start a server, wait until it answers `path`, and end it afterwards."""
    passed_on = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    with tempfile.TemporaryFile() as log:
        begun = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *command], cwd=ROOT, env={**passed_on, **environment}, stdout=log, stderr=log
        )
        try:
            _wait(process, port, path)
            yield Server(psutil.Process(process.pid), port, time.perf_counter() - begun)
        except (Unexpected, ConnectionError):
            log.seek(0)
            print(log.read().decode()[-LOG_SHOWN:], file=sys.stderr)
            raise
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(STOP_SECONDS)


@contextmanager
def serving(settings: Settings) -> Iterator[Server]:
    """Run `flask serve` as `make run` does, without the demo."""
    environment = {
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "SECRET_KEY": settings.secret_key,
        "PORT": str(settings.port),
    }
    with running(["-m", "flask", "--app", "app", "serve"], settings.port, environment, "/sign-in") as server:
        yield server


def _wait(process: subprocess.Popen[bytes], port: int, path: str) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            Browser(port).get(path)
        except (ConnectionRefusedError, Unexpected):
            if time.monotonic() > deadline or process.poll() is not None:
                raise
            time.sleep(0.01)
        else:
            return


@dataclass(slots=True)
class Browser:
    """One connection that is kept, with its cookies. Every answer but the expected one raises `Unexpected`."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    _connection: http.client.HTTPConnection | None = None

    def get(self, path: str) -> str:
        """Return the page."""
        return self._ask("GET", path, expected=200)

    def post(self, path: str, fields: Mapping[str, str], photos: Mapping[str, bytes] | None = None) -> None:
        """Send a form, with photos if there are any; the answer has to lead elsewhere."""
        if photos is None:
            body, kind = urlencode(fields).encode(), "application/x-www-form-urlencoded"
        else:
            body, kind = _multipart(fields, photos)
        self._ask("POST", path, body, {"Content-Type": kind}, expected=303)

    def token_on(self, path: str) -> str:
        """Return the token that a form on this page carries."""
        found = TOKEN.search(self.get(path))
        if found is None:
            raise Unexpected(f"{path} has no form")
        return found[1]

    def _ask(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        *,
        expected: int,
    ) -> str:
        self._connection = self._connection or http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self._connection.request(method, path, body, {**(headers or {}), "Cookie": cookie})
        answer = self._connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status != expected:
            raise Unexpected(f"{method} {path}: {answer.status} instead of {expected}\n{text[:2000]}")
        return text


def _multipart(fields: Mapping[str, str], photos: Mapping[str, bytes]) -> tuple[bytes, str]:
    """Return a form with files as a body and its content type."""
    boundary = uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for name, photo in photos.items():
        head = f'Content-Disposition: form-data; name="{name}"; filename="photo.jpg"\r\nContent-Type: image/jpeg'
        parts.append(f"--{boundary}\r\n{head}\r\n\r\n".encode() + photo + b"\r\n")
    return b"".join([*parts, f"--{boundary}--\r\n".encode()]), f"multipart/form-data; boundary={boundary}"
