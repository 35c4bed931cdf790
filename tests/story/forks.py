"""Tell many stories from one interpreter: it imports everything once, and forks a process for each.

Such a process is a story's own from its first statement on; only the second and a half that importing takes is saved.
"""

import itertools
import json
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy import Engine, event

from tests.story.telling import ROOT, SECONDS, environment


@dataclass(frozen=True)
class Forks:
    """The interpreter that waits for stories."""

    server: subprocess.Popen[str]

    def tell(self, folder: Path, *options: str, dies_at: int | None = None) -> subprocess.CompletedProcess[str]:
        """Tell a story to its end, or until it is killed (SIGKILL) at the step `dies_at`."""
        assert self.server.stdin is not None
        assert self.server.stdout is not None
        job = {"folder": str(folder), "options": options, "environment": environment(folder), "dies_at": dies_at}
        print(json.dumps(job), file=self.server.stdin, flush=True)
        code = int(self.server.stdout.readline())
        out, err = ((folder / name).read_text() for name in ("stdout", "stderr"))
        return subprocess.CompletedProcess(options, code, out, err)


@contextmanager
def forking() -> Iterator[Forks]:
    """Give an interpreter that forks stories."""
    with subprocess.Popen(
        [sys.executable, "-W", "default", "-m", "tests.story.forks"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            yield Forks(server)
        finally:
            server.kill()


def serve() -> None:
    """Fork a story for each line that is read, and write how it ended."""
    import partnerships.factory  # noqa: F401, PLC0415 - what takes so long, here and not where tests are collected

    for line in sys.stdin:
        child = os.fork()
        if not child:
            _play(json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201 - this is how the two talk


def _play(job: Mapping[str, Any]) -> NoReturn:
    """Be the process of one story, as `flask --app app story` is."""
    signal.alarm(SECONDS)
    os.environ.clear()
    os.environ.update(job["environment"])
    for number, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(Path(job["folder"], name), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
    if job["dies_at"]:
        _die_at(job["dies_at"])
    code = 1
    try:
        from app import app  # noqa: PLC0415 - it reads the environment

        app.cli.main(["story", *job["options"]], prog_name="flask")
    except SystemExit as ended:
        code = int(ended.code or 0)
    except BaseException:  # noqa: BLE001 - nobody stands above to say it
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _die_at(step: int) -> None:
    """Kill this process at its `step`th step: a statement, a commit, or a file (mail or photo) that is put in place."""
    steps = itertools.count(1)

    def count() -> None:
        if next(steps) >= step:
            os.kill(os.getpid(), signal.SIGKILL)

    def state(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):  # which SQLite is told to, and PostgreSQL begins without being told
            count()

    event.listen(Engine, "before_cursor_execute", state)
    event.listen(Engine, "commit", lambda _connection: count())
    sys.addaudithook(lambda name, _: count() if name == "os.rename" else None)


if __name__ == "__main__":
    serve()
