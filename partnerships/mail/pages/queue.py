"""The mail queue: what waits, what went out, what did not, and what to do about one mail."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from partnerships.core.errors import Refused
from partnerships.core.machine import Transition
from partnerships.core.words import N_
from partnerships.mail import finding, handling
from partnerships.mail.finding import FILTER_LABELS, Filter
from partnerships.mail.letters import find_letter
from partnerships.mail.rules.deliveries import EVENT_LABELS
from partnerships.mail.rules.states import MAIL, STATE_LABELS, TOGETHER_LABEL, MailAction, MailState, say_why
from partnerships.mail.rules.suppressions import Reason
from partnerships.mail.suppressing import REASON_LABELS, find_stop
from partnerships.mail.tables import OutboxMail
from partnerships.web.context import begin, current_actor, looking
from partnerships.web.urls import any_of, row_id
from partnerships.web.words import gettext, translated

from .blueprint import EVENT_MARKS, MARKS, pages

WORDS = 80  # characters of a search
DONE = {
    MailAction.RESEND: N_("It waits again and goes out within a minute, unless it is quiet or no longer needed."),
    MailAction.COPY: N_("It goes out once more within a minute, unless it is quiet or no longer needed."),
    MailAction.CANCEL: N_("It is not sent."),
}


@pages.get("/admin/mail")
def queue() -> ResponseReturnValue:
    """Show the mails, the newest first, narrowed by the address."""
    asked = request.args.get("state", "")
    chosen = Filter(asked) if asked in set(Filter) else None
    words = request.args.get("q", "").strip()[:WORDS]
    before = request.args.get("before", type=row_id)
    with looking() as reading:
        found = finding.list_queue(reading, chosen, words, before)
        mails = [(mail, find_letter(mail)) for mail in found.mails]
        return render_template(
            "mail/queue.html",
            mails=mails, next=found.next, is_later=before is not None, chosen=chosen, words=words,
            filters=FILTER_LABELS, labels=STATE_LABELS, marks=MARKS, together=TOGETHER_LABEL,
        )  # fmt: skip


@pages.get("/admin/mail/<int:mail_id>")
def show(mail_id: int) -> ResponseReturnValue:
    """Show one mail: what it says, what became of it, and what can be done about it."""
    with looking() as reading:
        mail = finding.get_mail(reading, mail_id)
        letter = find_letter(mail)
        shown = letter.without_keys() if letter else None
        return render_template(
            "mail/queued.html",
            mail=mail, letter=shown, has_keys=shown != letter, events=finding.list_events(reading, mail_id),
            stop=find_stop(reading, mail), actions=_actions(mail), digest=finding.find_digest(reading, mail),
            why=_why(mail), together=TOGETHER_LABEL,
            labels=STATE_LABELS, marks=MARKS, event_labels=EVENT_LABELS, event_marks=EVENT_MARKS, reasons=REASON_LABELS,
        )  # fmt: skip


def _actions(mail: OutboxMail) -> Sequence[Transition[MailState, MailAction]]:
    """Return what may be done about it; what the mail of the day tells is not sent a second time."""
    return () if mail.digest is not None else MAIL.available(mail.state, current_actor().role)


def _why(mail: OutboxMail) -> str:
    """Return why it did not go out, in the reader's language; what a server said stays in its own."""
    told = mail.last_error or ""
    if not told or mail.digest is not None:
        return ""
    return gettext(REASON_LABELS[Reason(told)] if told in set(Reason) else say_why(told))


@pages.post(f"/admin/mail/<int:mail_id>/<{any_of(MailAction)}:action>")
def handle(mail_id: int, action: str) -> ResponseReturnValue:
    """Send it again, or not at all."""
    try:
        with begin() as work:
            handling.handle(work, mail_id, MailAction(action))
    except Refused as refusal:
        flash(translated(refusal), "error")
    else:
        flash(gettext(DONE[MailAction(action)]), "success")
    return redirect(url_for(".show", mail_id=mail_id))
