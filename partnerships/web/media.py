"""Photos and videos, shown to those who may see them and to nobody else."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, current_app, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import FileWrapper

from partnerships.core.actor import Role
from partnerships.core.errors import NotFound
from partnerships.core.words import N_
from partnerships.database.work import Reading
from partnerships.files.store import Store
from partnerships.files.tables import StoredFile

from .context import looking
from .policy import MEMBERS, Audience
from .urls import any_of_words, link_token

pages = Blueprint("media", __name__)

OPEN_TO: dict[str, Audience] = {"media.serve": MEMBERS, "media.serve_copy": MEMBERS}
POLICY = "default-src 'none'; sandbox"
COPIES: Mapping[str, str] = {"small": "image/webp", "poster": "image/jpeg"}
SENT_BYTES = 1 << 16
COPY = f"<{any_of_words(COPIES)}:copy>"


@pages.get("/media/<int:file_id>")
def serve(file_id: int) -> ResponseReturnValue:
    """Send a stored file to staff of its organisation or to the creator it belongs to; byte ranges for video."""
    with looking() as reading:
        stored = _visible(reading, file_id)
    return _send(stored.key, stored.content_type, stored.sha256, stored.bytes)


@pages.get(f"/media/<int:file_id>/{COPY}")
def serve_copy(file_id: int, copy: str) -> ResponseReturnValue:
    """Send the small copy of a stored file, or a video's poster, to the same people."""
    with looking() as reading:
        stored = _visible(reading, file_id)
    key = stored.small_key if copy == "small" else stored.poster_key
    if key is None:
        raise NotFound(N_("There is nothing here."))
    return _send(key, COPIES[copy], f"{stored.sha256}-{copy}", current_app.extensions["store"].size(key))


def _send(key: str, content_type: str, tag: str, size: int) -> ResponseReturnValue:
    store: Store = current_app.extensions["store"]
    if store.is_remote:  # the server's own way of sending a file would make everybody wait for the line to the store
        answer = Response(FileWrapper(store.open(key), SENT_BYTES), mimetype=content_type, direct_passthrough=True)
    else:
        answer = send_file(store.open(key), mimetype=content_type, etag=False)
    answer.set_etag(tag)
    answer.content_length = size
    answer.headers["Cache-Control"] = "private, max-age=3600"
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    try:
        return answer.make_conditional(request, accept_ranges=True, complete_length=size)
    except RequestedRangeNotSatisfiable:
        answer.close()  # nobody else will: the page of the error takes its place
        raise


def media_url(file_id: int, copy: str = "") -> str:
    """Return the address of a stored file, or of a copy of it, for whoever reads this page, also by a mailed link."""
    token = link_token()
    behind: dict[str, Any] = (
        {"file_id": file_id} | ({"token": token} if token else {}) | ({"copy": copy} if copy else {})
    )
    room = "links.medium" if token else "media.serve"
    return url_for(f"{room}_copy" if copy else room, **behind)


def _visible(reading: Reading, file_id: int) -> StoredFile:
    stored = reading.get(StoredFile, file_id)
    is_others = reading.actor.role is Role.CREATOR and stored.account_id != reading.actor.account_id
    if reading.actor.role is Role.REVIEWER and current_app.extensions["is_receipt"](reading, file_id):
        is_others = True
    if is_others or not stored.is_ready:
        raise NotFound(N_("There is nothing here."))
    return stored
