"""Beginnings of reviews. All people are invented."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from partnerships.authenticity import examining, reviewing
from partnerships.authenticity.examining import ExaminingReport
from partnerships.authenticity.rules.decision import Rating
from partnerships.authenticity.rules.rubric import Outcome, load
from partnerships.authenticity.rules.signals import Analyser, Finding, Material, RunStatus
from partnerships.authenticity.rules.signals import Outcome as Looked
from partnerships.authenticity.tables import Review
from partnerships.check_ins.finding import list_of as list_check_ins
from partnerships.check_ins.rules.check_ins import Channel, CheckInAction
from partnerships.check_ins.tables import Answer, EvidencePhoto
from partnerships.core.actor import Actor, Role
from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.deliverables import submitting
from partnerships.deliverables.finding import list_of
from partnerships.files.probe import Kind
from partnerships.files.receiving import ReceivedFile
from partnerships.files.tables import FileKind, FileState, StoredFile
from tests.stories import SETTLED_AT, USED, People, start

RECEIVED_ON = date(2026, 1, 5)
RUBRIC = load()
VIDEO, STORIES, LIVE = "two-weeks-in", "first-impression", "live-answers"


@dataclass(frozen=True)
class Sent:
    """A draft that waits for review."""

    partnership_id: int
    deliverable_id: int


def film(name: str = "a", taken_at: str | None = "2026-01-05T07:30:00") -> ReceivedFile:
    return ReceivedFile(
        key=uuid4().hex,
        sha256=name.encode().hex().ljust(64, "0"),
        original_sha256=name.encode().hex().ljust(64, "1"),
        kind=Kind.VIDEO,
        content_type="video/mp4",
        bytes=3_400_000,
        width=1080,
        height=1920,
        seconds=42.0,
        taken_at=taken_at,
        camera="Telepon X",
        display_name="film.mp4",
        is_prepared=True,
    )


def send(
    transactions: Transactions, people: People, key: str = VIDEO, *, answered: int = 0, template_key: str = "usage-3m"
) -> Sent:
    """Begin a partnership, answer the first check-ins, and have Dewi send a draft."""
    partnership_id = start(transactions, people, RECEIVED_ON, template_key=template_key)
    answer(transactions, people, partnership_id, answered)
    with transactions.looking(people.creator) as reading:
        deliverable_id = next(row.id for row in list_of(reading, partnership_id) if row.key == key)
    send_version(transactions, people, deliverable_id, "one")
    return Sent(partnership_id, deliverable_id)


def send_version(transactions: Transactions, people: People, deliverable_id: int, name: str) -> None:
    """Have Dewi send another version, a minute later."""
    assert isinstance(transactions.clock, ManualClock)
    transactions.clock.advance(minutes=1)
    with transactions.begin(people.creator) as work:
        submitting.submit(
            work,
            deliverable_id,
            caption=f"Minggu kedua, {name} #iklan",
            note="Cahaya dari jendela kamar mandi.",
            files=[film(name)],
            statement="drafts-1",
            attestation=USED,
        )


def answer(
    transactions: Transactions, people: People, partnership_id: int, count: int, *, confirmed: bool = True
) -> None:
    """Answer the first `count` check-ins, with a photo each; unconfirmed ones were written down by the manager."""
    with transactions.begin(people.manager) as work:
        for check_in in list_check_ins(work, partnership_id)[:count]:
            check_in.move(CheckInAction.OPEN, Role.SYSTEM, work.now)
            check_in.move(CheckInAction.ANSWER, Role.MANAGER, work.now)
            given = Answer(
                org_id=work.actor.org_id,
                check_in=check_in,
                answered_at=work.now,
                given_by=people.creator.person_id,
                channel=Channel.WHATSAPP,
                data={question.key: "1" for question in check_in.spec.questions},
                late=True,
                statement="answers-1",
                confirmed_at=work.now if confirmed else None,
            )
            given.photos = [EvidencePhoto(org_id=work.actor.org_id, question="photo", file=_photo(work.actor, people))]
            work.session.add(given)


def _photo(actor: Actor, people: People) -> StoredFile:
    return StoredFile(
        org_id=actor.org_id,
        account_id=people.creator.person_id,
        key=uuid4().hex,
        kind=FileKind.PHOTO,
        content_type="image/jpeg",
        sha256="0" * 64,
        original_sha256="1" * 64,
        bytes=1000,
        width=800,
        height=600,
        display_name="foto.jpg",
        state=FileState.READY,
        created_at=SETTLED_AT,
    )


def examined(
    transactions: Transactions, status: RunStatus = RunStatus.OK, *findings: Finding, reason: str = ""
) -> ExaminingReport:
    """Have analysers look at what waits, all of which fare alike."""

    def looked(_material: Material, analysers: Sequence[Analyser]) -> list[Looked]:
        return [Looked(analyser.name, status, findings, reason) for analyser in analysers]

    return examining.examine(transactions, look=looked)


def start_review(transactions: Transactions, reviewer: Actor, sent: Sent) -> int:
    """Press "start review"; return the review's id."""
    with transactions.begin(reviewer) as work:
        return reviewing.start(work, sent.deliverable_id).id


def rate(level: int | None = 3, note: str = "", *, kind: str = "short_video") -> dict[str, Rating]:
    """Return one level for every criterion of this kind of content."""
    return {criterion.key: Rating(level, note) for criterion in RUBRIC.criteria_for(kind)}


def rate_blind(transactions: Transactions, reviewer: Actor, sent: Sent) -> int:
    """Start and rate what comes before the evidence; return the review's id."""
    review_id = start_review(transactions, reviewer, sent)
    with transactions.begin(reviewer) as work:
        reviewing.rate_blind(work, review_id, rate(2))
    return review_id


def decide(
    transactions: Transactions, reviewer: Actor, review_id: int, outcome: Outcome = Outcome.APPROVED, **changed: Any
) -> Review:
    """Decide with complete papers, but for what is `changed`."""
    papers: dict[str, Any] = {"ratings": rate(), "blockers": {}, "tags": ["home"]}
    if outcome is not Outcome.APPROVED:
        papers |= {"reasons": ["agreed_part_missing"], "message": "Tolong tambahkan adegan pemakaian."}
    with transactions.begin(reviewer) as work:
        return reviewing.decide(work, review_id, outcome=outcome, **(papers | changed))


def rejected(transactions: Transactions, people: People) -> Sent:
    """Have Bayu reject Dewi's draft; the team is too small for a second look."""
    sent = send(transactions, people)
    decide(transactions, people.reviewer, rate_blind(transactions, people.reviewer, sent), Outcome.REJECTED)
    return sent
