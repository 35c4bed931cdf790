"""Pieces of URLs: what may stand in one, and where it is safe to go back to."""

import re
from collections.abc import Iterable
from enum import StrEnum

from flask import request, url_for
from werkzeug.routing import IntegerConverter, Map

LARGEST_ID = 2**31 - 1  # what the databases' integer holds

_SAME_ORIGIN_PATH = re.compile(r"/(?![/\\])[A-Za-z0-9_\-./?=&%+:,~]*")


def any_of(enum: type[StrEnum]) -> str:
    """Return the URL converter that matches exactly the values of `enum`."""
    return any_of_words(enum)


def any_of_words(words: Iterable[str]) -> str:
    """Return the URL converter that matches exactly `words`."""
    return f"any({', '.join(words)})"


def row_id(text: str) -> int:
    """Return the id written in `text`, or raise `ValueError` when no row can have it."""
    number = int(text)
    if not 0 < number <= LARGEST_ID:
        raise ValueError(f"No row has an id outside 1 to {LARGEST_ID}.")
    return number


def link_token() -> str | None:
    """Return the token of the mailed link that this page stands behind, or None."""
    return (request.view_args or {}).get("token") if request.endpoint == "links.open" else None


def link_door() -> str | None:
    """Return the address of the mailed link that this page stands behind, or None."""
    token = link_token()
    return url_for("links.open", token=token) if token else None


def safe_next(target: str | None, otherwise: str) -> str:
    """Return `target` if it is a path on this site and nothing else, or `otherwise`."""
    return target if target and _SAME_ORIGIN_PATH.fullmatch(target) else otherwise


def came_from() -> str | None:
    """Return the path of the page that this request was sent from, if it says so and is one of ours."""
    referrer = request.referrer or ""
    path = referrer.removeprefix(request.host_url.rstrip("/")) if referrer.startswith(request.host_url) else ""
    return safe_next(path, "") or None


class RowId(IntegerConverter):
    """An id in a URL. One that no database could hold leads to no page, instead of to an error."""

    def __init__(self, map: Map) -> None:  # noqa: A002 - the name that werkzeug calls it by
        """Take whole numbers up to `LARGEST_ID`."""
        super().__init__(map, max=LARGEST_ID)
