"""Rights to content: the team asks, suspends and revokes; creators grant them on the page of the content."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from partnerships.core.errors import NotFound, Refused
from partnerships.core.words import N_
from partnerships.core.zones import day_in
from partnerships.deliverables import licensing
from partnerships.deliverables.finding import get_for, get_licence
from partnerships.deliverables.forms import LicenceForm
from partnerships.deliverables.rules.licences import (
    BY_BUTTON,
    CAUSE_LABELS,
    MARKS,
    STATE_LABELS,
    USE_LABELS,
    WHITELISTING_LABELS,
    LicenceAction,
)
from partnerships.web.context import begin, insist, looking
from partnerships.web.urls import any_of_words, row_id
from partnerships.web.words import say, translated

from .blueprint import pages

USUAL = timedelta(days=90)
RIGHTS = {
    "states": STATE_LABELS,
    "causes": CAUSE_LABELS,
    "uses": USE_LABELS,
    "whitelisting": WHITELISTING_LABELS,
    "marks": MARKS,
    "buttons": BY_BUTTON,
}


@pages.route("/deliverables/<int:deliverable_id>/licence", methods=["GET", "POST"])
def ask_licence(deliverable_id: int) -> ResponseReturnValue:
    """Ask the creator for a right beyond what the plan agrees on."""
    form = LicenceForm()
    if form.validate_on_submit():
        try:
            insist(lambda work: licensing.ask_licence(work, deliverable_id, **form.asked))
            flash(gettext("The creator is asked, and grants it or does not."), "success")
            return redirect(url_for("deliverables.show", deliverable_id=deliverable_id), 303)
        except Refused as refusal:
            form.refuse(refusal)
    with looking() as reading:
        deliverable = get_for(reading, deliverable_id)
        if request.method == "GET":
            today = day_in(deliverable.partnership.zone, reading.now)
            form = LicenceForm(formdata=None, from_on=today, to_on=today + USUAL)
        shown = {"deliverable": deliverable, "partnership": deliverable.partnership, "spec": deliverable.spec}
        return render_template("deliverables/licence.html", form=form, **shown), 422 if form.errors else 200


@pages.post(f"/licences/<int:licence_id>/<{any_of_words(BY_BUTTON)}:action>")
def move_licence(licence_id: int, action: str) -> ResponseReturnValue:
    """Take one step with a licence, and go back to its content."""
    home = "/"
    try:
        with begin() as work:
            reason = request.form.get("reason", "")
            licence = licensing.move_licence(work, licence_id, LicenceAction(action), reason)
            home = url_for("deliverables.show", deliverable_id=licence.deliverable_id)
            flash(gettext("The rights: %(state)s", state=say(STATE_LABELS[licence.state])), "success")
    except Refused as refusal:
        flash(translated(refusal), "error")
    return redirect(home, 303)


def take_right(action: LicenceAction, deliverable_id: int) -> ResponseReturnValue:
    """Let the creator grant a right to this content, or take it back."""
    try:
        with begin() as work:
            licence = get_licence(work, row_id(request.form.get("licence", "")))
            if licence.deliverable_id != deliverable_id:
                raise NotFound(N_("There is nothing here."))
            licensing.move_licence(work, licence.id, action, request.form.get("reason", ""))
    except ValueError:
        raise NotFound(N_("There is nothing here.")) from None
    except Refused as refusal:
        flash(translated(refusal), "error")
    else:
        flash(gettext("Thank you; the team is told."), "success")
    return redirect(url_for("deliverables.submit", deliverable_id=deliverable_id), 303)
