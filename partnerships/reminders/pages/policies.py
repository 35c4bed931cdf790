"""How the organisation reminds, for those who may change it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from partnerships.core.errors import Refused
from partnerships.reminders import adjusting
from partnerships.reminders.forms import PolicyForm
from partnerships.web.context import begin, looking
from partnerships.web.words import gettext

from .blueprint import pages


@pages.route("/admin/reminders", methods=["GET", "POST"])
def edit_policy() -> ResponseReturnValue:
    """Show the ladder and the hours, and change them."""
    with looking() as reading:
        form = PolicyForm.showing(adjusting.find_policy(reading))
    if form.validate_on_submit():
        try:
            with begin() as work:
                adjusting.set_policy(work, form.policy)
            flash(gettext("Saved. What is planned follows; what was sent stays."), "success")
            return redirect(url_for(".edit_policy"))
        except Refused as refusal:
            form.refuse(refusal)
    return render_template("reminders/policy.html", form=form), 422 if form.errors else 200
