"""Find deliverables, their versions and payments, each person what is theirs to see."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from partnerships.check_ins.finding import count_evidence, list_missing
from partnerships.check_ins.tables import Answer, CheckIn
from partnerships.core.errors import NotFound
from partnerships.core.words import N_
from partnerships.creators.tables import Creator
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Reading
from partnerships.files.keeping import used_bytes
from partnerships.files.tables import StoredFile
from partnerships.plans.finding import check_open_to
from partnerships.plans.rules.courses import RELEASED_BY
from partnerships.plans.rules.gates import Counted, StageStand, reached_on
from partnerships.plans.rules.gates import stand as stand_at
from partnerships.plans.rules.templates import Meaning, PaymentSpec, StageGate
from partnerships.plans.tables import Partnership, Stage

from .events import DeliverableMoved
from .rules.attestations import Attestation, Frequency, Source, Use, Word, stand
from .rules.deliverables import DECISIONS, LIVE, DeliverableState
from .rules.gates import Evidence, Outlook
from .rules.payments import PaymentState
from .tables import (
    AttestedAgain,
    ChangeRequest,
    Deliverable,
    Licence,
    LivePost,
    Measurement,
    Payment,
    PaymentProof,
    Revision,
)


def get_for(reading: Reading, deliverable_id: int) -> Deliverable:
    """Return the deliverable, or raise `NotFound`: also for a creator whose partnership it is not."""
    deliverable = reading.get(Deliverable, deliverable_id)
    check_open_to(reading, deliverable.partnership)
    return deliverable


def get_with_used_bytes(reading: Reading, deliverable_id: int) -> tuple[Deliverable, int]:
    """Return the deliverable as `get_for` does, and how many bytes the organisation keeps, by one statement."""
    statement = select(Deliverable, used_bytes()).where(Deliverable.id == deliverable_id)
    deliverable, used = reading.session.execute(statement).one_or_none() or (None, 0)
    return _insist(reading, deliverable), int(used)


def get_with_last_revision(reading: Reading, deliverable_id: int) -> tuple[Deliverable, Revision | None, list[int]]:
    """Return the deliverable as `get_for` does, its newest version with its media, and what the next has to answer.

    Those are the ids of change requests: of what was asked of that version, or else of what it answered itself. All by
    one statement.
    """
    earlier = aliased(Revision)
    newest = select(func.max(earlier.number)).where(earlier.deliverable_id == Deliverable.id).scalar_subquery()
    rows = reading.session.execute(
        select(Deliverable, Revision, ChangeRequest.id)
        .select_from(Deliverable)
        .outerjoin(Revision, and_(Revision.deliverable_id == Deliverable.id, Revision.number == newest))
        .outerjoin(ChangeRequest, ChangeRequest.revision_id == Revision.id)
        .where(Deliverable.id == deliverable_id)
        .options(joinedload(Revision.media))
    )
    found = rows.unique().all()
    deliverable, revision, _ = found[0] if found else (None, None, None)
    asked = [request_id for _, _, request_id in found if request_id is not None]
    return _insist(reading, deliverable), revision, asked or list(revision.answered if revision else ())


def list_asked(requests: Sequence[ChangeRequest], last: Revision | None) -> list[ChangeRequest]:
    """Return which of a deliverable's change requests the version after `last` has to answer."""
    if last is None:
        return []
    asked = [request for request in requests if request.revision_id == last.id]
    return asked or [request for request in requests if request.id in last.answered]


def get_whole(reading: Reading, deliverable_id: int) -> Deliverable:
    """Return the deliverable with its revisions, their media and its posts, as `get_for` does."""
    deliverable = reading.session.scalars(
        select(Deliverable)
        .where(Deliverable.id == deliverable_id)
        .options(
            selectinload(Deliverable.revisions).selectinload(Revision.media),
            selectinload(Deliverable.posts),
        )
    ).one_or_none()
    return _insist(reading, deliverable)


def count_used_bytes(reading: Reading) -> int:
    """Return how many bytes the organisation keeps."""
    return int(reading.session.execute(select(used_bytes())).scalar_one())


def get_payment(reading: Reading, payment_id: int) -> Payment:
    """Return the milestone, or raise `NotFound`: also for a creator whose partnership it is not."""
    payment = reading.get(Payment, payment_id)
    check_open_to(reading, payment.partnership)
    return payment


def get_licence(reading: Reading, licence_id: int) -> Licence:
    """Return the licence, or raise `NotFound`: also for a creator whose content it is not."""
    licence = reading.get(Licence, licence_id)
    check_open_to(reading, licence.deliverable.partnership)
    return licence


def find_use(reading: Reading, partnership_id: int) -> Use:
    """Return how the creator's word on the use stands, in three statements: only her own words count."""
    drafts = select(Revision.id, Revision.submitted_at, Revision.attested).join(Revision.deliverable)
    asked = select(AttestedAgain.deliverable_id, AttestedAgain.at, AttestedAgain.attested).join(
        Deliverable, Deliverable.id == AttestedAgain.deliverable_id
    )
    answers = (
        select(CheckIn.id, Answer.answered_at, Answer.still_using)
        .join(Answer, Answer.check_in_id == CheckIn.id)
        .where(
            CheckIn.partnership_id == partnership_id,
            Answer.confirmed_at.is_not(None),
            Answer.still_using.is_not(None),
        )
    )
    words = [
        Word(at, Source.CHECK_IN, check_in_id, bool(still_using))
        for check_in_id, at, still_using in reading.session.execute(answers)
    ]
    for statement, source in ((drafts, Source.DRAFT), (asked, Source.ASKED)):
        rows = reading.session.execute(statement.where(Deliverable.partnership_id == partnership_id))
        given = ((thing_id, at, Attestation.read(attested)) for thing_id, at, attested in rows)
        words += [
            Word(at, source, thing_id, said.frequency is not Frequency.STOPPED, said)
            for thing_id, at, said in given
            if said is not None
        ]
    return stand(words, reading.now)


def find_last_frequency(reading: Reading, partnership_id: int) -> Frequency | None:
    """Return how often the creator last said to use it, in a check-in: offered to be confirmed with a version."""
    said = (
        select(CheckIn, Answer.data)
        .join(Answer, Answer.check_in_id == CheckIn.id)
        .where(CheckIn.partnership_id == partnership_id, Answer.still_using.is_not(None))
        .order_by(Answer.answered_at.desc())
        .limit(1)
    )
    found = reading.session.execute(said).one_or_none()
    if found is None:
        return None
    check_in, data = found
    keys = [question.key for question in check_in.spec.questions if question.meaning is Meaning.STILL_USING]
    word = next((data[key] for key in keys if key in data), "")
    return Frequency(word) if word in set(Frequency) else None


def list_licences(reading: Reading, deliverable_id: int) -> Sequence[Licence]:
    """Return the rights to one piece of content, the newest first."""
    return reading.session.scalars(
        select(Licence).where(Licence.deliverable_id == deliverable_id).order_by(Licence.id.desc())
    ).all()


def list_of(reading: Reading, partnership_id: int) -> Sequence[Deliverable]:
    """Return a partnership's deliverables in order, with their posts."""
    return reading.session.scalars(
        select(Deliverable)
        .where(Deliverable.partnership_id == partnership_id)
        .order_by(Deliverable.number)
        .options(selectinload(Deliverable.posts))
    ).all()


def list_payments(reading: Reading, partnership_id: int) -> Sequence[Payment]:
    """Return a partnership's milestones in order."""
    return reading.session.scalars(
        select(Payment).where(Payment.partnership_id == partnership_id).order_by(Payment.number)
    ).all()


def list_proofs(reading: Reading, partnership_id: int) -> dict[int, StoredFile]:
    """Return the newest picture of each payment's receipt, by the payment's id."""
    found = reading.session.scalars(
        select(PaymentProof)
        .join(Payment, Payment.id == PaymentProof.payment_id)
        .where(Payment.partnership_id == partnership_id)
        .order_by(PaymentProof.id)
    )
    return {proof.payment_id: proof.file for proof in found}


def is_receipt(reading: Reading, file_id: int) -> bool:
    """Say whether a file shows a transfer's receipt: like all money, no business of reviewers."""
    return reading.session.scalar(select(PaymentProof.id).where(PaymentProof.file_id == file_id).limit(1)) is not None


def evidence_for(reading: Reading, deliverable: Deliverable) -> Evidence:
    """Return the evidence gate: only answers count that the creator gave, or confirmed when written down for them."""
    counted = count_evidence(reading, deliverable.partnership_id)
    return Evidence(counted.answered, deliverable.spec.evidence_needed, counted.before)


def outlook_for(reading: Reading, deliverable: Deliverable) -> Outlook:
    """Return the evidence gate, and when it opens."""
    evidence = evidence_for(reading, deliverable)
    if evidence.is_open:
        return Outlook(evidence)
    due = list_missing(reading, deliverable.partnership_id)
    return Outlook(evidence, reached_on(evidence.answered, evidence.needed, due.values()))


def stand_of(reading: Reading, partnership_id: int, gate: StageGate) -> StageStand:
    """Return how the gate of one of the partnership's stages stands."""
    content = select(Deliverable.key, Deliverable.state).where(Deliverable.partnership_id == partnership_id)
    states = dict(reading.session.execute(content).all()) if gate.approved or gate.live else {}
    counted = count_evidence(reading, partnership_id) if gate.answered else Counted(0)
    approved = [key for key, state in states.items() if state is DeliverableState.APPROVED]
    return stand_at(gate, counted, approved, live=[key for key, state in states.items() if state in LIVE])


def find_shut_stage(reading: Reading, deliverable: Deliverable) -> Stage | None:
    """Return the stage of this content while it waits for its gate to be met; most have none, and ask nothing."""
    if deliverable.partnership.template.stage(deliverable.spec.stage).gate is None:
        return None
    stage = deliverable.publish_step.stage
    return stage if stage.shut_by else None


def find_passed_gate(reading: Reading, deliverable: Deliverable) -> Evidence | None:
    """Return the evidence gate of what went public without an approval, which would have asked for it; or None."""
    is_asked = deliverable.is_unapproved and deliverable.spec.evidence_needed > 0
    return evidence_for(reading, deliverable) if is_asked else None


def list_waiting_payments(reading: Reading, deliverable: Deliverable) -> list[tuple[int, PaymentSpec]]:
    """Return what is still to be earned by this deliverable: each number, and what the template says."""
    planned = {
        payment.number
        for payment in list_payments(reading, deliverable.partnership_id)
        if payment.state is PaymentState.PLANNED
    }
    template = deliverable.partnership.template
    return [
        pair for pair in template.payments_for(RELEASED_BY[deliverable.course], deliverable.key) if pair[0] in planned
    ]


def find_last_revision(reading: Reading, deliverable_id: int) -> Revision | None:
    """Return the newest version with its media, if anything has been sent."""
    return reading.session.scalars(
        select(Revision)
        .where(Revision.deliverable_id == deliverable_id)
        .order_by(Revision.number.desc())
        .options(selectinload(Revision.media))
        .limit(1)
    ).one_or_none()


def find_last_words(reading: Reading, deliverable: Deliverable) -> str:
    """Return what the creator was told with the newest decision about this deliverable; "" if nothing."""
    told = reading.session.scalars(
        select(HistoryEntry.facts)
        .where(HistoryEntry.about == deliverable.partnership.about, HistoryEntry.name == DeliverableMoved.__name__)
        .order_by(HistoryEntry.at.desc(), HistoryEntry.id.desc())
    )
    decided = (facts for facts in told if facts["deliverable_id"] == deliverable.id and facts["action"] in DECISIONS)
    return str(next((facts.get("note") for facts in decided), None) or "")


def find_post(reading: Reading, url: str) -> LivePost | None:
    """Return the post that stands at the canonical address `url`, if somebody has added it."""
    return reading.session.scalars(select(LivePost).where(LivePost.url == url)).one_or_none()


def list_measured(reading: Reading, deliverable_id: int) -> Sequence[LivePost]:
    """Return the posts of this content that somebody has seen live, with all that was read off them."""
    return reading.session.scalars(
        select(LivePost)
        .where(LivePost.deliverable_id == deliverable_id, LivePost.found.is_(True))
        .order_by(LivePost.id)
        .options(selectinload(LivePost.measurements).selectinload(Measurement.screenshot))
    ).all()


def list_campaign_posts(
    reading: Reading, campaign_id: int, *, limit: int | None = None, offset: int = 0
) -> Sequence[LivePost]:
    """Return the posts of a campaign that somebody has seen live, with their numbers and what they belong to."""
    creator = contains_eager(LivePost.deliverable).joinedload(Deliverable.partnership).joinedload(Partnership.creator)
    statement = (
        _seen_in(select(LivePost), campaign_id)
        .order_by(Deliverable.partnership_id, Deliverable.number, LivePost.id)
        .options(selectinload(LivePost.measurements), creator.selectinload(Creator.handles))
    )
    return reading.session.scalars(statement.limit(limit).offset(offset)).all()


def count_campaign_posts(reading: Reading, campaign_id: int) -> int:
    """Return how many there are."""
    counted: int = reading.session.scalars(_seen_in(select(func.count(LivePost.id)), campaign_id)).one()
    return counted


def _seen_in(statement: Select[Any], campaign_id: int) -> Select[Any]:
    return (
        statement.join(LivePost.deliverable)
        .join(Partnership, Deliverable.partnership_id == Partnership.id)
        .where(LivePost.found.is_(True), Partnership.campaign_id == campaign_id)
    )


def _insist(reading: Reading, deliverable: Deliverable | None) -> Deliverable:
    """Return the deliverable if it is there and open to the actor, else raise `NotFound`."""
    if deliverable is None:
        raise NotFound(N_("There is nothing here."))
    check_open_to(reading, deliverable.partnership)
    return deliverable
