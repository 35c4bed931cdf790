"""What posts have reached: creators send it with a screenshot, the team writes down what came by mail."""

from datetime import date
from typing import cast

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from partnerships.core.errors import Refused
from partnerships.core.zones import day_in
from partnerships.database.work import Reading, Work
from partnerships.deliverables import finding, measuring
from partnerships.deliverables.forms import MeasureForm
from partnerships.deliverables.rules.metrics import METRIC_LABELS, SOURCE_LABELS
from partnerships.web.context import insist, looking
from partnerships.web.formats import size_text
from partnerships.web.uploads import PHOTO_BYTES, PHOTOS, Uploads, has_files, receiving

from .blueprint import pages

SCREENSHOT = "screenshot"
WORDS = {"metrics": METRIC_LABELS, "sources": SOURCE_LABELS}


@pages.route("/me/deliverables/<int:deliverable_id>/numbers", methods=["GET", "POST"])
def send_numbers(deliverable_id: int) -> ResponseReturnValue:
    """Ask the creator for the numbers of each post and take them; also opened by a mailed link."""
    return _measure(deliverable_id, "send_numbers", "deliverables.submit")


@pages.route("/deliverables/<int:deliverable_id>/numbers", methods=["GET", "POST"])
def record_numbers(deliverable_id: int) -> ResponseReturnValue:
    """Write down numbers for a creator who sent them elsewhere."""
    return _measure(deliverable_id, "record_numbers", "deliverables.show")


def ask_numbers(deliverable_id: int) -> ResponseReturnValue:
    """Lead from the page of the content to the form for its numbers: the button has signed the creator in."""
    return redirect(url_for("deliverables.send_numbers", deliverable_id=deliverable_id), 303)


def _measure(deliverable_id: int, view: str, home: str) -> ResponseReturnValue:
    form = MeasureForm()
    with looking() as reading:
        _offer(reading, deliverable_id, form)
    if form.validate_on_submit() and _is_taken(deliverable_id, form):
        return _go_on(deliverable_id, f"deliverables.{view}", home)
    with looking() as reading:
        deliverable = finding.get_for(reading, deliverable_id)
        shown = {"deliverable": deliverable, "partnership": deliverable.partnership, "spec": deliverable.spec}
        posts = finding.list_measured(reading, deliverable_id)
        limit = {"accept": PHOTOS, "max_bytes": PHOTO_BYTES, "max_text": size_text(PHOTO_BYTES)}
        return render_template(
            f"deliverables/{view}.html", form=form, posts=posts, **limit, **shown
        ), 422 if form.errors else 200


def _offer(reading: Reading, deliverable_id: int, form: MeasureForm) -> None:
    """Let the form ask about the posts that were seen live, the first without numbers chosen, as of today."""
    zone = finding.get_for(reading, deliverable_id).partnership.zone
    posts = finding.list_measured(reading, deliverable_id)
    form.offer((post.id, post.url) for post in posts)
    if not form.is_submitted():
        form.post.data = next((post.id for post in posts if not post.measurements), posts[0].id if posts else None)
        form.measured_on.data = day_in(zone, reading.now)


def _is_taken(deliverable_id: int, form: MeasureForm) -> bool:
    """Say whether the numbers could be written down; what is wrong with them is said beside their fields."""
    try:
        with receiving(_room_taken(deliverable_id)) as uploads:
            insist(lambda work: _take(work, deliverable_id, form, uploads))
    except Refused as refusal:
        form.refuse(refusal)
        return False
    return True


def _take(work: Work, deliverable_id: int, form: MeasureForm, uploads: Uploads) -> None:
    files, spoilt = uploads.files.get(SCREENSHOT, []), uploads.spoilt.get(SCREENSHOT)
    if spoilt is not None:
        spoilt.field = SCREENSHOT
    written = measuring.measure(
        work,
        deliverable_id,
        form.post.data,
        figures=form.figures,
        measured_on=cast("date", form.measured_on.data),
        why=form.why.data or "",
        screenshots=files,
        spoilt=spoilt,
    )
    uploads.keep_only([written.screenshot.key] if written.screenshot else [])


def _room_taken(deliverable_id: int) -> int:
    """Return how many bytes the organisation keeps, once we know that the content is theirs who send a file for it."""
    if not has_files():
        return 0
    with looking() as reading:
        return finding.get_with_used_bytes(reading, deliverable_id)[1]


def _go_on(deliverable_id: int, again: str, home: str) -> ResponseReturnValue:
    """Ask for the numbers of the next post (`again`), or lead back to the content (`home`)."""
    with looking() as reading:
        left = [post for post in finding.list_measured(reading, deliverable_id) if not post.measurements]
    flash(gettext("The numbers are in. There is one more post.") if left else gettext("The numbers are in."), "success")
    return redirect(url_for(again if left else home, deliverable_id=deliverable_id), 303)
