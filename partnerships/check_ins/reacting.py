"""Take a reaction told in a check-in as what it is: a report that pauses everything at once."""

from partnerships.core.events import Event
from partnerships.database.work import Work
from partnerships.plans import reporting
from partnerships.plans.rules.templates import Meaning

from .events import AnswerNeedsPerson


def react(work: Work, event: Event) -> None:
    """Listen for answers that need a person, and report the reactions among them."""
    if isinstance(event, AnswerNeedsPerson) and event.meaning == Meaning.REACTION:
        reporting.report_reaction(work, event.partnership_id, event.words)
