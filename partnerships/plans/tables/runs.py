"""Planning runs: what somebody is about to plan, kept from step to step, and how far it has been carried out."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from partnerships.core.errors import DomainError
from partnerships.database.base import Base, Owned, belongs_to, owned
from partnerships.database.types import RUPIAH

from .campaigns import Campaign
from .partnerships import Partnership


class PlanningRun(Owned, Base):
    """One template, one campaign, one start, for one or many creators; nothing of it stands until it is started."""

    __tablename__ = "planning_run"
    __table_args__ = owned(
        belongs_to("campaign"),
        ForeignKeyConstraint(["org_id", "manager_id"], ["membership.org_id", "membership.account_id"]),
    )

    manager_id: Mapped[int]  # the account that began it
    template_key: Mapped[str]
    campaign_id: Mapped[int | None]
    creator_ids: Mapped[list[int]] = mapped_column(JSON, default=list)  # those who were ticked
    pasted: Mapped[str] = mapped_column(default="")  # rows of a spreadsheet, as they came
    anchor_on: Mapped[date | None]
    fee: Mapped[int | None] = mapped_column(RUPIAH)  # of everybody who has none of their own
    fees: Mapped[dict[str, Any]] = mapped_column(default=dict)  # candidate's key → rupiah
    note: Mapped[str] = mapped_column(default="")  # the manager's own words in every invitation
    again: Mapped[bool] = mapped_column(default=False)  # also with whom this campaign has one already
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]  # from then on nothing above changes
    inviting_since: Mapped[datetime | None]  # everybody is to be invited

    campaign: Mapped[Campaign | None] = relationship(lazy="joined")
    lines: Mapped[list["PlanningLine"]] = relationship(back_populates="run", order_by="PlanningLine.position")


class PlanningLine(Owned, Base):
    """One creator of a run that was started: waiting, planned, or refused with a sentence that says why."""

    __tablename__ = "planning_line"
    __table_args__ = owned(
        belongs_to("planning_run", "run_id"),
        belongs_to("creator"),
        belongs_to("partnership"),
        UniqueConstraint("org_id", "run_id", "position"),
    )

    run_id: Mapped[int]
    position: Mapped[int] = mapped_column(insert_sentinel=True)  # from 1, as people count them
    creator_id: Mapped[int | None]  # none as long as nobody has opened a file for them
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)  # what was pasted: the file to be opened
    fee: Mapped[int | None] = mapped_column(RUPIAH)
    partnership_id: Mapped[int | None]
    problem: Mapped[str | None]  # an error's sentence, before it is translated
    problem_values: Mapped[dict[str, Any]] = mapped_column(default=dict)

    run: Mapped[PlanningRun] = relationship(back_populates="lines")

    def keep(self, partnership: Partnership) -> None:
        """Note which partnership came of it."""
        self.creator_id, self.partnership_id = partnership.creator_id, partnership.id

    def refuse(self, error: DomainError) -> None:
        """Note why none came of it."""
        self.problem, self.problem_values = error.sentence, {name: str(value) for name, value in error.values.items()}
