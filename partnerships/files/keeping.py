"""Write down the files that were received, and know how much room is left."""

from collections.abc import Sequence

from sqlalchemy import ScalarSelect, func, select

from partnerships.clockwork.engine import Job
from partnerships.database.work import Work

from .receiving import ReceivedFile
from .tables import FileKind, FileState, StoredFile


def keep(work: Work, received: Sequence[ReceivedFile], account_id: int) -> list[StoredFile]:
    """Return a row for each file, added to the work's session; `account_id` is the creator whose content it is.

    Whoever prepares files is woken when one of them is not yet.
    """
    rows = [_kept(work, file.row) if file.row else _new_row(work, file, account_id) for file in received]
    work.session.add_all(rows)
    if not all(row.is_ready for row in rows):
        work.ask_for(Job.MEDIA)
    return rows


def arrive(work: Work, received: ReceivedFile, account_id: int) -> StoredFile:
    """Return the row of a file that has arrived but belongs to nothing yet; it goes unless it is kept within a day."""
    row = _new_row(work, received, account_id)
    row.loose_since = work.now
    work.session.add(row)
    work.ask_for(Job.MEDIA)
    return row


def _kept(work: Work, row: StoredFile) -> StoredFile:
    """Return the row of a file that arrived before, in this session; it is not asked for again."""
    row = work.session.merge(row, load=False)
    if row.loose_since is not None:
        row.loose_since = None
    return row


def _new_row(work: Work, file: ReceivedFile, account_id: int) -> StoredFile:
    return StoredFile(
        org_id=work.actor.org_id,
        account_id=account_id,
        key=file.key,
        kind=FileKind(file.kind),
        content_type=file.content_type,
        sha256=file.sha256,
        original_sha256=file.original_sha256,
        bytes=file.bytes,
        width=file.width,
        height=file.height,
        seconds=file.seconds,
        taken_at=file.taken_at,
        camera=file.camera,
        display_name=file.display_name,
        created_at=work.now,
        state=FileState.READY if file.is_prepared else FileState.PREPARING,
    )


def used_bytes() -> ScalarSelect[int]:
    """Return how many bytes the organisation keeps, to be asked for beside the thing that files are sent for."""
    return select(func.coalesce(func.sum(StoredFile.bytes), 0)).scalar_subquery()
