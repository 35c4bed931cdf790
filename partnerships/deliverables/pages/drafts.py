"""What a creator fills in to send a version: files and words, answers to change requests, ticked guidelines."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date

from flask import request

from partnerships.core.errors import Refused
from partnerships.database.work import Reading, Work
from partnerships.deliverables import finding, submitting
from partnerships.deliverables.forms import DraftForm, answers_in, draft_form
from partnerships.deliverables.rules.attestations import STATEMENT_TEXT as USE_TEXT
from partnerships.deliverables.rules.requests import Answer, done_of, why_of
from partnerships.deliverables.rules.revisions import STATEMENT
from partnerships.deliverables.tables import ChangeRequest, Deliverable, Revision, guidelines_of
from partnerships.deliverables.wording import anchor_text
from partnerships.plans.finding import find_received_on
from partnerships.web.context import insist, looking
from partnerships.web.typed import recall
from partnerships.web.uploads import has_files, receiving
from partnerships.web.words import say

CONFIRMED = "confirmed"  # the name of the ticks of guidelines; their values are the guidelines as they stood


def store(deliverable_id: int, form: DraftForm) -> None:
    """Keep the version that was sent; raise `Refused` with the field it is about."""
    with receiving(_room_taken(deliverable_id)) as uploads:

        def hand_in(work: Work) -> None:
            revision = submitting.submit(
                work,
                deliverable_id,
                caption=form.caption.data or "",
                note=form.note.data or "",
                files=uploads.files.get("files", []),
                statement=STATEMENT,
                spoilt=_spoilt(uploads.spoilt.get("files")),
                answers=answers_in(request.form),
                confirmed=request.form.getlist(CONFIRMED),
                attestation=form.attestation(say(USE_TEXT)),
            )
            uploads.keep_only(media.file.key for media in revision.media)

        insist(hand_in)


def filled(reading: Reading, deliverable: Deliverable, refused: Refused | None = None) -> dict[str, object]:
    """Return the form as it was sent with this request, or as the last version and what was typed since left it."""
    last = deliverable.revisions[-1] if deliverable.revisions else None
    asked = finding.list_asked(ChangeRequest.list_of(reading, deliverable.id), last) if last else []
    made = draft_form(one.id for one in asked)
    typed: Mapping[str, str] = {}
    ticked: Sequence[str] = request.form.getlist(CONFIRMED)
    if request.form:
        form = made()
        form.validate()
        if refused is not None:
            form.refuse(refused)
    else:
        typed = recall(reading, f"deliverable:{deliverable.id}", last.submitted_at if last else None)
        form = made(formdata=None, data=_left(last, typed) | _use(reading, deliverable, last, typed))
        ticked = last.confirmed if last else ()
    return {
        "form": form,
        "typed": typed,
        "asked": asked,
        "anchor_text": anchor_text,
        "guidelines": guidelines_of(deliverable),
        "ticked": ticked,
    }


def _left(last: Revision | None, typed: Mapping[str, str]) -> dict[str, object]:
    """Return what stands in the form: the words of the last version, and over them what was typed since."""
    answers: Mapping[int, Answer] = (last.answered if last else {}) | answers_in(typed)
    said = {done_of(one): answer.done for one, answer in answers.items()}
    said_why = {why_of(one): answer.why for one, answer in answers.items()}
    caption = typed.get("caption", last.caption if last else "")
    return {"caption": caption, "note": typed.get("note", ""), **said, **said_why}


def _use(
    reading: Reading, deliverable: Deliverable, last: Revision | None, typed: Mapping[str, str]
) -> dict[str, object]:
    """Return what stands in the form of the use: what was typed or attested last, or else what is known already."""
    if not deliverable.asks_use:
        return {}
    said = last.attestation if last else None
    since = said.used_since if said else find_received_on(reading, deliverable.partnership)
    often = said.frequency if said else finding.find_last_frequency(reading, deliverable.partnership_id)
    with suppress(ValueError):  # half a date, or none
        since = date.fromisoformat(typed.get("used_since", ""))
    return {"used_since": since, "frequency": typed.get("frequency", often)}


def _room_taken(deliverable_id: int) -> int:
    """Return how many bytes the organisation keeps, once we know that the content is theirs who send files for it."""
    if not has_files():
        return 0
    with looking() as reading:
        return finding.get_with_used_bytes(reading, deliverable_id)[1]


def _spoilt(refusal: Refused | None) -> Refused | None:
    """Return why a file was refused, as a sentence that belongs beside the input for files."""
    if refusal is not None:
        refusal.field = "files"
    return refusal
