"""What posts have reached: creators send it with a screenshot, the team writes it down, one by one or from a file."""

from collections.abc import Sequence
from datetime import date
from typing import cast

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from partnerships.core.errors import Refused
from partnerships.core.zones import day_in
from partnerships.database.work import Reading, Work
from partnerships.deliverables import finding, measuring
from partnerships.deliverables.accounting import numbers_csv
from partnerships.deliverables.forms import MeasureForm, SheetForm
from partnerships.deliverables.rules.metrics import FORMULAS, METRIC_LABELS, SOURCE_LABELS
from partnerships.deliverables.rules.posts import NAMES
from partnerships.deliverables.rules.sheets import SHEET_BYTES, SheetRefused, Wrong
from partnerships.plans.finding import get_campaign
from partnerships.web.context import insist, looking
from partnerships.web.formats import size_text
from partnerships.web.uploads import PHOTO_BYTES, PHOTOS, Uploads, has_files, receiving
from partnerships.web.urls import row_id
from partnerships.web.words import translated

from .blueprint import pages

SCREENSHOT = "screenshot"
SIZE = 50  # posts on one page
MOST_WRONG = 50  # rows whose mistakes are told at once
WORDS = {"metrics": METRIC_LABELS, "sources": SOURCE_LABELS}


@pages.route("/me/deliverables/<int:deliverable_id>/numbers", methods=["GET", "POST"])
def send_numbers(deliverable_id: int) -> ResponseReturnValue:
    """Ask the creator for the numbers of each post and take them; also opened by a mailed link."""
    return _measure(deliverable_id, "send_numbers", "deliverables.submit")


@pages.route("/deliverables/<int:deliverable_id>/numbers", methods=["GET", "POST"])
def record_numbers(deliverable_id: int) -> ResponseReturnValue:
    """Write down numbers for a creator who sent them elsewhere."""
    return _measure(deliverable_id, "record_numbers", "deliverables.show")


@pages.route("/campaigns/<int:campaign_id>/numbers", methods=["GET", "POST"])
def numbers(campaign_id: int) -> ResponseReturnValue:
    """Show what the posts of a campaign have reached, and take the numbers in a CSV file, all or none."""
    form = SheetForm()
    wrong: Sequence[Wrong] = ()
    if form.validate_on_submit():
        try:
            return _take_sheet(campaign_id, form)
        except SheetRefused as refusal:
            form.refuse(refusal)
            wrong = refusal.wrong
        except Refused as refusal:
            form.refuse(refusal)
    page = request.args.get("page", 1, type=row_id)
    with looking() as reading:
        return render_template(
            "deliverables/campaign_numbers.html",
            campaign=get_campaign(reading, campaign_id),
            posts=finding.list_campaign_posts(reading, campaign_id, limit=SIZE, offset=(page - 1) * SIZE),
            total=finding.count_campaign_posts(reading, campaign_id),
            wrong=[(one.row, one.column, translated(one.refusal)) for one in wrong[:MOST_WRONG]],
            more=max(len(wrong) - MOST_WRONG, 0),
            form=form, page=page, size=SIZE, words=WORDS, formulas=FORMULAS, names=NAMES,
        ), 422 if form.errors else 200  # fmt: skip


@pages.get("/campaigns/<int:campaign_id>/numbers.csv")
def numbers_file(campaign_id: int) -> ResponseReturnValue:
    """Hand out the same rows, all of them, as a file that can be filled in and sent back."""
    with looking() as reading:
        get_campaign(reading, campaign_id)
        text = numbers_csv(finding.list_campaign_posts(reading, campaign_id))
    name = f"attachment; filename=numbers-{reading.now:%Y-%m-%d}.csv"
    return Response(text, mimetype="text/csv", headers={"Content-Disposition": name})


def _take_sheet(campaign_id: int, form: SheetForm) -> ResponseReturnValue:
    content = form.sheet.data.read(SHEET_BYTES + 1)

    def take(work: Work) -> int:
        get_campaign(work, campaign_id)
        return measuring.measure_sheet(work, campaign_id, content)

    taken = insist(take)
    flash(ngettext("Numbers of %(num)s post are taken.", "Numbers of %(num)s posts are taken.", taken), "success")
    return redirect(url_for(".numbers", campaign_id=campaign_id), 303)


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
        with receiving(room_taken(deliverable_id)) as uploads:
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


def room_taken(deliverable_id: int) -> int:
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
