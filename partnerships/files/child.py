"""Run a program on a stranger's file in a process of its own, which may crash, hang or be killed without harm."""

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Timer

WALL_SECONDS = 20.0
REPORT_BYTES = 65_536

ROOT = Path(__file__).parents[2]
KEPT_SETTINGS = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class ChildFailed(Exception):
    """The child crashed, was killed or took too long: about the file this says little."""


class ChildTooSlow(ChildFailed):
    """The child used up its time: that of the wall, or of the processor."""


def python(module: str, *arguments: str) -> list[str]:
    """Return the command line that runs a module of ours with this interpreter."""
    return [sys.executable, "-s", "-m", module, *arguments]


def run(command: Sequence[str], wall_seconds: float = WALL_SECONDS, report_bytes: int = REPORT_BYTES) -> bytes:
    """Return what the command wrote to its standard output, or raise `ChildFailed`.

    It starts by vfork and exec, never by a bare fork (which would copy a threaded server's locks), gets none of the
    server's settings or open files, and is killed with all it started when it outlives `wall_seconds`, says more than
    `report_bytes`, or is waited for no longer.
    """
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
        report = process.stdout.read(report_bytes + 1) if process.stdout else b""
        if len(report) > report_bytes:
            _kill(process)
        code = process.wait()
    finally:
        wall.cancel()
        _kill(process)
        process.wait()
        if process.stdout:
            process.stdout.close()
    if code:
        # The system ends with SIGKILL too whoever has used up the processor's time.
        failure = ChildTooSlow if code == -signal.SIGKILL and len(report) <= report_bytes else ChildFailed
        raise failure(f"it ended with {code} after reporting {len(report)} bytes")
    return report


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
