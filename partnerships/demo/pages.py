"""The demo's doors and its clock. The factory registers these pages in demo mode only."""

from datetime import timedelta

from flask import Blueprint, abort, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from partnerships.web.formats import language
from partnerships.web.policy import EVERYONE, Audience
from partnerships.web.urls import any_of_words, came_from

from .advancing import Advancer
from .casting import WHO

pages = Blueprint("demo", __name__, url_prefix="/demo")

OPEN_TO: dict[str, Audience] = {"demo.sign_in": EVERYONE, "demo.advance": EVERYONE}
STEPS = {"1 day": timedelta(days=1), "1 week": timedelta(weeks=1)}


@pages.post(f"/sign-in/<{any_of_words(WHO)}:who>")
def sign_in(who: str) -> ResponseReturnValue:
    """Sign in as one of the demo's people, without a password."""
    spoken = language()
    current_app.extensions["sign_in_by_email"](WHO[who])
    session["locale"] = spoken  # the visitor reads on in the language that the door was in
    return redirect("/me" if who == "creator" else "/")


@pages.post("/clock")
def advance() -> ResponseReturnValue:
    """Move the business clock by a day or a week, stop by stop, and say what happened."""
    step = STEPS.get(request.form.get("advance", ""))
    if step is None:
        abort(400)
    advancer: Advancer = current_app.extensions["demo_advancer"]
    session["demo_news"] = advancer.advance(step).as_dict()
    return redirect(came_from() or url_for("portfolio.today"))
