"""Tell a story in a process of its own, as a person at a terminal would."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from email import message_from_bytes
from email.message import Message
from email.policy import default
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SECONDS = 240


def command(*options: str) -> list[str]:
    """Return the command line of a story."""
    return [sys.executable, "-m", "flask", "--app", "app", "story", *options]


def environment(folder: Path) -> Mapping[str, str]:
    """Return the environment of a story whose data lies in `folder`, without the settings of this process."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "VIRTUAL_ENV"}}
    return kept | {"DATA_DIR": str(folder / "var"), "PYTHONWARNINGS": "default"}


def tell(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Tell a story to its end."""
    return subprocess.run(
        command(*options),
        cwd=ROOT,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def figures(told: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """Return the last line's figures, or fail with what was said instead."""
    assert told.returncode == 0, told.stderr[-3000:]
    found: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    return found


def mails_in(folder: Path) -> Sequence[Message]:
    """Return the mails that were written into `folder`, the oldest first."""
    return [message_from_bytes(path.read_bytes(), policy=default) for path in sorted(folder.glob("*.eml"))]
