"""How much of a request is taken in. What no page will read is thrown away as it comes, and never lies on the disk.

A server receives a request whole before a page sees it, so this is decided when only its head is there.
"""

import logging
from collections.abc import Iterable
from io import BytesIO
from typing import Any

from flask import Flask, current_app, request
from waitress.buffers import OverflowableBuffer
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser

from partnerships.core.errors import Gone, NotAllowed, NotFound, NotSignedIn

from . import linking
from .context import transactions

FORM_BYTES = 2 * 1024 * 1024  # of a request, beside its files
FORM_FILE_BYTES = 200 * 1024 * 1024  # of a file that comes with its form; what is larger comes in pieces
FORM_FILES = 4  # so large, in one request

log = logging.getLogger(__name__)


def limit_bodies(app: Flask, takes_files: Iterable[str]) -> None:
    """Refuse with 413 what is larger than a form, but for files where endpoints take some."""
    app.extensions["takes_files"] = frozenset(takes_files)

    @app.before_request
    def limit() -> None:
        if not _takes_files():
            request.max_content_length = FORM_BYTES


def channel_for(app: Flask) -> Any:
    """Return the class of waitress's connections that takes in no more of a request than `app` will read."""

    class Parser(HTTPRequestParser):  # type: ignore[misc]  # waitress ships no types
        def parse_header(self, header_plus: bytes) -> None:
            super().parse_header(header_plus)
            if self.body_rcv is not None and (self.chunked or self.content_length > FORM_BYTES):
                most = readable_bytes(app, self.command, self.path, self.headers)
                kept = most if self.chunked or self.content_length <= most else 0
                self.body_rcv.buf = Bounded(self.adj.inbuf_overflow, kept)

    class Channel(HTTPChannel):  # type: ignore[misc]  # as above
        parser_class = Parser

    return Channel


class Bounded(OverflowableBuffer):  # type: ignore[misc]  # waitress ships no types
    """Keeps up to `most` bytes. When more come it keeps none at all, and goes on counting."""

    def __init__(self, overflow: int, most: int) -> None:
        """Write what is longer than `overflow` bytes into a file, as waitress does."""
        super().__init__(overflow)
        self.most, self.came = most, 0

    def __len__(self) -> int:
        return self.came

    def append(self, data: bytes) -> None:
        """Take what came."""
        self.came += len(data)
        if self.came <= self.most:
            super().append(data)
            return
        self.close()
        self.buf, self.strbuf = None, b""


def readable_bytes(app: Flask, method: str, path: str, headers: dict[str, str]) -> int:
    """Return how much `app` reads of this request: as much as a form has, and files of people who may send some."""
    head = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "CONTENT_TYPE": headers.get("CONTENT_TYPE", ""),
        "HTTP_COOKIE": headers.get("COOKIE", ""),
        "REMOTE_ADDR": "",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
    }
    try:
        with app.request_context(head):
            return int(app.config["MAX_CONTENT_LENGTH"]) if _may_send_files() else FORM_BYTES
    except Exception:  # whatever it is, the page meets it too, and says so
        log.exception("a request's body is taken for a form's")
        return FORM_BYTES


def _takes_files() -> bool:
    """Say whether files may come; a form that is not written in parts is read into memory in one go."""
    return request.mimetype == "multipart/form-data" and request.endpoint in current_app.extensions["takes_files"]


def _may_send_files() -> bool:
    if not _takes_files():
        return False
    try:
        current_app.extensions["recognise"]()
        current_app.extensions["policy"].check()
        if request.endpoint == "links.open":
            linking.open_link(transactions(), (request.view_args or {})["token"])
    except Gone:  # somebody was given this link: the page says what has become of it
        return True
    except (NotSignedIn, NotAllowed, NotFound):
        return False
    return True
