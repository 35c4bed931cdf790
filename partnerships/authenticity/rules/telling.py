"""What a creator is told about a decision: the reviewer's words first, then each point with what to do."""

from collections.abc import Iterator

from .decision import Decision
from .rubric import Rubric


def told(rubric: Rubric, decision: Decision, locale: str) -> str:
    """Return the text in the creator's language `locale`; points in the order of the rubric, never of the form."""
    lines = [decision.message.strip(), *_points(rubric, decision, locale)]
    return "\n".join(line for line in lines if line)


def _points(rubric: Rubric, decision: Decision, locale: str) -> Iterator[str]:
    for blocker in rubric.blockers:
        if blocker.key in decision.blockers:
            yield f"• {blocker.title.in_(locale)}: {blocker.what_to_do.in_(locale)}"
    for reason in rubric.reasons_for(decision.outcome):
        if reason.key in decision.reasons:
            yield f"• {reason.title.in_(locale)}: {reason.meaning.in_(locale)}"
