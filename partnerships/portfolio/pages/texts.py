"""Today's reminders as WhatsApp texts, for creators who never open a mail."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from partnerships.check_ins.tables import CheckIn
from partnerships.database.work import Reading
from partnerships.deliverables.tables import Deliverable
from partnerships.mail.suppressing import REASON_LABELS, unreminded
from partnerships.portfolio import noting, waiting
from partnerships.portfolio.listing import Wait
from partnerships.portfolio.rules.waits import WaitKind
from partnerships.portfolio.wording import wait_line
from partnerships.reminders.snoozing import snoozes_of
from partnerships.reminders.wording import Thing, group_texts, links_of, snooze_text, whatsapp_text, whatsapp_url
from partnerships.web.context import begin, looking
from partnerships.web.formats import language, moment_text
from partnerships.web.words import gettext

from .blueprint import pages


@pages.get("/today/wa")
def texts() -> ResponseReturnValue:
    """List what is to be said today, each with its text and the address that opens the chat."""
    with looking() as reading:
        waits = waiting.list_asked_today(reading)
        things = {(isinstance(one, CheckIn), one.id): one for one in waiting.load_things(reading, waits)}
        links, noted = links_of(reading, list(things.values())), noting.noted_today(reading, things.values())
        notes = _notes(reading, list(things.values()))
        rows = [
            _row(reading, wait, things[wait.kind is WaitKind.CHECK_IN, wait.thing_id], links, notes)
            | {"sent": _sent(things[wait.kind is WaitKind.CHECK_IN, wait.thing_id], noted)}
            for wait in waits
        ]
        groups = group_texts(reading, list(things.values()), language())
        return render_template("portfolio/texts.html", rows=rows, groups=groups)


def _notes(reading: Reading, things: Sequence[Thing]) -> Mapping[str, tuple[str, ...]]:
    """Return what to know before each is reminded: who gets none of our mail, and who has asked for another day."""
    snoozes = snoozes_of(reading, things)
    emails = {thing.about: thing.partnership.creator.membership.account.email for thing in things}
    stops = unreminded(reading, set(emails.values()))
    return {
        about: (
            *([gettext(REASON_LABELS[stops[email]])] if email in stops else []),
            *([snooze_text(snoozes[about].until, snoozes[about].note)] if about in snoozes else []),
        )
        for about, email in emails.items()
    }


def _row(
    reading: Reading, wait: Wait, thing: Thing, links: Mapping[str, str], notes: Mapping[str, tuple[str, ...]]
) -> dict[str, object]:
    text = whatsapp_text(reading, thing, links)
    page = url_for(".show", partnership_id=wait.partnership_id)
    is_question = isinstance(thing, CheckIn)
    return {
        "line": wait_line(
            wait, page, page, said=text, chat_url=whatsapp_url(thing.partnership, text), notes=notes[thing.about]
        ),
        "done_url": url_for(".sent_check_in", check_in_id=thing.id)
        if is_question
        else url_for(".sent_deliverable", deliverable_id=thing.id),
    }


def _sent(thing: Thing, noted: Mapping[str, datetime]) -> str:
    at = noted.get(thing.about)
    return moment_text(at, thing.partnership.zone) if at else ""


@pages.post("/today/wa/check-ins/<int:check_in_id>")
def sent_check_in(check_in_id: int) -> ResponseReturnValue:
    """Write down that the reminder of a check-in was sent."""
    with begin() as work:
        return _noted(is_new=noting.note(work, CheckIn, check_in_id))


@pages.post("/today/wa/deliverables/<int:deliverable_id>")
def sent_deliverable(deliverable_id: int) -> ResponseReturnValue:
    """Write down that the reminder of a draft or a post was sent."""
    with begin() as work:
        return _noted(is_new=noting.note(work, Deliverable, deliverable_id))


def _noted(*, is_new: bool) -> ResponseReturnValue:
    flash(gettext("Written down.") if is_new else gettext("This was written down before."), "success")
    return redirect(url_for(".texts"))
