"""What is known of a stored file. The bytes lie in the store under `key`."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from partnerships.database.base import Base, Owned, owned
from partnerships.database.types import word_column


class FileKind(StrEnum):
    """What a person sees. Stored in the database: rename only with a migration."""

    PHOTO = "photo"
    VIDEO = "video"


class StoredFile(Owned, Base):
    """One photo or video as it is served: checked by content, re-encoded or blanked of metadata."""

    __tablename__ = "stored_file"
    __table_args__ = owned(UniqueConstraint("key"), Index(None, "org_id", "account_id"))

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))  # whose content it is
    # Made by the server; says nothing about the person or the file. Tells the rows of one insert apart.
    key: Mapped[str] = mapped_column(insert_sentinel=True)
    kind: Mapped[FileKind] = mapped_column(word_column(FileKind))
    content_type: Mapped[str]
    sha256: Mapped[str]  # of the bytes that are served
    original_sha256: Mapped[str]  # of the bytes that arrived
    bytes: Mapped[int] = mapped_column(BigInteger)
    width: Mapped[int]
    height: Mapped[int]
    seconds: Mapped[float | None]  # of a video
    taken_at: Mapped[str | None]  # as the file claims, without a zone: a weak fact
    camera: Mapped[str | None]
    display_name: Mapped[str]
    created_at: Mapped[datetime]
