"""Two versions of the content beside each other with what was asked for, and what people say about it."""

from itertools import zip_longest

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from partnerships.core.errors import NotFound, Refused
from partnerships.core.words import N_
from partnerships.deliverables import finding, talking
from partnerships.deliverables.rules.wordings import compare_words
from partnerships.deliverables.tables import ChangeRequest, Deliverable, Revision
from partnerships.deliverables.wording import anchor_text
from partnerships.web.context import insist, looking
from partnerships.web.words import translated

from .blueprint import pages


@pages.get("/deliverables/<int:deliverable_id>/compare")
def compare(deliverable_id: int) -> ResponseReturnValue:
    """Show two versions beside each other: those that the address names, or the newest and the one before."""
    with looking() as reading:
        deliverable = finding.get_whole(reading, deliverable_id)
        left, right = _chosen(deliverable)
        requests = ChangeRequest.list_of(reading, deliverable_id)
        return render_template(
            "deliverables/compare.html",
            deliverable=deliverable,
            spec=deliverable.spec,
            partnership=deliverable.partnership,
            left=left,
            right=right,
            pairs=list(zip_longest(left.media, right.media)),
            words=compare_words(left.caption, right.caption),
            requests=[one for one in requests if one.id in right.answered or one.revision_id == left.id],
            anchor_text=anchor_text,
            role=reading.actor.role,
        )


@pages.post("/deliverables/<int:deliverable_id>/messages")
def talk(deliverable_id: int) -> ResponseReturnValue:
    """Take what somebody of the team says about the content, or that they have seen what its creator said."""
    (see if request.form.get("act") == "see" else say)(deliverable_id)
    return redirect(url_for("deliverables.show", deliverable_id=deliverable_id), 303)


def say(deliverable_id: int) -> None:
    """Keep the message that was sent with this request."""
    try:
        insist(lambda work: talking.say(work, deliverable_id, request.form.get("message", "")))
    except Refused as refusal:
        flash(translated(refusal), "error")
    else:
        flash(gettext("Your message is sent."), "success")


def see(deliverable_id: int) -> None:
    """Mark the other side's messages as seen."""
    insist(lambda work: talking.see(work, deliverable_id))


def _chosen(deliverable: Deliverable) -> tuple[Revision, Revision]:
    """Return the two versions to compare, the older one first; raise `NotFound` where there are not two."""
    numbers = {str(revision.number): revision for revision in deliverable.revisions}
    newest = list(numbers)[-2:]
    if len(newest) < 2:
        raise NotFound(N_("There is nothing here."))
    asked = [request.args.get("from", newest[0]), request.args.get("to", newest[1])]
    if not set(asked) <= numbers.keys():
        raise NotFound(N_("There is nothing here."))
    left, right = sorted((numbers[number] for number in asked), key=lambda revision: revision.number)
    return left, right
