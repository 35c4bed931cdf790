"""Write down an answer that arrived elsewhere, and let the creator confirm it with one tap."""

from collections.abc import Mapping, Sequence

from partnerships.core.actor import Role
from partnerships.core.errors import NotAllowed, NotFound, Refused
from partnerships.core.words import N_
from partnerships.database.work import Work
from partnerships.files.receiving import ReceivedFile

from .events import AnswerConfirmed
from .finding import get_for
from .keeping import keep_answer, replace_answer, settle
from .rules.answers import Incomplete, asked_photos, check_answers
from .rules.check_ins import SHUT, Channel
from .tables import Answer

NOTHING = N_("Please write down at least one answer.")
NOTHING_AT_ALL = N_("Please write down at least one answer, or add the photo that was sent.")


def record(
    work: Work,
    check_in_id: int,
    values: Mapping[str, str],
    photos: Mapping[str, Sequence[ReceivedFile]],
    *,
    channel: Channel,
    note: str,
    spoilt: Mapping[str, Refused] | None = None,
) -> Answer:
    """Store what arrived by `channel`; `note` says who sent it. It counts as evidence once the creator confirms it.

    Until then it may be written down anew. Not every question needs an answer, but something must have been sent.
    Raise `Incomplete` or `Refused`.
    """
    check_in = get_for(work, check_in_id)
    before = check_in.answer
    if not check_in.is_recordable:
        raise Refused(SHUT[check_in.door], date=check_in.step.due_on.isoformat())
    if not note.strip():
        raise Refused(N_("Please say who sent it and when."), field="note")
    counts = {key: len(files) for key, files in photos.items()}
    checked = check_answers(check_in.spec.questions, values, counts, is_partial=True)
    problems = {**checked.problems, **(spoilt or {})}
    if problems:
        raise Incomplete(problems)
    sent = counts.keys() | ({photo.question for photo in before.photos} if before else set())
    if not checked.values and not sent & asked_photos(check_in.spec.questions, checked.values):
        raise Refused(NOTHING_AT_ALL if asked_photos(check_in.spec.questions, {}) else NOTHING)
    if before is not None:
        replace_answer(work, check_in, before, checked.values, photos, channel=channel, note=note.strip())
        return before
    given = keep_answer(work, check_in, checked.values, photos, channel, note=note.strip())
    settle(work, check_in, given)
    return given


def confirm(work: Work, check_in_id: int, seen: str = "") -> Answer:
    """Let the creator say that what a manager wrote down is right; saying it twice changes nothing.

    `seen` is the `edition` of what she saw. Raise `Refused` when it has been written down anew since, `NotFound` when
    nothing was written down, `NotAllowed` for anybody but the creator.
    """
    check_in = get_for(work, check_in_id)
    if work.actor.role is not Role.CREATOR:
        raise NotAllowed(N_("Only the creator can confirm this."))
    given = check_in.answer
    if given is None:
        raise NotFound(N_("There is nothing here."))
    if given.confirmed_at is None:
        if seen and seen != given.edition:
            raise Refused(N_("Your manager has written it down anew. Please look again."))
        given.confirmed_at = work.now
        work.emit(
            AnswerConfirmed(
                key=f"check_in:{check_in.id}:confirmed",
                about=check_in.partnership.about,
                partnership_id=check_in.partnership_id,
                check_in_id=check_in.id,
                template_key=check_in.key,
            )
        )
    return given
