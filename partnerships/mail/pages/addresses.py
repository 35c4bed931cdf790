"""The addresses that get no mail, and those from which mail came back."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from partnerships.core.zones import DEFAULT_ZONE
from partnerships.mail import finding, suppressing
from partnerships.mail.forms import LiftForm
from partnerships.mail.suppressing import REASON_LABELS
from partnerships.web.context import begin, looking
from partnerships.web.words import gettext

from .blueprint import pages


@pages.get("/admin/mail/addresses")
def addresses() -> ResponseReturnValue:
    """Show whom no mail reaches, and why."""
    with looking() as reading:
        return render_template(
            "mail/addresses.html",
            stopped=finding.list_suppressed(reading),
            came_back=finding.count_bounces(reading),
            reasons=REASON_LABELS,
            zone=DEFAULT_ZONE,
        )


@pages.route("/admin/mail/addresses/<int:suppression_id>", methods=["GET", "POST"])
def lift(suppression_id: int) -> ResponseReturnValue:
    """Let mail go to an address again, with a reason."""
    with looking() as reading:
        row = finding.get_suppression(reading, suppression_id)
        name = row.person.name if row.person else row.address
        form = LiftForm()
    if form.validate_on_submit():
        with begin() as work:
            suppressing.lift(work, suppression_id, form.reason.data or "")
        flash(gettext("%(name)s gets mail again.", name=name), "success")
        return redirect(url_for(".addresses"))
    shown = render_template(
        "mail/address.html", form=form, row=row, name=name, reasons=REASON_LABELS, zone=DEFAULT_ZONE
    )
    return shown, 422 if form.errors else 200
