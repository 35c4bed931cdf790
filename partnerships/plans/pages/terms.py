"""The terms: offered by a manager, seen and corrected by both sides."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from partnerships.core.errors import Refused
from partnerships.plans import correcting, finding, offering
from partnerships.plans.forms.terms import DetailsForm, TermsForm
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.plans.rules.terms import DETAILS, SCOPE, open_terms
from partnerships.web.context import begin, looking
from partnerships.web.formats import rupiah
from partnerships.web.words import gettext

from .blueprint import pages, status_of


def recorded(partnership_id: int) -> dict[str, str]:
    """Return what a form about the terms begins with, by name."""
    with looking() as reading:
        partnership, terms = finding.get_for(reading, partnership_id), finding.find_terms(reading, partnership_id)
        return finding.standing_terms(partnership, terms)


@pages.route("/partnerships/<int:partnership_id>/terms", methods=["GET", "POST"])
def offer(partnership_id: int) -> ResponseReturnValue:
    """Change the terms, of a draft or while they are talked about, and send the invitation with them."""
    with looking() as reading:
        partnership = finding.get_for(reading, partnership_id)
        is_open = partnership.allows(PartnershipAction.INVITE, reading.actor.role)
        wishes = finding.find_wishes(reading, partnership)
    fee_and_note = {"fee": partnership.fee, "note": partnership.invitation_note}
    form = TermsForm(data=recorded(partnership_id) | fee_and_note)
    if form.validate_on_submit():
        try:
            with begin() as work:
                offering.offer(work, partnership_id, fee=form.fee.data, note=(form.note.data or "").strip())
                correcting.correct(work, partnership_id, form.details(SCOPE))
            fee = gettext("to be agreed") if form.fee.data is None else rupiah(form.fee.data)
            flash(gettext("The invitation is on its way. Fee: %(fee)s.", fee=fee), "success")
            return redirect(url_for("portfolio.show", partnership_id=partnership_id))
        except Refused as refusal:
            form.refuse(refusal)
    elif not is_open:
        return redirect(url_for("plans.correct", partnership_id=partnership_id))
    return render_template("plans/terms.html", form=form, partnership=partnership, wishes=wishes), status_of(form)


@pages.route("/partnerships/<int:partnership_id>/details", methods=["GET", "POST"])
def correct(partnership_id: int) -> ResponseReturnValue:
    """Show the terms as they were agreed, and let a manager correct what has not been used yet."""
    return _details(partnership_id, "plans/details.html", "portfolio.show")


@pages.route("/me/partnerships/<int:partnership_id>/details", methods=["GET", "POST"])
def my_details(partnership_id: int) -> ResponseReturnValue:
    """Show the creator the terms as they were agreed, and let them correct what is theirs to say."""
    return _details(partnership_id, "plans/my_details.html", "portfolio.my_partnership")


def _details(partnership_id: int, template: str, back: str) -> ResponseReturnValue:
    form = DetailsForm(data=recorded(partnership_id))
    if form.validate_on_submit():
        try:
            with begin() as work:
                correcting.correct(work, partnership_id, form.details())
            flash(gettext("Kept."), "success")
            return redirect(url_for(back, partnership_id=partnership_id))
        except Refused as refusal:
            form.refuse(refusal)
    with looking() as reading:
        partnership, terms = finding.get_for(reading, partnership_id), finding.find_terms(reading, partnership_id)
        is_open = open_terms(partnership.state)
        page = render_template(
            template,
            form=form,
            shown=[form[name] for name in DETAILS if name in is_open],
            kept=[form[name] for name in DETAILS if name not in is_open],
            partnership=partnership,
            terms=terms,
        )
    return page, status_of(form)
