"""What people of the team see who look for a post: the first time, and again while it has to stay up."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from partnerships.core.errors import Refused
from partnerships.database.work import Work
from partnerships.deliverables import finding, verifying
from partnerships.deliverables.forms import AgainForm, LookForm
from partnerships.deliverables.rules.deliverables import MARKS, STATE_LABELS, DeliverableState
from partnerships.deliverables.rules.looks import SIGHT_LABELS, Sight
from partnerships.deliverables.tables import Deliverable, LiveLook
from partnerships.files.receiving import ReceivedFile
from partnerships.web.context import begin, looking
from partnerships.web.formats import size_text
from partnerships.web.uploads import PHOTO_BYTES, PHOTOS, receiving
from partnerships.web.words import say

from .blueprint import pages
from .metrics import SCREENSHOT, room_taken


@pages.route("/deliverables/<int:deliverable_id>/live", methods=["GET", "POST"])
def check_live(deliverable_id: int) -> ResponseReturnValue:
    """Say whether the post is live; while it has to stay up, whether it still is."""
    with looking() as reading:
        deliverable = finding.get_whole(reading, deliverable_id)
        is_kept = deliverable.state is DeliverableState.KEEPING_LIVE
        form = AgainForm() if is_kept else _look_form(deliverable)
    if form.validate_on_submit() and _is_taken(deliverable_id, form):
        return redirect(url_for("deliverables.show", deliverable_id=deliverable_id), 303)
    with looking() as reading:
        deliverable = finding.get_whole(reading, deliverable_id)
        return render_template(
            f"deliverables/{'look_again' if is_kept else 'check_live'}.html",
            form=form,
            deliverable=deliverable,
            partnership=deliverable.partnership,
            spec=deliverable.spec,
            publish_step=deliverable.publish_step,
            mark=MARKS[deliverable.state],
            state_word=say(STATE_LABELS[deliverable.state]),
            gate=None if is_kept else finding.find_passed_gate(reading, deliverable),
            looks=LiveLook.list_of(reading, [deliverable_id]),
            sights=SIGHT_LABELS,
            accept=PHOTOS,
            max_bytes=PHOTO_BYTES,
            max_text=size_text(PHOTO_BYTES),
        ), 422 if form.errors else 200


def _look_form(deliverable: Deliverable) -> LookForm:
    """Return the form of the first look, with the Spark code that the creator has sent."""
    sent = next((post for post in reversed(deliverable.posts) if post.spark_code), None)
    return LookForm(data={"spark_code": sent.spark_code, "spark_until": sent.spark_until} if sent else None)


def _is_taken(deliverable_id: int, form: LookForm | AgainForm) -> bool:
    """Say whether what somebody saw could be kept; what is wrong with it is said beside its field."""
    try:
        with receiving(room_taken(deliverable_id)) as uploads:
            if SCREENSHOT in uploads.spoilt:
                uploads.spoilt[SCREENSHOT].field = SCREENSHOT
                raise uploads.spoilt[SCREENSHOT]
            with begin() as work:
                look = _take(work, deliverable_id, form, uploads.files.get(SCREENSHOT, []))
                tell = _answer(work.get(Deliverable, deliverable_id), form, look)
                uploads.keep_only([look.screenshot.key] if look.screenshot else [])
    except Refused as refusal:
        form.refuse(refusal)
        return False
    tell()
    return True


def _take(work: Work, deliverable_id: int, form: LookForm | AgainForm, shots: list[ReceivedFile]) -> LiveLook:
    note = form.note.data or ""
    if isinstance(form, AgainForm):
        sight = Sight(form.sight.data)
        return verifying.look_again(work, deliverable_id, sight=sight, note=note, screenshots=shots)
    seen: dict[str, Any] = {"found": form.is_found(), "label_on": bool(form.label_on.data), **form.spark}
    return verifying.check_live(work, deliverable_id, note=note, screenshots=shots, **seen)


def _answer(deliverable: Deliverable, form: LookForm | AgainForm, look: LiveLook) -> Callable[[], None]:
    """Return what says, once it is kept, what follows from it."""
    name, days = deliverable.partnership.creator.name, deliverable.spec.min_days_live
    if look.sight is not Sight.LIVE:
        return lambda: flash(gettext("Noted: %(name)s is told what you saw.", name=name), "success")
    if isinstance(form, AgainForm):
        return lambda: flash(gettext("Noted: the post is still up."), "success")
    if form.label_on.data:
        return lambda: flash(
            gettext("Noted: the post is live, and has to stay up for %(days)s days.", days=days), "success"
        )
    return lambda: flash(
        gettext("Noted: the post is live, but its ad label is not on. %(name)s is asked to switch it on.", name=name),
        "warning",
    )
