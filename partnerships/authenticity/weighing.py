"""Make an organisation's own version of the rubric: copy one, change weights and anchors, publish it for ever."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from partnerships.core.errors import NotFound, Refused
from partnerships.core.words import N_
from partnerships.database.work import Reading, Work
from partnerships.people.tables import Account

from .events import RubricPublished
from .rules.rubric import VERSIONS, Rubric, load
from .rules.versions import dump, made_own, wrong_with
from .tables import Review, RubricCopy, RubricVersion


@dataclass(frozen=True, slots=True)
class Shelf:
    """What an organisation reviews with: the newest version first, and how many reviews were made with each."""

    newest: Rubric
    own: Sequence[tuple[RubricVersion, str]]  # with who published it
    copy: RubricCopy | None
    reviews: Mapping[str, int]

    @property
    def names(self) -> list[str]:
        """Return what every version is called, the newest first."""
        return [*(version.name for version, _ in self.own), *VERSIONS]

    @property
    def publishers(self) -> dict[str, str]:
        """Return who published each own version."""
        return {version.name: person for version, person in self.own}

    @property
    def sources(self) -> dict[str, str]:
        """Return what each own version was copied from."""
        return {version.name: version.copied_from for version, _ in self.own}


def look_at_shelf(reading: Reading) -> Shelf:
    """Return every version there is, in three statements."""
    own = reading.session.execute(
        select(RubricVersion, Account.name)
        .join(Account, Account.id == RubricVersion.published_by)
        .order_by(RubricVersion.number.desc())
    )
    rows = [(version, name) for version, name in own]
    counted = reading.session.execute(select(Review.rubric, func.count().label("times")).group_by(Review.rubric))
    newest = rows[0][0].rubric if rows else load()
    return Shelf(newest, rows, find_copy(reading), {row.rubric: row.times for row in counted})


def find_copy(reading: Reading) -> RubricCopy | None:
    """Return the working copy, if there is one."""
    return reading.session.scalars(select(RubricCopy)).one_or_none()


def copy(work: Work, name: str) -> RubricCopy:
    """Begin a working copy of the version called so; one that is there stays as it is. Raise `NotFound`."""
    there = find_copy(work)
    if there is not None:
        return there
    body = dump(RubricVersion.called(work, name))
    made = RubricCopy(
        org_id=work.actor.org_id, copied_from=name, body=body, changed_at=work.now, changed_by=work.actor.person_id
    )
    work.session.add(made)
    return made


def keep(work: Work, body: Mapping[str, Any]) -> None:
    """Keep the working copy as it is, whole or not; no review is made with it. Raise `NotFound` without one."""
    _get_copy(work).write(body, work.actor.person_id, work.now)


def drop(work: Work) -> None:
    """Throw the working copy away; pressed twice, it is gone once."""
    there = find_copy(work)
    if there is not None:
        work.session.delete(there)


def publish(work: Work, body: Mapping[str, Any]) -> RubricVersion:
    """Make `body` the version that new reviews are made with; it never changes again.

    Raise `Refused` for the first thing that is wrong, or when nothing would change; `NotFound` without a working copy.
    """
    there = _get_copy(work)
    base = load()
    for refusal in wrong_with(base, body):
        raise refusal
    newest = RubricVersion.newest(work)
    if dump(newest) == body:
        raise Refused(N_("This is what reviews are made with already."))
    number = (work.session.scalar(select(func.max(RubricVersion.number))) or 0) + 1
    made = RubricVersion(
        org_id=work.actor.org_id,
        number=number,
        copied_from=there.copied_from,
        body=dict(body),
        published_at=work.now,
        published_by=work.actor.person_id,
    )
    work.session.add(made)
    work.session.delete(there)
    work.session.flush()
    work.emit(
        RubricPublished(
            key=f"rubric:{work.actor.org_id}:{made.name}",
            about=f"organisation:{work.actor.org_id}",
            version=made.name,
            copied_from=made.copied_from,
        )
    )
    return made


def preview(body: Mapping[str, Any]) -> Rubric:
    """Return a working copy as a rubric, whole or not, to lay out its page."""
    base = load()
    return made_own(base, base.version, base.frozen_on, body)


def _get_copy(work: Work) -> RubricCopy:
    there = find_copy(work)
    if there is None:
        raise NotFound(N_("There is nothing here."))
    return there
