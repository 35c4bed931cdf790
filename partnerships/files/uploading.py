"""Let files arrive in pieces: announced, added to, finished, given up. What belongs to nothing goes after a day."""

import logging
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select

from partnerships.core.errors import Conflict, Gone, NotFound, Refused, StorageFailed
from partnerships.core.words import N_
from partnerships.database.claiming import claim, skip_locked
from partnerships.database.work import Reading, Transactions, Work

from .keeping import arrive, used_bytes
from .names import clean_name
from .receiving import EMPTY, NO_ROOM, TOO_LARGE, Limits, ReceivedFile, spell_size
from .store import Store
from .tables import StoredFile, Upload

LASTS = timedelta(days=1)  # from its last piece; a file that belongs to nothing lasts as long
MOST_AT_ONCE = 20  # unfinished ones of one person
EXPIRED_AT_ONCE = 50
MISSING = N_("One of the files is not here any more. Please choose it again.")
UNFIT = N_("“%(name)s” cannot be shown. Please choose another file.")

log = logging.getLogger(__name__)


def begin(work: Work, machine_now: datetime, *, name: str, length: int, limits: Limits) -> Upload:
    """Announce a file of `length` bytes; raise `Refused` for one that could never be kept.

    `limits` says how large a file may be and how much the organisation may keep; unfinished ones take their part.
    """
    if length == 0:
        raise Refused(EMPTY)
    if length > limits.video_bytes:
        raise Refused(TOO_LARGE, limit=spell_size(limits.video_bytes))
    unfinished = and_(Upload.file_id.is_(None), Upload.expires_at > machine_now)
    own = and_(unfinished, Upload.account_id == work.actor.person_id)
    coming, count, used = work.session.execute(
        select(
            func.coalesce(func.sum(Upload.length).filter(unfinished), 0),
            func.count(Upload.id).filter(own),
            used_bytes(),
        )
    ).one()
    if count >= MOST_AT_ONCE:
        raise Refused(N_("Too many files are on their way already. Please wait until some have arrived."))
    if limits.room_bytes is not None and length > limits.room_bytes - int(coming) - int(used):
        raise Refused(NO_ROOM, room=spell_size(max(0, limits.room_bytes - int(coming) - int(used))))
    upload = Upload(
        org_id=work.actor.org_id,
        account_id=work.actor.person_id,
        public_id=secrets.token_urlsafe(24),
        display_name=clean_name(name),
        length=length,
        expires_at=machine_now + LASTS,
    )
    work.session.add(upload)
    return upload


def find(reading: Reading, public_id: str, machine_now: datetime) -> Upload:
    """Return the actor's own upload. Raise `NotFound` for somebody else's or none, `Gone` for an old one."""
    upload = reading.session.scalars(
        select(Upload).where(Upload.public_id == public_id, Upload.account_id == reading.actor.account_id)
    ).one_or_none()
    if upload is None:
        raise NotFound(N_("There is nothing here."))
    if upload.expires_at <= machine_now:
        raise Gone(N_("This upload was left for too long. Please choose the file again."))
    return upload


def advance(work: Work, upload: Upload, offset: int, machine_now: datetime) -> None:
    """Write down that the bytes before `offset` are safe. Raise `Conflict` when another request was faster."""
    still = and_(Upload.offset == upload.offset, Upload.file_id.is_(None))
    if not claim(work.session, Upload, upload.id, still, {"offset": offset, "expires_at": machine_now + LASTS}):
        raise Conflict(N_("Somebody changed this in the meantime. Please look again."))


def finish(work: Work, upload: Upload, received: ReceivedFile, machine_now: datetime) -> StoredFile:
    """Write down that the whole file has arrived. Raise `Conflict` when another request was faster."""
    advance(work, upload, upload.length, machine_now)
    row = arrive(work, received, upload.account_id)
    work.session.flush()
    claim(work.session, Upload, upload.id, Upload.file_id.is_(None), {"file_id": row.id})
    return row


def give_up(work: Work, upload: Upload) -> None:
    """Forget the upload; a file that it became stays if it belongs to something, and goes if not."""
    work.session.delete(work.get(Upload, upload.id))


def collect(reading: Reading, public_ids: Collection[str]) -> dict[str, StoredFile]:
    """Return the actor's files that have arrived under these names."""
    own = Upload.public_id.in_(public_ids), Upload.account_id == reading.actor.account_id
    uploads = reading.session.scalars(select(Upload).where(*own))
    return {upload.public_id: upload.file for upload in uploads if upload.file is not None}


def pick(arrived: Mapping[str, StoredFile], public_ids: Sequence[str]) -> list[ReceivedFile]:
    """Return these files in their order; raise `Refused` when one has not arrived or has turned out to be unfit."""
    rows = [arrived[public_id] for public_id in public_ids if public_id in arrived]
    if len(rows) < len(public_ids):
        raise Refused(MISSING)
    for row in rows:
        if row.has_failed:
            raise Refused(UNFIT, name=row.display_name)
    return [ReceivedFile.of(row) for row in rows]


def expire(transactions: Transactions, store: Store) -> int:
    """Forget uploads that were left, and files that belong to nothing; return how many rows went.

    A file is first marked as failed, so that nobody can send it any more, then deleted from the store, then forgotten:
    whoever is killed in between begins again.
    """
    machine_now = transactions.machine.now()
    with transactions.sweeping() as sweep:
        old = select(StoredFile).where(StoredFile.loose_since <= sweep.now - LASTS)
        files = sweep.session.scalars(skip_locked(old.order_by(StoredFile.id).limit(EXPIRED_AT_ONCE))).all()
        left = or_(Upload.expires_at <= machine_now, Upload.file_id.in_([file.id for file in files]))
        uploads = sweep.session.scalars(select(Upload).where(left)).all()
        for upload in uploads:
            sweep.session.delete(upload)
        for file in files:
            file.spoil()
    gone = [file for file in files if _delete_all(store, file)]
    if gone:
        with transactions.sweeping() as sweep:
            rows = select(StoredFile).where(
                StoredFile.id.in_([file.id for file in gone]), StoredFile.loose_since.is_not(None)
            )
            for row in sweep.session.scalars(rows):
                sweep.session.delete(row)
    return len(gone) + len(uploads)


def _delete_all(store: Store, file: StoredFile) -> bool:
    try:
        for key in {file.key, file.small_key, file.poster_key, file.stale_key} - {None}:
            store.delete(str(key))
    except StorageFailed:
        log.warning("the store does not delete file %s; it is tried again", file.id, exc_info=True)
        return False
    return True
