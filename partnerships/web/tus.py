"""Files in pieces over a line that breaks: tus 1.0 (creation, termination, expiration, checksum) for creators.

An upload belongs to whoever announced it. How it goes on is for tus programs to read: states are HTTP statuses, and a
refusal is a sentence in the reader's language, as plain text. Every request changes something, so each carries our
form's token (X-CSRFToken).
"""

import base64
import binascii
from collections.abc import Callable
from email.utils import format_datetime
from functools import wraps
from http import HTTPStatus
from typing import BinaryIO, ParamSpec, cast

from flask import Blueprint, Response, current_app, request, url_for
from flask.typing import ResponseReturnValue

from partnerships.core.errors import Conflict, DomainError, Gone, NotFound, Refused, StorageFailed
from partnerships.core.words import N_
from partnerships.files import uploading
from partnerships.files.parts import Busy, Lost, Mismatch, Parts
from partnerships.files.probe import HEAD_BYTES, Kind, kind_of
from partnerships.files.receiving import receive
from partnerships.files.store import Provisional
from partnerships.files.tables import Upload

from .bodies import FORM_BYTES
from .context import begin, looking, transactions
from .policy import CREATORS, Audience
from .uploads import comes_in_pieces, limits
from .urls import link_token
from .words import gettext, translated

pages = Blueprint("tus", __name__)

OPEN_TO: dict[str, Audience] = dict.fromkeys(
    ("tus.options", "tus.create", "tus.show", "tus.append", "tus.terminate"), CREATORS
)
VERSION = "1.0.0"
EXTENSIONS = "creation,termination,expiration,checksum"
DIGESTS = ("sha1", "sha256")
PIECE = "application/offset+octet-stream"
MISMATCH = 460  # tus 1.0, checksum
SAYS: dict[type[DomainError], int] = {NotFound: 404, Conflict: 409, Gone: 410, Refused: 422, StorageFailed: 507}
NOT_WHOLE = N_("What arrived is not what was sent. It is sent again from where it was.")

P = ParamSpec("P")


def spoken(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Answer errors as plain text, and every answer with the version of tus."""

    @wraps(view)
    def speak(*args: P.args, **more: P.kwargs) -> ResponseReturnValue:
        try:
            answer = current_app.make_response(view(*args, **more))
        except DomainError as error:
            code = next((code for kind, code in SAYS.items() if isinstance(error, kind)), 422)
            answer = _say(code, translated(error))
        except Busy:
            answer = _say(HTTPStatus.LOCKED)
        except Lost:
            answer = _say(HTTPStatus.GONE)
        except Mismatch:
            answer = _say(MISMATCH, gettext(NOT_WHOLE))
        answer.headers["Tus-Resumable"] = VERSION
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return speak


@pages.route("/uploads", methods=["OPTIONS"], provide_automatic_options=False)
@spoken
def options() -> ResponseReturnValue:
    """Say what this server understands."""
    return _say(
        204,
        tus_version=VERSION,
        tus_extension=EXTENSIONS,
        tus_max_size=limits().video_bytes,
        tus_checksum_algorithm=",".join(DIGESTS),
    )


@pages.post("/uploads")
@spoken
def create() -> ResponseReturnValue:
    """Announce a file: its length, and its name among the metadata."""
    if (wrong := _other_version()) is not None:
        return wrong
    length = request.headers.get("Upload-Length", "")
    if not length.isdecimal():
        return _say(400)
    now = transactions().machine.now()
    parts().discard_stale(now - 2 * uploading.LASTS)  # of uploads whose rows are gone
    with begin() as work:
        upload = uploading.begin(work, now, name=_metadata("filename"), length=int(length), limits=limits())
    return _say(201, upload=upload, location=url_for("tus.show", public_id=upload.public_id))


@pages.route("/uploads/<public_id>", methods=["HEAD"], provide_automatic_options=False)
@spoken
def show(public_id: str) -> ResponseReturnValue:
    """Tell how much has arrived."""
    return _say(200, upload=_find(public_id))


@pages.patch("/uploads/<public_id>", provide_automatic_options=False)
@spoken
def append(public_id: str) -> ResponseReturnValue:
    """Take the next piece; with the last one the file is looked at, and refused if it cannot be what was asked for."""
    if (wrong := _other_version()) is not None:
        return wrong
    if request.mimetype != PIECE:
        return _say(415)
    wanted = _checksum()
    if not request.headers.get("Upload-Offset", "").isdecimal() or wanted == ():
        return _say(400)
    upload = _find(public_id)
    with parts().hold(public_id, upload.offset) as part:
        upload = _find(public_id)  # nobody else moves it now
        if int(request.headers["Upload-Offset"]) != upload.offset or upload.file_id is not None:
            raise Conflict(N_("Somebody changed this in the meantime. Please look again."))
        stream = cast("BinaryIO", request.stream)
        written = parts().append(part, stream, upload.length - upload.offset, wanted or None)
        offset = upload.offset + written
        try:
            _look(upload, part)
            if offset == upload.length:
                _finish(upload, part)
            else:
                with begin() as work:
                    uploading.advance(work, upload, offset, transactions().machine.now())
        except Refused:
            _forget(upload)
            raise
    if offset == upload.length:
        parts().discard(public_id)
    return _say(204, upload=upload, upload_offset=offset)


@pages.delete("/uploads/<public_id>", provide_automatic_options=False)
@spoken
def terminate(public_id: str) -> ResponseReturnValue:
    """Give an upload up."""
    if (wrong := _other_version()) is not None:
        return wrong
    _forget(_find(public_id))
    return _say(204)


def parts() -> Parts:
    """Return where unfinished files lie."""
    made: Parts = current_app.extensions["parts"]
    return made


def creation_url() -> str:
    """Return where whoever reads this page announces files, also behind a mailed link; "" for who may not."""
    token = link_token()
    if token is not None:
        return url_for("links.upload", token=token)
    return url_for("tus.create") if comes_in_pieces() else ""


def _find(public_id: str) -> Upload:
    with looking() as reading:
        return uploading.find(reading, public_id, transactions().machine.now())


def _look(upload: Upload, part: BinaryIO) -> None:
    """Refuse what nobody asked for as soon as it can be told, instead of when all of it is there."""
    part.seek(0)
    head = part.read(HEAD_BYTES)
    if len(head) == HEAD_BYTES or len(head) == upload.length:
        limits().refuse_beyond(Kind(kind_of(head)), upload.length)


def _finish(upload: Upload, part: BinaryIO) -> None:
    """Take the whole file over into the store, or raise `Refused`."""
    part.seek(0)
    with Provisional(current_app.extensions["store"]) as trial:
        received = receive(part, upload.display_name, limits(), trial)
        with begin() as work:
            uploading.finish(work, upload, received, transactions().machine.now())


def _forget(upload: Upload) -> None:
    with begin() as work:
        uploading.give_up(work, upload)
    parts().discard(upload.public_id)


def _other_version() -> Response | None:
    if request.headers.get("Tus-Resumable") == VERSION:
        return None
    return _say(412, tus_version=VERSION)


def _metadata(name: str) -> str:
    """Return what the sender says of the file under this name: words in base64, pairs apart by commas."""
    pairs = (pair.strip().partition(" ") for pair in request.headers.get("Upload-Metadata", "").split(","))
    encoded = next((value for key, _, value in pairs if key == name), "")
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


def _checksum() -> tuple[str, bytes] | tuple[()] | None:
    """Return the digest that was announced for this piece, None if none was, nothing if it makes no sense."""
    announced = request.headers.get("Upload-Checksum")
    if announced is None:
        return None
    name, _, value = announced.partition(" ")
    try:
        return (name, base64.b64decode(value, validate=True)) if name in DIGESTS else ()
    except binascii.Error:
        return ()


def _say(code: int, sentence: str = "", upload: Upload | None = None, **headers: object) -> Response:
    """Return a plain answer; keywords become headers, `tus_version` Tus-Version."""
    answer = Response(sentence, status=code, mimetype="text/plain")
    if upload is not None:
        answer.headers["Upload-Offset"] = str(upload.offset)
        answer.headers["Upload-Length"] = str(upload.length)
        answer.headers["Upload-Expires"] = format_datetime(upload.expires_at, usegmt=True)
    for name, value in headers.items():
        answer.headers[name.replace("_", "-").title()] = str(value)
    return answer


PIECE_BYTES = FORM_BYTES // 2
"""As large as our own page makes its pieces. What is larger than a form is not read (see `bodies`)."""
