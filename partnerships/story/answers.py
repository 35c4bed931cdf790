"""What invented creators fill in."""

from collections.abc import Collection

from partnerships.plans.rules.templates import NO, YES, CheckInSpec, Meaning, Question, QuestionKind

from . import voices

LEVEL = "level_left"  # asked beside whether more should be sent: the two must agree


def answers_to(
    check_in: CheckInSpec, worries: Collection[Meaning] = (), *, niche: str = "", speaker: int = 0
) -> dict[str, str]:
    """Return form values for every question that is asked; photos are taken elsewhere.

    `worries` are the meanings that get a yes which a person should look at; `niche` and the number of the `speaker`
    give the words.
    """
    given: dict[str, str] = {}
    for question in check_in.questions:
        condition = question.condition
        if condition is not None and given.get(condition.question) != condition.equals:
            continue
        value = _answer(question, worries, niche, speaker)
        if value is not None:
            given[question.key] = value
    return given


def _answer(question: Question, worries: Collection[Meaning], niche: str, speaker: int) -> str | None:
    """Return what is typed or chosen; None for a photo."""
    match question.kind:
        case QuestionKind.YES_NO:
            return YES if question.meaning in {Meaning.KEEP_GOING, *worries} else NO
        case QuestionKind.TEXT:
            return voices.answer(niche, question.key, speaker)
        case QuestionKind.ATTESTATION:
            return question.options[1].key  # most days, not every one
        case QuestionKind.CHOICE if question.key == LEVEL:
            return "almost_empty" if Meaning.REFILL in worries else "over_half"
        case QuestionKind.CHOICE:
            return question.options[0].key
    return str(question.maximum - 1) if question.maximum else None
