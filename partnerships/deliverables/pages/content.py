"""Pages to send drafts and live links, and to see, check and settle what was sent."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from partnerships.core.actor import MANAGING
from partnerships.core.errors import Conflict, Refused
from partnerships.core.zones import day_in
from partnerships.database.work import Reading
from partnerships.deliverables import agreeing, dropping, finding, fulfilling, publishing, submitting
from partnerships.deliverables.forms import DraftForm, PostForm, SparkFields, TaskForm, UseForm
from partnerships.deliverables.rules.deliverables import DRAFT_OWED, IN_REVIEW, MARKS, SHUT, STATE_LABELS, Door
from partnerships.deliverables.rules.licences import LicenceAction
from partnerships.deliverables.rules.looks import SIGHT_LABELS
from partnerships.deliverables.rules.posts import NAMES
from partnerships.deliverables.rules.revisions import STATEMENT_TEXT
from partnerships.deliverables.tables import ContentMessage, Deliverable, LiveLook
from partnerships.deliverables.wording import gate_text
from partnerships.plans.rules.courses import Course
from partnerships.plans.rules.words import CLAIM_LABELS, DELIVERABLE_LABELS
from partnerships.web.context import begin, insist, looking
from partnerships.web.formats import size_text
from partnerships.web.uploads import ACCEPT, max_bytes
from partnerships.web.words import say, translated

from . import drafts, feedback, uses
from .blueprint import pages
from .licences import RIGHTS, take_right
from .metrics import WORDS, ask_numbers

VIEWS = {
    Door.DRAFT: "deliverables/draft.html",
    Door.SENT: "deliverables/sent.html",
    Door.POST: "deliverables/post.html",
    Door.TASK: "deliverables/task.html",
}
SHUT_VIEW = "deliverables/shut.html"
FORMS: Mapping[str, type[SparkFields | TaskForm]] = {
    VIEWS[Door.POST]: PostForm,
    VIEWS[Door.TASK]: TaskForm,
    SHUT_VIEW: SparkFields,
}


@pages.route("/me/deliverables/<int:deliverable_id>", methods=["GET", "POST"])
def submit(deliverable_id: int) -> ResponseReturnValue:
    """Show what is awaited (a draft, the live link, nothing) and take it; also opened by a mailed link."""
    if request.method == "POST":
        return ACTS.get(request.form.get("act", ""), _send_draft)(deliverable_id)
    return _meet(deliverable_id)


@pages.post("/me/deliverables/<int:deliverable_id>/pull-back")
def pull_back(deliverable_id: int) -> ResponseReturnValue:
    """Take a draft back before the review begins."""
    try:
        with begin() as work:
            submitting.pull_back(work, deliverable_id)
    except Refused as refusal:
        flash(translated(refusal), "error")
    else:
        flash(gettext("You have it back. Send it again when it is ready."), "success")
    return _back(deliverable_id)


@pages.route("/me/deliverables/<int:deliverable_id>/post", methods=["GET", "POST"])
def publish(deliverable_id: int) -> ResponseReturnValue:
    """Take the link to a live post, early ones too; also opened by a mailed link."""
    if request.method == "POST" and request.form.get("act", "post") != "post":
        return submit(deliverable_id)
    if request.method == "POST":
        return _add_link(deliverable_id)
    with looking() as reading:
        is_open = finding.get_for(reading, deliverable_id).takes_link
    return _meet(deliverable_id, "deliverables/post.html" if is_open else None)


@pages.get("/deliverables/<int:deliverable_id>")
def show(deliverable_id: int) -> ResponseReturnValue:
    """Show staff every version, every post, and what may be done now."""
    with looking() as reading:
        deliverable = finding.get_whole(reading, deliverable_id)
        actions = {
            transition.action: say(transition.label) for transition in deliverable.actions_for(reading.actor.role)
        }
        waiting = finding.list_waiting_payments(reading, deliverable)
        frame = _frame(reading, deliverable)
        frame["told"] = finding.find_last_words(reading, deliverable) if deliverable.course is Course.TASK else ""
        return render_template("deliverables/show.html", **frame, actions=actions, hanging_payments=waiting)


@pages.route("/deliverables/<int:deliverable_id>/post", methods=["GET", "POST"])
def record_post(deliverable_id: int) -> ResponseReturnValue:
    """Write down a live link for a creator who sent it elsewhere."""
    form = _post_form(deliverable_id)
    if _is_taken(form, lambda: _add_post(deliverable_id, form)):
        return _to_show(deliverable_id)
    return _form_page("deliverables/record_post.html", deliverable_id, form)


@pages.post("/deliverables/<int:deliverable_id>/fulfil")
def fulfil(deliverable_id: int) -> ResponseReturnValue:
    """Write down that a task is done, and how."""
    return _settle(deliverable_id, fulfilling.fulfil)


@pages.post("/deliverables/<int:deliverable_id>/waive")
def waive(deliverable_id: int) -> ResponseReturnValue:
    """Ask for this content no longer."""
    return _settle(deliverable_id, dropping.waive)


@pages.post("/deliverables/<int:deliverable_id>/revoke")
def revoke(deliverable_id: int) -> ResponseReturnValue:
    """Revoke an approval before the content is public."""
    return _settle(deliverable_id, dropping.revoke)


@pages.post("/deliverables/<int:deliverable_id>/rounds")
def agree_round(deliverable_id: int) -> ResponseReturnValue:
    """Write down that one more round of changes is agreed on."""
    return _settle(deliverable_id, agreeing.agree_round)


@pages.post("/deliverables/<int:deliverable_id>/take-down")
def take_down(deliverable_id: int) -> ResponseReturnValue:
    """Write down that the post is gone."""
    return _settle(deliverable_id, dropping.take_down)


def _send_draft(deliverable_id: int) -> ResponseReturnValue:
    refused: Refused | None = None
    form = DraftForm()
    try:
        if form.validate_on_submit():
            drafts.store(deliverable_id, form)
            return _back(deliverable_id)
    except Refused as refusal:
        refused = refusal
    except Conflict as conflict:
        refused = Refused(conflict.sentence)
    return _meet(deliverable_id, status=422, refused=refused)


def _post_form(deliverable_id: int) -> PostForm:
    form = PostForm()
    with looking() as reading:
        form.platforms = finding.get_for(reading, deliverable_id).spec.platforms
    return form


def _add_link(deliverable_id: int) -> ResponseReturnValue:
    form = _post_form(deliverable_id)
    return _sent(deliverable_id, form, lambda: _add_post(deliverable_id, form), VIEWS[Door.POST])


def _add_post(deliverable_id: int, form: PostForm) -> None:
    url, label_on = str(form.url.data), form.is_label_on()
    insist(lambda work: publishing.add_post(work, deliverable_id, url=url, label_on=label_on, **form.spark))


def _fulfil(deliverable_id: int) -> ResponseReturnValue:
    form = TaskForm()
    fulfil = partial(fulfilling.fulfil, deliverable_id=deliverable_id)
    return _sent(deliverable_id, form, lambda: insist(partial(fulfil, note=form.note.data or "")))


def _add_code(deliverable_id: int) -> ResponseReturnValue:
    form = SparkFields()
    add = partial(publishing.add_code, deliverable_id=deliverable_id)
    return _sent(deliverable_id, form, lambda: insist(partial(add, **form.spark)))


def _attest(deliverable_id: int) -> ResponseReturnValue:
    form = uses.sent_form()
    return _sent(deliverable_id, form, lambda: uses.store(deliverable_id, form))


def _sent(
    deliverable_id: int, form: SparkFields | TaskForm | UseForm, take: Callable[[], object], view: str | None = None
) -> ResponseReturnValue:
    """Let `take` have what a creator filled in; show `view` once more when something is wrong with it."""
    if _is_taken(form, take):
        return _back(deliverable_id)
    return _meet(deliverable_id, view, form=form, status=422)


def _is_taken(form: SparkFields | TaskForm | UseForm, take: Callable[[], object]) -> bool:
    """Say whether `take` could do with what was filled in; what is wrong with it is said beside its field."""
    if not form.validate_on_submit():
        return False
    try:
        take()
    except Refused as refusal:
        form.refuse(refusal)
        return False
    return True


def _remind_later(deliverable_id: int) -> ResponseReturnValue:
    return redirect(url_for("reminders.later_deliverable", deliverable_id=deliverable_id), 303)


def _report_reaction(deliverable_id: int) -> ResponseReturnValue:
    return redirect(url_for("plans.reaction", partnership_id=_partnership_of(deliverable_id)), 303)


def _say_not_for_me(deliverable_id: int) -> ResponseReturnValue:
    return redirect(url_for("plans.not_for_me", partnership_id=_partnership_of(deliverable_id)), 303)


def _switch_label_on(deliverable_id: int) -> ResponseReturnValue:
    with begin() as work:
        publishing.switch_label_on(work, deliverable_id)
    flash(gettext("Thank you for switching it on."), "success")
    return _back(deliverable_id)


def _take_back_post(deliverable_id: int) -> ResponseReturnValue:
    try:
        with begin() as work:
            dropping.take_down(work, deliverable_id, request.form.get("reason", ""))
    except Refused as refusal:
        flash(translated(refusal), "error")
    return _back(deliverable_id)


def _see_decision(deliverable_id: int) -> ResponseReturnValue:
    """Go to the decision: whoever came by a mailed link is signed in lightly by this POST."""
    return redirect(url_for("authenticity.appeal", deliverable_id=deliverable_id))


def _talk(do: Callable[[int], None], deliverable_id: int) -> ResponseReturnValue:
    do(deliverable_id)
    return _back(deliverable_id)


ACTS: dict[str, Callable[[int], ResponseReturnValue]] = {
    "post": _add_link,
    "task": _fulfil,
    "spark": _add_code,
    "attest": _attest,
    "label_on": _switch_label_on,
    "numbers": ask_numbers,
    "take_down": _take_back_post,
    "pull_back": pull_back,
    "decision": _see_decision,
    "later": _remind_later,
    "grant": partial(take_right, LicenceAction.GRANT),
    "revoke": partial(take_right, LicenceAction.REVOKE),
    "say": partial(_talk, feedback.say),
    "see": partial(_talk, feedback.see),
    "reaction": _report_reaction,
    "not_for_me": _say_not_for_me,
}


def _partnership_of(deliverable_id: int) -> int:
    with looking() as reading:
        return finding.get_for(reading, deliverable_id).partnership_id


def _meet(
    deliverable_id: int,
    view: str | None = None,
    form: SparkFields | TaskForm | UseForm | None = None,
    status: int = 200,
    refused: Refused | None = None,
) -> ResponseReturnValue:
    """Show the deliverable as its door has it: `view` when something else was asked for.

    `refused` is the draft that was sent with this request.
    """
    with looking() as reading:
        deliverable = finding.get_whole(reading, deliverable_id)
        shown = view or VIEWS.get(deliverable.door, SHUT_VIEW)
        frame = _frame(reading, deliverable)
        frame["told"] = finding.find_last_words(reading, deliverable)
        sent = form if isinstance(form, UseForm) else None
        frame["use_form"] = sent or uses.find_form(frame["use"], frame["licences"])
        frame["sentence"] = say(SHUT.get(deliverable.door, SHUT[Door.CLOSED]))
        if shown not in FORMS:
            return render_template(shown, **frame, **drafts.filled(reading, deliverable, refused)), status
        wanted = FORMS[shown]
        form = form if isinstance(form, wanted) else wanted(formdata=None)
        return render_template(shown, **frame, form=form), status


def _form_page(view: str, deliverable_id: int, form: PostForm) -> ResponseReturnValue:
    with looking() as reading:
        deliverable = finding.get_whole(reading, deliverable_id)
        return render_template(view, **_frame(reading, deliverable), form=form), 422 if form.errors else 200


def _frame(reading: Reading, deliverable: Deliverable) -> dict[str, Any]:
    """Return what every page about a deliverable shows."""
    partnership, spec = deliverable.partnership, deliverable.spec
    return {
        "deliverable": deliverable,
        "spec": spec,
        "partnership": partnership,
        "product": partnership.campaign.product,
        "brand": partnership.campaign.brand,
        "step": deliverable.draft_step or deliverable.publish_step,
        "publish_step": deliverable.publish_step,
        "today": day_in(partnership.zone, reading.now),
        "mark": MARKS[deliverable.state],
        "state_word": say(STATE_LABELS[deliverable.state]),
        "claim_word": say(CLAIM_LABELS[partnership.template.stage(spec.stage).claim_level]),
        "platforms": ", ".join(say(NAMES[name]) for name in spec.platforms),
        "gate_text": _gate_text(reading, deliverable),
        "what": " · ".join([say(DELIVERABLE_LABELS[spec.kind]), *(say(NAMES[name]) for name in spec.platforms)]),
        "role": reading.actor.role,
        "licences": finding.list_licences(reading, deliverable.id),
        "looks": LiveLook.list_of(reading, [deliverable.id]) if deliverable.posts else [],
        "measured": finding.list_measured(reading, deliverable.id) if deliverable.posts else [],
        "sights": SIGHT_LABELS,
        "rights": RIGHTS,
        "words": WORDS,
        "may_ask": reading.actor.role in MANAGING,
        "messages": ContentMessage.list_of(reading, deliverable.id),
        "statement": say(STATEMENT_TEXT),
        "use": finding.find_use(reading, partnership.id) if deliverable.asks_use and deliverable.revisions else None,
        "use_statement": uses.use_words(deliverable),
        "use_words": uses.USE_WORDS,
        "accept": ACCEPT,
        "max_bytes": max_bytes(),
        "max_text": size_text(max_bytes()),
    }


def _gate_text(reading: Reading, deliverable: Deliverable) -> str:
    """Return what stands between a draft and its approval, as long as there is one to come."""
    if deliverable.draft_step_id is None or deliverable.state not in DRAFT_OWED | IN_REVIEW:
        return ""
    if finding.find_shut_stage(reading, deliverable) is not None:
        return gettext(
            "Its stage has not opened yet, so nobody asks for it. What is sent early is approved after that."
        )
    return gate_text(finding.outlook_for(reading, deliverable), day_in(deliverable.partnership.zone, reading.now))


def _settle(deliverable_id: int, settle: Callable[..., Deliverable]) -> ResponseReturnValue:
    """Do what needs a reason, and show what became of it."""
    try:
        with begin() as work:
            settle(work, deliverable_id, request.form.get("reason", ""))
    except Refused as refusal:
        flash(translated(refusal), "error")
    return _to_show(deliverable_id)


def _to_show(deliverable_id: int) -> ResponseReturnValue:
    return redirect(url_for("deliverables.show", deliverable_id=deliverable_id), 303)


def _back(deliverable_id: int) -> ResponseReturnValue:
    """Lead to the page's own address: a mailed link is not kept in the browser's history."""
    return redirect(url_for("deliverables.submit", deliverable_id=deliverable_id), 303)
