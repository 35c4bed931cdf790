"""The people who work in an organisation."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from partnerships.core.actor import Role
from partnerships.core.errors import Refused
from partnerships.people import ending, finding, recovering, settling
from partnerships.people.forms import MemberForm
from partnerships.people.rules.words import ROLES
from partnerships.web.context import begin, looking

from .blueprint import pages


@pages.get("/team")
def team() -> ResponseReturnValue:
    """Show who works here and as what."""
    with looking() as reading:
        members = finding.list_members(reading)
    return render_template("people/team.html", members=members, roles=ROLES)


@pages.route("/team/new", methods=["GET", "POST"])
def invite_member() -> ResponseReturnValue:
    """Bring somebody into the team and mail them a link to choose a password."""
    with looking() as reading:
        zone = finding.get_organisation(reading).zone
    form = MemberForm(zone=zone)
    if form.validate_on_submit():
        try:
            with begin() as work:
                member = settling.add_member(
                    work,
                    name=form.name.data or "",
                    email=form.email.data or "",
                    role=Role(form.role.data),
                    locale=form.locale.data,
                    zone=form.zone.data or "",
                )
                recovering.welcome_member(work, member.account_id)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("%(name)s is in the team now; a mail is on its way.", name=form.name.data), "success")
            return redirect(url_for(".team"))
    return render_template("people/invite_member.html", form=form), 422 if form.errors else 200


@pages.post("/team/<int:membership_id>/end")
def end_member(membership_id: int) -> ResponseReturnValue:
    """Let somebody act here no longer."""
    with begin() as work:
        member = ending.end_membership(work, membership_id)
    flash(gettext("%(name)s is not in the team any more.", name=member.account.name), "success")
    return redirect(url_for(".team"))
