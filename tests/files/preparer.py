"""A process that prepares what waits once: `python -m tests.files.preparer hang|work`.

Its settings come from the environment. The one that works has a clock 45 seconds ahead: a minute without a tick's 15
seconds, so that nobody has to wait. The one that hangs says when it has begun with a file, and never ends.
"""

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

from partnerships.config import read_settings
from partnerships.factory import create_app
from partnerships.files.making import Made, make
from partnerships.files.preparing import prepare
from partnerships.files.probe import Kind
from tests.drills.sender import Ahead

AHEAD = timedelta(seconds=45)


def hang(_kind: Kind, _sent: Path) -> Made:
    """Say that a file is in hand, and wait to be killed."""
    print("begun", flush=True)  # noqa: T201 - the test reads it
    time.sleep(600)
    raise AssertionError


def main(what: str) -> None:
    """Do one round, and say how many files are ready."""
    waits = what == "hang"
    app = create_app(read_settings(os.environ), clock=Ahead(timedelta(0) if waits else AHEAD))
    with app.app_context():
        transactions, store = app.extensions["transactions"], app.extensions["store"]
        report = prepare(transactions, store, context=app.app_context, make=hang if waits else make)
    print(report.ready, "ready", flush=True)  # noqa: T201 - the test reads it


if __name__ == "__main__":
    main(sys.argv[1])
