"""How it runs: a page for the owner, figures for a machine."""

import hmac

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from partnerships.core.errors import NotFound
from partnerships.core.words import N_
from partnerships.mail.pages.blueprint import EVENT_LABELS
from partnerships.people.finding import get_account
from partnerships.web.context import looking, transactions
from partnerships.web.policy import EVERYONE, OWNERS, Audience

from . import gauging
from .rules.exposition import CONTENT_TYPE, expose
from .wording import gauges_exposed, span_text

pages = Blueprint("operations", __name__)

OPEN_TO: dict[str, Audience] = {
    "operations.health": OWNERS,
    "operations.metrics": EVERYONE,  # who has METRICS_TOKEN; without that setting the page does not exist
}


@pages.get("/admin/health")
def health() -> ResponseReturnValue:
    """Show whether the clockwork runs, what it has to do, and how late mail was."""
    with looking() as reading:
        gauges = gauging.gauge(reading.session, reading.now, transactions().machine.now())
        zone = get_account(reading).zone
    return render_template("operations/health.html", gauges=gauges, zone=zone, labels=EVENT_LABELS, span=span_text)


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
