"""Talk about one piece of content: short messages, and a word that they were seen."""

from collections.abc import Sequence

from partnerships.core.actor import Role
from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.database.work import Work

from .finding import get_for
from .rules.messages import Said, check_message, is_repeated, is_told
from .tables import ContentMessage


def say(work: Work, deliverable_id: int, text: str) -> None:
    """Keep a message; whoever answers has seen what was said before. Pressed twice, it is said once.

    Raise `Refused` for one without words, or with too many, and to a creator who has not been asked yet.
    """
    deliverable = get_for(work, deliverable_id)
    if not deliverable.partnership.is_shown_to_creator:
        raise Refused(
            N_("The creator has not been invited yet, and would not know what this is about."), field="message"
        )
    text = text.replace("\r\n", "\n").strip()
    check_message(text)
    messages = ContentMessage.list_of(work, deliverable.id)
    before, by_creator = [message.said for message in messages], work.actor.role is Role.CREATOR
    new = Said(work.actor.person_id, by_creator=by_creator, text=text)
    if is_repeated(before, new):
        return
    _mark_seen(work, messages)
    message = ContentMessage.write(work, deliverable, text)
    asked_by = next((said.author_id for said in reversed(before) if not said.by_creator), None)
    answers_id = asked_by if by_creator else None
    work.emit(message.written(deliverable, is_told=is_told(before, new), answers_id=answers_id))


def see(work: Work, deliverable_id: int) -> None:
    """Mark what the other side has said as seen."""
    deliverable = get_for(work, deliverable_id)
    _mark_seen(work, ContentMessage.list_of(work, deliverable.id))


def _mark_seen(work: Work, messages: Sequence[ContentMessage]) -> None:
    by_creator = work.actor.role is Role.CREATOR
    for message in messages:
        if message.by_creator is not by_creator and message.seen_at is None:
            message.seen_at = work.now
