"""Send a draft, replace it until the review begins, or take it back. A version that was sent is never changed."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from partnerships.core.errors import Refused, check_together
from partnerships.core.zones import day_in
from partnerships.database.work import Work
from partnerships.files.keeping import keep
from partnerships.files.receiving import ReceivedFile
from partnerships.files.tables import StoredFile

from .events import UseAttested
from .finding import get_for, get_with_last_revision
from .rules.attestations import Attestation, Source
from .rules.deliverables import SHUT, DeliverableAction, DeliverableState, Door
from .rules.requests import Answer, check_answers
from .rules.revisions import check_draft, fingerprint
from .tables import Deliverable, Revision, RevisionMedia, guidelines_of

UNSAID = Attestation(None, None)
TAKES_DRAFTS = frozenset({Door.DRAFT, Door.SENT})


def submit(
    work: Work,
    deliverable_id: int,
    *,
    caption: str,
    note: str,
    files: Sequence[ReceivedFile],
    statement: str,
    spoilt: Refused | None = None,
    answers: Mapping[int, Answer] | None = None,
    confirmed: Sequence[str] = (),
    attestation: Attestation = UNSAID,
) -> Revision:
    """Store a new version and put it before the reviewers; the second press of the button finds the first one's.

    Without new `files` those of the version before stay. `spoilt` is why a file was refused while it was received,
    `statement` the version of the sentence above the button; `answers` are to the change requests, by their ids, and
    `confirmed` are guidelines of the brief. `attestation` is asked for where content speaks of own experience.
    Raise `Refused` for everything that is missing, each with the field it is about.
    """
    deliverable, last, asked = get_with_last_revision(work, deliverable_id)
    caption, note = _tidy(caption), _tidy(note)
    answered = _as_kept(asked, answers or {})
    ticked = [guideline for guideline in guidelines_of(deliverable) if guideline in confirmed]
    kept = [media.file for media in (last.media if last else ())]
    # Of what was sent: what is shown is made of it later.
    hashes = [file.original_sha256 for file in files or kept]
    said = attestation if deliverable.asks_use else None
    told = fingerprint(caption, hashes), answered, ticked, said.written() if said else {}
    is_again = last is not None and (last.sha256, last.answers, last.confirmed, last.attested) == told
    if last is not None and is_again and deliverable.state is DeliverableState.SUBMITTED:
        return last
    if deliverable.door not in TAKES_DRAFTS:
        raise Refused(SHUT[deliverable.door])
    today = day_in(deliverable.partnership.zone, work.now)
    check_together(
        partial(check_draft, caption, note, len(hashes), spoilt),
        partial(check_answers, asked, answers or {}),
        *([partial(said.check, today)] if said is not None else []),
    )
    account_id = deliverable.partnership.creator.account_id
    stored = keep(work, files, account_id) if files else kept
    revision = _add_revision(work, deliverable, stored, number=last.number + 1 if last else 1)
    revision.caption, revision.note, revision.statement = caption, note, statement
    revision.sha256, revision.answers, revision.confirmed, revision.attested = told
    deliverable.examine_after, deliverable.examinations = work.now, 0
    was = deliverable.move(DeliverableAction.SUBMIT, work.actor.role, work.now)
    work.session.flush()
    _tell(work, deliverable, revision, was)
    return revision


def _tell(work: Work, deliverable: Deliverable, revision: Revision, was: DeliverableState) -> None:
    work.emit(deliverable.moved(was, DeliverableAction.SUBMIT))
    if revision.attested:
        work.emit(
            UseAttested(
                key=f"revision:{revision.id}:attested",
                about=deliverable.partnership.about,
                partnership_id=deliverable.partnership_id,
                deliverable_id=deliverable.id,
                source=Source.DRAFT,
                **revision.attested,
            )
        )


def _as_kept(asked: Sequence[int], answers: Mapping[int, Answer]) -> list[dict[str, Any]]:
    """Return the answers to what was asked for as the version keeps them."""
    return [
        {"request": request_id, "done": answer.done, "why": _tidy(answer.why)}
        for request_id, answer in answers.items()
        if request_id in asked
    ]


def pull_back(work: Work, deliverable_id: int) -> Deliverable:
    """Take the draft back before anybody has begun to review it; the version stays on record."""
    deliverable = get_for(work, deliverable_id)
    was = deliverable.move(DeliverableAction.PULL_BACK, work.actor.role, work.now)
    work.session.flush()
    work.emit(deliverable.moved(was, DeliverableAction.PULL_BACK))
    return deliverable


def _add_revision(work: Work, deliverable: Deliverable, stored: Sequence[StoredFile], *, number: int) -> Revision:
    revision = Revision(
        org_id=deliverable.org_id,
        deliverable_id=deliverable.id,
        number=number,
        submitted_at=work.now,
        submitted_by=work.actor.person_id,
        media=[
            RevisionMedia(org_id=deliverable.org_id, file=file, position=position)
            for position, file in enumerate(stored)
        ],
    )
    work.session.add(revision)
    return revision


def _tidy(text: str) -> str:
    """Return the text as it was meant: with one kind of line break and nothing that no database keeps."""
    return text.replace("\r\n", "\n").replace("\x00", "").strip()
