"""Structured logs: what happened, never who or what they wrote. Paths are logged as rules: no token is in them."""

import logging
import re
import sys
import time
from dataclasses import asdict
from types import TracebackType
from typing import Any

import structlog
from flask import Flask, Response, g, request

from .context import find_actor

QUIET = frozenset({"static", "shell.health"})
_TOKEN = re.compile(r"/([su])/[\w%.~-]+")
_ADDRESS = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
log = structlog.stdlib.get_logger("sahabat.request")

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class LoggedFlask(Flask):
    """Flask, but for what it logs of a request that broke: the rule, because a path may hold somebody's token."""

    def log_exception(self, exc_info: ExcInfo) -> None:
        """Log the traceback with the rule that was asked for."""
        log.error("request broke", rule=request.url_rule.rule if request.url_rule else None, exc_info=exc_info)


def start_logging() -> None:
    """Send every log line to standard error: one JSON object a line, or coloured text on a terminal."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    ends: list[structlog.typing.Processor] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]  # without locals
        if sys.stderr.isatty()
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *ends, _mask],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)  # it says every 15 seconds that it ticks
    logging.getLogger("procrastinate").setLevel(logging.WARNING)  # it tells of every job twice
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("waitress").setLevel(logging.WARNING)  # it tells the path of everybody who went away early


def tell(event: str, report: Any) -> None:
    """Log what a round of the clockwork did, a dataclass of counts: those that are not nothing; of nothing, nothing."""
    facts = {name: value for name, value in asdict(report).items() if value}
    if facts:
        structlog.stdlib.get_logger("sahabat.clockwork").info(event, **facts)


def _mask(_logger: object, _method: str, line: object) -> str:
    """Return the finished line without tokens of mailed links and mail addresses, whoever wrote them into a message."""
    return _ADDRESS.sub("…", _TOKEN.sub(r"/\1/<token>", str(line)))


def log_requests(app: Flask) -> None:
    """Log each answer with its rule, status and milliseconds."""

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        if request.endpoint not in QUIET:
            actor = find_actor()
            log.info(
                "request",
                method=request.method,
                rule=request.url_rule.rule if request.url_rule else None,
                status=response.status_code,
                milliseconds=round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1),
                role=str(actor.role) if actor else None,
                org=actor.org_id if actor else None,
            )
        return response
