"""Answer a check-in: once, however often the button is pressed."""

from collections.abc import Mapping, Sequence

from partnerships.core.errors import Refused
from partnerships.database.work import Work
from partnerships.files.receiving import ReceivedFile

from .finding import get_for
from .keeping import keep_answer, settle
from .rules.answers import Incomplete, check_answers
from .rules.check_ins import SHUT, Channel, Door
from .tables import Answer, CheckIn


class Shut(Refused):
    """The check-in takes no answer just now; `door` says why."""

    def __init__(self, check_in: CheckIn) -> None:
        """Keep the sentence for whoever stands before the door."""
        super().__init__(SHUT[check_in.door], date=check_in.step.due_on.isoformat())
        self.door = check_in.door


def answer(
    work: Work,
    check_in_id: int,
    values: Mapping[str, str],
    photos: Mapping[str, Sequence[ReceivedFile]],
    *,
    statement: str,
    spoilt: Mapping[str, Refused] | None = None,
) -> Answer:
    """Store the creator's answer and return it; the second press of the button finds the first one's answer.

    `values` and `photos` go by the key of the question; `spoilt` names the questions whose file was refused while it
    was received, `statement` the version of the sentence above the button. Raise `Incomplete` with a sentence for each
    question that needs another look, `Shut` before it opens, while everything is paused and after it is closed.
    """
    check_in = get_for(work, check_in_id)
    if check_in.answer is not None:
        return check_in.answer
    if check_in.door is not Door.ASKING:
        raise Shut(check_in)
    checked = check_answers(check_in.spec.questions, values, {key: len(files) for key, files in photos.items()})
    problems = {**checked.problems, **(spoilt or {})}
    if problems:
        raise Incomplete(problems)
    given = keep_answer(work, check_in, checked.values, photos, Channel.WEB, statement=statement)
    settle(work, check_in, given)
    return given
