"""Moves of a plan: what somebody wanted, what came of it, and what has to be known to take it back."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from partnerships.core.actor import Role
from partnerships.database.base import Base, Owned, belongs_to, owned
from partnerships.database.types import word_column
from partnerships.database.work import Work
from partnerships.plans.events import DatesMoved
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.rules.differences import Change
from partnerships.plans.rules.moves import DATED, Bent, Move, MoveKind
from partnerships.plans.rules.partnerships import HoldCause
from partnerships.plans.rules.proposals import MOVE, MoveAction, MoveState
from partnerships.plans.rules.quiet import around
from partnerships.plans.rules.stages import StageState

from .partnerships import Partnership, Stage

AT_RISK, STAGE, WAITS, WITHDREW, SNOOZED = "at_risk_since", "stage", "waits_since", "withdrew", "snoozed_until"
HELD, SINCE, CAUSE, NOTE = "held_at", "moved_at", "hold_cause", "hold_note"


class PlanMove(Owned, Base):
    """One move of one plan: who wanted what, and how it ended. The dates before and after it stand in versions."""

    __tablename__ = "plan_move"
    __table_args__ = owned(
        belongs_to("partnership"),
        Index(None, "org_id", "partnership_id"),
        Index(None, "org_id", "batch"),
    )

    partnership_id: Mapped[int]
    batch: Mapped[str]  # the same for everything that one press moved
    kind: Mapped[MoveKind] = mapped_column(word_column(MoveKind))
    wanted: Mapped[dict[str, Any]]  # days, key, to, number: as the move had them
    changes: Mapped[list[dict[str, Any]]]  # name, was, now, quiet: in the order of the new days
    rungs: Mapped[dict[str, Any]]  # the last rung that was climbed for the old day, by name
    stood: Mapped[
        dict[str, Any]
    ]  # how what it changed besides days stood before: states by name, moments by word, a proposal by id
    note: Mapped[str]  # why, in the words of who wanted it
    state: Mapped[MoveState] = mapped_column(word_column(MoveState))
    from_number: Mapped[int]  # the version of the plan that was looked at
    number: Mapped[int | None]  # the version that it made
    made_at: Mapped[datetime]
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    partnership: Mapped[Partnership] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": version}

    @classmethod
    def of(
        cls, work: Work, partnership: Partnership, move: Move, bent: Bent, *, batch: str, note: str, seen: int
    ) -> "PlanMove":
        """Return the row of a move that holds at once, or that waits for the creator when it asks for earlier days."""
        changed = {change.name for change in bent.changes} | {step.name for step in bent.let_go}
        at_risk = partnership.at_risk_since
        snoozed = {step.name: _text(step.snoozed_until) for step in partnership.steps if step.name in changed}
        snoozed = {name: until for name, until in snoozed.items() if until}
        return cls(
            org_id=partnership.org_id,
            partnership=partnership,
            partnership_id=partnership.id,
            batch=batch,
            kind=move.kind,
            wanted={"days": move.days, "key": move.key, "to": _text(move.to), "number": move.number},
            changes=[_kept(change, bent) for change in bent.changes],
            rungs={step.name: step.rung for step in partnership.steps if step.rung and step.name in changed},
            stood=({AT_RISK: at_risk.isoformat()} if at_risk else {}) | ({SNOOZED: snoozed} if snoozed else {}),
            note=note,
            state=MoveState.PROPOSED if _asks(partnership, move, bent) else MoveState.APPLIED,
            from_number=seen,
            made_at=work.now,
            made_by=work.actor.person_id,
        )

    @property
    def as_move(self) -> Move:
        """Return the move as the rules read it."""
        wanted = self.wanted
        to = date.fromisoformat(wanted["to"]) if wanted["to"] else None
        dates = {change["name"]: change["now"] for change in self.changes} if self.kind is MoveKind.BACK else {}
        return Move(self.kind, wanted["days"], wanted["key"], to, wanted["number"], dates)

    @property
    def days_changed(self) -> list[Change]:
        """Return what it changes, or has changed."""
        return [
            Change(key, StepKind(kind), date.fromisoformat(change["was"]), date.fromisoformat(change["now"]))
            for change in self.changes
            for kind, _, key in (change["name"].partition(":"),)
        ]

    @property
    def around_quiet(self) -> dict[str, str]:
        """Return what the quiet days are called that its dates went out of the way of, by language; empty for none."""
        names = [change["quiet"] for change in self.changes if "quiet" in change]
        return {
            language: ", ".join(dict.fromkeys(name[language] for name in names)) for language in next(iter(names), {})
        }

    @property
    def asked(self) -> list[Change]:
        """Return the changes of days that the creator is asked for."""
        return [change for change in self.days_changed if change.kind in DATED]

    @property
    def stage(self) -> Stage:
        """Return the stage that it is about; only of a move that is about one."""
        return next(stage for stage in self.partnership.stages if stage.key == self.wanted["key"])

    @property
    def at_risk_since(self) -> datetime | None:
        """Return since when the partnership was at risk when this was made."""
        return datetime.fromisoformat(self.stood[AT_RISK]) if AT_RISK in self.stood else None

    @property
    def snoozed(self) -> Mapping[str, date]:
        """Return until when the creator had put off reminders for the old day, by the step's name."""
        return {name: date.fromisoformat(until) for name, until in self.stood.get(SNOOZED, {}).items()}

    def let_go(self, states: Mapping[str, Any]) -> None:
        """Write down how things stood that it changed: what a skip let go by the names of their steps, and others."""
        self.stood = self.stood | dict(states)

    def leave(self, stage: Stage) -> None:
        """Write down how the stage stood that a skip leaves out."""
        waits = {WAITS: stage.waits_since.isoformat()} if stage.waits_since else {}
        self.stood = self.stood | {STAGE: str(stage.state)} | waits

    @property
    def left(self) -> tuple[StageState, datetime | None]:
        """Return how the stage stood that a skip left out, and since when it waited at its gate."""
        waits = self.stood.get(WAITS)
        return StageState(self.stood[STAGE]), datetime.fromisoformat(waits) if waits else None

    def replace(self, proposal_id: int) -> None:
        """Write down which proposal this has taken the place of."""
        self.stood = self.stood | {WITHDREW: proposal_id}

    @property
    def replaced_id(self) -> int | None:
        """Return the proposal that this has taken the place of, if there was one."""
        return self.stood.get(WITHDREW)

    def anew(self, number: int, batch: str) -> "PlanMove":
        """Return the same proposal for the version `number`: what had taken its place was taken back."""
        kept = ("org_id", "partnership", "partnership_id", "kind", "wanted", "changes", "rungs", "stood", "note")
        same = {name: getattr(self, name) for name in (*kept, "made_at", "made_by")}
        return PlanMove(**same, batch=batch, state=MoveState.PROPOSED, from_number=number)

    def hold_again(self, role: Role, now: datetime) -> None:
        """Let the partnership stand still once more, as it did before it was resumed by this."""
        partnership, stood = self.partnership, self.stood
        partnership.hold(HoldCause(stood[CAUSE]), role, now, stood[NOTE])
        partnership.held_at = datetime.fromisoformat(stood[HELD])
        partnership.moved_at = datetime.fromisoformat(stood[SINCE])

    def move(self, action: MoveAction, role: Role, now: datetime) -> MoveState:
        """Take `action` if the rules allow it; return the state it left."""
        was, self.state = self.state, MOVE.advance(self.state, action, role)
        self.decided_at = now
        return was

    def allows(self, action: MoveAction, role: Role) -> bool:
        """Say whether `role` may take `action` now."""
        return MOVE.allows(self.state, action, role)

    def moved(self) -> DatesMoved:
        """Return the event of how it stands now; once flushed, its version is part of the key."""
        return DatesMoved(
            key=f"move:{self.id}:{self.state}:v{self.version}",
            about=self.partnership.about,
            partnership_id=self.partnership_id,
            move_id=self.id,
            now=self.state,
            kind=self.kind,
            dates=len(self.changes),
            version=self.number,
            note=self.note,
            quiet=self.around_quiet,
            stage_id=self.stage.id if self.kind is MoveKind.SKIP else None,
        )


def hold_of(partnership: Partnership) -> dict[str, str]:
    """Return how a partnership stands that is on hold, as a move keeps it."""
    return {
        HELD: (partnership.held_at or partnership.moved_at).isoformat(),
        SINCE: partnership.moved_at.isoformat(),
        CAUSE: str(partnership.hold_cause or HoldCause.PAUSED),
        NOTE: partnership.hold_note,
    }


def _asks(partnership: Partnership, move: Move, bent: Bent) -> bool:
    """Say whether it waits for the creator's word: when earlier days are asked for, unless it is a pause that ends."""
    return move.kind is not MoveKind.PAUSE and partnership.is_agreed and bent.is_earlier


def _kept(change: Change, bent: Bent) -> dict[str, Any]:
    """Return one change as it is stored; `quiet` is what it went out of the way of, by language."""
    name = change.name
    quiet = around([bent.quiet[name]] if name in bent.quiet else ())
    return {"name": name, "was": _text(change.old_on), "now": _text(change.new_on)} | (
        {"quiet": quiet} if quiet else {}
    )


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None
