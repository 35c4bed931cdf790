"""A creator who cannot do it just now: be reminded later, or ask for another day."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from partnerships.check_ins.tables import CheckIn
from partnerships.core.errors import Refused
from partnerships.deliverables.tables import Deliverable
from partnerships.reminders import snoozing
from partnerships.reminders.forms import LaterForm
from partnerships.web.context import begin, looking
from partnerships.web.formats import day_text, language
from partnerships.web.words import gettext

from .blueprint import pages


@pages.route("/me/check-ins/<int:check_in_id>/later", methods=["GET", "POST"])
def later_check_in(check_in_id: int) -> ResponseReturnValue:
    """Put off the reminders of a check-in."""
    return _later(CheckIn, check_in_id)


@pages.route("/me/deliverables/<int:deliverable_id>/later", methods=["GET", "POST"])
def later_deliverable(deliverable_id: int) -> ResponseReturnValue:
    """Put off the reminders of a draft or a post."""
    return _later(Deliverable, deliverable_id)


def _later(table: type[CheckIn] | type[Deliverable], thing_id: int) -> ResponseReturnValue:
    form = LaterForm()
    if form.validate_on_submit():
        try:
            with begin() as work:
                thing = snoozing.get_thing(work, table, thing_id)
                until = snoozing.snooze(work, thing, form.days.data or 0, form.reason.data or "")
                manager = thing.partnership.manager.account.name
            said = gettext("Fine: we remind you again on %(day)s.", day=day_text(until)) if until else None
            flash(said or gettext("%(name)s has been asked and answers you by mail.", name=manager), "success")
            return redirect(url_for("portfolio.me"))
        except Refused as refusal:
            form.refuse(refusal)
    with looking() as reading:
        thing = snoozing.get_thing(reading, table, thing_id)
        title, partnership = thing.spec.title.in_(language()), thing.partnership
        page = render_template("reminders/later.html", form=form, title=title, partnership=partnership)
    return page, 422 if form.errors or form.form_errors else 200
