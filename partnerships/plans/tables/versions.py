"""Plan versions: the dates as they were agreed at a time."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint, func, select
from sqlalchemy.orm import Mapped

from partnerships.database.base import Base, Owned, belongs_to, owned
from partnerships.database.work import Work

from .partnerships import Partnership


class PlanVersion(Owned, Base):
    """The dates as they were agreed at a time: added, never changed."""

    __tablename__ = "plan_version"
    __table_args__ = owned(belongs_to("partnership"), UniqueConstraint("org_id", "partnership_id", "number"))

    partnership_id: Mapped[int]
    number: Mapped[int]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None]  # an account; None when the clock moved it
    reason: Mapped[str]
    dates: Mapped[dict[str, Any]]  # "check_in:two_weeks" → "2026-03-14"

    @classmethod
    def keep(cls, work: Work, partnership: Partnership, reason: str) -> int:
        """Write down the partnership's dates as they stand now; return the number of the version."""
        last = work.session.scalar(select(func.max(cls.number)).where(cls.partnership_id == partnership.id))
        version = cls(
            org_id=partnership.org_id,
            partnership_id=partnership.id,
            number=(last or 0) + 1,
            made_at=work.now,
            made_by=work.actor.account_id,
            reason=reason,
            dates={f"{step.kind}:{step.key}": step.due_on.isoformat() for step in partnership.steps},
        )
        work.session.add(version)
        return version.number
