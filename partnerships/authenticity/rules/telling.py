"""What a creator is told about a decision: the reviewer's words first, then each point with what to do."""

from collections.abc import Collection, Iterator

from .decision import Outcome
from .rubric import Rubric


def told(
    rubric: Rubric, outcome: Outcome, locale: str, message: str, blockers: Collection[str], reasons: Collection[str]
) -> str:
    """Return the text in the creator's language `locale`; points in the order of the rubric, never of the form."""
    lines = [message.strip(), *_points(rubric, outcome, locale, blockers, reasons)]
    return "\n".join(line for line in lines if line)


def _points(
    rubric: Rubric, outcome: Outcome, locale: str, blockers: Collection[str], reasons: Collection[str]
) -> Iterator[str]:
    for blocker in rubric.blockers:
        if blocker.key in blockers:
            yield f"• {blocker.title.in_(locale)}: {blocker.what_to_do.in_(locale)}"
    for reason in rubric.reasons_for(outcome):
        if reason.key in reasons:
            yield f"• {reason.title.in_(locale)}: {reason.meaning.in_(locale)}"
