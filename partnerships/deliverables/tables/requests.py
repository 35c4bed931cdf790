"""Change requests: what should change in one version, and where."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, contains_eager, mapped_column, relationship

from partnerships.database.base import Base, Owned, belongs_to, owned
from partnerships.database.types import word_column
from partnerships.database.work import Reading
from partnerships.deliverables.rules.requests import Anchor, AnchorKind, Ground, Medium, clock_text, guidelines_in
from partnerships.files.tables import FileKind, StoredFile

from .content import Deliverable, Revision


class ChangeRequest(Owned, Base):
    """One thing that a reviewer wants changed in one version; its answer stands with the version that follows."""

    __tablename__ = "change_request"
    __table_args__ = owned(belongs_to("revision"), UniqueConstraint("org_id", "revision_id", "number"))

    revision_id: Mapped[int]
    number: Mapped[int] = mapped_column(insert_sentinel=True)  # from 1; tells the rows of one insert apart
    what: Mapped[str]
    kind: Mapped[AnchorKind] = mapped_column(word_column(AnchorKind))
    medium: Mapped[int | None]  # the number of its photo or video, from 1
    seconds: Mapped[int | None]  # into the video
    x: Mapped[float | None]  # 0..1 from the left of the photo
    y: Mapped[float | None]  # 0..1 from its top
    words: Mapped[str] = mapped_column(default="")  # of the caption, as they stand there, or the guideline
    asked_by: Mapped[int | None]  # an account; None: asked before this was kept

    revision: Mapped[Revision] = relationship()

    @classmethod
    def of(cls, revision: Revision, number: int, what: str, anchor: Anchor, asked_by: int) -> "ChangeRequest":
        """Return the row of what somebody asks for."""
        return cls(
            asked_by=asked_by,
            org_id=revision.org_id,
            revision_id=revision.id,
            number=number,
            what=what,
            kind=anchor.kind,
            medium=anchor.medium,
            seconds=anchor.seconds,
            x=anchor.x,
            y=anchor.y,
            words=anchor.words,
        )

    @property
    def anchor(self) -> Anchor:
        """Return its place."""
        return Anchor(self.kind, self.medium, self.seconds, self.x, self.y, self.words)

    @property
    def file(self) -> StoredFile | None:
        """Return the photo or video that it points at."""
        return self.revision.media[self.medium - 1].file if self.medium else None

    @property
    def passage(self) -> tuple[str, str, str]:
        """Return the caption around its words: what stands before them, the words, what comes after."""
        before, words, after = self.revision.caption.partition(self.words)
        return before, words, after

    @classmethod
    def list_of(cls, reading: Reading, deliverable_id: int) -> Sequence["ChangeRequest"]:
        """Return everything that was asked for of one piece of content, version by version."""
        asked = select(cls).join(cls.revision).where(Revision.deliverable_id == deliverable_id)
        with_media = contains_eager(cls.revision).selectinload(Revision.media)
        return reading.session.scalars(asked.order_by(Revision.number, cls.number).options(with_media)).all()

    @classmethod
    def told_of(cls, reading: Reading, deliverable_id: int) -> list[dict[str, Any]]:
        """Return what was asked for of the newest version in plain values, as the wording of a mail reads it."""
        newest = select(func.max(Revision.number)).where(Revision.deliverable_id == deliverable_id).scalar_subquery()
        asked = select(cls.what, cls.kind, cls.medium, cls.seconds, cls.words).join(cls.revision)
        rows = reading.session.execute(
            asked.where(Revision.deliverable_id == deliverable_id, Revision.number == newest).order_by(cls.number)
        )
        return [
            {
                "what": row.what,
                "kind": str(row.kind),
                "medium": row.medium,
                "time": "" if row.seconds is None else clock_text(row.seconds),
                "words": row.words,
            }
            for row in rows
        ]


def ground_of(revision: Revision) -> Ground:
    """Return what a change request can point at in `revision`."""
    return Ground(
        [Medium(one.file.kind is FileKind.VIDEO, one.file.seconds or None) for one in revision.media],
        revision.caption,
        guidelines_of(revision.deliverable),
    )


def guidelines_of(deliverable: Deliverable) -> tuple[str, ...]:
    """Return what the content's own brief and the campaign's ask for as lists, in the language that its creator reads.

    One language for both sides: what is pointed at stands so where the creator ticks it.
    """
    partnership = deliverable.partnership
    own = deliverable.spec.brief.in_(partnership.creator.membership.account.locale)
    return tuple(dict.fromkeys((*guidelines_in(own), *guidelines_in(partnership.campaign.brief))))
