"""Let analysers look at what was sent: each version once, after its media are prepared, in a process of their own."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import ColumnElement, func, select, tuple_

from partnerships.clockwork.engine import Job
from partnerships.core.actor import Actor, Role
from partnerships.core.errors import Conflict
from partnerships.database.claiming import claim, skip_locked
from partnerships.database.work import Transactions, Work
from partnerships.deliverables.finding import find_last_revision
from partnerships.deliverables.tables import Deliverable, Revision, RevisionMedia
from partnerships.files import child
from partnerships.files.child import ChildFailed, ChildTooSlow
from partnerships.files.reporting import match
from partnerships.files.tables import FileState, StoredFile

from .finding import WAITING
from .mustering import Mustered, muster
from .rules.analysers import ANALYSERS
from .rules.signals import Analyser, Likeness, Material, Outcome, RunStatus, outcome_from_json
from .tables import Signal, SignalRun

AGAIN_AFTER = timedelta(minutes=5)  # when whoever was at it has been killed
MOST_ATTEMPTS = 3  # nobody came back to say how it went: it kills whoever looks at it
LOOKED_AGAIN_AT_ONCE = 20  # versions in one tick
ROUND_SECONDS = 10.0  # no new version after this: the tick has other things to do
REPORT_BYTES = 1 << 20
LOOKER = child.python("partnerships.authenticity.analysing")
"""Run, not imported: a word in a caption can keep a careless pattern busy for hours."""

log = logging.getLogger(__name__)

Look = Callable[[Material, Sequence[Analyser]], Sequence[Outcome]]


@dataclass(frozen=True, slots=True)
class ExaminingReport:
    """How many versions were looked at, given up, or looked at by somebody else at the same time."""

    examined: int = 0
    given_up: int = 0
    taken: int = 0


@dataclass(frozen=True, slots=True)
class _Taken:
    """Content whose newest version this process looks at, until others may."""

    deliverable_id: int
    org_id: int
    times: int
    until: datetime


def look(
    material: Material,
    analysers: Sequence[Analyser],
    *,
    looker: Sequence[str] = LOOKER,
    wall_seconds: float = child.WALL_SECONDS,
) -> list[Outcome]:
    """Return an outcome for every analyser: from one process for all, or one for each when that one comes to no end."""
    with TemporaryDirectory(prefix="sahabat-") as folder:
        path = Path(folder, "material.json")
        path.write_text(material.to_json(), "utf-8")
        try:
            return _run(analysers, path, looker, wall_seconds)
        except ChildFailed as failed:
            log.warning("analysers made their process fail, and are tried one by one: %s", failed)
        return [_run_alone(analyser, path, looker, wall_seconds) for analyser in analysers]


def examine(
    transactions: Transactions,
    show_life: Callable[[], None] = lambda: None,
    stopping: Callable[[], bool] = lambda: False,
    *,
    analysers: Sequence[Analyser] = ANALYSERS,
    look: Look = look,
) -> ExaminingReport:
    """Examine what waits, one version after the other; end after the one in hand once `stopping`, or after a while.

    Two who examine the same version at the same time do no harm: the second finds it done.
    """
    outcomes: Counter[str] = Counter()
    ends_at = time.monotonic() + ROUND_SECONDS
    while not stopping():
        taken = _take_next(transactions)
        if taken is None:
            break
        outcomes[_examine(transactions, taken, analysers, look)] += 1
        show_life()
        if time.monotonic() > ends_at:
            with transactions.sweeping() as sweep:
                sweep.ask_for(Job.SIGNALS)  # there may be more
            break
    return ExaminingReport(**outcomes)


def wake(transactions: Transactions) -> None:
    """Ask for a round if anything waits, whoever was asked before."""
    with transactions.sweeping() as sweep:
        if sweep.session.scalars(select(Deliverable.id).where(*_waiting(sweep.now)).limit(1)).first():
            sweep.ask_for(Job.SIGNALS)


@dataclass(slots=True)
class Relook:
    """Puts versions that wait for a decision before analysers once more that look differently since the last release.

    Analysers change with the program, so this process has done with it when it finds none. What has been decided keeps
    the cards that it was decided by.
    """

    analysers: Sequence[Analyser] = ANALYSERS
    is_done: bool = False

    def look(self, transactions: Transactions, *, most: int = LOOKED_AGAIN_AT_ONCE) -> int:
        """Return how many are put before them: `most` in one tick."""
        if self.is_done:
            return 0
        newest = select(func.max(Revision.id)).where(Revision.deliverable_id == Deliverable.id).scalar_subquery()
        looked = tuple_(SignalRun.analyser, SignalRun.analyser_version, SignalRun.params_hash)
        known = (
            select(func.count(SignalRun.id))
            .where(SignalRun.revision_id == newest, looked.in_([_mark(analyser) for analyser in self.analysers]))
            .scalar_subquery()
        )
        untouched = Deliverable.examine_after.is_(None)
        asked = (
            select(Deliverable.id)
            .where(Deliverable.state.in_(WAITING), untouched, known < len(self.analysers))
            .order_by(Deliverable.id)
            .limit(most)
        )
        with transactions.sweeping() as sweep:
            found = sweep.session.scalars(asked).all()
            for deliverable_id in found:
                values = {"examine_after": sweep.now, "examinations": 0}
                claim(sweep.session, Deliverable, deliverable_id, untouched, values)
        self.is_done = len(found) < most
        return len(found)


def _run(analysers: Sequence[Analyser], path: Path, looker: Sequence[str], wall_seconds: float) -> list[Outcome]:
    names = [analyser.name for analyser in analysers]
    report = child.run([*looker, str(path), *names], wall_seconds, REPORT_BYTES)
    try:
        outcomes = [outcome_from_json(line) for line in report.splitlines()]
    except (ValueError, LookupError, TypeError) as error:
        raise ChildFailed("it reported nonsense") from error
    if [outcome.analyser for outcome in outcomes] != names:
        raise ChildFailed("it reported on others than it was asked about")
    return outcomes


def _run_alone(analyser: Analyser, path: Path, looker: Sequence[str], wall_seconds: float) -> Outcome:
    try:
        return _run([analyser], path, looker, wall_seconds)[0]
    except ChildTooSlow:
        return Outcome(analyser.name, RunStatus.TIMEOUT)
    except ChildFailed:
        return Outcome(analyser.name, RunStatus.ERROR)


def _waiting(now: datetime) -> Iterator[ColumnElement[bool]]:
    """Yield the conditions of content to be examined: its time has come, and no medium of it is still on its way."""
    on_its_way = (
        select(RevisionMedia.id)
        .join(RevisionMedia.revision)
        .join(RevisionMedia.file)
        .where(Revision.deliverable_id == Deliverable.id, StoredFile.state == FileState.PREPARING)
        .correlate(Deliverable)
    )
    yield Deliverable.examine_after <= now
    yield ~on_its_way.exists()


def _take_next(transactions: Transactions) -> _Taken | None:
    """Return the content that waits longest, put off for others to take it up should this process be killed.

    It is not written as people write it: who looks at a version is nobody whom its reviewers could collide with.
    """
    columns = Deliverable.id, Deliverable.org_id, Deliverable.examinations
    with transactions.sweeping() as sweep:
        waiting = select(*columns).where(*_waiting(sweep.now)).order_by(Deliverable.examine_after).limit(1)
        row = sweep.session.execute(skip_locked(waiting, Deliverable)).one_or_none()
        if row is None:
            return None
        taken = _Taken(row.id, row.org_id, row.examinations + 1, sweep.now + AGAIN_AFTER)
        values = {"examine_after": taken.until, "examinations": taken.times}
        claim(sweep.session, Deliverable, taken.deliverable_id, Deliverable.examine_after.is_not(None), values)
    return taken


def _examine(transactions: Transactions, taken: _Taken, analysers: Sequence[Analyser], look: Look) -> str:
    """Look at the newest version and keep what was found; return the word for how it went."""
    actor = Actor(None, taken.org_id, Role.SYSTEM)
    with transactions.looking(actor) as reading:
        revision = find_last_revision(reading, taken.deliverable_id)
        if revision is None:
            raise LookupError(f"deliverable {taken.deliverable_id} waits for analysers and has no version")
        mustered = muster(reading, revision)
        done = _done(reading.session.scalars(select(SignalRun).where(SignalRun.revision_id == revision.id)).all())
    is_hopeless = taken.times > MOST_ATTEMPTS
    asked = [analyser for analyser in analysers if _mark(analyser) not in done]
    outcomes = (
        [Outcome(one.name, RunStatus.ERROR) for one in asked] if is_hopeless else look(_compared(mustered), asked)
    )
    try:
        with transactions.begin(actor) as work:
            _keep(work, revision.id, list(zip(asked, outcomes, strict=True)))
            is_it = Deliverable.examine_after == taken.until  # unless another version has come meanwhile
            claim(work.session, Deliverable, taken.deliverable_id, is_it, {"examine_after": None})
    except Conflict:
        return "taken"
    return "given_up" if is_hopeless else "examined"


def _compared(mustered: Mustered) -> Material:
    """Return the material with what its pictures look like, of all that is kept here."""
    try:
        matches = match(mustered.asked, mustered.library)
    except ChildFailed as failed:
        log.warning("pictures could not be compared: %s", failed)
        return replace(mustered.material, comparing="timeout" if isinstance(failed, ChildTooSlow) else "error")
    alike = tuple(
        Likeness(one.asked, one.asked_second, one.found, one.found_second, one.distance, one.found in mustered.own)
        for one in matches
    )
    return replace(mustered.material, alike=alike)


def _mark(analyser: Analyser) -> tuple[str, str, str]:
    return analyser.name, analyser.version, analyser.params_hash


def _done(runs: Sequence[SignalRun]) -> set[tuple[str, str, str]]:
    return {(run.analyser, run.analyser_version, run.params_hash) for run in runs}


def _keep(work: Work, revision_id: int, outcomes: Sequence[tuple[Analyser, Outcome]]) -> None:
    """Write down how every analyser fared; what the creator explained to an earlier look stays beside the finding."""
    explained = _explained(work, revision_id)
    for analyser, outcome in outcomes:
        name, version, params_hash = _mark(analyser)
        run = SignalRun(
            org_id=work.actor.org_id,
            revision_id=revision_id,
            analyser=name,
            analyser_version=version,
            params_hash=params_hash,
            status=outcome.status,
            reason=outcome.reason,
            at=work.now,
            signals=[
                Signal(
                    org_id=work.actor.org_id,
                    code=finding.code,
                    strength=finding.strength,
                    data=dict(finding.data),
                    **explained.get((name, finding.code, finding.data.get("file_id")), {}),
                )
                for finding in outcome.findings
            ],
        )
        work.session.add(run)


def _explained(work: Work, revision_id: int) -> dict[tuple[str, str, Any], dict[str, Any]]:
    """Return what the creator said about earlier findings in this version: by analyser, finding and file."""
    rows = work.session.execute(
        select(SignalRun.analyser, Signal)
        .join(Signal.run)
        .where(SignalRun.revision_id == revision_id, Signal.explanation != "")
        .order_by(Signal.id)
    )
    return {
        (analyser, signal.code, signal.data.get("file_id")): {
            "explanation": signal.explanation,
            "explained_at": signal.explained_at,
        }
        for analyser, signal in rows
    }
