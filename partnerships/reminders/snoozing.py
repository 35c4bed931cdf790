"""Let a creator be reminded later, and say why: the day itself stays, and the team's reminders too."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from partnerships.check_ins.finding import get_for as get_check_in
from partnerships.check_ins.tables import CheckIn
from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.core.zones import day_in, moment
from partnerships.database.history import HistoryEntry
from partnerships.database.work import Reading, Work
from partnerships.deliverables.finding import get_for as get_deliverable
from partnerships.deliverables.tables import Deliverable
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.tables import Step

from .events import MoreTimeAsked, ReminderSnoozed
from .mails import Message, Reminder, notify, person, remind_at
from .rules.ladder import MOST_SNOOZED_DAYS, Side
from .tables import policy_of
from .waits import SNOOZED, about_check_in, about_deliverable, awaits_draft, awaits_post

KEEPS_DAYS = 3  # a reminder that could not go out for so long would only confuse
Thing = CheckIn | Deliverable


def get_thing(reading: Reading, table: type[CheckIn] | type[Deliverable], thing_id: int) -> Thing:
    """Return the creator's own check-in or deliverable; raise `NotFound` for another's."""
    return get_check_in(reading, thing_id) if table is CheckIn else get_deliverable(reading, thing_id)


def snooze(work: Work, thing: Thing, days: int, reason: str) -> date | None:
    """Remind again in so many days, and not before; return the day. 0 asks the manager for another day: None.

    Raise `Refused` for what nobody waits for, and for more days than a creator decides alone.
    """
    step, message = _awaited(thing)
    partnership = thing.partnership
    if not 0 <= days <= MOST_SNOOZED_DAYS:
        raise Refused(N_("Please choose one of these days."), field="days")
    key = f"{thing.about}:{step.kind}:{work.now.isoformat()}"
    if not days:
        context = {**message.context, "note": reason}
        asked = Message("more_time", key, thing.about, context, path=f"/partnerships/{partnership.id}/dates")
        notify(work, partnership, person(work, partnership, Side.MANAGER), asked)
        work.emit(
            MoreTimeAsked(
                key=f"{key}:asked",
                about=partnership.about,
                partnership_id=partnership.id,
                thing=thing.about,
                note=reason,
            )
        )
        return None
    until = day_in(step.zone, work.now) + timedelta(days=days)
    step.snoozed_until = until
    at = moment(until, policy_of(work.session).hour_on(until), step.zone)
    again = Message(
        SNOOZED,
        f"{thing.about}:{step.kind}:{step.due_on.isoformat()}:until:{until.isoformat()}",
        thing.about,
        {**message.context, "rung": SNOOZED, "until": until.isoformat()},
        purpose=message.purpose,
        thing_id=message.thing_id,
    )
    until_when = at + timedelta(days=KEEPS_DAYS)
    remind_at(work, Reminder(partnership, person(work, partnership, Side.CREATOR), again, until_when), at)
    work.emit(
        ReminderSnoozed(
            key=f"{key}:snoozed",
            about=partnership.about,
            partnership_id=partnership.id,
            thing=thing.about,
            until=until,
            note=reason,
        )
    )
    return until


@dataclass(frozen=True, slots=True)
class Snooze:
    """On which day a creator wants to be reminded again, and why not before."""

    until: date
    note: str


def snoozes_of(reading: Reading, things: Collection[Thing]) -> Mapping[str, Snooze]:
    """Return what of `things` is put off now, by what it is about; at most one statement."""
    put_off = {thing.about: until for thing in things if (until := _put_off_until(thing, reading.now)) is not None}
    if not put_off:
        return {}
    abouts = {thing.partnership.about for thing in things if thing.about in put_off}
    told = select(HistoryEntry.facts).where(
        HistoryEntry.about.in_(abouts), HistoryEntry.name == ReminderSnoozed.__name__
    )
    notes = {facts["thing"]: facts["note"] for facts in reading.session.scalars(told.order_by(HistoryEntry.id))}
    return {about: Snooze(until, notes.get(about, "")) for about, until in put_off.items()}


def _put_off_until(thing: Thing, now: datetime) -> date | None:
    if isinstance(thing, CheckIn):
        step = thing.step
    else:
        step = thing.draft_step if thing.draft_step is not None and awaits_draft(thing) else thing.publish_step
    is_ahead = step.snoozed_until is not None and day_in(step.zone, now) <= step.snoozed_until
    return step.snoozed_until if is_ahead else None


def _awaited(thing: Thing) -> tuple[Step, Message]:
    """Return the step that the creator is awaited for, and what a reminder of it holds."""
    if thing.partnership.is_running:
        if isinstance(thing, CheckIn):
            if thing.is_answerable:
                return thing.step, about_check_in(thing)
        elif thing.draft_step is not None and awaits_draft(thing):
            return thing.draft_step, about_deliverable(thing, StepKind.DRAFT)
        elif awaits_post(thing):
            return thing.publish_step, about_deliverable(thing, StepKind.PUBLISH)
    raise Refused(N_("Nobody waits for this now, so nobody reminds you of it."))
