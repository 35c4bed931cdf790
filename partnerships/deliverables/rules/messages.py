"""When a message may be written, and when the other side hears of it by mail."""

from collections.abc import Sequence
from dataclasses import dataclass

from partnerships.core.errors import Refused
from partnerships.core.words import N_

MESSAGE_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class Said:
    """One message, whoever of which side wrote it."""

    author_id: int
    by_creator: bool
    text: str
    is_seen: bool = False


def check_message(text: str) -> None:
    """Refuse a message without words, or with too many."""
    if not text:
        raise Refused(N_("Write something first."), field="message")
    if len(text) > MESSAGE_LENGTH:
        raise Refused(N_("Please keep this under %(limit)s characters."), field="message", limit=MESSAGE_LENGTH)


def is_repeated(before: Sequence[Said], new: Said) -> bool:
    """Say whether the button was pressed twice: the same person said the same just now."""
    last = before[-1] if before else None
    return last is not None and (last.author_id, last.text) == (new.author_id, new.text)


def is_told(before: Sequence[Said], new: Said) -> bool:
    """Say whether the other side gets a mail: it has seen all that was said before, so nothing announces this yet."""
    return not any(said.by_creator == new.by_creator and not said.is_seen for said in before)
