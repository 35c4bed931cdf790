"""One engine for all tests of a run, which goes to the database of the test that runs.

SQLAlchemy compiles a statement once per engine. With an engine for each test, compiling was half of the suite's time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import Engine, event, make_url

from partnerships.database.session import db


class SharedEngine:
    """Stands where Flask-SQLAlchemy makes engines: the application under test gets the shared one."""

    def __init__(self) -> None:
        """Keep how engines are really made."""
        self._own = db._make_engine
        self._url: str | None = None
        self._engine: Engine | None = None

    @contextmanager
    def going_to(self, url: str) -> Iterator[None]:
        """Let an application made inside the block, with this address, use the shared engine."""
        self._url = url
        db._make_engine = self._make  # type: ignore[method-assign]  # there is no public place to hand one in
        try:
            yield
        finally:
            db._make_engine = self._own  # type: ignore[method-assign]
            if self._engine is not None:
                self._engine.dispose()

    def _make(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> Engine:
        if self._url is None or make_url(options["url"]) != make_url(self._url):
            return self._own(bind_key, options, app)
        if self._engine is None:
            self._engine = self._own(bind_key, options, app)
            event.listen(self._engine, "do_connect", self._redirect)
        return self._engine

    def _redirect(self, dialect: Any, _record: object, arguments: list[Any], named: dict[str, Any]) -> None:
        """Connect to the database of the test that runs, whatever address the engine was made with."""
        positional, keywords = dialect.create_connect_args(make_url(self._url or ""))
        arguments[:] = positional
        named.update(keywords)
