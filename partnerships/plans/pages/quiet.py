"""Quiet days and hours: which days are left alone, and when nobody is reminded."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from partnerships.core.errors import Refused
from partnerships.core.zones import day_in
from partnerships.people.finding import get_organisation
from partnerships.plans import ruling
from partnerships.plans.forms import FeastForm, QuietDayForm, QuietHoursForm
from partnerships.plans.rules.quiet import DAY_LABELS, DayKind
from partnerships.web.context import begin, looking
from partnerships.web.formats import day_text, language
from partnerships.web.words import gettext, ngettext

from .blueprint import pages, status_of


@pages.route("/calendar/rules", methods=["GET", "POST"])
def quiet_days() -> ResponseReturnValue:
    """Show a year's quiet days, and add one."""
    form = QuietDayForm()
    if form.validate_on_submit():
        try:
            with begin() as work:
                ruling.add_day(work, form.day, form.name.data or "")
            flash(
                gettext("%(day)s is quiet from now on. What is planned already stays.", day=day_text(form.day)),
                "success",
            )
            return redirect(url_for(".quiet_days", year=form.day.year))
        except Refused as refusal:
            form.refuse(refusal)
    with looking() as reading:
        this_year = day_in(get_organisation(reading).zone, reading.now).year
        years = ruling.list_years(reading)
        year = request.args.get("year", this_year, type=int)
        year = year if year in years else this_year
        page = render_template(
            "plans/quiet_days.html",
            form=form,
            year=year,
            years=sorted({*years, this_year}),
            days=ruling.list_days(reading, year),
            hours=ruling.find_hours(reading),
            is_empty=not years,
            kinds=DAY_LABELS,
            locale=language(),
        )
    return page, status_of(form)


@pages.post("/calendar/rules/holidays")
def take_holidays() -> ResponseReturnValue:
    """Add Indonesia's holidays to an organisation that does not keep them yet."""
    with begin() as work:
        added = ruling.take_holidays(work)
    flash(ngettext("Added %(num)s day.", "Added %(num)s days.", added), "success")
    return redirect(url_for(".quiet_days"))


@pages.route("/calendar/rules/hours", methods=["GET", "POST"])
def quiet_hours() -> ResponseReturnValue:
    """Change the hours in which nobody is reminded."""
    with looking() as reading:
        hours = ruling.find_hours(reading)
    form = QuietHoursForm(data={"begins": hours.begins, "ends": hours.ends})
    if form.validate_on_submit() and form.begins.data and form.ends.data:
        with begin() as work:
            ruling.set_hours(work, form.begins.data, form.ends.data)
        flash(gettext("Nobody is reminded in these hours from now on."), "success")
        return redirect(url_for(".quiet_days"))
    return render_template("plans/quiet_hours.html", form=form), status_of(form)


@pages.route("/calendar/rules/<int:rule_id>", methods=["GET", "POST"])
def edit_quiet_day(rule_id: int) -> ResponseReturnValue:
    """Put a feast on its announced day, and show whose dates count from the day it was on."""
    with looking() as reading:
        rule = ruling.get_day(reading, rule_id)
        companions = ruling.list_companions(reading, rule)
        form = FeastForm(
            data={
                "on": rule.on,
                "estimated": rule.estimated,
                "name": rule.name_id,
                "along": [one.id for one in companions],
            }
        )
        form.offer((one.id, f"{day_text(one.on)} \u00b7 {one.name.in_(language())}") for one in companions)
    if form.validate_on_submit():
        try:
            with begin() as work:
                left = ruling.change_day(
                    work,
                    rule_id,
                    on=form.day,
                    estimated=bool(form.estimated.data),
                    name=form.name.data,
                    along=form.along.data or (),
                )
            flash(gettext("Saved. What is planned already stays."), "success")
            return redirect(url_for(".edit_quiet_day", rule_id=rule_id, was=left if left != form.day else None))
        except Refused as refusal:
            form.refuse(refusal)
    with looking() as reading:
        rule = ruling.get_day(reading, rule_id)
        was_on = _day(request.args.get("was", ""))
        page = render_template(
            "plans/quiet_day.html",
            form=form,
            rule=rule,
            is_own=rule.kind is DayKind.OWN,
            was_on=was_on,
            anchored=ruling.list_anchored(reading, rule, was_on),
            locale=language(),
        )
    return page, status_of(form)


def _day(text: str) -> date | None:
    """Return the day written in an address, or None when it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@pages.post("/calendar/rules/<int:rule_id>/remove")
def remove_quiet_day(rule_id: int) -> ResponseReturnValue:
    """Let a day be like any other; the list offers to bring it back."""
    with begin() as work:
        rule = ruling.remove_day(work, rule_id)
        year, day = rule.on.year, rule.on
    flash(
        gettext("%(day)s is a day like any other now. The list below can bring it back.", day=day_text(day)), "success"
    )
    return redirect(url_for(".quiet_days", year=year))


@pages.post("/calendar/rules/<int:rule_id>/restore")
def restore_quiet_day(rule_id: int) -> ResponseReturnValue:
    """Bring a removed day back."""
    with begin() as work:
        rule = ruling.restore_day(work, rule_id)
        year, day = rule.on.year, rule.on
    flash(gettext("%(day)s is quiet again.", day=day_text(day)), "success")
    return redirect(url_for(".quiet_days", year=year))
