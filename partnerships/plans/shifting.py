"""Move dates of one partnership or of many: look at what would change first, then move exactly that."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from sqlalchemy import and_, func, select
from sqlalchemy.orm import selectinload

from partnerships.core.errors import NotFound, Refused
from partnerships.core.words import N_
from partnerships.core.zones import day_in
from partnerships.database.work import Reading, Work

from .keeping import check_start, enforce, lock_plans
from .rules.conflicts import newly_crowded
from .rules.dates import STAGE_STEPS
from .rules.differences import Change, Made, counts_otherwise
from .rules.gates import Foreseen, LostGate
from .rules.moves import Bent, Move, MoveKind, Stay, Why, bend, resuming
from .rules.partnerships import GOING_ON, PartnershipState
from .rules.problems import Problem
from .rules.proposals import MoveAction, MoveState
from .rules.templates import PaymentSpec
from .tables import Partnership, PlanMove, PlanVersion, quieting_of

MOST_AT_ONCE = 200
TOO_MANY = N_("These are more than %(most)s partnerships. Please choose fewer.")
MEANWHILE = N_("This plan was moved since you looked: see below by whom. Your move was not made.")
NOTE_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Previewed:
    """What a move makes of one partnership. `number` is the version looked at; nothing holds while it is `stuck`."""

    partnership: Partnership
    number: int
    move: Move
    bent: Bent
    stuck: Problem | None
    lost: tuple[LostGate, ...] = ()  # the gates that it puts out of reach
    unearned: tuple[PaymentSpec, ...] = ()  # what nothing would release any more

    def foreseen(self, foreseen: Foreseen) -> "Previewed":
        """Return this with what the move would mean for what hangs on the plan."""
        stuck = self.stuck or next(iter(foreseen.problems), None)
        return replace(self, stuck=stuck, lost=foreseen.lost, unearned=foreseen.unearned)

    @property
    def moves(self) -> bool:
        """Say whether anything would change."""
        return self.stuck is None and (bool(self.bent.changes) or self.skips)

    @property
    def skips(self) -> bool:
        """Say whether a stage would be left out: no date moves then, but some are let go."""
        return self.move.kind is MoveKind.SKIP

    @property
    def count(self) -> int:
        """Return how many dates would move."""
        return len(self.bent.changes) if self.moves else 0

    @property
    def stays(self) -> list[Stay]:
        """Return what somebody might expect to move: a stage that has begun needs no word."""
        return [stay for stay in self.bent.stays if stay.kind not in STAGE_STEPS]

    @property
    def crowded(self) -> list[date]:
        """Return the days on which two things would come together."""
        return newly_crowded(self.bent) if self.moves else []

    def why_apart(self, change: Change) -> Why | None:
        """Return why a date goes its own way when the start moves: it is looked up anew. None when it goes along."""
        name = change.name
        if self.move.kind is not MoveKind.ANCHOR or change.days == self.move.days or name in self.bent.quiet:
            return None
        return Why.WEEKDAY if name in self.bent.plan.weekdays else Why.QUIET

    @property
    def asks_creator(self) -> bool:
        """Say whether the creator has to agree first."""
        return self.moves and self.partnership.is_agreed and self.bent.is_earlier


def preview(reading: Reading, ids: Sequence[int], move: Move) -> list[Previewed]:
    """Return what `move` makes of each partnership, changing nothing; raise `NotFound` when one is not there."""
    return _look(reading, ids, move, is_writing=False)


def preview_resuming(reading: Reading, partnership: Partnership) -> Previewed | None:
    """Return what resuming a partnership now would make of it, changing nothing; None when it is not on hold."""
    if partnership.held_at is None:
        return None
    move = resuming(partnership.held_at, reading.now, partnership.zone)
    bent = bend(partnership.as_plan(reading.now), move, quieting_of(partnership))
    return Previewed(partnership, 0, move, bent, None)


def shift(work: Work, seen: Mapping[int, int], move: Move, note: str) -> list[PlanMove]:
    """Move the partnerships whose versions were `seen`, by id; those in which something is in the way stay as they are.

    Raise `Refused` without a reason, when another version stands now than was seen, and when nothing moves at all.
    """
    note = note.strip()[:NOTE_LENGTH]
    if not note:
        raise Refused(N_("Please say in a few words why: it stays with the version."), field="note")
    rows = _look(work, sorted(seen), move, is_writing=True)
    if any(row.number != seen[row.partnership.id] for row in rows):
        raise Refused(MEANWHILE, field="seen")
    going = [row for row in rows if row.moves]
    if not going:
        raise Refused(N_("Nothing was moved: nothing can move like this."))
    batch = secrets.token_hex(8)
    withdrawn = _withdraw_open(work, [row.partnership.id for row in going])
    moved = [
        PlanMove.of(work, row.partnership, row.move, row.bent, batch=batch, note=note, seen=row.number) for row in going
    ]
    work.session.add_all(moved)
    for made, row in zip(moved, going, strict=True):
        if row.partnership.id in withdrawn:
            made.replace(withdrawn[row.partnership.id])
        if made.state is MoveState.APPLIED:
            enforce(work, made, row.bent, row.number)
    work.session.flush()
    for made in moved:
        work.emit(made.moved())
    return moved


def changed_since(reading: Reading, seen: Mapping[int, int]) -> list[tuple[Partnership, list[PlanVersion]]]:
    """Return for each partnership that moved meanwhile the version that was seen and those made since, in order."""
    versions = reading.session.scalars(
        select(PlanVersion)
        .where(PlanVersion.partnership_id.in_(seen))
        .order_by(PlanVersion.partnership_id, PlanVersion.number)
    )
    found = []
    for partnership_id, those in groupby(versions, key=lambda version: version.partnership_id):
        since = [version for version in those if version.number >= seen[partnership_id]]
        if len(since) > 1:
            found.append((reading.get(Partnership, partnership_id), since))
    return found


def _look(reading: Reading, ids: Sequence[int], move: Move, *, is_writing: bool) -> list[Previewed]:
    partnerships = _load(reading, ids, is_writing=is_writing)
    numbers: dict[int, int] = dict(
        reading.session.execute(
            select(PlanVersion.partnership_id, func.max(PlanVersion.number))
            .where(PlanVersion.partnership_id.in_(ids))
            .group_by(PlanVersion.partnership_id)
        ).all()
    )
    move = _with_dates(reading, ids, move)
    if move.kind is MoveKind.BACK and _has_start_moved(reading, ids, move.number):
        stuck = Problem("", N_("Its start was moved since. Please move the start back: the dates go along."))
        return [replace(_previewed(reading, one, numbers.get(one.id, 0), move), stuck=stuck) for one in partnerships]
    return [_previewed(reading, partnership, numbers.get(partnership.id, 0), move) for partnership in partnerships]


def _has_start_moved(reading: Reading, ids: Sequence[int], number: int) -> bool:
    """Say whether that version counts from another day 0 than the one that holds now."""
    made = and_(PlanMove.partnership_id == PlanVersion.partnership_id, PlanMove.number == PlanVersion.number)
    since = reading.session.execute(
        select(PlanVersion, PlanMove.state)
        .outerjoin(PlanMove, made)
        .where(PlanVersion.partnership_id.in_(ids[:1]), PlanVersion.number >= number)
        .order_by(PlanVersion.number)
    ).all()
    return counts_otherwise(
        [Made(one.PlanVersion.reason, one.PlanVersion.stage_days, one.state is MoveState.UNDONE) for one in since]
    )


def _load(reading: Reading, ids: Sequence[int], *, is_writing: bool) -> Sequence[Partnership]:
    """Return the partnerships with stages and steps; locked, so that whoever moves or settles them has to wait."""
    if len(ids) > MOST_AT_ONCE:
        raise Refused(TOO_MANY, most=MOST_AT_ONCE)
    if is_writing:
        lock_plans(reading, ids)
    found = reading.session.scalars(
        select(Partnership)
        .where(Partnership.id.in_(ids))
        .order_by(Partnership.id)
        .options(selectinload(Partnership.stages), selectinload(Partnership.steps))
    ).all()
    if len(found) != len(set(ids)):
        raise NotFound(N_("There is nothing here."))
    return found


def _with_dates(reading: Reading, ids: Sequence[int], move: Move) -> Move:
    """Return the move with the days of the version that it goes back to; only one plan can go back at a time."""
    if move.kind is not MoveKind.BACK:
        return move
    dates = reading.session.scalars(
        select(PlanVersion.dates).where(PlanVersion.partnership_id.in_(ids[:1]), PlanVersion.number == move.number)
    ).one_or_none()
    if dates is None:
        raise NotFound(N_("There is nothing here."))
    return replace(move, dates=dates)


def _previewed(reading: Reading, partnership: Partnership, number: int, move: Move) -> Previewed:
    bent = bend(partnership.as_plan(reading.now), move, quieting_of(partnership))
    stuck = _stuck(reading, partnership, move) or next(iter(bent.problems), None)
    return Previewed(partnership, number, move, bent, stuck)


def _stuck(reading: Reading, partnership: Partnership, move: Move) -> Problem | None:
    """Return why nothing of the partnership can be moved now, or not like this; None when it can."""
    if partnership.is_over:
        return Problem("", N_("It is over: nothing of it moves any more."))
    if partnership.state is PartnershipState.ON_HOLD:
        return Problem("", N_("It is on hold: its dates move when it goes on."))
    if move.kind is MoveKind.SKIP and partnership.state not in GOING_ON:
        return Problem("", N_("No stage can be skipped before the creator has agreed."))
    try:
        check_start(partnership, move, day_in(partnership.zone, reading.now))
    except Refused as refusal:
        return Problem("days", refusal.sentence, refusal.values)
    return None


def _withdraw_open(work: Work, ids: Sequence[int]) -> dict[int, int]:
    """Withdraw what still waits for the creators' word: another move takes its place. Return it by partnership."""
    waiting = work.session.scalars(
        select(PlanMove).where(PlanMove.partnership_id.in_(ids), PlanMove.state == MoveState.PROPOSED)
    ).all()
    for move in waiting:
        move.move(MoveAction.WITHDRAW, work.actor.role, work.now)
    work.session.flush()
    for move in waiting:
        work.emit(move.moved())
    return {move.partnership_id: move.id for move in waiting}
