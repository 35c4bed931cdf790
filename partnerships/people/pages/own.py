"""What a person decides about themselves, in whichever role."""

from typing import Any

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext

from partnerships.core.actor import STAFF
from partnerships.core.errors import NotFound, Refused
from partnerships.core.words import N_
from partnerships.people import adjusting, authenticating, finding, recognising, recovering
from partnerships.people.forms import NOBODY, ChangePasswordForm, ProfileForm
from partnerships.people.tables import Membership
from partnerships.web.addresses import stopping_url
from partnerships.web.context import begin, current_actor, looking, transactions

from .blueprint import pages


@pages.route("/profile", methods=["GET", "POST"])
def profile() -> ResponseReturnValue:
    """Name, language, time zone and look."""
    with looking() as reading:
        account = finding.get_account(reading)
        member = finding.get_own_membership(reading)
        form = ProfileForm(obj=account, each_alone=member.each_alone, **_absence(member))
        if member.role in STAFF:
            form.offer((one.account_id, one.account.name) for one in finding.list_stand_ins(reading))
        else:
            form.ask_no_days()
    if form.validate_on_submit():
        try:
            chosen = _chosen(form)
            with begin() as work:
                adjusting.adjust_profile(work, chosen)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            session["locale"], session["theme"] = chosen.locale, chosen.theme
            with force_locale(chosen.locale):
                flash(gettext("Your settings are saved."), "success")
            return redirect(url_for(".profile"))
    with transactions().everywhere() as everywhere:
        memberships = finding.list_own_memberships(everywhere, account.id)
    stop_url = stopping_url(current_actor().org_id, account.id)
    shown = render_template(
        "people/profile.html", form=form, account=account, memberships=memberships, stop_url=stop_url
    )
    return shown, 422 if form.errors else 200


def _absence(member: Membership) -> dict[str, Any]:
    """Return what the form shows of when somebody is away."""
    return {
        "away_from": member.away_from,
        "away_until": member.away_until,
        "stand_in_id": member.stand_in_id or NOBODY,
    }


def _chosen(form: ProfileForm) -> adjusting.Profile:
    """Return what was chosen. Raise `Refused` for days that do not fit."""
    away = None
    if form.away_from and (form.away_from.data or form.away_until.data):
        if not (form.away_from.data and form.away_until.data):
            raise Refused(N_("Please give both days, or none."), field="away_until")
        away = adjusting.Away(form.away_from.data, form.away_until.data, form.stand_in_id.data or None)
    return adjusting.Profile(
        name=form.name.data or "",
        locale=form.locale.data,
        zone=form.zone.data or "",
        theme=form.theme.data,
        each_alone=bool(form.each_alone.data),
        away=away,
    )


@pages.route("/profile/password", methods=["GET", "POST"])
@authenticating.limiter.limit("10 per 5 minutes", methods=["POST"])
def change_password() -> ResponseReturnValue:
    """Change the password of somebody who knows the present one; their other sessions end."""
    with looking() as reading:
        account = finding.get_account(reading)
    form = ChangePasswordForm()
    if form.validate_on_submit():
        if authenticating.fits(account, form.current.data or ""):
            password_hash = authenticating.hashed(form.password.data or "")
            authenticating.take_back_links(account.id)
            with begin() as work:
                account = recovering.choose_password(work, password_hash)
            authenticating.enter(account)
            flash(gettext("Your new password is set. Elsewhere you have been signed out."), "success")
            return redirect(url_for(".profile"))
        form.refuse(Refused(N_("This is not your present password."), field="current"))
    shown = render_template("people/change_password.html", form=form, account=account)
    return shown, 422 if form.errors else 200


@pages.post("/switch/<int:org_id>")
def switch(org_id: int) -> ResponseReturnValue:
    """Act in another organisation of one's own from now on."""
    with transactions().everywhere() as everywhere:
        member = recognising.recognise_member(everywhere, current_actor().person_id, org_id)
    if member is None or "_user_id" not in session:  # a mailed link opens one organisation only
        raise NotFound(N_("There is nothing here."))
    session["org_id"] = org_id
    return redirect("/")
