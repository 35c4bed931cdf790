"""Photos and videos, shown to those who may see them and to nobody else."""

from flask import Blueprint, Response, current_app, request, send_file, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from partnerships.core.actor import Role
from partnerships.core.errors import NotFound
from partnerships.core.words import N_
from partnerships.database.work import Reading
from partnerships.files.tables import StoredFile

from .context import looking
from .policy import MEMBERS, Audience

pages = Blueprint("media", __name__)

OPEN_TO: dict[str, Audience] = {"media.serve": MEMBERS}
POLICY = "default-src 'none'; sandbox"


@pages.get("/media/<int:file_id>")
def serve(file_id: int) -> ResponseReturnValue:
    """Send a stored file to staff of its organisation or to the creator it belongs to; byte ranges for video."""
    with looking() as reading:
        stored = _visible(reading, file_id)
    answer: Response = send_file(
        current_app.extensions["store"].open(stored.key),
        mimetype=stored.content_type,
        etag=False,
    )
    answer.set_etag(stored.sha256)
    answer.content_length = stored.bytes
    answer.headers["Cache-Control"] = "private, max-age=3600"
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    try:
        return answer.make_conditional(request, accept_ranges=True, complete_length=stored.bytes)
    except RequestedRangeNotSatisfiable:
        answer.close()  # nobody else will: the page of the error takes its place
        raise


def media_url(file_id: int) -> str:
    """Return the address of a stored file for whoever reads this page, also behind a mailed link."""
    token = (request.view_args or {}).get("token") if request.endpoint == "links.open" else None
    if token is None:
        return url_for("media.serve", file_id=file_id)
    return url_for("links.medium", token=token, file_id=file_id)


def _visible(reading: Reading, file_id: int) -> StoredFile:
    stored = reading.get(StoredFile, file_id)
    if reading.actor.role is Role.CREATOR and stored.account_id != reading.actor.account_id:
        raise NotFound(N_("There is nothing here."))
    return stored
