"""Partnerships, their stages and every dated step: one thing, kept together."""

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Time, UniqueConstraint, and_, text
from sqlalchemy.orm import Mapped, mapped_column, object_session, orm_insert_sentinel, relationship
from sqlalchemy.orm.attributes import flag_modified

from partnerships.core.actor import Role
from partnerships.core.machine import Transition
from partnerships.core.zones import END_OF_DAY, day_in, moment
from partnerships.creators.tables import Creator
from partnerships.database.base import Base, Owned, belongs_to, owned
from partnerships.database.types import RUPIAH, word_column
from partnerships.people.tables import Membership
from partnerships.plans.events import PartnershipMoved, StageMoved
from partnerships.plans.rules.dates import (
    AFTER_POST_STEPS,
    CLOCKS,
    STAGE_STEPS,
    PlannedStep,
    StepKind,
    left_out,
    on_day,
    weekdays,
)
from partnerships.plans.rules.moves import Bent, Move, Plan, PlanStage, PlanStep, anchored, bend, clear_days, resuming
from partnerships.plans.rules.partnerships import (
    OVER,
    PARTNERSHIP,
    UNAGREED,
    EndReason,
    HoldCause,
    PartnershipAction,
    PartnershipState,
)
from partnerships.plans.rules.stages import STAGE, StageAction, StageState, shifted
from partnerships.plans.rules.templates import BUILT_IN, AnchorKind, ClaimLevel, StageGate, Template, load

from .calendars import quieting_of
from .campaigns import Campaign
from .templates import Edition, template_of


class Partnership(Owned, Base):
    """One creator in one campaign, over months."""

    __tablename__ = "partnership"
    __table_args__ = owned(
        belongs_to("campaign"),
        belongs_to("creator"),
        ForeignKeyConstraint(["org_id", "manager_id"], ["membership.org_id", "membership.account_id"]),
        Index(None, "org_id", "state"),
        Index(None, "org_id", "creator_id"),
    )

    campaign_id: Mapped[int]
    creator_id: Mapped[int]
    manager_id: Mapped[int]  # an account with a membership here
    template_key: Mapped[str]
    template_version: Mapped[int]
    state: Mapped[PartnershipState] = mapped_column(word_column(PartnershipState), default=PartnershipState.DRAFT)
    moved_at: Mapped[datetime]
    zone: Mapped[str]  # the creator's zone when the plan was made: its dates are days there
    anchor_on: Mapped[date]  # an estimate until it is confirmed
    anchor_confirmed_at: Mapped[datetime | None]
    fee: Mapped[int | None] = mapped_column(RUPIAH)  # all milestones; agreed outside, only written down here
    held_at: Mapped[datetime | None]
    hold_cause: Mapped[HoldCause | None] = mapped_column(word_column(HoldCause))
    hold_note: Mapped[str] = mapped_column(default="")
    at_risk_since: Mapped[datetime | None]
    end_reason: Mapped[EndReason | None] = mapped_column(word_column(EndReason))
    end_note: Mapped[str] = mapped_column(default="")
    invitation_note: Mapped[str] = mapped_column(default="")  # the manager's own words in the invitation
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    campaign: Mapped[Campaign] = relationship(lazy="joined", innerjoin=True)
    creator: Mapped[Creator] = relationship(lazy="joined", innerjoin=True, overlaps="campaign")
    manager: Mapped[Membership] = relationship(lazy="joined", innerjoin=True, overlaps="campaign,creator")
    stages: Mapped[list["Stage"]] = relationship(back_populates="partnership", order_by="Stage.position")
    # Of the plan: what only clocks the time before day 0 is none of them.
    steps: Mapped[list["Step"]] = relationship(
        back_populates="partnership",
        order_by="Step.due_at, Step.id",
        primaryjoin=lambda: and_(
            Step.org_id == Partnership.org_id, Step.partnership_id == Partnership.id, Step.kind.not_in(CLOCKS)
        ),
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def about(self) -> str:
        """Return the name under which the history keeps this partnership's story."""
        return f"partnership:{self.id}"

    @property
    def template(self) -> Template:
        """Return the template that this was planned from."""
        session = object_session(self)
        if self.template_key in BUILT_IN or session is None:
            return load(self.template_key, self.template_version)
        others = (row.edition for row in session.identity_map.values() if isinstance(row, Partnership))
        return template_of(session, self.edition, others)

    @property
    def edition(self) -> Edition:
        """Return key and version of the template that this was planned from."""
        return self.template_key, self.template_version

    @property
    def is_over(self) -> bool:
        """Say whether nothing of it goes on."""
        return self.state in OVER

    @property
    def is_shown_to_creator(self) -> bool:
        """Say whether its creator may see it: before the invitation they do not know of it."""
        return self.state is not PartnershipState.DRAFT and not self.is_discarded

    @property
    def is_discarded(self) -> bool:
        """Say whether it was dropped before anybody was asked."""
        return self.state is PartnershipState.ENDED_EARLY and self.end_reason is None

    @property
    def is_agreed(self) -> bool:
        """Say whether its creator has accepted."""
        return self.state not in UNAGREED

    @property
    def planned_on(self) -> date:
        """Return the day since which Sahabat knows of it, where its creator lives."""
        return day_in(self.zone, self.created_at)

    @property
    def waits_for_parcel(self) -> bool:
        """Say whether it starts when the product arrives, and not with the creator's yes."""
        return self.template.anchor is AnchorKind.PRODUCT_RECEIVED

    @property
    def is_running(self) -> bool:
        """Say whether its clock runs: its day 0 is known, it is neither on hold nor over."""
        return self.state is PartnershipState.ACTIVE

    def move(self, action: PartnershipAction, role: Role, now: datetime) -> PartnershipState:
        """Take `action` if the rules allow it; return the state it left."""
        was, self.state = self.state, PARTNERSHIP.advance(self.state, action, role)
        self.moved_at = now
        return was

    def moved(self, was: PartnershipState, action: PartnershipAction, note: str = "") -> PartnershipMoved:
        """Return the event of the move. Flush before: that counts the version up, which makes the key unique."""
        return PartnershipMoved(
            key=f"partnership:{self.id}:v{self.version}:{action}",
            about=self.about,
            partnership_id=self.id,
            was=was,
            now=self.state,
            action=action,
            reason=self.end_reason,
            hold_cause=self.hold_cause,
            note=note,
        )

    def allows(self, action: PartnershipAction, role: Role) -> bool:
        """Say whether `role` may take `action` now."""
        return PARTNERSHIP.allows(self.state, action, role)

    def actions_for(self, role: Role) -> list[Transition[PartnershipState, PartnershipAction]]:
        """Return what `role` may do now, for the page's buttons."""
        return PARTNERSHIP.available(self.state, role)

    def hold(self, cause: HoldCause, role: Role, now: datetime, note: str = "") -> PartnershipState:
        """Stop its clock: nothing opens and nobody is reminded until it is resumed."""
        was = self.move(PartnershipAction.HOLD, role, now)
        self.held_at, self.hold_cause, self.hold_note = now, cause, note
        for step in self.steps:
            step.next_action_at = None  # until it is woken again
        return was

    def resume(self, role: Role, now: datetime) -> tuple[Move, Bent]:
        """Let its clock run again; what has not come yet moves by the days it stood. Return move and dates."""
        self.move(PartnershipAction.RESUME, role, now)
        pause = resuming(self.held_at or now, now, self.zone)
        self.held_at, self.hold_cause, self.hold_note = None, None, ""
        bent = bend(self.as_plan(now), pause, quieting_of(self))
        self.bend(bent, now, keeps_rungs=True)
        return pause, bent

    def end_early(self, reason: EndReason | None, note: str, role: Role, now: datetime) -> PartnershipState:
        """End it before its time, for a reason that stays on record; only a draft needs none."""
        was = self.move(PartnershipAction.END_EARLY, role, now)
        self.end_reason, self.end_note = reason, note
        self.wind_up(now)
        return was

    def leave_stages(self) -> list["Stage"]:
        """Close the stage under way and skip those to come; return which were left."""
        left = [stage for stage in self.stages if stage.state in {StageState.OPEN, StageState.UPCOMING}]
        for stage in left:
            stage.move(StageAction.CLOSE if stage.state is StageState.OPEN else StageAction.SKIP, Role.SYSTEM)
        return left

    def confirm_anchor(self, anchor_on: date, now: datetime) -> int:
        """Fix the anchor, date every step from it and wake them; return by how many days the plan moved."""
        moved_days, today = (anchor_on - self.anchor_on).days, day_in(self.zone, now)
        past, wanted = self.past_steps(), anchored(self.as_plan(now), moved_days, quieting_of(self))
        self.anchor_on = anchor_on
        for stage in self.stages:
            stage.starts_on, stage.ends_on = shifted(stage, moved_days, today)
            wanted[f"{StepKind.STAGE_OPENS}:{stage.key}"] = stage.starts_on
        for step in self.steps:
            if step.counts_from_anchor:  # what was moved before stays moved
                step.place(wanted[step.name])
        clear = clear_days(self.as_plan(now), quieting_of(self), today)
        self.anchor_confirmed_at = now
        past = left_out(past, self.planned_on)  # a draft whose post is to come after all is asked for too
        for step in self.steps:
            is_late = step.counts_from_anchor and step.due_on < today and step.kind not in STAGE_STEPS
            if is_late and step not in past:
                step.place(today)  # it was confirmed late: nobody is late before they could begin
            step.place(clear.get((step.kind, step.key), step.due_on))
            step.wake(now)
        return moved_days

    def as_plan(self, now: datetime) -> Plan:
        """Return its stages and steps as the rules of moves read them."""
        stages = {stage.id: stage for stage in self.stages}
        return Plan(
            stages=tuple(PlanStage(one.key, one.starts_on, one.ends_on, one.state) for one in self.stages),
            steps=tuple(
                PlanStep(one.kind, one.key, own.key, one.due_on, one.done_at is not None, one.day - own.from_day)
                for one in self.steps
                for own in (stages[one.stage_id],)
            ),
            today=day_in(self.zone, now),
            has_begun=self.anchor_confirmed_at is not None,
            anchor_on=self.anchor_on,
            known_on=self.planned_on,
            weekdays=weekdays(self.template),
        )

    def past_steps(self) -> list["Step"]:
        """Return what was due before Sahabat knew of it."""
        return left_out(self.steps, self.planned_on)

    def bend(self, bent: Bent, now: datetime, *, keeps_rungs: bool = False) -> None:
        """Give steps and stages the days of `bent`. What has a new day is reminded of anew, unless it keeps its rung.

        A pause keeps the rungs: what people were reminded of before it, they need not hear again.
        """
        days = {step.name: step.due_on for step in bent.plan.steps}
        for step in self.steps:
            rung, was_on = step.rung, step.due_on
            step.place(days[step.name])
            step.rung = rung if keeps_rungs else step.rung
            if self.is_running and (keeps_rungs or step.due_on != was_on):
                step.wake(now)
        for stage, planned in zip(self.stages, bent.plan.stages, strict=True):
            stage.starts_on, stage.ends_on = planned.starts_on, planned.ends_on
        flag_modified(self, "anchor_on")  # counts the version up: who has read other days has read other terms

    def wind_up(self, now: datetime) -> None:
        """Let the clock pass by every step but those of posts that are public: they may still earn their payment."""
        for step in self.steps:
            step.next_action_at = None
            if step.kind in AFTER_POST_STEPS:
                step.wake(now)

    def move_anchor(self, days: int) -> None:
        """Count from another day from now on; the days that follow are moved by the plan's own rules."""
        self.anchor_on = on_day(self.anchor_on, days)


class Stage(Owned, Base):
    """A stretch of the timeline with a purpose, and the claims it allows."""

    __tablename__ = "stage"
    __table_args__ = owned(
        belongs_to("partnership"),
        UniqueConstraint("org_id", "partnership_id", "key"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
    )

    partnership_id: Mapped[int]
    key: Mapped[str]
    position: Mapped[int]
    from_day: Mapped[int]  # from the anchor
    to_day: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    claim_level: Mapped[ClaimLevel] = mapped_column(word_column(ClaimLevel))
    state: Mapped[StageState] = mapped_column(word_column(StageState), default=StageState.UPCOMING)
    waits_since: Mapped[datetime | None] = mapped_column(index=True)  # its day has come, and its gate is not met
    version: Mapped[int] = mapped_column(default=1)
    sentinel: Mapped[int | None] = orm_insert_sentinel()  # tells the rows of one insert apart

    partnership: Mapped[Partnership] = relationship(back_populates="stages")

    __mapper_args__ = {"version_id_col": version}

    @property
    def shut_by(self) -> StageGate | None:
        """Return the gate that is still to be passed before it opens: until then nothing of it is asked for."""
        return self.partnership.template.stage(self.key).gate if self.state is StageState.UPCOMING else None

    def move(self, action: StageAction, role: Role) -> StageState:
        """Take `action` if the rules allow it; return the state it left."""
        was, self.state = self.state, STAGE.advance(self.state, action, role)
        self.waits_since = None
        return was

    def moved(self, *, waited_days: int = 0, waited_since: datetime | None = None, note: str = "") -> StageMoved:
        """Return the event of its last move; once flushed, its version is part of the key."""
        return StageMoved(
            key=f"stage:{self.id}:{self.state}:v{self.version}",
            about=self.partnership.about,
            partnership_id=self.partnership_id,
            stage_id=self.id,
            now=self.state,
            waited_days=waited_days,
            waited_since=waited_since,
            note=note,
        )


class Step(Owned, Base):
    """One dated thing of a plan, watched by the tick while `next_action_at` is set."""

    __tablename__ = "step"
    __table_args__ = owned(
        belongs_to("partnership"),
        belongs_to("stage"),
        Index(
            "ix_step_next_action_at",
            "next_action_at",
            postgresql_where=text("next_action_at IS NOT NULL"),
            sqlite_where=text("next_action_at IS NOT NULL"),
        ),
        Index(None, "org_id", "partnership_id", "due_at"),
    )

    partnership_id: Mapped[int]
    stage_id: Mapped[int]
    kind: Mapped[StepKind] = mapped_column(word_column(StepKind))
    key: Mapped[str]  # of the stage, check-in or deliverable in the template
    day: Mapped[int]  # from the anchor
    due_on: Mapped[date]  # in `zone`
    zone: Mapped[str]
    due_by: Mapped[time | None] = mapped_column(Time)  # by the clock in `zone`; None: by the end of the day
    due_at: Mapped[datetime]  # both together, as UTC
    next_action_at: Mapped[datetime | None]  # when the tick looks at it again; None: not before it is woken
    rung: Mapped[str | None]  # the last rung of the reminder ladder that was climbed
    waiting_since: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    snoozed_until: Mapped[date | None]  # in `zone`: the creator asked not to be reminded before
    sentinel: Mapped[int | None] = orm_insert_sentinel()  # tells the rows of one insert apart

    partnership: Mapped[Partnership] = relationship(back_populates="steps")
    stage: Mapped[Stage] = relationship(overlaps="partnership,steps")

    @classmethod
    def of(cls, planned: PlannedStep, stage: Stage, zone: str) -> "Step":
        """Return the row that keeps `planned`."""
        step = cls(org_id=stage.org_id, partnership_id=stage.partnership_id, stage_id=stage.id, zone=zone)
        step.kind, step.key, step.day, step.due_by = planned.kind, planned.key, planned.day, planned.due_by
        step.place(planned.due_on)
        return step

    @property
    def name(self) -> str:
        """Return the name under which versions keep its day."""
        return f"{self.kind}:{self.key}"

    @property
    def counts_from_anchor(self) -> bool:
        """Say whether another anchor moves it: not what is done, nor what counts from the day a post was seen."""
        return self.done_at is None and self.kind not in AFTER_POST_STEPS

    def place(self, due_on: date) -> None:
        """Give it another day. What was reminded of, or put off, for the old day begins anew."""
        if self.due_on == due_on:
            return
        self.due_on, self.due_at, self.rung = due_on, moment(due_on, self.due_by or END_OF_DAY, self.zone), None
        self.snoozed_until = None

    def wake(self, now: datetime) -> None:
        """Let the tick look at it, unless it is done."""
        self.next_action_at = None if self.done_at else now

    def finish(self, now: datetime) -> None:
        """Mark it done: nobody is reminded of it any more."""
        self.done_at, self.next_action_at = now, None

    def reopen(self, now: datetime) -> None:
        """Let it be waited for again: what had been sent was taken back or sent back."""
        self.done_at, self.next_action_at = None, now
