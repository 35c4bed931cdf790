"""Templates: those that come with the product and an organisation's own; copy, publish, put away."""

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from partnerships.core.errors import NotFound, Refused
from partnerships.core.words import N_
from partnerships.core.zones import DEFAULT_ZONE, day_in
from partnerships.plans import archiving, choosing, copying, finding, publishing, showing
from partnerships.plans.rules.templates import Template, load
from partnerships.plans.tables import OwnTemplate, TemplateVersion
from partnerships.web.context import begin, looking
from partnerships.web.formats import language
from partnerships.web.urls import row_id
from partnerships.web.words import gettext, translated

from .blueprint import pages


@pages.get("/templates")
def templates() -> ResponseReturnValue:
    """Show every template with what it suits and how many partnerships were planned from it."""
    with looking() as reading:
        lines = choosing.list_all_templates(reading)
    return render_template("plans/templates.html", lines=lines, words_of=showing.words_of)


@pages.get("/templates/built-in/<template_key>")
def show_built_in(template_key: str) -> ResponseReturnValue:
    """Show a template that comes with the product."""
    return _show(load(template_key), None)


@pages.get("/templates/<int:template_id>")
def show_template(template_id: int) -> ResponseReturnValue:
    """Show an own template as its working copy stands, or the version that `?version=` names."""
    number = request.args.get("version", type=row_id)
    with looking() as reading:
        own = finding.get_own_template(reading, template_id)
        versions = finding.list_template_versions(reading, template_id)
        is_ahead = number is None and own.published > 0 and finding.can_be_published(reading, own)
    shown = next((version.template for version, _ in versions if version.number == number), None)
    if number is not None and shown is None:
        raise NotFound(N_("There is nothing here."))
    return _show(shown or own.template, own, versions, number, is_ahead=is_ahead)


def _show(
    template: Template,
    own: OwnTemplate | None,
    versions: Sequence[tuple[TemplateVersion, str]] = (),
    number: int | None = None,
    *,
    is_ahead: bool = False,
) -> ResponseReturnValue:
    return render_template(
        "plans/template.html",
        template=template,
        own=own,
        number=number,
        is_ahead=is_ahead,
        versions=[(version.number, day_in(DEFAULT_ZONE, version.made_at), name) for version, name in versions],
        basics=showing.basics_of(template, ()),
        parts=showing.parts_of(template, ()),
    )


@pages.post("/templates/built-in/<template_key>/copy")
def copy_built_in(template_key: str) -> ResponseReturnValue:
    """Make an own template of one that comes with the product."""
    with begin() as work:
        template_id = copying.copy_built_in(work, template_key).id
    return _copied(template_id)


@pages.post("/templates/<int:template_id>/copy")
def copy_template(template_id: int) -> ResponseReturnValue:
    """Make another one of an own template."""
    with begin() as work:
        copied_id = copying.copy_own(work, template_id).id
    return _copied(copied_id)


def _copied(template_id: int) -> ResponseReturnValue:
    flash(gettext("Here is your copy. Change what you like, then publish it."), "success")
    return redirect(url_for(".edit_template", template_id=template_id))


@pages.post("/templates/<int:template_id>/publish")
def publish_template(template_id: int) -> ResponseReturnValue:
    """Let new plans be made from it."""
    try:
        with begin() as work:
            version = publishing.publish(work, template_id).number
    except Refused as refusal:
        flash(translated(refusal), "error")
        return redirect(url_for(".edit_template", template_id=template_id))
    flash(gettext("Version %(version)s is published. Partnerships that run keep theirs.", version=version), "success")
    return redirect(url_for(".show_template", template_id=template_id))


@pages.post("/templates/<int:template_id>/<any(archive, restore):action>")
def archive_template(template_id: int, action: str) -> ResponseReturnValue:
    """Put it away, or take it out again."""
    with begin() as work:
        own = (archiving.archive if action == "archive" else archiving.restore)(work, template_id)
        name = own.template.title.in_(language())
    said = gettext("“%(name)s” is in the archive.") if action == "archive" else gettext("“%(name)s” is back.")
    flash(said % {"name": name}, "success")
    return redirect(url_for(".templates"))
