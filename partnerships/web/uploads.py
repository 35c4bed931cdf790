"""Files that come with a form, or came before it: received before the transaction begins, kept only if it ends well."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import BinaryIO, cast

from flask import current_app, request

from partnerships.core.errors import Refused, StorageFailed
from partnerships.files import uploading
from partnerships.files.receiving import MIB, Limits, ReceivedFile, receive
from partnerships.files.store import Provisional

from .bodies import FORM_FILE_BYTES
from .context import find_actor, looking
from .policy import CREATORS
from .urls import link_token

PHOTOS = "image/jpeg,image/png,image/webp,image/heic,image/heif"
ACCEPT = f"{PHOTOS},video/mp4,video/quicktime,video/webm"
PHOTO_BYTES = 25 * MIB
MOST_FILES = 11  # of one input; a rule refuses fewer, but nobody makes us work through hundreds
SENT_BEFORE = "-sent"  # behind an input's name: the uploads that came in its place


@dataclass
class Uploads:
    """What came with a form, by the name of the input without its prefix; `spoilt` says what was refused and why."""

    trial: Provisional
    files: dict[str, list[ReceivedFile]] = field(default_factory=dict)
    spoilt: dict[str, Refused] = field(default_factory=dict)

    def keep_only(self, keys: Iterable[str]) -> None:
        """Throw away what no row speaks of: a second press of the button sends every file again."""
        for key in set(self.trial.put_here) - set(keys):
            self.trial.delete(key)


@contextmanager
def receiving(used_bytes: int, prefix: str = "") -> Iterator[Uploads]:
    """Yield the files of this request; an exception inside the block takes them out of the store again.

    `used_bytes` is what the organisation keeps already: its quota leaves the rest. What came before the form stands
    before what comes with it.
    """
    with Provisional(current_app.extensions["store"]) as trial:
        uploads = Uploads(trial)
        _collect(uploads, prefix)
        room = limits(used_bytes).room_bytes or 0
        for name in request.files:
            if name.startswith(prefix):
                room -= _receive(uploads, name, name.removeprefix(prefix), room)
        yield uploads


def sent_before(name: str) -> list[tuple[str, str]]:
    """Return what came in the place of the input called `name`: the upload's id, and the file's name."""
    sent = (value.partition("/") for value in request.form.getlist(name + SENT_BEFORE)[:MOST_FILES])
    return [(public_id, called) for public_id, _, called in sent if public_id]


def has_files() -> bool:
    """Say whether the form brought any file along."""
    return any(sent.filename for _, sent in request.files.items(multi=True))


def comes_in_pieces() -> bool:
    """Say whether who reads this page sends files in pieces (see `tus`), also behind a mailed link."""
    actor = find_actor()
    return link_token() is not None or (actor is not None and actor.role in CREATORS)


def max_bytes() -> int:
    """Return how large one file of this reader may be: what comes whole with its form is not as large."""
    most = int(current_app.config["UPLOAD_MAX_BYTES"])
    return most if comes_in_pieces() else min(most, FORM_FILE_BYTES)


def limits(used_bytes: int = 0) -> Limits:
    """Return how large files may be, and how many bytes an organisation that keeps so many may still keep."""
    room = int(current_app.config["UPLOAD_QUOTA_BYTES"]) - used_bytes
    return Limits(min(PHOTO_BYTES, max_bytes()), max_bytes(), room)


def _collect(uploads: Uploads, prefix: str) -> None:
    """Put what came before the form where its inputs are, asking once for all of them."""
    names = [name.removesuffix(SENT_BEFORE) for name in request.form if name.endswith(SENT_BEFORE)]
    asked: dict[str, list[str]] = {}
    for name in (name for name in names if name.startswith(prefix)):
        used = {key for keys in asked.values() for key in keys}  # a file stands in one place of a form
        asked[name] = [key for key in dict.fromkeys(key for key, _ in sent_before(name)) if key not in used]
    if not any(asked.values()):
        return
    with looking() as reading:
        arrived = uploading.collect(reading, {key for keys in asked.values() for key in keys})
    for name, keys in asked.items():
        try:
            uploads.files[name.removeprefix(prefix)] = uploading.pick(arrived, keys)
        except Refused as refusal:
            uploads.spoilt[name.removeprefix(prefix)] = refusal


def _receive(uploads: Uploads, name: str, key: str, room: int) -> int:
    """Receive every file of the input called `name`; return how many bytes are kept."""
    kept = 0
    for sent in request.files.getlist(name)[:MOST_FILES]:
        if not sent.filename:  # nothing was chosen
            continue
        most = replace(limits(), room_bytes=room - kept)
        try:
            received = receive(cast("BinaryIO", sent.stream), sent.filename, most, uploads.trial)
        except Refused as refusal:
            uploads.spoilt[key] = refusal
        except StorageFailed as failure:
            uploads.spoilt[key] = Refused(failure.sentence)
        else:
            uploads.files.setdefault(key, []).append(received)
            kept += received.bytes
    return kept
