"""Compile the dossier of a partnership, or of one piece of its content: what was recorded, and nothing beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from partnerships.authenticity.finding import WAITING
from partnerships.authenticity.listing import Card
from partnerships.authenticity.rules.analysers import BY_NAME
from partnerships.authenticity.rules.rubric import Rubric, load
from partnerships.authenticity.rules.versions import number_in
from partnerships.authenticity.tables import Appeal, Review, RubricVersion, SignalRun
from partnerships.check_ins.finding import list_of as list_check_ins
from partnerships.check_ins.tables import CheckIn
from partnerships.creators.tables import Handle
from partnerships.database.work import Reading
from partnerships.deliverables.finding import find_use
from partnerships.deliverables.finding import get_for as get_content
from partnerships.deliverables.rules.attestations import Use
from partnerships.deliverables.tables import Deliverable, Licence, LiveLook, Revision
from partnerships.plans.finding import find_received_on
from partnerships.plans.tables import Partnership

from .rules.stories import DOSSIER
from .telling import Chronicle, Told, list_handles, look_through, tell


@dataclass(frozen=True, slots=True)
class Version:
    """One version of content with what programs found and people decided.

    While it is under review these stay out: whoever is to look next must not have read them.
    """

    revision: Revision
    runs: Sequence[Card] = ()
    reviews: Sequence[Review] = ()
    appeals: Sequence[Appeal] = ()
    is_under_review: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """One piece of content: its versions and looks at its posts, the oldest first, and the rights to it."""

    deliverable: Deliverable
    versions: Sequence[Version]
    licences: Sequence[Licence]
    looks: Sequence[LiveLook]


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything that stands in it. `only` is the content that it is about; None: about the whole partnership."""

    told: Told
    only: Deliverable | None
    handles: Sequence[Handle]
    received_on: date | None
    use: Use
    check_ins: Sequence[CheckIn]
    contents: Sequence[Content]
    rubrics: Mapping[str, Rubric]  # by the names that reviews keep
    chronicle: Chronicle
    made_at: datetime

    @property
    def partnership(self) -> Partnership:
        """Return what it is about."""
        return self.told.partnership


def compile_content(reading: Reading, deliverable_id: int) -> Dossier:
    """Return the dossier of one piece of content, or raise `NotFound`."""
    deliverable = get_content(reading, deliverable_id)
    return _compile(reading, deliverable.partnership_id, deliverable)


def compile_partnership(reading: Reading, partnership_id: int) -> Dossier:
    """Return the dossier of a whole partnership, or raise `NotFound`."""
    return _compile(reading, partnership_id, None)


def _compile(reading: Reading, partnership_id: int, only: Deliverable | None) -> Dossier:
    """Return the dossier, in as many statements however much there is."""
    told = tell(reading, partnership_id)
    contents = _contents(reading, partnership_id, only)
    named = {review.rubric for content in contents for version in content.versions for review in version.reviews}
    return Dossier(
        told=told,
        only=only,
        handles=list_handles(reading, told.partnership.creator_id),
        received_on=find_received_on(reading, told.partnership),
        use=find_use(reading, partnership_id),
        check_ins=list_check_ins(reading, partnership_id),
        contents=contents,
        rubrics=_rubrics(reading, named),
        chronicle=look_through(reading, told, DOSSIER, only.id if only else None),
        made_at=reading.now,
    )


def _contents(reading: Reading, partnership_id: int, only: Deliverable | None) -> list[Content]:
    asked = (
        select(Deliverable)
        .where(Deliverable.partnership_id == partnership_id)
        .order_by(Deliverable.number)
        .options(
            selectinload(Deliverable.revisions).selectinload(Revision.media),
            selectinload(Deliverable.posts),
        )
    )
    found = reading.session.scalars(asked if only is None else asked.where(Deliverable.id == only.id)).all()
    ids = [one.id for one in found]
    licences = reading.session.scalars(
        select(Licence).where(Licence.deliverable_id.in_(ids)).order_by(Licence.id)
    ).all()
    versions, looks = _versions(reading, found), LiveLook.list_of(reading, ids)
    return [
        Content(
            one,
            versions[one.id],
            [licence for licence in licences if licence.deliverable_id == one.id],
            [look for look in looks if look.deliverable_id == one.id],
        )
        for one in found
    ]


def _versions(reading: Reading, contents: Sequence[Deliverable]) -> dict[int, list[Version]]:
    revisions = [revision.id for content in contents for revision in content.revisions]
    runs = reading.session.scalars(
        select(SignalRun)
        .where(SignalRun.revision_id.in_(revisions))
        .options(selectinload(SignalRun.signals))
        .order_by(SignalRun.id)
    ).all()
    reviews = reading.session.scalars(
        select(Review)
        .where(Review.revision_id.in_(revisions), Review.decided_at.is_not(None))
        .options(selectinload(Review.ratings), selectinload(Review.blockers))
        .order_by(Review.decided_at, Review.id)
    ).all()
    appeals = reading.session.scalars(select(Appeal).where(Appeal.revision_id.in_(revisions)).order_by(Appeal.id)).all()

    def version(content: Deliverable, revision: Revision) -> Version:
        if content.state in WAITING and revision is content.revisions[-1]:
            return Version(revision, is_under_review=True)
        return Version(
            revision,
            [Card(BY_NAME[run.analyser], run) for run in runs if _is_of(run, revision) and run.analyser in BY_NAME],
            [review for review in reviews if _is_of(review, revision)],
            [appeal for appeal in appeals if _is_of(appeal, revision)],
        )

    return {content.id: [version(content, revision) for revision in content.revisions] for content in contents}


def _is_of(thing: SignalRun | Review | Appeal, revision: Revision) -> bool:
    return thing.revision_id == revision.id


def _rubrics(reading: Reading, named: set[str]) -> dict[str, Rubric]:
    """Return the rubrics that these reviews were made with; the organisation's own ones by one statement."""
    numbers = [number for name in named if (number := number_in(name)) is not None]
    own = reading.session.scalars(select(RubricVersion).where(RubricVersion.number.in_(numbers))).all()
    made = {version.name: version.rubric for version in own}
    return {name: made[name] if name in made else load(name) for name in named}
