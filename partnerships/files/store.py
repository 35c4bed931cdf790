"""Where files are kept: a port, and a local folder behind it."""

import errno
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import BinaryIO, Protocol, Self
from uuid import uuid4

from partnerships.core.errors import NotFound, StorageFailed
from partnerships.core.words import N_

KEY = re.compile(r"[0-9a-f]{32}")
NO_DISK = N_("There is no room left to keep files. Nothing was saved.")
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class Store(Protocol):
    """Keep finished files under keys of its own making. Every method raises `StorageFailed` when the disk refuses."""

    @property
    def is_remote(self) -> bool:
        """Say whether reading takes as long as a line to another machine does."""

    def quarantine(self) -> AbstractContextManager[Path]:
        """Give a private local folder for bytes that are not trusted yet; what is left in it is thrown away."""

    def put(self, finished: Path, key: str | None = None) -> str:
        """Take over a file that lies in the quarantine and return its key, once it is safe on the disk.

        The key is a new one, unless the file comes from another store and has one.
        """

    def open(self, key: str) -> BinaryIO:
        """Return the file, open for reading from its start, or raise `NotFound`."""

    def size(self, key: str) -> int:
        """Return the bytes of the file, or raise `NotFound`."""

    def exists(self, key: str) -> bool:
        """Return whether a file is kept under this key."""

    def delete(self, key: str) -> None:
        """Forget the file; an unknown key is nothing to forget."""

    def discard_stale(self, before: datetime) -> int:
        """Throw away what killed processes left unfinished `before` that moment; return how much it was."""

    def old_keys(self, beginning: str, before: datetime) -> Iterator[str]:
        """Return the keys with this `beginning`, two hex digits, under which files were put `before` that moment."""

    def knock(self) -> None:
        """Say whether the store is there by raising nothing."""


@contextmanager
def storing() -> Iterator[None]:
    """Turn what the disk complains about inside the block into `StorageFailed`."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise StorageFailed(NO_DISK) from error
        raise StorageFailed(N_("The file could not be kept just now. Nothing was saved.")) from error


@dataclass(frozen=True)
class LocalStore:
    """Keep files in a local folder, two levels of folders deep. The quarantine is beside them, on the same disk."""

    folder: Path

    is_remote = False

    @contextmanager
    def quarantine(self) -> Iterator[Path]:
        with storing():
            self._waiting.mkdir(parents=True, exist_ok=True, mode=0o700)
            private = Path(mkdtemp(dir=self._waiting))
        try:
            yield private
        finally:
            shutil.rmtree(private, ignore_errors=True)  # what cannot be removed now goes with `discard_stale`

    def put(self, finished: Path, key: str | None = None) -> str:
        key = key or uuid4().hex
        place = self._place(key)
        with storing():
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            _sync(finished)
            finished.replace(place)
            try:
                _sync(place.parent)
            except OSError:
                place.unlink(missing_ok=True)
                raise
        return key

    def open(self, key: str) -> BinaryIO:
        with storing(), _known():
            return self._place(key).open("rb")

    def size(self, key: str) -> int:
        with storing(), _known():
            return self._place(key).stat().st_size

    def exists(self, key: str) -> bool:
        return bool(KEY.fullmatch(key)) and self._place(key).is_file()

    def delete(self, key: str) -> None:
        with storing():
            if self.exists(key):
                self._place(key).unlink(missing_ok=True)

    def keys(self) -> Iterator[str]:
        """Return every key there is, in no order: for comparing with the rows that speak of them."""
        return (path.name for path in self.folder.glob("??/??/*") if KEY.fullmatch(path.name))

    def old_keys(self, beginning: str, before: datetime) -> Iterator[str]:
        for path in self.folder.glob(f"{beginning}/??/*"):
            if KEY.fullmatch(path.name) and path.stat().st_mtime < before.timestamp():
                yield path.name

    def discard_stale(self, before: datetime) -> int:
        """Empty what killed processes left in the quarantine `before` that moment; return how many uploads it was."""
        stale = [path for path in self._waiting.glob("*") if path.stat().st_mtime < before.timestamp()]
        for path in stale:
            shutil.rmtree(path, ignore_errors=True)
        return len(stale)

    def knock(self) -> None:
        with storing():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    @property
    def _waiting(self) -> Path:
        return self.folder / "quarantine"

    def _place(self, key: str) -> Path:
        if not KEY.fullmatch(key):
            raise NotFound(N_("There is no such file."))
        return self.folder / key[:2] / key[2:4] / key


@dataclass
class Provisional:
    """Put files into a store on trial: unless the `with` block ends well, they are deleted again.

    Wrap it around receiving and the transaction that writes the row: `with Provisional(store) as trial: …`.
    """

    store: Store
    put_here: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        if kind:
            for key in self.put_here:
                self.store.delete(key)

    def quarantine(self) -> AbstractContextManager[Path]:
        return self.store.quarantine()

    def put(self, finished: Path, key: str | None = None) -> str:
        key = self.store.put(finished, key)
        self.put_here.append(key)
        return key

    def open(self, key: str) -> BinaryIO:
        return self.store.open(key)

    def size(self, key: str) -> int:
        return self.store.size(key)

    def exists(self, key: str) -> bool:
        return self.store.exists(key)

    def delete(self, key: str) -> None:
        self.store.delete(key)

    @property
    def is_remote(self) -> bool:
        return self.store.is_remote

    def discard_stale(self, before: datetime) -> int:
        return self.store.discard_stale(before)

    def old_keys(self, beginning: str, before: datetime) -> Iterator[str]:
        return self.store.old_keys(beginning, before)

    def knock(self) -> None:
        self.store.knock()


@contextmanager
def _known() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise NotFound(N_("There is no such file.")) from error


def _sync(path: Path) -> None:
    """Wait until the file or the folder's list of names is on the disk (POSIX fsync)."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
