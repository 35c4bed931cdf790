"""The rubric: what reviews are made with, and an organisation's own versions of it."""

from collections.abc import Callable, Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from partnerships.authenticity import weighing, wording
from partnerships.authenticity.forms import TONGUES, rubric_form, rubric_in
from partnerships.authenticity.rules import versions
from partnerships.authenticity.rules.rubric import LEVELS, load
from partnerships.authenticity.tables import RubricVersion
from partnerships.core.errors import NotFound, Refused
from partnerships.core.words import N_
from partnerships.core.zones import day_in
from partnerships.people.finding import get_organisation
from partnerships.web.context import begin, looking
from partnerships.web.forms import PageForm
from partnerships.web.words import gettext

from .blueprint import pages


@pages.get("/rubric")
def rubric() -> ResponseReturnValue:
    """Show what new reviews are made with, or the version that `?version=` names, and every version there is."""
    asked = request.args.get("version", "")
    with looking() as reading:
        shelf = weighing.look_at_shelf(reading)
        shown = RubricVersion.called(reading, asked) if asked else shelf.newest
        zone = get_organisation(reading).zone
        days = {version.name: day_in(zone, version.published_at) for version, _ in shelf.own}
    return render_template(
        "authenticity/rubric.html",
        rubric=shown,
        shelf=shelf,
        days=days,
        differences={each.criterion.key: each for each in versions.differences(shown, load())},
        anchors_of=wording.anchors_of,
    )


@pages.post("/rubric")
def copy_rubric() -> ResponseReturnValue:
    """Begin a working copy of the version that is named."""
    with begin() as work:
        weighing.copy(work, request.form.get("version", ""))
    return redirect(url_for(".edit_rubric"))


@pages.route("/rubric/copy", methods=["GET", "POST"])
def edit_rubric() -> ResponseReturnValue:
    """Show the working copy; keep it, publish it or throw it away, as the pressed button says."""
    if request.method == "POST":
        return DONE.get(request.form.get("do", ""), _keep)()
    with looking() as reading:
        there = weighing.find_copy(reading)
    if there is None:
        raise NotFound(N_("There is nothing here."))
    return _show(rubric_form(weighing.preview(there.body))(formdata=None))


def _keep() -> ResponseReturnValue:
    form = rubric_form(load())()
    if not form.validate():
        return _show(form)
    with begin() as work:
        weighing.keep(work, rubric_in(form, load()))
    flash(gettext("Kept. Reviews are made with it once it is published."), "success")
    return redirect(url_for(".edit_rubric"))


def _publish() -> ResponseReturnValue:
    form = rubric_form(load())()
    body = rubric_in(form, load())
    wrong = [*versions.wrong_with(load(), body)]
    if not form.validate() or wrong:
        return _refuse(form, wrong)
    try:
        with begin() as work:
            name = weighing.publish(work, body).name
    except Refused as refusal:
        return _refuse(form, [refusal])
    flash(gettext("%(version)s is published: new reviews are made with it.", version=name), "success")
    return redirect(url_for(".rubric"))


def _drop() -> ResponseReturnValue:
    with begin() as work:
        weighing.drop(work)
    flash(gettext("The working copy is gone. Reviews are made as before."), "success")
    return redirect(url_for(".rubric"))


DONE: Mapping[str, Callable[[], ResponseReturnValue]] = {"publish": _publish, "drop": _drop}


def _refuse(form: PageForm, wrong: Sequence[Refused]) -> ResponseReturnValue:
    """Show all that is wrong at once; what is not even a number is told so once."""
    for refusal in wrong:
        if not (refusal.field and form[refusal.field].errors):
            form.refuse(refusal)
    return _show(form)


def _show(form: PageForm) -> ResponseReturnValue:
    criteria = load().criteria
    shown = render_template(
        "authenticity/rubric_edit.html",
        form=form,
        criteria=criteria,
        weights=[form[versions.weight_field(one.key)] for one in criteria],
        anchors={
            one.key: [[form[versions.anchor_field(one.key, level, each)] for each in TONGUES] for level in LEVELS]
            for one in criteria
        },
    )
    return shown, 422 if form.errors else 200
