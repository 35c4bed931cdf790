"""Plan versions: the dates as they were agreed at a time."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint, func, select
from sqlalchemy.orm import Mapped

from partnerships.database.base import Base, Owned, belongs_to, owned
from partnerships.database.work import Reading, Work
from partnerships.plans.rules.dates import STAGE_STEPS

from .partnerships import Partnership


class PlanVersion(Owned, Base):
    """The dates as they were agreed at a time: added, never changed."""

    __tablename__ = "plan_version"
    __table_args__ = owned(belongs_to("partnership"), UniqueConstraint("org_id", "partnership_id", "number"))

    partnership_id: Mapped[int]
    number: Mapped[int]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None]  # an account: who wanted these dates, not who agreed to them; None: the clock
    reason: Mapped[str]  # a word of ours: what was moved
    note: Mapped[str | None]  # why, in the words of who moved it
    dates: Mapped[dict[str, Any]]  # "check_in:two_weeks" → "2026-03-14"

    @property
    def stage_days(self) -> dict[str, str]:
        """Return the days on which stages open and close: they lie where day 0 has them, whatever else is quiet."""
        kinds = tuple(f"{kind}:" for kind in STAGE_STEPS)
        return {name: on for name, on in self.dates.items() if name.startswith(kinds)}

    @classmethod
    def keep(
        cls,
        work: Work,
        partnership: Partnership,
        reason: str,
        *,
        note: str | None = None,
        number: int | None = None,
        by: int | None = None,
    ) -> int:
        """Write down the partnership's dates as they stand now; return the number of the version.

        `number` is that of the version before, where it is known already; `by` is who wanted it, unless it is who acts.
        """
        last = cls.last_number(work, partnership.id) if number is None else number
        version = cls(
            org_id=partnership.org_id,
            partnership_id=partnership.id,
            number=last + 1,
            made_at=work.now,
            made_by=work.actor.account_id if by is None else by,
            reason=reason,
            note=note,
            dates={step.name: step.due_on.isoformat() for step in partnership.steps},
        )
        work.session.add(version)
        return version.number

    @classmethod
    def last_number(cls, reading: Reading, partnership_id: int) -> int:
        """Return the number of the partnership's newest version; 0 before the first."""
        return reading.session.scalar(select(func.max(cls.number)).where(cls.partnership_id == partnership_id)) or 0

    @classmethod
    def dates_at(cls, reading: Reading, partnership_id: int, at: datetime) -> Mapping[str, str]:
        """Return the dates of the version that held at the moment `at`; none before the first."""
        held = select(cls.dates).where(cls.partnership_id == partnership_id, cls.made_at <= at)
        return reading.session.scalars(held.order_by(cls.number.desc()).limit(1)).one_or_none() or {}
