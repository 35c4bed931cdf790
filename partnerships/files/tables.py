"""What is known of a stored file. The bytes lie in the store under its keys."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    and_,
    bindparam,
    or_,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from partnerships.core.words import N_
from partnerships.database.base import Base, Owned, belongs_to, owned
from partnerships.database.types import word_column


class FileKind(StrEnum):
    """What a person sees. Stored in the database: rename only with a migration."""

    PHOTO = "photo"
    VIDEO = "video"


class FileState(StrEnum):
    """How far a file is on its way from a stranger's phone to people's eyes."""

    PREPARING = "preparing"  # kept as it arrived; nobody is shown it
    READY = "ready"
    FAILED = "failed"  # nothing of it is kept, and another one has to be sent


class FileProblem(StrEnum):
    """Why a file could not be made fit to be shown."""

    DAMAGED = "damaged"
    TOO_LARGE = "too_large"
    TOO_MANY_FRAMES = "too_many_frames"
    UNREADABLE = "unreadable"
    GONE = "gone"


PROBLEM_SENTENCES: Mapping[FileProblem, str] = {
    FileProblem.DAMAGED: N_("The file is damaged inside."),
    FileProblem.TOO_LARGE: N_("The picture is too large to be shown."),
    FileProblem.TOO_MANY_FRAMES: N_("The moving picture has too many frames."),
    FileProblem.UNREADABLE: N_("The file could not be read."),
    FileProblem.GONE: N_("The file is not in the store any more."),
}


class StoredFile(Owned, Base):
    """One photo or video: kept as it arrived until it is prepared, then as it is served and in no other way."""

    __tablename__ = "stored_file"
    __table_args__ = owned(
        UniqueConstraint("key"),
        Index(None, "org_id", "account_id"),
        Index(
            "ix_stored_file_preparing",
            "attempts",
            "id",
            postgresql_where=text("state = 'preparing'"),
            sqlite_where=text("state = 'preparing'"),
        ),
        Index(
            "ix_stored_file_stale",
            "id",
            postgresql_where=text("stale_key IS NOT NULL"),
            sqlite_where=text("stale_key IS NOT NULL"),
        ),
        Index(
            "ix_stored_file_loose",
            "id",
            postgresql_where=text("loose_since IS NOT NULL"),
            sqlite_where=text("loose_since IS NOT NULL"),
        ),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))  # whose content it is
    # Made by the server; says nothing about the person or the file. Tells the rows of one insert apart.
    key: Mapped[str] = mapped_column(insert_sentinel=True)
    kind: Mapped[FileKind] = mapped_column(word_column(FileKind))
    content_type: Mapped[str]
    sha256: Mapped[str]  # of the bytes under `key`: those that arrived, later those that are served
    original_sha256: Mapped[str]  # of the bytes that arrived
    bytes: Mapped[int] = mapped_column(BigInteger)  # under `key`; 0 when nothing is kept
    width: Mapped[int]
    height: Mapped[int]
    seconds: Mapped[float | None]  # of a video
    taken_at: Mapped[str | None]  # as the file claims, without a zone: a weak fact
    camera: Mapped[str | None]
    display_name: Mapped[str]
    created_at: Mapped[datetime]
    loose_since: Mapped[datetime | None]  # business clock: it came before its form, and goes when that never comes
    state: Mapped[FileState] = mapped_column(word_column(FileState))
    problem: Mapped[FileProblem | None] = mapped_column(word_column(FileProblem))
    small_key: Mapped[str | None]  # a WebP for lists, of the photo or of the video's poster
    poster_key: Mapped[str | None]  # a JPEG, of a video that can be decoded
    attempts: Mapped[int] = mapped_column(default=0)  # to prepare it, counted when one begins
    lease_token: Mapped[str | None]  # who prepares it
    lease_until: Mapped[datetime | None]  # machine clock: nobody else takes it up before
    stale_key: Mapped[str | None]  # bytes that nothing needs any more, still to be deleted from the store

    @property
    def is_ready(self) -> bool:
        """Say whether it may be shown."""
        return self.state is FileState.READY

    @property
    def is_preparing(self) -> bool:
        """Say whether it may be shown soon."""
        return self.state is FileState.PREPARING

    @property
    def has_failed(self) -> bool:
        """Say whether it can never be shown."""
        return self.state is FileState.FAILED

    @property
    def problem_sentence(self) -> str:
        """Return why it could not be prepared, marked with `N_`."""
        return PROBLEM_SENTENCES[self.problem or FileProblem.UNREADABLE]

    def lease(self, token: str, until: datetime) -> None:
        """Let the holder of `token` prepare it, and count the attempt before it is made."""
        self.lease_token, self.lease_until = token, until
        self.attempts += 1

    def spoil(self) -> None:
        """Let nobody send it any more: its bytes are about to go."""
        self.state, self.problem, self.bytes = FileState.FAILED, FileProblem.GONE, 0

    @classmethod
    def waiting(cls, machine_now: datetime) -> ColumnElement[bool]:
        """Return the condition of files to be prepared that nobody holds: new ones, and those left by a killed one."""
        return and_(cls._preparing(), or_(cls.lease_until.is_(None), cls.lease_until <= machine_now))

    @classmethod
    def held_by(cls, token: str) -> ColumnElement[bool]:
        """Return the condition under which the holder of `token` may still write down how it went."""
        return and_(cls._preparing(), cls.lease_token == token)

    @classmethod
    def leased_by(cls, holder: str) -> ColumnElement[bool]:
        """Return the condition of files that `holder` prepares, under whatever token."""
        return and_(cls._preparing(), cls.lease_token.startswith(f"{holder}.", autoescape=True))

    @classmethod
    def _preparing(cls) -> ColumnElement[bool]:
        # As it stands in the partial index: a database compares with its text, not with a value.
        return cls.state == bindparam("preparing", FileState.PREPARING, literal_execute=True)


def _goes_with_file() -> ForeignKeyConstraint:
    """Return the pointer to the file with which a row goes."""
    columns = ["org_id", "file_id"], ["stored_file.org_id", "stored_file.id"]
    return ForeignKeyConstraint(*columns, ondelete="CASCADE")


class Upload(Owned, Base):
    """A file on its way in pieces, over a line that breaks (tus 1.0). It has arrived when it has a file."""

    __tablename__ = "upload"
    __table_args__ = owned(
        belongs_to("stored_file", "file_id"),
        UniqueConstraint("public_id"),
        Index(None, "expires_at"),
        Index(None, "org_id", "account_id"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))  # who sends it, and nobody else
    public_id: Mapped[str]  # in its address; nobody can guess it
    display_name: Mapped[str]
    length: Mapped[int] = mapped_column(BigInteger)  # bytes, as announced
    offset: Mapped[int] = mapped_column(BigInteger, default=0)  # bytes that are safe on the disk
    expires_at: Mapped[datetime]  # machine clock: an abandoned one goes
    file_id: Mapped[int | None]

    file: Mapped[StoredFile | None] = relationship(lazy="joined")


class FileReport(Owned, Base):
    """What was read from a photo or video as it came, part by part, before anything was taken out of it."""

    __tablename__ = "file_report"
    __table_args__ = owned(_goes_with_file(), UniqueConstraint("org_id", "file_id"))

    file_id: Mapped[int]
    at: Mapped[datetime]
    parts: Mapped[dict[str, Any]]  # by their names, each with its status (files/inspecting.py)


class MediaFingerprint(Owned, Base):
    """What a picture looks like in bits, or a video second by second: to find it again, never to rebuild it."""

    __tablename__ = "media_fingerprint"
    __table_args__ = owned(_goes_with_file(), UniqueConstraint("org_id", "file_id"))

    file_id: Mapped[int]
    algorithm: Mapped[str]  # only alike ones can be compared (files/fingerprints.py)
    frames: Mapped[bytes]  # of a photo one, of a video one for each second
