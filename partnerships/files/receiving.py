"""Receive one file from a stranger: count, recognise, look at its form and keep it as it is, or leave nothing.

Nothing is decoded while the sender waits; `making` makes it fit to be shown, and until then nobody sees it.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, NamedTuple, Self

from partnerships.core.errors import Refused
from partnerships.core.words import N_

from . import films
from .names import clean_name
from .probe import HEAD_BYTES, Kind, kind_of, photo_ending
from .store import Store, storing
from .tables import StoredFile
from .wholeness import look_at_photo

MIB = 1 << 20
GIB = 1 << 30
CHUNK_BYTES = MIB

EMPTY = N_("The file is empty.")
TOO_LARGE = N_("The file is larger than %(limit)s.")
NO_ROOM = N_("There is not enough space left for this file: %(room)s are free.")


@dataclass(frozen=True)
class Limits:
    """What is accepted. `room_bytes` is what the quota leaves, None for no quota."""

    photo_bytes: int = 25 * MIB
    video_bytes: int = 2048 * MIB
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
    """A file that is kept, with its facts as far as they are known."""

    key: str
    sha256: str
    """Of the bytes that are kept, in hex."""
    original_sha256: str
    """Of what was sent."""
    kind: Kind
    content_type: str
    """As which it is served."""
    bytes: int
    width: int
    height: int
    seconds: float | None
    taken_at: str | None
    """What the file claims, easily wrong or forged: `YYYY-MM-DDTHH:MM:SS`, camera's time (photo) or UTC (video)."""
    camera: str | None
    display_name: str
    is_prepared: bool = False
    """Whether it is fit to be shown as it is: our own pictures are, a stranger's file never."""
    row: StoredFile | None = None
    """What is known of it already, when it arrived before the form that it belongs to."""

    @classmethod
    def of(cls, row: StoredFile) -> Self:
        """Return a file that arrived before."""
        return cls(
            key=row.key,
            sha256=row.sha256,
            original_sha256=row.original_sha256,
            kind=Kind(row.kind),
            content_type=row.content_type,
            bytes=row.bytes,
            width=row.width,
            height=row.height,
            seconds=row.seconds,
            taken_at=row.taken_at,
            camera=row.camera,
            display_name=row.display_name,
            is_prepared=row.is_ready,
            row=row,
        )


class Facts(NamedTuple):
    """What was found out about a file of any kind."""

    width: int
    height: int
    seconds: float | None
    taken_at: str | None
    camera: str | None


def receive(stream: BinaryIO, display_name: str, limits: Limits, store: Store) -> ReceivedFile:
    """Keep the file and return its facts, or raise `Refused` or `StorageFailed` with nothing left behind.

    Takes as long as the sender's line: call it before a transaction begins, inside `Provisional`, so that a row that is
    not written takes its file with it.
    """
    with store.quarantine() as room:
        kind, sent, sha256 = _fill(room, stream, limits)
        facts = _look_at(kind, sent)
        with storing():
            size = sent.stat().st_size
            content_type = "image/jpeg" if kind is Kind.PHOTO else films.form_of(sent)[1]
        return ReceivedFile(
            key=store.put(sent),
            sha256=sha256,
            original_sha256=sha256,
            kind=kind,
            content_type=content_type,
            bytes=size,
            display_name=clean_name(display_name),
            **facts._asdict(),
        )


def spell_size(size: int) -> str:
    """Return bytes as people read them, rounded down: `2 GB`, `25 MB`, `900 kB` (steps of 1,024)."""
    if size >= GIB and size % GIB == 0:
        return f"{size // GIB} GB"
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


def _look_at(kind: Kind, sent: Path) -> Facts:
    """Return what the outer form of the file tells, or raise `Refused` when it did not arrive whole."""
    if kind is Kind.PHOTO:
        with storing():
            width, height = look_at_photo(sent)
        return Facts(width, height, None, None, None)
    with storing(), sent.open("rb") as file:
        movie = films.examine(file)
    return Facts(movie.width, movie.height, movie.seconds, movie.taken_at, camera=None)
