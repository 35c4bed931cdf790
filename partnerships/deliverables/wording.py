"""Say in words what stands between a draft and its approval, and when it will be out of the way."""

from datetime import date

from partnerships.web.formats import day_text
from partnerships.web.words import gettext

from .rules.gates import Outlook


def gate_text(outlook: Outlook, today: date) -> str:
    """Return such as "2 of 3 check-ins answered; approval opens on Thu, 12 Feb 2026"; "" where nothing is asked."""
    answered, needed = min(outlook.evidence.answered, outlook.evidence.needed), outlook.evidence.needed
    if not needed:
        return ""
    counted = gettext("%(answered)s of %(needed)s check-ins answered", answered=answered, needed=needed)
    if outlook.evidence.is_open:
        return counted
    if outlook.opens_on is None:
        return gettext("%(counted)s; fewer are left than are needed", counted=counted)
    if outlook.opens_on < today:
        return gettext("%(counted)s; approval opens as soon as the overdue answers are in", counted=counted)
    return gettext("%(counted)s; approval opens on %(day)s", counted=counted, day=day_text(outlook.opens_on))
