"""Run a program on a stranger's file in a process of its own, which may crash, hang or be killed without harm."""

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import BoundedSemaphore, Timer

from partnerships.core.errors import Refused
from partnerships.core.words import N_

from .probe import UNREADABLE

WALL_SECONDS = 20.0
REPORT_BYTES = 65_536
AT_ONCE = 2
"""Children at the same time: each may take up to 1 GiB (see `confinement`), the server must not."""

ROOT = Path(__file__).parents[2]
KEPT_SETTINGS = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
BUSY = N_("Many files are being prepared right now. Please try again in a minute.")

log = logging.getLogger(__name__)
_places = BoundedSemaphore(AT_ONCE)


def python(module: str, *arguments: str) -> list[str]:
    """Return the command line that runs a module of ours with this interpreter."""
    return [sys.executable, "-s", "-m", module, *arguments]


def run(command: Sequence[str], wall_seconds: float = WALL_SECONDS) -> bytes:
    """Return what the command wrote to its standard output, or raise `Refused`.

    It starts by vfork and exec, never by a bare fork (which would copy a threaded server's locks), gets none of the
    server's settings or open files, and is killed with all it started when it outlives `wall_seconds`, says more than
    `REPORT_BYTES`, or is waited for no longer.
    """
    if not _places.acquire(timeout=wall_seconds):
        raise Refused(BUSY)
    try:
        return _run(command, wall_seconds)
    finally:
        _places.release()


def _run(command: Sequence[str], wall_seconds: float) -> bytes:
    settings = {name: os.environ[name] for name in KEPT_SETTINGS if name in os.environ}
    process = subprocess.Popen(  # noqa: S603 - the command is our own, the file's name is made by the store
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env=settings | {"PYTHONUTF8": "1"},
        start_new_session=True,
    )
    wall = Timer(wall_seconds, _kill, [process])
    wall.daemon = True
    wall.start()
    try:
        report = process.stdout.read(REPORT_BYTES + 1) if process.stdout else b""
        if len(report) > REPORT_BYTES:
            _kill(process)
        code = process.wait()
    finally:
        wall.cancel()
        _kill(process)
        process.wait()
        if process.stdout:
            process.stdout.close()
    if code:
        log.warning("child ended with %s after reporting %s bytes", code, len(report))
        raise Refused(UNREADABLE)
    return report


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
