"""Every mail as it will be read, with invented people."""

from flask import render_template
from flask.typing import ResponseReturnValue

from partnerships.core.errors import NotFound
from partnerships.core.words import N_
from partnerships.mail.sampling import sample, samples, wordings

from .blueprint import pages


@pages.get("/admin/mail/preview")
def previews() -> ResponseReturnValue:
    """List every mail with its subject in both languages."""
    return render_template("reminders/previews.html", samples=samples())


@pages.get("/admin/mail/preview/<wording>")
def preview(wording: str) -> ResponseReturnValue:
    """Show one mail in both languages: as a page and as plain text."""
    if wording not in wordings():
        raise NotFound(N_("There is nothing here."))
    return render_template("reminders/preview.html", sample=sample(wording))
