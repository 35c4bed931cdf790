"""Give a mail that means a day the file that puts it into a calendar, under the name that it has in every feed."""

from collections.abc import Mapping

from partnerships.database.work import Reading
from partnerships.mail.letters import Attachment
from partnerships.mail.tables import OutboxMail
from partnerships.plans.rules.dates import StepKind
from partnerships.web.addresses import mail_from, public_host
from partnerships.web.words import speaking

from .feeding import FeedDate, list_coming, list_things
from .rules.ics import Method, Standing, written
from .wording import feed_event

FILE_NAME = "sahabat.ics"
# Which days of the thing that a mail is about it means, by its wording.
OF_THINGS: Mapping[str, frozenset[StepKind]] = {
    "check_in": frozenset({StepKind.CHECK_IN}),
    "draft": frozenset({StepKind.DRAFT}),
    "publish": frozenset({StepKind.PUBLISH}),
    "approved": frozenset({StepKind.PUBLISH}),
    "plan_moved": frozenset({StepKind.PUBLISH}),
    "changes": frozenset({StepKind.DRAFT, StepKind.PUBLISH}),
    "rejected": frozenset({StepKind.DRAFT, StepKind.PUBLISH}),
    "waived": frozenset({StepKind.DRAFT, StepKind.PUBLISH}),
}
OF_PLANS = frozenset({"started", "dates_moved", "stage_skipped", "resumed", "ended", "ended_creator"})


def attach(reading: Reading, mail: OutboxMail) -> Attachment | None:
    """Return the file that goes with `mail`, or None when it means no day.

    Each move makes an event's sequence grow, and what was called off is cancelled (RFC 5546, 3.2.1 and 3.2.5).
    """
    dates = _dates(reading, mail)
    if not dates:
        return None
    is_off = all(each.standing is Standing.CANCELLED for each in dates)
    method = Method.CANCEL if is_off else Method.PUBLISH
    is_own = "path" not in mail.context  # the team is led to a page, the creator to a link
    with speaking(mail.recipient.locale):
        events = [feed_event(each, public_host(), is_own=is_own) for each in dates]
    return Attachment(FILE_NAME, written("Sahabat", events, method=method, organizer=mail_from()), method)


def _dates(reading: Reading, mail: OutboxMail) -> list[FeedDate]:
    if "items" in mail.context:  # a digest means many days, and each has had its own mail
        return []
    if mail.template in OF_THINGS:
        return list_things(reading, mail.about, OF_THINGS[mail.template])
    if mail.template in OF_PLANS:
        return list_coming(reading, int(mail.about.partition(":")[2]), mail.recipient.zone)
    return []
