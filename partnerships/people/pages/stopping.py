"""The page behind "stop these reminders": a look changes nothing, a POST acts at once (RFC 8058)."""

from flask import make_response, render_template, request
from flask.typing import ResponseReturnValue

from partnerships.core.errors import NotFound
from partnerships.core.words import N_
from partnerships.people import authenticating, unsubscribing
from partnerships.web.addresses import STOPPING
from partnerships.web.context import begin, looking, remember_actor
from partnerships.web.signing import unseal

from .blueprint import pages


@pages.route("/u/<token>", methods=["GET", "POST"])
def stop_reminders(token: str) -> ResponseReturnValue:
    """Say what stopping means, stop the reminders, or send them again.

    A mail program posts here by itself, without a cookie or a token of ours, and wants no redirect: the sealed address
    is what shows that it may.
    """
    numbers = unseal(STOPPING, token)
    if numbers is None:
        raise NotFound(N_("There is nothing here."))
    org_id, account_id = numbers
    actor = authenticating.meet(account_id, org_id)
    remember_actor(actor)
    if request.method == "POST":
        with begin() as work:
            if request.form.get("again"):
                unsubscribing.want_reminders(work)
            else:
                unsubscribing.stop_reminders(work)
    with looking() as reading:
        is_stopped = unsubscribing.is_stopped(reading)
    remember_actor(None)  # the page around it is a visitor's: nothing else is open to who has this key
    answer = make_response(
        render_template("people/stop_reminders.html", name=actor.name.split(" ")[0], organisation=actor.org_name,
                        is_stopped=is_stopped, is_answer=request.method == "POST")
    )  # fmt: skip
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
