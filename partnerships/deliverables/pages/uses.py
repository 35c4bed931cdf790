"""The creator's word on the use: what stands on the pages of content, and how it is given again."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from flask import flash
from flask_babel import gettext

from partnerships.deliverables import attesting
from partnerships.deliverables.forms import UseForm
from partnerships.deliverables.rules.attestations import (
    FREQUENCY_LABELS,
    HOLDS_DAYS,
    SOURCE_LABELS,
    STATEMENT_TEXT,
    Use,
)
from partnerships.deliverables.rules.licences import NOTICE_DAYS, LicenceState
from partnerships.deliverables.tables import Deliverable, Licence
from partnerships.web.context import insist
from partnerships.web.words import say

USE_WORDS: Mapping[str, object] = {"frequencies": FREQUENCY_LABELS, "sources": SOURCE_LABELS, "days": HOLDS_DAYS}
OVER = frozenset({LicenceState.EXPIRED, LicenceState.REVOKED})
AGAIN = "again"  # stands before the names of the fields: a version asks the same beside it


def use_words(deliverable: Deliverable) -> str:
    """Return the sentence above the button; "" where there is nothing to attest."""
    return say(STATEMENT_TEXT) if deliverable.asks_use else ""


def find_form(use: Use | None, licences: Sequence[Licence]) -> UseForm | None:
    """Return the form when the creator is asked: rights are asked for or go on, and her word is soon too old."""
    if use is None or all(licence.state in OVER for licence in licences):
        return None
    if use.holds_until is not None and use.holds_until - timedelta(days=NOTICE_DAYS) > use.now:
        return None
    given = [word.said for word in use.words if word.said is not None]
    return UseForm(formdata=None, prefix=AGAIN, used_since=given[-1].used_since if given else None)


def sent_form() -> UseForm:
    """Return the form as it was sent with this request."""
    return UseForm(prefix=AGAIN)


def store(deliverable_id: int, form: UseForm) -> None:
    """Keep the word, and say so."""
    insist(lambda work: attesting.attest(work, deliverable_id, form.attestation(say(STATEMENT_TEXT))))
    flash(gettext("Thank you: your word is kept with the rights."), "success")
