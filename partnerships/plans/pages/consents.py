"""What a creator reads of dates that somebody moved, and whether they agree to earlier ones."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from partnerships.core.errors import IllegalTransition, Refused
from partnerships.core.words import N_
from partnerships.plans import consenting
from partnerships.plans.forms import WordsForm
from partnerships.plans.rules.proposals import MoveAction
from partnerships.plans.wording import change_text
from partnerships.web.context import begin, looking

from .blueprint import pages, status_of

ANSWERS = {"accept": MoveAction.ACCEPT, "decline": MoveAction.DECLINE}


@pages.route("/me/dates/<int:move_id>", methods=["GET", "POST"])
def new_dates(move_id: int) -> ResponseReturnValue:
    """Show old and new days, and take yes or no where they wait for it."""
    form = WordsForm()
    if form.validate_on_submit() and _answer(move_id, form):
        return redirect(url_for("plans.new_dates", move_id=move_id))
    with looking() as reading:
        move = consenting.get_move(reading, move_id)
        page = render_template(
            "plans/new_dates.html",
            form=form,
            move=move,
            partnership=move.partnership,
            can_decide=consenting.can_decide(move, reading.actor.role),
            say_change=change_text,
        )
    return page, status_of(form)


def _answer(move_id: int, form: WordsForm) -> bool:
    """Return whether the answer stands; what is wrong with it is written above the dates."""
    action = ANSWERS.get(request.form.get("answer", ""))
    if action is None:
        form.refuse(Refused(N_("Please choose one of the answers.")))
        return False
    try:
        with begin() as work:
            consenting.decide(work, move_id, action)
    except IllegalTransition:
        return True  # pressed twice, or answered in another tab: the page says how it stands
    except Refused as refusal:
        form.refuse(refusal)
        return False
    return True
