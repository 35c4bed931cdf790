"""Reports of undelivered mail, as servers write them. All addresses are invented."""

from email.message import EmailMessage, Message
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText


def report(
    to: str = "bounces@sahabat.example",
    *,
    action: str = "failed",
    status: str = "5.1.1",
    diagnostic: str = "smtp; 550 5.1.1 <dewi@creator.example>: Recipient address rejected: User unknown",
    delivered_to: str | None = None,
) -> bytes:
    """Return a delivery status notification (RFC 3464) with the three parts that most servers send."""
    whole = MIMEMultipart("report")
    whole.set_param("report-type", "delivery-status")
    whole["From"] = "Mail Delivery System <MAILER-DAEMON@mx.example>"
    whole["To"] = to
    whole["Subject"] = "Undelivered Mail Returned to Sender"
    whole["Auto-Submitted"] = "auto-replied"
    if delivered_to:
        whole["Delivered-To"] = delivered_to
    whole.attach(MIMEText("I'm sorry to have to inform you that your message could not be delivered."))
    whole.attach(_status(action, status, diagnostic))
    whole.attach(_returned())
    return whole.as_bytes()


def _status(action: str, status: str, diagnostic: str) -> Message:
    about_all, about_one = Message(), Message()
    about_all["Reporting-MTA"] = "dns; mx.example"
    about_one["Final-Recipient"] = "rfc822; dewi@creator.example"
    about_one["Action"] = action
    if status:
        about_one["Status"] = status
    if diagnostic:
        about_one["Diagnostic-Code"] = diagnostic
    part = Message()
    part["Content-Type"] = "message/delivery-status"
    part.set_payload([about_all, about_one])
    return part


def _returned() -> Message:
    original = EmailMessage()
    original["Subject"] = "Hari ini: update"
    original["Message-ID"] = "<abc@sahabat.example>"
    part = Message()
    part["Content-Type"] = "message/rfc822"
    part.set_payload([original])
    return part


def complaint(sender: str, *, kind: str = "abuse", quotes: str = "fields") -> bytes:
    """Return a complaint (RFC 5965) about a mail of `sender`, which stands in its `fields` or in the `original`."""
    whole = MIMEMultipart("report")
    whole.set_param("report-type", "feedback-report")
    whole["From"] = "Feedback Loop <fbl@mx.example>"
    whole["To"] = "bounces@sahabat.example"
    whole["Subject"] = "FW: Hari ini: update"
    whole.attach(MIMEText("This is an email abuse report."))
    fields, feedback, original = Message(), Message(), _returned()
    fields["Feedback-Type"] = kind
    fields["User-Agent"] = "Example FBL/1.0"
    fields["Version"] = "1"
    if quotes == "fields":
        fields["Original-Mail-From"] = f"<{sender}>"
    else:
        original.get_payload()[0]["Return-Path"] = f"<{sender}>"  # type: ignore[index] # a list of one
    feedback["Content-Type"] = "message/feedback-report"
    feedback.set_payload([fields])
    whole.attach(feedback)
    whole.attach(original)
    return whole.as_bytes()
