"""How each organisation reminds."""

from datetime import date, time

from sqlalchemy import Time, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from partnerships.database.base import Base, Owned, owned
from partnerships.database.scope import scope_of

from .rules.ladder import USUAL, Period, Policy

KEPT = "reminder policy"  # what a session has read of it


class ReminderPolicy(Owned, Base):
    """An organisation's own ladder and hours; without a row the usual ones hold (rules/ladder.py)."""

    __tablename__ = "reminder_policy"
    __table_args__ = owned(UniqueConstraint("org_id"))

    soon_days: Mapped[int]  # before a draft is due
    again_days: Mapped[int]  # after the day, as the two that follow
    manager_days: Mapped[int]
    owner_days: Mapped[int]
    sends_at: Mapped[time] = mapped_column(Time)  # by the clock of each person
    period_begins_on: Mapped[date | None]
    period_ends_on: Mapped[date | None]
    period_sends_at: Mapped[time | None] = mapped_column(Time)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    def take(self, policy: Policy) -> None:
        """Keep `policy` from now on."""
        self.soon_days, self.again_days = policy.soon_days, policy.again_days
        self.manager_days, self.owner_days = policy.manager_days, policy.owner_days
        self.sends_at, period = policy.sends_at, policy.period
        self.period_begins_on, self.period_ends_on = (period.begins_on, period.ends_on) if period else (None, None)
        self.period_sends_at = period.sends_at if period else None

    @property
    def policy(self) -> Policy:
        """Return it as the rules take it."""
        period = None
        if self.period_begins_on and self.period_ends_on and self.period_sends_at:
            period = Period(self.period_begins_on, self.period_ends_on, self.period_sends_at)
        return Policy(self.soon_days, self.again_days, self.manager_days, self.owner_days, self.sends_at, period)


def policy_of(session: Session) -> Policy:
    """Return how the organisation reminds; asked once in a transaction."""
    transaction, place = session.get_transaction(), f"{KEPT} of {scope_of(session)}"
    kept = session.info.get(place)
    if kept is not None and transaction is not None and kept[0] is transaction:
        found: Policy = kept[1]
        return found
    row = session.scalars(select(ReminderPolicy)).one_or_none()
    policy = row.policy if row else USUAL
    session.info[place] = (session.get_transaction(), policy)
    return policy


def forget_policy(session: Session) -> None:
    """Read it anew when it is next asked for: it has changed."""
    session.info.pop(f"{KEPT} of {scope_of(session)}", None)
