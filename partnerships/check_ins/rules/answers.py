"""What a good answer looks like: from the text of a form to checked values, question by question."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.plans.rules.templates import CONCERNS, NO, PHOTO_KINDS, STOPPED, YES, Meaning, Question, QuestionKind

STATEMENT = "answers-1"
STATEMENT_TEXT = N_("My answers are true.")
TEXT_LENGTH = 2000
PHOTOS_EACH = 5  # files to one question

Value = str | int
CONCERN_LABELS: Mapping[Meaning, str] = {
    Meaning.REACTION: N_("Reaction to the product"),
    Meaning.STILL_USING: N_("No longer uses the product"),
    Meaning.KEEP_GOING: N_("Would rather not go on"),
    Meaning.REFILL: N_("Needs more of the product"),
}


class Incomplete(Refused):
    """Some answers are missing or make no sense; `problems` says which, by the key of the question."""

    def __init__(self, problems: Mapping[str, Refused]) -> None:
        """Keep one sentence for each question that needs another look."""
        super().__init__(N_("Some answers need another look."))
        self.problems = dict(problems)


@dataclass(frozen=True, slots=True)
class Answers:
    """What was made of a form: values by question, and a problem for each that made no sense."""

    values: dict[str, Value] = field(default_factory=dict)
    problems: dict[str, Refused] = field(default_factory=dict)


def check_answers(
    questions: Sequence[Question], raw: Mapping[str, str], photos: Mapping[str, int], *, is_partial: bool = False
) -> Answers:
    """Return the values of `raw` (question key to text), with every problem found.

    `photos` says how many files came for a question. `is_partial`: somebody wrote down what arrived elsewhere, so a
    missing answer is no problem. An answer whose condition is not met is dropped, whatever it says.
    """
    answers = Answers()
    for question in questions:
        if not is_asked(question, answers.values):
            continue
        try:
            value = _value(question, raw.get(question.key, "").strip(), photos.get(question.key, 0), is_partial)
        except Refused as problem:
            answers.problems[question.key] = problem
            continue
        if value is not None:
            answers.values[question.key] = value
    return answers


def is_asked(question: Question, values: Mapping[str, Value]) -> bool:
    """Say whether the condition of `question` is met by what was answered before it."""
    return question.condition is None or values.get(question.condition.question) == question.condition.equals


def asked_photos(questions: Sequence[Question], values: Mapping[str, Value]) -> set[str]:
    """Return the keys of the questions that ask for photos beside these answers; what comes elsewhere is not kept."""
    return {question.key for question in questions if question.kind in PHOTO_KINDS and is_asked(question, values)}


def find_concern(questions: Sequence[Question], values: Mapping[str, Value]) -> Meaning | None:
    """Return the most pressing thing in these answers that a person should look at, if there is one."""
    meant = {question.meaning: values.get(question.key) for question in questions if question.meaning is not None}
    return next((meaning for meaning, said in CONCERNS.items() if meant.get(meaning) == said), None)


def find_use(questions: Sequence[Question], values: Mapping[str, Value]) -> bool | None:
    """Return whether these answers say that the product is still used; None when they say nothing of it."""
    said = [values[one.key] for one in questions if one.meaning is Meaning.STILL_USING and one.key in values]
    return said[-1] != STOPPED if said else None


def words_beside(questions: Sequence[Question], values: Mapping[str, Value], meaning: Meaning) -> str:
    """Return what was written in the texts that were asked because of the answer with this `meaning`."""
    keys = {question.key for question in questions if question.meaning is meaning}
    return "\n".join(
        str(values[question.key])
        for question in questions
        if question.condition and question.condition.question in keys and question.key in values
    )


def _value(question: Question, text: str, photos: int, is_partial: bool) -> Value | None:  # noqa: FBT001 - private
    if question.kind in PHOTO_KINDS:
        _check_photos(question, photos, is_partial)
        return None
    if not text:
        if question.required and not is_partial:
            raise Refused(_MISSING.get(question.kind, N_("Please choose an answer.")))
        return None
    return _READERS[question.kind](question, text)


def _check_photos(question: Question, photos: int, is_partial: bool) -> None:  # noqa: FBT001 - private
    if not photos and question.required and not is_partial:
        raise Refused(N_("Please choose a photo or video."))
    if photos > PHOTOS_EACH:
        raise Refused(N_("Please send at most %(count)s files here."), count=PHOTOS_EACH)


def _read_number(question: Question, text: str) -> int:
    low, high = question.minimum or 0, question.maximum
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise Refused(N_("Please write a whole number, such as %(example)s."), example=high or 3)
    number = int(text)
    if number < low or (high is not None and number > high):
        raise Refused(N_("Please give a number from %(low)s to %(high)s."), low=low, high=high)
    return number


def _read_text(_question: Question, text: str) -> str:
    if len(text) > TEXT_LENGTH:
        raise Refused(
            N_("This is longer than %(limit)s characters. Please shorten it by %(over)s."),
            limit=TEXT_LENGTH,
            over=len(text) - TEXT_LENGTH,
        )
    return text.replace("\x00", "")


def _read_yes_no(_question: Question, text: str) -> str:
    return _one_of({YES, NO}, text)


def _read_option(question: Question, text: str) -> str:
    return _one_of({option.key for option in question.options}, text)


def _one_of(possible: set[str], text: str) -> str:
    if text not in possible:
        raise Refused(N_("Please choose an answer."))
    return text


_READERS: Mapping[QuestionKind, Callable[[Question, str], Value]] = {
    QuestionKind.SCALE: _read_number,
    QuestionKind.NUMBER: _read_number,
    QuestionKind.TEXT: _read_text,
    QuestionKind.YES_NO: _read_yes_no,
    QuestionKind.CHOICE: _read_option,
    QuestionKind.ATTESTATION: _read_option,
}
_MISSING = {
    QuestionKind.TEXT: N_("Please write an answer; one sentence is enough."),
    QuestionKind.NUMBER: N_("Please give a number."),
}
