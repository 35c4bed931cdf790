"""Receive one file from a stranger: count, recognise, check, clean and keep it, or refuse it and leave nothing."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple

from partnerships.core.errors import DomainError, Refused, StorageFailed
from partnerships.core.words import N_

from . import child, videos
from .confinement import FRAMES, MEGAPIXELS, SIDE_PIXELS
from .names import clean_name
from .probe import DAMAGED, HEAD_BYTES, UNREADABLE, Kind, kind_of, photo_ending
from .store import NO_DISK, Store, storing

MIB = 1 << 20
CHUNK_BYTES = MIB
SERVED_TYPES = {Kind.PHOTO: "image/jpeg", Kind.VIDEO: "video/mp4"}
"""A MOV is served as MP4 as well: the boxes are the same, and browsers pass over `video/quicktime`."""

EMPTY = N_("The file is empty.")
TOO_LARGE = N_("The file is larger than %(limit)s.")
NO_ROOM = N_("There is not enough space left for this file: %(room)s are free.")
TOO_MANY_PIXELS = N_("The picture has more than %(megapixels)s megapixels, or more than %(side)s pixels on a side.")
TOO_MANY_FRAMES = N_("The moving picture has more than %(frames)s frames.")

PREPARER = child.python("partnerships.files.images")
"""Makes a photo fit to be served. Run, not imported: Pillow has no place in the server's own process."""


@dataclass(frozen=True)
class Limits:
    """What is accepted. `room_bytes` is what the quota leaves, None for no quota."""

    photo_bytes: int = 25 * MIB
    video_bytes: int = 250 * MIB
    room_bytes: int | None = None
    accepted: frozenset[Kind] = frozenset(Kind)

    def refuse_beyond(self, kind: Kind, size: int) -> None:
        """Raise `Refused` when a file of this kind has grown beyond what is possible."""
        most = self.photo_bytes if kind is Kind.PHOTO else self.video_bytes
        if size > most:
            raise Refused(TOO_LARGE, limit=spell_size(most))
        if self.room_bytes is not None and size > self.room_bytes:
            raise Refused(NO_ROOM, room=spell_size(max(0, self.room_bytes)))


@dataclass(frozen=True)
class ReceivedFile:
    """A file that is kept and may be served, with its facts."""

    key: str
    sha256: str
    """Of what is served, in hex."""
    original_sha256: str
    """Of what was sent, which is not kept."""
    kind: Kind
    content_type: str
    bytes: int
    width: int
    height: int
    seconds: float | None
    taken_at: str | None
    """What the file claims, easily wrong or forged: `YYYY-MM-DDTHH:MM:SS`, camera's time (photo) or UTC (video)."""
    camera: str | None
    display_name: str


class Facts(NamedTuple):
    """What was found out about a file of any kind."""

    width: int
    height: int
    seconds: float | None
    taken_at: str | None
    camera: str | None


def receive(
    stream: BinaryIO,
    display_name: str,
    limits: Limits,
    store: Store,
    *,
    preparer: Sequence[str] = PREPARER,
    wall_seconds: float = child.WALL_SECONDS,
) -> ReceivedFile:
    """Keep the file and return its facts, or raise `Refused` or `StorageFailed` with nothing left behind.

    Takes up to seconds: call it before a transaction begins, inside `Provisional`, so that a row that is not written
    takes its file with it. `preparer` is the command that makes a photo fit to be served.
    """
    with store.quarantine() as room:
        kind, sent, original_sha256 = _fill(room, stream, limits)
        if kind is Kind.PHOTO:
            finished = room / "served.jpg"
            facts = _prepare_photo(sent, finished, preparer, wall_seconds)
        else:
            finished = sent
            facts = _prepare_video(sent)
        with storing():
            sha256, size = _digest(finished), finished.stat().st_size
        return ReceivedFile(
            key=store.put(finished),
            sha256=sha256,
            original_sha256=original_sha256,
            kind=kind,
            content_type=SERVED_TYPES[kind],
            bytes=size,
            display_name=clean_name(display_name),
            **facts._asdict(),
        )


def spell_size(size: int) -> str:
    """Return bytes as people read them, rounded down: `25 MB`, `900 kB` (steps of 1,024)."""
    return f"{size // MIB} MB" if size >= MIB else f"{size // 1024} kB"


def _fill(room: Path, stream: BinaryIO, limits: Limits) -> tuple[Kind, Path, str]:
    """Copy the stream, stopping at the first byte too many; return what it is, where, and its SHA-256 in hex."""
    head = _head(stream)
    if not head:
        raise Refused(EMPTY)
    kind = kind_of(head, limits.accepted)
    sent = room / f"sent{photo_ending(head)}"
    digest, size, chunk = hashlib.sha256(), 0, head
    with storing():
        file = sent.open("wb", buffering=0)
    with file:
        while chunk:
            size += len(chunk)
            limits.refuse_beyond(kind, size)
            digest.update(chunk)
            with storing():
                _write(file, chunk)
            chunk = stream.read(CHUNK_BYTES)  # what goes wrong here is the sender's line, not our disk
    return kind, sent, digest.hexdigest()


def _head(stream: BinaryIO) -> bytes:
    """Read as much as recognising needs; a stream may give less at a time."""
    head = b""
    while len(head) < HEAD_BYTES and (more := stream.read(HEAD_BYTES - len(head))):
        head += more
    return head


def _write(file: BinaryIO, chunk: bytes) -> None:
    rest = memoryview(chunk)
    while rest:
        rest = rest[file.write(rest) :]


def _prepare_photo(sent: Path, served: Path, preparer: Sequence[str], wall_seconds: float) -> Facts:
    report = child.run([*preparer, str(sent), str(served)], wall_seconds)
    try:
        told = json.loads(report)
        if "refused" in told:
            raise _refusal(told["refused"], sent.suffix)
        facts = Facts(int(told["width"]), int(told["height"]), None, told["taken_at"], told["camera"])
    except (ValueError, LookupError, TypeError) as error:
        raise Refused(UNREADABLE) from error
    if not served.is_file():
        raise Refused(UNREADABLE)
    return facts


def _refusal(reason: object, ending: str) -> DomainError:
    """Return the sentence for a reason that `images` gives."""
    match reason:
        case "damaged":
            return Refused(DAMAGED)
        case "too large":
            return Refused(TOO_MANY_PIXELS, megapixels=MEGAPIXELS[ending], side=SIDE_PIXELS)
        case "too many frames":
            return Refused(TOO_MANY_FRAMES, frames=FRAMES)
        case "disk":
            return StorageFailed(NO_DISK)
    return Refused(UNREADABLE)


def _prepare_video(sent: Path) -> Facts:
    with storing(), sent.open("r+b") as file:
        movie = videos.clean(file)
    return Facts(movie.width, movie.height, movie.seconds, movie.taken_at, camera=None)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
