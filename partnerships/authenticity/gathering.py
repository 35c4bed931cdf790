"""Lay out everything a reviewer needs on one page: the content, what was promised, the evidence, earlier decisions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select

from partnerships.check_ins.finding import list_of
from partnerships.check_ins.tables import CheckIn
from partnerships.database.work import Reading
from partnerships.deliverables.finding import find_last_revision, find_shut_stage, outlook_for
from partnerships.deliverables.rules.gates import Evidence, Outlook
from partnerships.deliverables.tables import ChangeRequest, Deliverable, Revision
from partnerships.files.tables import StoredFile
from partnerships.plans.finding import find_received_on
from partnerships.plans.rules.templates import PHOTO_KINDS, ClaimLevel, Question, QuestionKind, StageSpec, Text
from partnerships.plans.tables import Stage

from .finding import WAITING, Looks, Place, looks_at, place, reviews_of
from .listing import Card, Neighbour, cards_of, neighbours_of
from .rules.decision import Outcome
from .rules.rubric import Rubric
from .tables import Review, ReviewTurn, RubricVersion


class Moment(StrEnum):
    """What this person can do with the page now."""

    NOTHING = "nothing"  # no version has been sent
    START = "start"
    BLIND = "blind"
    DECIDE = "decide"
    RECORD = "record"  # decided, or past deciding: to read


@dataclass(frozen=True, slots=True)
class Line:
    """One answered question; `said` has both languages when the template wrote the answer, else only `plain`."""

    label: Text
    kind: QuestionKind
    plain: str = ""
    said: Text | None = None


@dataclass(frozen=True, slots=True)
class StageEvidence:
    """What a creator showed and said in one stage."""

    spec: StageSpec
    stage: Stage
    check_ins: tuple[CheckIn, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The review page. `own` is the reader's review of the newest revision; `stages` stays empty until it is due."""

    deliverable: Deliverable
    moment: Moment
    revision: Revision | None
    received_on: date | None  # the product, as far as anybody has said so
    media: tuple[StoredFile, ...]
    claim: ClaimLevel
    rubric: Rubric
    own: Review | None
    reviews: tuple[Review, ...]  # of every revision, the oldest first, but for what must not be seen before deciding
    looks: Looks | None  # at the newest revision; None before there is one
    may_look: bool  # this person may take the look that is due
    turn: ReviewTurn | None  # whose turn it is
    stages: tuple[StageEvidence, ...]
    cards: tuple[Card, ...]  # what analysers found; empty until it is due, as `stages`
    neighbours: Mapping[int, Neighbour]  # the files that these point at
    outlook: Outlook
    is_shut: bool  # its stage waits for its gate to be met
    place: Place
    requests: tuple[ChangeRequest, ...]  # of every version, the oldest first

    @property
    def answered(self) -> list[ChangeRequest]:
        """Return what the newest version answers."""
        return [request for request in self.requests if self.revision and request.id in self.revision.answered]

    @property
    def gate(self) -> Evidence:
        """Return how many check-ins are answered, of those needed before an approval."""
        return self.outlook.evidence

    @property
    def is_paused(self) -> bool:
        """Say whether a decision has to wait until the partnership is resumed."""
        return self.deliverable.state in WAITING and self.deliverable.partnership.held_at is not None

    @property
    def looks_on(self) -> bool:
        """Say whether this version waits for another look."""
        return self.deliverable.state in WAITING and self.looks is not None and self.looks.due is not None

    @property
    def candidates(self) -> list[tuple[int, str]]:
        """Return who could take the look that is due, and whose turn it is not, by name."""
        if self.looks is None or not self.looks_on:
            return []
        looks, turn_id = self.looks, self.turn.account_id if self.turn else None
        return [(key, name) for key, name in looks.names.items() if key != turn_id and looks.may_look(key)]

    @property
    def others(self) -> list[Review]:
        """Return the reviews of the newest revision by other people that are not decided."""
        return [
            review
            for review in self.reviews
            if self.revision is not None
            and review.revision_id == self.revision.id
            and review is not self.own
            and review.decided_at is None
        ]

    @property
    def decided(self) -> list[Review]:
        """Return the reviews that ended in a decision, the newest first."""
        return sorted((review for review in self.reviews if review.decided_at), key=lambda review: -review.id)

    @property
    def round(self) -> int:
        """Return which round of changes it would be if changes were requested now."""
        sent_back = (review for review in self.reviews if review.stands and review.outcome is Outcome.CHANGES_REQUESTED)
        return 1 + len({review.revision_id for review in sent_back})


def lay_out(reading: Reading, deliverable_id: int) -> Sheet:
    """Return the sheet of one deliverable for the person who reads, or raise `NotFound`."""
    deliverable = reading.get(Deliverable, deliverable_id)
    revision = find_last_revision(reading, deliverable.id)
    received_on = find_received_on(reading, deliverable.partnership)
    looks = looks_at(reading, deliverable, revision) if revision else None
    hidden = looks.hidden_from(reading.actor.account_id) if looks else []
    own = looks.own(reading.actor.account_id) if looks else None
    may_look = looks is not None and looks.may_look(reading.actor.account_id)
    now = _moment(deliverable, looks, own, may_look=may_look)
    is_due = now in {Moment.DECIDE, Moment.RECORD}
    cards = cards_of(reading, revision) if is_due and revision else ()
    return Sheet(
        deliverable=deliverable,
        moment=now,
        revision=revision,
        received_on=received_on,
        media=tuple(one.file for one in revision.media) if revision else (),
        claim=deliverable.partnership.template.stage(deliverable.spec.stage).claim_level,
        rubric=RubricVersion.called(reading, own.rubric) if own else RubricVersion.newest(reading),
        own=own,
        reviews=tuple(review for review in reviews_of(reading, deliverable.id) if review not in hidden),
        looks=looks,
        may_look=may_look,
        turn=ReviewTurn.find(reading, deliverable.id),
        stages=_stages(reading, deliverable) if is_due else (),
        cards=cards,
        neighbours=neighbours_of(reading, cards) if cards else {},
        outlook=outlook_for(reading, deliverable),
        is_shut=find_shut_stage(reading, deliverable) is not None,
        place=place(reading, deliverable.id),
        requests=tuple(ChangeRequest.list_of(reading, deliverable.id)) if revision else (),
    )


def lines(check_in: CheckIn) -> list[Line]:
    """Return what was answered, in the order of the questions; photos stand beside it."""
    if check_in.answer is None:
        return []
    data = check_in.answer.data
    return [
        _line(question, data[question.key])
        for question in check_in.spec.questions
        if question.kind not in PHOTO_KINDS and data.get(question.key) not in {None, ""}
    ]


def _line(question: Question, value: object) -> Line:
    options = {option.key: option.label for option in question.options}
    said = options.get(str(value))
    return Line(question.label, question.kind, str(value), said)


def _moment(deliverable: Deliverable, looks: Looks | None, own: Review | None, *, may_look: bool) -> Moment:
    if looks is None:
        return Moment.NOTHING
    is_open = deliverable.state in WAITING and looks.due is not None
    if not is_open or (own and own.decided_at and not may_look):
        return Moment.RECORD
    if own is None or own.decided_at or own.round is not looks.due:
        return Moment.START
    return Moment.DECIDE if own.blind_at else Moment.BLIND


def _stages(reading: Reading, deliverable: Deliverable) -> tuple[StageEvidence, ...]:
    """Return every stage with its check-ins, in as many statements however many there are."""
    partnership = deliverable.partnership
    stages: Sequence[Stage] = reading.session.scalars(
        select(Stage).where(Stage.partnership_id == partnership.id).order_by(Stage.position)
    ).all()
    check_ins = list_of(reading, partnership.id)
    return tuple(
        StageEvidence(
            partnership.template.stage(stage.key),
            stage,
            tuple(check_in for check_in in check_ins if check_in.step.stage_id == stage.id),
        )
        for stage in stages
    )
