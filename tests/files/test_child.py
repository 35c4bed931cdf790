import os
import sys
import time
from pathlib import Path

import pytest

from partnerships.files import child
from partnerships.files.child import ChildFailed


def saying(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_a_child_reports_on_its_standard_output() -> None:
    assert child.run(saying("print('fine')")) == b"fine\n"


def test_a_child_knows_none_of_the_servers_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "hush")

    names = child.run(saying("import os; print(*os.environ)")).split()

    assert b"SECRET_KEY" not in names
    assert b"PYTHONUTF8" in names


@pytest.mark.parametrize(
    "code",
    ["raise SystemExit(1)", "import os; os.abort()", "raise MemoryError", "import os; os.kill(os.getpid(), 9)"],
    ids=["error", "crash", "memory", "killed"],
)
def test_a_child_that_fails_says_so(code: str) -> None:
    with pytest.raises(ChildFailed):
        child.run(saying(code))


def test_a_child_that_hangs_is_killed_with_all_it_started(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    code = (
        "import subprocess, sys, time\n"
        "grandchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(note)!r}, 'w').write(str(grandchild.pid))\n"
        "time.sleep(60)\n"
    )
    began = time.monotonic()

    with pytest.raises(ChildFailed):
        child.run(saying(code), wall_seconds=1.0)

    assert time.monotonic() - began < 5
    assert not is_running(int(note.read_text()))


def test_a_child_that_closes_its_output_and_hangs_is_killed_too() -> None:
    with pytest.raises(ChildFailed):
        child.run(saying("import os, time; os.close(1); time.sleep(60)"), wall_seconds=0.5)


def test_a_child_that_never_stops_talking_is_killed() -> None:
    began = time.monotonic()

    with pytest.raises(ChildFailed):
        child.run(saying("while True: print('x' * 1000)"))

    assert time.monotonic() - began < 5


def is_running(pid: int) -> bool:
    """Return whether the process still does anything; one that is dead but not yet collected does not."""
    for _ in range(50):
        try:
            os.kill(pid, 0)
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (ProcessLookupError, FileNotFoundError):
            return False
        if state == "Z":
            return False
        time.sleep(0.02)
    return True
