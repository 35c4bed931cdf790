"""Copy files from one store into another, under the same keys, and be sure that each has arrived as it was."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import select

from partnerships.core.errors import NotFound, StorageFailed
from partnerships.database.work import Transactions

from .store import Store, storing
from .tables import StoredFile

READ_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes under a key. `sha256` is what they have to be, "" where nobody has written it down."""

    key: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of one: `problem` says what is wrong, "" when it stands in the target as it was."""

    key: str
    bytes: int
    problem: str = ""


def list_kept(transactions: Transactions) -> list[Kept]:
    """Return everything that rows of any organisation speak of."""
    columns = (StoredFile.key, StoredFile.sha256, StoredFile.small_key, StoredFile.poster_key, StoredFile.bytes)
    with transactions.everywhere() as everywhere:
        rows = everywhere.execute(select(*columns).order_by(StoredFile.id)).all()
    kept = []
    for key, sha256, small, poster, size in rows:
        if size:  # of what has failed nothing is kept
            kept += [Kept(key, sha256), *(Kept(copy, "") for copy in (small, poster) if copy)]
    return kept


def move(kept: Iterable[Kept], source: Store, target: Store) -> Iterator[Moved]:
    """Copy each, and read it back; what stands there already as it should is only read. Nothing is deleted anywhere."""
    for one in kept:
        try:
            yield _move(one, source, target)
        except (NotFound, StorageFailed) as error:
            yield Moved(one.key, 0, str(error))


def _move(one: Kept, source: Store, target: Store) -> Moved:
    with target.quarantine() as room:
        copy = room / "copy"
        with source.open(one.key) as file:
            sha256, size = _copy(file, copy)
        if one.sha256 and sha256 != one.sha256:
            return Moved(one.key, size, "its bytes are not what was written down when it was kept")
        if not target.exists(one.key) or _digest(target, one.key) != sha256:
            target.put(copy, one.key)
            if _digest(target, one.key) != sha256:
                return Moved(one.key, size, "what arrived is not what was sent")
    return Moved(one.key, size)


def _copy(file: BinaryIO, copy: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    with storing(), copy.open("wb") as written:
        while chunk := file.read(READ_BYTES):
            digest.update(chunk)
            size += written.write(chunk)
    return digest.hexdigest(), size


def _digest(store: Store, key: str) -> str:
    with store.open(key) as file:
        digest = hashlib.sha256()
        while chunk := file.read(READ_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
