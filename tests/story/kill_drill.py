"""Kill a story again and again, go on with --resume, and count what was lost and what was doubled.

By hand: `python -m tests.story.kill_drill 10 [DATABASE_URL]`.
"""

import json
import random
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.story.telling import ROOT, command, environment, figures, mails_in, tell

LONGEST = 0.6  # of the share of the story that comes between two kills


@dataclass(frozen=True)
class Drill:
    """What came of it. `copies` are mails beyond the first with the same Message-ID, as counted in the folder."""

    kills: int
    lost: int
    copies: int
    mails: int
    answered: int
    verified: int


def drill(folder: Path, kills: int, database_url: str | None = None, *, seed: int = 0, seconds: float = 12) -> Drill:
    """Tell one story in `folder` and kill it `kills` times; `seconds` is how long an undisturbed one takes."""
    chance = random.Random(seed)
    mail = folder / "mail"
    options = [
        "--json",
        "--mail-url",
        f"folder:{mail}",
        "--database-url",
        database_url or f"sqlite:///{folder / 'story.db'}",
    ]
    done = 0
    for number in range(kills):
        done += kill_one(folder, options if number == 0 else [*options, "--resume"], chance, seconds / kills, mail)
    told = figures(tell(folder, *options, "--resume"))
    copies = Counter(str(message["Message-ID"]) for message in mails_in(mail))
    return Drill(
        kills=done,
        lost=told["lost"],
        copies=sum(copies.values()) - len(copies),
        mails=len(copies),
        answered=told["answered"],
        verified=told["verified"],
    )


def kill_one(folder: Path, options: list[str], chance: random.Random, seconds: float, mail: Path) -> int:
    """Start (or go on with) a story and kill it after some mails and some time; return 1, or 0 if it ended before."""
    before = len(list(mail.glob("*.eml")))
    wanted = before + chance.randint(1, 4)
    process = subprocess.Popen(
        command(*options),
        cwd=ROOT,
        env=environment(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        while process.poll() is None and len(list(mail.glob("*.eml"))) < wanted:
            _pause(process, 0.01)
        _pause(process, chance.uniform(0, seconds * LONGEST))
    finally:
        process.kill()
        _, said = process.communicate()
    assert process.returncode in {0, -9}, said[-3000:]
    return int(process.returncode == -9)


def _pause(process: subprocess.Popen[str], seconds: float) -> None:
    """Wait for `seconds`, or until the story ends."""
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return


def main() -> None:
    """Run the drill as the command line asks and print what came of it as one line of JSON."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    database_url = sys.argv[2] if len(sys.argv) > 2 else None
    with tempfile.TemporaryDirectory(prefix="drill-") as folder:
        result = drill(Path(folder), kills, database_url, seed=random.SystemRandom().randrange(2**32))
    print(json.dumps(asdict(result)))  # noqa: T201 - this is what it is run for
    sys.exit(result.lost > 0 or result.copies > result.kills)


if __name__ == "__main__":
    main()
