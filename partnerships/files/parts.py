"""Files that are still arriving: one on the disk for each upload, written by one request at a time."""

import fcntl
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from os import SEEK_END, fsync
from pathlib import Path
from typing import BinaryIO

from .store import storing

NAME = re.compile(r"[A-Za-z0-9_-]{20,64}")
CHUNK_BYTES = 1 << 16


class Busy(Exception):
    """Another request writes the same upload."""


class Lost(Exception):
    """What had arrived is not on this machine: it has to be sent from its beginning."""


class Mismatch(Exception):
    """What arrived is not what was announced: nothing of it is kept."""


@dataclass(frozen=True)
class Parts:
    """A folder with the unfinished files, each under the name of its upload."""

    folder: Path

    @contextmanager
    def hold(self, name: str, offset: int) -> Iterator[BinaryIO]:
        """Yield the file, for nobody else meanwhile, cut to the `offset` bytes that are known to have arrived.

        Raise `Busy` when somebody has it, `Lost` when it holds less.
        """
        if not NAME.fullmatch(name):
            raise Lost
        with storing():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            file = (self.folder / name).open("a+b")
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Busy from error
            if file.seek(0, SEEK_END) < offset:
                raise Lost
            with storing():
                file.truncate(offset)
            yield file

    def append(self, file: BinaryIO, stream: BinaryIO, most: int, wanted: tuple[str, bytes] | None = None) -> int:
        """Write up to `most` bytes of `stream` behind what is there; return how many, once they are on the disk.

        `wanted`: the name of a digest and its value. Raise `Mismatch` when the bytes have another one, or are too many.
        A line that breaks keeps what came, unless a digest was announced for the whole.
        """
        digest, written = hashlib.new(wanted[0], usedforsecurity=False) if wanted else None, 0
        while chunk := _read(stream, is_whole=wanted is not None):
            written += len(chunk)
            if written > most:
                raise Mismatch
            if digest:
                digest.update(chunk)
            with storing():
                file.write(chunk)
        if wanted and digest and digest.digest() != wanted[1]:
            raise Mismatch
        with storing():
            file.flush()
            fsync(file.fileno())
        return written

    def discard(self, name: str) -> None:
        """Throw away what has arrived under this name; nothing is nothing to throw away."""
        if NAME.fullmatch(name):
            with storing():
                (self.folder / name).unlink(missing_ok=True)

    def discard_stale(self, before: datetime) -> int:
        """Throw away what nobody has written since `before`; return how many files it was."""
        stale = [path for path in self.folder.glob("*") if path.stat().st_mtime < before.timestamp()]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)


def _read(stream: BinaryIO, *, is_whole: bool) -> bytes:
    try:
        return stream.read(CHUNK_BYTES)
    except OSError:
        if is_whole:
            raise
        return b""
