"""Every mail as it was written, for demos: what would be in people's inboxes."""

from datetime import datetime
from email.message import EmailMessage

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from partnerships.core.zones import DEFAULT_ZONE
from partnerships.mail import finding
from partnerships.mail.letters import find_letter, find_message
from partnerships.mail.rules.states import STATE_LABELS
from partnerships.web.context import looking
from partnerships.web.policy import MEMBERS, Audience
from partnerships.web.urls import row_id

from .blueprint import MARKS

pages = Blueprint("mail", "partnerships.mail.outbox", url_prefix="/dev/outbox")

OPEN_TO: dict[str, Audience] = {"mail.outbox": MEMBERS, "mail.message": MEMBERS}

YEARS = (2000, 2200)  # moments in an address lie between them
SHOWN_HEADERS = ("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "In-Reply-To", "Auto-Submitted")


@pages.get("/")
def outbox() -> ResponseReturnValue:
    """Show the newest mails with where they stand; with `?since=`, those that were sent after that moment."""
    wanted = request.args.get("page", 1, type=row_id)
    since = _moment(request.args.get("since", ""))
    with looking() as reading:
        total = finding.count_mail(reading, since)
        page = min(wanted, max(1, -(-total // finding.PAGE)))
        mails = [(mail, find_letter(mail)) for mail in finding.list_mail(reading, page, since)]
        return render_template(
            "mail/outbox.html",
            mails=mails, total=total, page=page, size=finding.PAGE, labels=STATE_LABELS, marks=MARKS,
            since=since, zone=DEFAULT_ZONE,
        )  # fmt: skip


def _moment(text: str) -> datetime | None:
    """Return the moment in an address, or None when it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None and YEARS[0] <= moment.year < YEARS[1] else None


@pages.get("/<int:mail_id>")
def message(mail_id: int) -> ResponseReturnValue:
    """Show one mail: as the recipient sees it, as plain text, and its headers."""
    with looking() as reading:
        mail = finding.get_mail(reading, mail_id)
        letter, finished = find_message(mail, mail.sent_at or mail.send_after) or (None, EmailMessage())
        headers = [(name, str(finished[name])) for name in SHOWN_HEADERS if finished[name]]
        return render_template(
            "mail/message.html", mail=mail, letter=letter, headers=headers, labels=STATE_LABELS, marks=MARKS
        )
