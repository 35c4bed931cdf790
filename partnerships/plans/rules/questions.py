"""What a question of a check-in needs to be asked, answered and understood."""

from collections import Counter
from collections.abc import Iterator, Mapping, Set

from partnerships.core.words import N_

from .problems import Problem, found
from .templates import CONCERNS, NO, YES, CheckInSpec, Question, QuestionKind

MOST_STEPS = 10  # from one end of a scale to the other: more are no buttons for a thumb

_RANGED = frozenset({QuestionKind.SCALE, QuestionKind.NUMBER})
_OPTIONED = frozenset({QuestionKind.CHOICE, QuestionKind.ATTESTATION})


def answers_of(question: Question) -> tuple[str, ...]:
    """Return every answer that `question` can have, where there are only some."""
    if question.kind is QuestionKind.YES_NO:
        return YES, NO
    return tuple(option.key for option in question.options) if question.kind in _OPTIONED else ()


def check_questions(check_in: CheckInSpec) -> Iterator[Problem]:
    """Yield what is wrong with the questions of a check-in, in the order in which they are asked."""
    line = f"check_ins.{check_in.key}"
    if not check_in.questions:
        yield found(line, N_("A check-in asks at least one question."))
    before: dict[str, Set[str]] = {}
    for question in check_in.questions:
        own = f"{line}.questions.{question.key}"
        yield from _range(own, question)
        yield from _options(own, question)
        yield from _condition(own, question, before)
        before[question.key] = set(answers_of(question))


def _range(line: str, question: Question) -> Iterator[Problem]:
    if question.kind not in _RANGED:
        return
    low, high = question.minimum, question.maximum
    if low is None or high is None or low >= high:
        yield found(line, N_("A scale or a number needs a smallest and a largest value."))
    elif low < 0:
        yield found(line, N_("Nobody can answer with less than 0."))
    elif question.kind is QuestionKind.SCALE and high - low > MOST_STEPS:
        yield found(line, N_("A scale has at most %(count)s steps."), count=MOST_STEPS)


def _options(line: str, question: Question) -> Iterator[Problem]:
    answers = answers_of(question)
    if question.kind in _OPTIONED and len(set(answers)) < 2:
        yield found(line, N_("A choice needs at least two different options."))
    for key, count in Counter(answers).items():
        if count > 1:
            yield found(line, N_("The key “%(key)s” is used %(count)s times."), key=key, count=count)
    needed = CONCERNS.get(question.meaning) if question.meaning else None
    if needed is not None and needed not in answers:
        yield found(line, N_("Nobody could give the answer that it is watched for: “%(answer)s”."), answer=needed)


def _condition(line: str, question: Question, before: Mapping[str, Set[str]]) -> Iterator[Problem]:
    condition = question.condition
    if condition is None:
        return
    if condition.question not in before:
        sentence = N_("It depends on “%(key)s”, which is not asked before it.")
        yield found(line, sentence, key=condition.question)
    elif condition.equals not in before[condition.question]:
        sentence = N_("It depends on an answer that “%(key)s” does not have.")
        yield found(line, sentence, key=condition.question)
