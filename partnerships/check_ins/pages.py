"""Pages to answer check-ins, by link or from one's own page, and to see what was answered."""

from collections.abc import Callable, Collection, Mapping, Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from partnerships.core.actor import MANAGING
from partnerships.core.errors import Conflict, Refused
from partnerships.core.words import N_
from partnerships.core.zones import day_in
from partnerships.database.work import Reading, Work
from partnerships.plans.rules.templates import Fact
from partnerships.web.context import begin, insist, looking
from partnerships.web.formats import day_text, size_text
from partnerships.web.policy import CREATORS, MANAGERS, TEAM, Audience
from partnerships.web.typed import recall
from partnerships.web.uploads import ACCEPT, has_files, max_bytes, receiving
from partnerships.web.words import translated

from . import answering, excusing, finding, mending, recording, seeing
from .forms import PREFIX, AnswerSheet, RecordForm, spoken
from .rules.answers import CONCERN_LABELS, STATEMENT, STATEMENT_TEXT, TEXT_LENGTH, Incomplete
from .rules.check_ins import CHANNEL_LABELS, MARKS, SHUT, STATE_LABELS, Door, count_done
from .tables import CheckIn

pages = Blueprint("check_ins", __name__)

OPEN_TO: dict[str, Audience] = {
    "check_ins.answer": CREATORS,
    "check_ins.confirm": CREATORS,
    "check_ins.show": TEAM,
    "check_ins.record": MANAGERS,
    "check_ins.excuse": MANAGERS,
    "check_ins.see": TEAM,
}
TAKES_FILES = ("check_ins.answer", "check_ins.record")
VIEWS = {Door.ASKING: "check_ins/answer.html", Door.GIVEN: "check_ins/given.html"}
SHUT_VIEW = "check_ins/shut.html"
CHOOSE_AGAIN = N_("Please choose this file again: it was fine, but your browser does not keep it.")


@pages.route("/me/check-ins/<int:check_in_id>", methods=["GET", "POST"])
def answer(check_in_id: int) -> ResponseReturnValue:
    """Ask, take the answers, and say what happens next; also opened by a mailed link, so that it posts to itself."""
    if request.method == "POST":
        return ACTS.get(request.form.get("act", ""), _send)(check_in_id)
    return _meet(check_in_id)


@pages.post("/me/check-ins/<int:check_in_id>/confirm")
def confirm(check_in_id: int) -> ResponseReturnValue:
    """Confirm with one tap what a manager wrote down."""
    try:
        insist(lambda work: recording.confirm(work, check_in_id, request.form.get("edition", "")))
        flash(gettext("Thank you. It now counts as your answer."), "success")
    except Refused as refusal:
        flash(translated(refusal), "error")
    return _back(check_in_id)


@pages.get("/check-ins/<int:check_in_id>")
def show(check_in_id: int) -> ResponseReturnValue:
    """Show staff what was asked and what was answered."""
    with looking() as reading:
        check_in = finding.get_with_photos(reading, check_in_id)
        told = finding.find_reason(reading, check_in)
        waiting = check_in.partnership.template.payments_for(Fact.CHECK_IN_ANSWERED, check_in.key)
        frame = _frame(reading, check_in)
        return render_template("check_ins/show.html", told=told, hanging_payments=waiting, **frame, **_words())


@pages.route("/check-ins/<int:check_in_id>/record", methods=["GET", "POST"])
def record(check_in_id: int) -> ResponseReturnValue:
    """Write down an answer that arrived by WhatsApp or otherwise."""
    form = RecordForm()
    form.offer_channels()
    with looking() as reading:
        check_in, used = finding.get_with_used_bytes(reading, check_in_id)
        frame = _frame(reading, check_in)
    if not form.is_submitted() and not check_in.is_recordable:
        flash(_shut(check_in), "error")
        return redirect(url_for(".show", check_in_id=check_in_id), 303)
    problems: dict[str, Refused] = {}
    if form.validate_on_submit():
        try:
            _record(check_in_id, form, used)
            name = check_in.partnership.creator.name
            flash(gettext("Kept. %(name)s is asked by e-mail to confirm it.", name=name), "success")
            return redirect(url_for(".show", check_in_id=check_in_id), 303)
        except Incomplete as incomplete:
            problems = incomplete.problems
        except Refused as refusal:
            form.refuse(refusal)
    sheet = AnswerSheet(
        check_in.spec.questions,
        _raw() if form.is_submitted() else _written(form, check_in),
        problems,
        beside=(form.channel, form.note),
        form_errors=form.form_errors,
    )
    shown = render_template("check_ins/record.html", **frame, sheet=sheet, form=sheet, entry=form)
    return shown, 422 if sheet.errors else 200


@pages.post("/check-ins/<int:check_in_id>/excuse")
def excuse(check_in_id: int) -> ResponseReturnValue:
    """Let a check-in go without an answer."""
    try:
        with begin() as work:
            excusing.excuse(work, check_in_id, request.form.get("reason", ""))
        flash(gettext("Excused: nobody will be reminded of it."), "success")
    except Refused as refusal:
        flash(translated(refusal), "error")
    return redirect(url_for(".show", check_in_id=check_in_id), 303)


@pages.post("/check-ins/<int:check_in_id>/seen")
def see(check_in_id: int) -> ResponseReturnValue:
    """Take note of an answer that needed a person."""
    with begin() as work:
        seeing.see(work, check_in_id)
    return redirect(url_for(".show", check_in_id=check_in_id), 303)


def _send(check_in_id: int) -> ResponseReturnValue:
    try:
        _store(check_in_id)
    except Incomplete as incomplete:
        return _meet(check_in_id, 422, problems=incomplete.problems)
    except answering.Shut:
        return _meet(check_in_id, 422)
    except Conflict as conflict:
        return _meet(check_in_id, 409, problems={}, form_errors=[translated(conflict)])
    return _back(check_in_id)


def _store(check_in_id: int) -> None:
    with receiving(_room_taken(check_in_id), PREFIX) as uploads:
        raw = _raw()

        def give(work: Work) -> None:
            given = answering.answer(work, check_in_id, raw, uploads.files, statement=STATEMENT, spoilt=uploads.spoilt)
            uploads.keep_only(photo.file.key for photo in given.photos)

        insist(give)


def _mend(check_in_id: int) -> ResponseReturnValue:
    """Take another photo for one that cannot be shown."""
    try:
        with receiving(_room_taken(check_in_id), PREFIX) as uploads:

            def put_right(work: Work) -> None:
                given = mending.mend(work, check_in_id, uploads.files, uploads.spoilt)
                uploads.keep_only(photo.file.key for photo in given.photos)

            insist(put_right)
    except Incomplete as incomplete:
        return _meet(check_in_id, 422, problems=incomplete.problems)
    except Refused as refusal:
        flash(translated(refusal), "error")
    return _back(check_in_id)


def _room_taken(check_in_id: int) -> int:
    """Return how many bytes the organisation keeps, once we know that the check-in is theirs who send files for it."""
    if not has_files():
        return 0
    with looking() as reading:
        return finding.get_with_used_bytes(reading, check_in_id)[1]


def _choose_again(check_in: CheckIn, problems: Collection[str]) -> dict[str, Refused]:
    """Say beside each file that was fine that it has to be chosen again: a browser does not keep it."""
    sent = {name.removeprefix(PREFIX) for name, file in request.files.items() if file.filename}
    return {
        question.key: Refused(CHOOSE_AGAIN)
        for question in check_in.spec.questions
        if question.key in sent - set(problems)
    }


def _confirm(check_in_id: int) -> ResponseReturnValue:
    return confirm(check_in_id)


def _remind_later(check_in_id: int) -> ResponseReturnValue:
    return redirect(url_for("reminders.later_check_in", check_in_id=check_in_id), 303)


def _report_reaction(check_in_id: int) -> ResponseReturnValue:
    return redirect(url_for("plans.reaction", partnership_id=_partnership_of(check_in_id)), 303)


def _say_not_for_me(check_in_id: int) -> ResponseReturnValue:
    return redirect(url_for("plans.not_for_me", partnership_id=_partnership_of(check_in_id)), 303)


ACTS: dict[str, Callable[[int], ResponseReturnValue]] = {
    "confirm": _confirm,
    "mend": _mend,
    "later": _remind_later,
    "reaction": _report_reaction,
    "not_for_me": _say_not_for_me,
}


def _partnership_of(check_in_id: int) -> int:
    with looking() as reading:
        return finding.get_for(reading, check_in_id).partnership_id


def _meet(
    check_in_id: int,
    status: int = 200,
    *,
    problems: Mapping[str, Refused] | None = None,
    form_errors: Sequence[str] = (),
) -> ResponseReturnValue:
    """Show the check-in as its door has it: the questions, the confirmation, or why there is nothing to do.

    `problems` and `form_errors` are what is wrong with answers that were sent: what was typed is shown again.
    """
    with looking() as reading:
        check_in = finding.get_with_photos(reading, check_in_id)
        frame = _frame(reading, check_in)
        frame["next_one"] = finding.find_next(reading, check_in.partnership_id)
        states = finding.states_of(reading, check_in.partnership_id)
        frame |= {"states": [MARKS[state] for state in states], "done": count_done(states)}
        sentence = _shut(check_in)
        typed = recall(reading, f"check_in:{check_in.id}") if check_in.door is Door.ASKING and problems is None else {}
        sheet = AnswerSheet(check_in.spec.questions, _questions(typed))
        frame["typed"] = typed
        if problems is not None:
            wrong = {**problems, **_choose_again(check_in, problems)}
            sheet = AnswerSheet(check_in.spec.questions, _raw(), wrong, form_errors=form_errors)
        view = VIEWS.get(check_in.door, SHUT_VIEW)
        return render_template(view, **frame, sheet=sheet, form=sheet, sentence=sentence), status


def _shut(check_in: CheckIn) -> str:
    """Return why it takes no answer now, in words; "" when it does."""
    shut = SHUT.get(check_in.door, "")
    return gettext(shut, date=day_text(check_in.step.due_on)) if shut else ""


def _frame(reading: Reading, check_in: CheckIn) -> dict[str, object]:
    """Return what every page about a check-in shows."""
    partnership = check_in.partnership
    return {
        "check_in": check_in,
        "spec": check_in.spec,
        "step": check_in.step,
        "partnership": partnership,
        "product": partnership.campaign.product,
        "brand": partnership.campaign.brand,
        "stage": partnership.template.stage_on(check_in.step.day),
        "today": day_in(check_in.step.zone, reading.now),
        "mark": MARKS[check_in.state],
        "state_word": gettext(STATE_LABELS[check_in.state]),
        "spoken": spoken,
        "role": reading.actor.role,
        "can_record": check_in.is_recordable and reading.actor.role in MANAGING,
        "statement": gettext(STATEMENT_TEXT),
        "text_length": TEXT_LENGTH,
        "accept": ACCEPT,
        "max_bytes": max_bytes(),
        "max_text": size_text(max_bytes()),
    }


def _words() -> dict[str, object]:
    return {
        "channel_words": {channel: gettext(label) for channel, label in CHANNEL_LABELS.items()},
        "concern_words": {str(meaning): gettext(label) for meaning, label in CONCERN_LABELS.items()},
    }


def _record(check_in_id: int, form: RecordForm, used: int) -> None:
    with receiving(used, PREFIX) as uploads:
        raw = _raw()

        def write_down(work: Work) -> None:
            given = recording.record(
                work,
                check_in_id,
                raw,
                uploads.files,
                channel=form.chosen_channel(),
                note=str(form.note.data),
                spoilt=uploads.spoilt,
            )
            uploads.keep_only(photo.file.key for photo in given.photos)

        insist(write_down)


def _written(form: RecordForm, check_in: CheckIn) -> dict[str, str]:
    """Return what was written down before, by key of the question, and put what stood beside it into `form`."""
    given = check_in.answer
    if given is None:
        return {}
    form.channel.data, form.note.data = given.channel.value, given.note
    return {key: str(value) for key, value in given.data.items()}


def _raw() -> dict[str, str]:
    """Return what was typed, by key of the question."""
    return _questions(request.form)


def _questions(fields: Mapping[str, str]) -> dict[str, str]:
    return {name.removeprefix(PREFIX): text for name, text in fields.items() if name.startswith(PREFIX)}


def _back(check_in_id: int) -> ResponseReturnValue:
    """Lead to the page's own address: a mailed link is not kept in the browser's history."""
    return redirect(url_for("check_ins.answer", check_in_id=check_in_id), 303)


LINK_PAGES: dict[str, Callable[[int], ResponseReturnValue]] = {"check_in": answer}
