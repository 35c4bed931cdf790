"""Write an own template line by line. Whatever is written is kept; what is wrong with it stands beside the line."""

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from partnerships.core.errors import NotFound, Refused
from partnerships.core.words import N_
from partnerships.plans import editing, finding, showing
from partnerships.plans.forms.lines import LineForm
from partnerships.plans.forms.templates import FORMS
from partnerships.plans.rules.checking import check
from partnerships.plans.rules.editing import LISTED, Line, LineChanged, Place, Section, find, new_key
from partnerships.plans.rules.templates import Template
from partnerships.plans.rules.words import NEW_LINES
from partnerships.web.context import begin, looking
from partnerships.web.urls import any_of_words
from partnerships.web.words import gettext, say, translated

from .blueprint import pages, status_of

SECTION = any_of_words(LISTED)


@pages.get("/templates/<int:template_id>/edit")
def edit_template(template_id: int) -> ResponseReturnValue:
    """Show every line with its buttons, and what has to change before it can be published."""
    with looking() as reading:
        own = finding.get_own_template(reading, template_id)
        has_news = finding.can_be_published(reading, own)
    template, problems = own.template, check(own.template)
    removed = own.last_removed
    return render_template(
        "plans/template_edit.html",
        own=own,
        has_news=has_news,
        template=template,
        basics=showing.basics_of(template, problems),
        parts=showing.parts_of(template, problems),
        troubles=showing.troubles_of(template, problems),
        new_lines=NEW_LINES,
        removed=showing.title_of(removed.line) if removed else "",
    )


@pages.route("/templates/<int:template_id>/basics", methods=["GET", "POST"])
def edit_basics(template_id: int) -> ResponseReturnValue:
    """Write what is said of the template as a whole."""
    return _write(template_id, Place(Section.BASICS))


@pages.route(f"/templates/<int:template_id>/new/<{SECTION}:section>", methods=["GET", "POST"])
def add_line(template_id: int, section: str) -> ResponseReturnValue:
    """Write a new line; `?of=` names the check-in that a question belongs to."""
    return _write(template_id, Place(Section(section), of=_of(section)))


@pages.route(f"/templates/<int:template_id>/<{SECTION}:section>/<line_key>", methods=["GET", "POST"])
def edit_line(template_id: int, section: str, line_key: str) -> ResponseReturnValue:
    """Write a line anew."""
    return _write(template_id, Place(Section(section), line_key, _of(section)))


@pages.post(f"/templates/<int:template_id>/<{SECTION}:section>/<line_key>/<any(up, down, remove):action>")
def change_line(template_id: int, section: str, line_key: str, action: str) -> ResponseReturnValue:
    """Move a line up or down, or take it out."""
    place = Place(Section(section), line_key, _of(section))
    with begin() as work:
        if action == "remove":
            editing.remove(work, template_id, place)
        else:
            editing.move(work, template_id, place, -1 if action == "up" else 1)
    anchor = "removed" if action == "remove" else place.row
    return redirect(url_for(".edit_template", template_id=template_id, _anchor=anchor))


@pages.post("/templates/<int:template_id>/put-back")
def put_back(template_id: int) -> ResponseReturnValue:
    """Put back what was taken out last."""
    try:
        with begin() as work:
            editing.put_back(work, template_id)
    except Refused as refusal:
        flash(translated(refusal), "error")
    else:
        flash(gettext("It is back where it was."), "success")
    return redirect(url_for(".edit_template", template_id=template_id))


def _of(section: str) -> str:
    return request.args.get("of", "") if section == Section.QUESTIONS else ""


def _write(template_id: int, place: Place) -> ResponseReturnValue:
    with looking() as reading:
        template = finding.get_own_template(reading, template_id).template
    line = find(template, place)
    form = FORMS[place.section]()
    form.offer(showing.offers_of(template, place))
    if not form.is_submitted():
        _open(form, template, place, line)
    elif form.validate():
        saved = _save(form, template_id, template, place)
        if saved is not None:
            flash(gettext("Saved."), "success")
            return redirect(url_for(".edit_template", template_id=template_id, _anchor=saved.row))
    page = render_template(
        "plans/template_line.html",
        form=form,
        template_id=template_id,
        name=showing.words_of(template.title),
        title=showing.title_of(line) if line else say(NEW_LINES[place.section]),
        wrong=[
            trouble.sentence for trouble in showing.troubles_of(template, check(template)) if trouble.row == place.row
        ],
    )
    return page, status_of(form)


def _open(form: LineForm, template: Template, place: Place, line: Line | None) -> None:
    """Fill the form with what stands there; raise `NotFound` when nothing does and no new line is meant."""
    is_lost = line is None and place.key
    is_nowhere = place.section is Section.QUESTIONS and find(template, Place(Section.CHECK_INS, place.of)) is None
    if is_lost or is_nowhere:
        raise NotFound(N_("There is nothing here."))
    if line is not None:
        form.fill(line)


def _save(form: LineForm, template_id: int, template: Template, place: Place) -> Place | None:
    """Keep what was written and return where; None when somebody else was faster or a rule says no."""
    old = find(template, place)
    at = place
    if not place.key and place.section is not Section.BASICS:
        at = replace(place, key=new_key(template, place, form.title))
    try:
        with begin() as work:
            editing.save(work, template_id, at, form.line(at.key, old), seen=form.seen.data or "")
    except LineChanged as changed:
        form.refuse(changed)
        form.compare(changed.line)
    except Refused as refusal:
        form.refuse(refusal)
    else:
        return at
    return None
