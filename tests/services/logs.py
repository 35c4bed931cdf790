"""The log lines of a stretch of a test, written as `serve` writes them."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import structlog

from partnerships.web.logs import start_logging


@contextmanager
def logging_like_serve() -> Iterator[StringIO]:
    """Give what is written to standard error meanwhile; afterwards everything is logged as before."""
    root, waitress = logging.getLogger(), logging.getLogger("waitress")
    before = root.handlers, root.level, waitress.level
    configured = structlog.get_config()
    start_logging()
    structlog.configure(**{**structlog.get_config(), "cache_logger_on_first_use": False})  # other tests log elsewhere
    written = StringIO()
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    try:
        yield written
    finally:
        root.handlers = before[0]
        root.setLevel(before[1])
        waitress.setLevel(before[2])
        structlog.configure(**configured)
