"""What a creator is asked and may say: yes, no, “not for me”. Mailed links lead here too."""

from collections.abc import Callable
from contextlib import suppress

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from partnerships.core.errors import IllegalTransition, Refused
from partnerships.core.words import N_
from partnerships.core.zones import day_in
from partnerships.database.work import Reading, Work
from partnerships.plans import correcting, differing, finding, moving, previewing, reporting
from partnerships.plans.forms import WordsForm
from partnerships.plans.forms.terms import InvitationForm
from partnerships.plans.promising import content_text, estimate_text, late_texts, news_texts, promises_of
from partnerships.plans.rules.courses import count_asked, loose_payments, still_asked
from partnerships.plans.rules.dates import StepKind, left_in
from partnerships.plans.rules.partnerships import EndReason, PartnershipAction
from partnerships.plans.tables import Partnership
from partnerships.plans.wording import length_text
from partnerships.web.context import begin, insist, looking
from partnerships.web.formats import language

from .blueprint import pages, status_of
from .terms import recorded


@pages.route("/me/invitations/<int:partnership_id>", methods=["GET", "POST"])
def invitation(partnership_id: int) -> ResponseReturnValue:
    """Show what is asked and what is given, and take yes, no, or "let us talk"."""
    form = InvitationForm(data=recorded(partnership_id))
    if form.validate_on_submit():
        action = ANSWERS.get(request.form.get("answer", ""))
        if action is None:
            form.refuse(Refused(N_("Please choose one of the answers.")))
        elif _answer_invitation(partnership_id, action, form):
            return redirect(url_for("plans.invitation", partnership_id=partnership_id))
    with looking() as reading:
        partnership = finding.get_for(reading, partnership_id)
        template, steps = partnership.template, left_in(partnership.steps, partnership.planned_on)
        content, news = still_asked(template, steps), differing.find_news(reading, partnership)
        stages, today = previewing.lay_out(partnership), day_in(partnership.zone, reading.now)
        page = render_template(
            "plans/invitation.html",
            form=form,
            partnership=partnership,
            terms=finding.find_terms(reading, partnership_id),
            template=template,
            news=news,
            new=news_texts(news, template) if news else None,
            stages=stages,
            late=late_texts(partnership, stages, today),
            estimate=estimate_text(template, partnership.anchor_on, previewing.find_estimates(reading)),
            promises=promises_of(partnership),
            content=content,
            content_text=content_text,
            loose=loose_payments(template, still_asked(template, partnership.steps)),
            asked=count_asked(content),
            check_ins=sum(step.kind is StepKind.CHECK_IN for step in steps),
            length=length_text(template),
            can_answer=partnership.allows(PartnershipAction.ACCEPT, reading.actor.role),
            can_talk=partnership.allows(PartnershipAction.NEGOTIATE, reading.actor.role),
            locale=language(),
        )
    return page, status_of(form)


ANSWERS = {
    "accept": PartnershipAction.ACCEPT,
    "decline": PartnershipAction.DECLINE,
    "talk": PartnershipAction.NEGOTIATE,
}


def _answer_invitation(partnership_id: int, action: PartnershipAction, form: InvitationForm) -> bool:
    """Return whether the answer stands; what is wrong with it is written beside the field."""
    try:
        with begin() as work:
            seen = request.form.get("seen", 0, type=int)  # 0 is no version: whoever sent none has read nothing
            moving.move(work, partnership_id, action, note=(form.words.data or "").strip(), seen=seen)
            if action is not PartnershipAction.DECLINE:  # who declines leaves nothing behind
                correcting.correct(work, partnership_id, form.details())
    except IllegalTransition:
        return True  # pressed twice, or answered in another tab: the page says how it stands
    except Refused as refusal:
        form.refuse(refusal)
        return False
    return True


@pages.route("/me/partnerships/<int:partnership_id>/not-for-me", methods=["GET", "POST"])
def not_for_me(partnership_id: int) -> ResponseReturnValue:
    """Let the creator stop, without blame."""

    def say_so(work: Work, words: str) -> None:
        moving.move(work, partnership_id, PartnershipAction.END_EARLY, reason=EndReason.NOT_FOR_ME, note=words)

    return _tell_us("plans/not_for_me.html", partnership_id, say_so)


@pages.route("/me/partnerships/<int:partnership_id>/reaction", methods=["GET", "POST"])
def reaction(partnership_id: int) -> ResponseReturnValue:
    """Let the creator report a reaction: everything pauses first, questions come later."""

    def say_so(work: Work, words: str) -> None:
        reporting.report_reaction(work, partnership_id, words)

    return _tell_us("plans/reaction.html", partnership_id, say_so)


def _tell_us(template: str, partnership_id: int, say_so: Callable[[Work, str], None]) -> ResponseReturnValue:
    """Show the page, or do what was said and show the same page as a confirmation."""
    form = WordsForm()
    if form.validate_on_submit():
        with suppress(IllegalTransition):  # said before: the page says how it stands
            insist(lambda work: say_so(work, (form.words.data or "").strip()))
        return redirect(url_for(str(request.endpoint), partnership_id=partnership_id, said=1))
    with looking() as reading:
        page = render_template(template, form=form, **_standing(reading, partnership_id))
    return page, status_of(form)


def _standing(reading: Reading, partnership_id: int) -> dict[str, object]:
    partnership: Partnership = finding.get_for(reading, partnership_id)
    return {
        "partnership": partnership,
        "can_end": partnership.allows(PartnershipAction.END_EARLY, reading.actor.role),
        "is_paused": partnership.held_at is not None,
        "said": "said" in request.args,
    }
