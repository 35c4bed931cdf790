"""A worker that ticks more often than in production: `python -m tests.clockwork.fast_worker SECONDS`.

It believes another one killed that has shown no life for so many seconds; a living one takes its time on a busy
machine.
"""

import os
import sys

from partnerships.clockwork.engine import Pace
from partnerships.config import read_settings
from partnerships.factory import create_app
from partnerships.web.logs import start_logging

if __name__ == "__main__":
    start_logging()
    pace = Pace(tick=1.0, heartbeat=0.5, silent=float(sys.argv[1]), pause=0.5)
    create_app(read_settings(os.environ)).extensions["worker"].work(pace)
