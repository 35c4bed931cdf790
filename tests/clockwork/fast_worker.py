"""A worker that notices sooner than in production that another was killed: `python -m tests.clockwork.fast_worker`."""

import os

from partnerships.clockwork.engine import Pace
from partnerships.config import read_settings
from partnerships.factory import create_app
from partnerships.web.logs import start_logging

FAST = Pace(tick=0.5, heartbeat=0.3, silent=1.5, pause=0.3)

if __name__ == "__main__":
    start_logging()
    create_app(read_settings(os.environ)).extensions["worker"].work(FAST)
