"""The creators an organisation works with."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from partnerships.core.errors import Refused
from partnerships.web.context import begin, looking
from partnerships.web.flashes import flash_next
from partnerships.web.policy import MANAGERS, TEAM, Audience

from . import enlisting, finding
from .enlisting import CreatorFacts, HandleFacts
from .forms import HANDLE_ROWS, AddressedCreatorForm, CreatorForm, NewCreatorForm
from .rules.contacts import follower_count
from .rules.words import PLATFORMS
from .tables import Creator, Platform

pages = Blueprint("creators", __name__)

OPEN_TO: dict[str, Audience] = {
    "creators.show_all": TEAM,
    "creators.create": MANAGERS,
    "creators.edit": MANAGERS,
}


@pages.get("/creators")
def show_all() -> ResponseReturnValue:
    """List the creators, or those that `?q=` finds."""
    search = request.args.get("q", "")
    with looking() as reading:
        found = finding.list_creators(reading, search)
    return render_template("creators/list.html", creators=found, search=search, platforms=PLATFORMS)


@pages.route("/creators/new", methods=["GET", "POST"])
def create() -> ResponseReturnValue:
    """Open a file for a creator."""
    form = NewCreatorForm()
    if form.validate_on_submit():
        try:
            with begin() as work:
                creator = enlisting.enlist(
                    work,
                    _facts(form),
                    email=form.email.data or "",
                    locale=form.locale.data,
                    zone=form.zone.data or "",
                )
                plan_url = url_for("plans.create", creator=creator.id)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            said = gettext("%(name)s is in your list now.", name=form.name.data)
            flash_next(said, gettext("Plan a partnership"), plan_url)
            return redirect(url_for(".show_all"))
    return render_template("creators/edit.html", form=form, creator=None, address=None), 422 if form.errors else 200


@pages.route("/creators/<int:creator_id>", methods=["GET", "POST"])
def edit(creator_id: int) -> ResponseReturnValue:
    """Change a creator's file."""
    with looking() as reading:
        creator = finding.get_creator(reading, creator_id)
        address = finding.get_address(reading, creator)
        is_used = finding.has_acted(reading, creator)
    facts = _shown(creator) | {"email": address}
    form = CreatorForm(data=facts) if is_used else AddressedCreatorForm(data=facts)
    if form.validate_on_submit():
        try:
            with begin() as work:
                email = form.email.data if isinstance(form, AddressedCreatorForm) else ""
                enlisting.revise(work, creator_id, _facts(form), email=email or "")
        except Refused as refusal:
            form.refuse(refusal)
        else:
            flash(gettext("What you changed is saved."), "success")
            return redirect(url_for(".show_all"))
    shown = render_template("creators/edit.html", form=form, creator=creator, address=address)
    return shown, 422 if form.errors else 200


def _shown(creator: Creator) -> dict[str, object]:
    """Return the file as the form shows it, with room for one more account."""
    rows: list[dict[str, object]] = [
        {"platform": handle.platform.value, "name": handle.name, "followers": str(handle.followers or "")}
        for handle in creator.handles
    ]
    empty = max(1, HANDLE_ROWS - len(rows))
    return {
        "name": creator.name,
        "niche": creator.niche,
        "whatsapp": creator.whatsapp and f"+{creator.whatsapp}",
        "note": creator.note,
        "handles": rows + [{} for _ in range(empty)],
    }


def _facts(form: CreatorForm) -> CreatorFacts:
    return CreatorFacts(
        name=form.name.data or "",
        niche=form.niche.data or "",
        whatsapp=form.whatsapp.data or "",
        note=form.note.data or "",
        handles=tuple(
            HandleFacts(
                platform=Platform(row.platform.data),
                name=row.form.name.data,
                followers=follower_count(row.followers.data or ""),
            )
            for row in form.handles
            if row.form.name.data
        ),
    )
