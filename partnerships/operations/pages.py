"""How it runs: a page for the owner, figures for a machine."""

import hmac

from flask import Blueprint, Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue

from partnerships.core.actor import Role
from partnerships.core.errors import NotFound
from partnerships.core.words import N_
from partnerships.mail.rules.deliveries import EVENT_LABELS
from partnerships.people.finding import get_account
from partnerships.web.context import find_actor, looking, transactions
from partnerships.web.policy import EVERYONE, OWNERS, Audience

from . import gauging
from .finding import take_pulse
from .rules.exposition import CONTENT_TYPE, expose
from .wording import alarm_text, bars_said, gauges_exposed, span_text

pages = Blueprint("operations", __name__)

OPEN_TO: dict[str, Audience] = {
    "operations.health": OWNERS,
    "operations.metrics": EVERYONE,  # who has METRICS_TOKEN; without that setting the page does not exist
}


@pages.before_app_request
def listen() -> None:
    """Ask, before a page is shown to an owner, whether anything stands still: the banner on top says so."""
    g.alarm = None
    actor = find_actor()
    if request.method == "GET" and actor is not None and actor.role is Role.OWNER and request.endpoint != "static":
        with looking() as reading:
            g.alarm = alarm_text(take_pulse(reading.session, transactions().machine.now()))


@pages.get("/admin/health")
def health() -> ResponseReturnValue:
    """Show whether the clockwork runs, what it has to do, and how late mail was."""
    with looking() as reading:
        gauges = gauging.gauge(reading.session, reading.now, transactions().machine.now())
        zone = get_account(reading).zone
    bars = bars_said(gauges.lateness)
    return render_template(
        "operations/health.html", gauges=gauges, bars=bars, zone=zone, labels=EVENT_LABELS, span=span_text
    )


@pages.get("/metrics")
def metrics() -> ResponseReturnValue:
    """Send the figures of the whole installation to whoever has the token."""
    token = str(current_app.config["METRICS_TOKEN"])
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").encode()
    if not token or not hmac.compare_digest(given, token.encode()):
        raise NotFound(N_("There is nothing here."))
    with transactions().everywhere() as everywhere:
        gauges = gauging.gauge(everywhere, transactions().clock.now(), transactions().machine.now())
    return Response(expose(gauges_exposed(gauges)), content_type=CONTENT_TYPE)
