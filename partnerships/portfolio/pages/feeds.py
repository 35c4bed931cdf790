"""Dates for calendar programs: a personal address that can be taken back, and files to download."""

from collections.abc import Sequence

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from partnerships.core.actor import Actor, Role
from partnerships.core.errors import Gone, NotFound
from partnerships.core.words import N_
from partnerships.people.finding import list_own_memberships
from partnerships.portfolio import feeding, subscribing
from partnerships.portfolio.feeding import FeedDate
from partnerships.portfolio.rules.ics import written
from partnerships.portfolio.wording import feed_event
from partnerships.web import linking
from partnerships.web.addresses import public_host, public_url
from partnerships.web.context import begin, current_actor, looking, transactions
from partnerships.web.words import gettext

from .blueprint import pages


@pages.route("/calendar/feed", methods=["GET", "POST"])
def calendar_feed() -> ResponseReturnValue:
    """Let a member of the team take their dates into their own calendar."""
    return _address_page("portfolio/calendar_feed.html")


@pages.route("/me/calendar/feed", methods=["GET", "POST"])
def my_calendar_feed() -> ResponseReturnValue:
    """Let a creator take their dates into their own calendar."""
    return _address_page("portfolio/my_calendar_feed.html")


def _address_page(template: str) -> ResponseReturnValue:
    """Show the address, or make, renew or take it back, whichever was pressed."""
    if request.method == "POST":
        wanted = request.form.get("do", "")
        with begin() as work:
            if wanted in {"renew", "stop"}:
                subscribing.unsubscribe(work)
            if wanted in {"renew", "start"}:
                subscribing.subscribe(work)
        if wanted in SAID:
            flash(gettext(SAID[wanted]), "success")
        return redirect(url_for(str(request.endpoint)))
    with looking() as reading:
        link = subscribing.find_address(reading)
        address = public_url(f"/s/{linking.token_of(link)}/calendar.ics") if link else None
    return render_template(template, address=address)


SAID = {
    "start": N_("Your calendar has an address now."),
    "renew": N_("Your calendar has a new address. The old one does not work any more."),
    "stop": N_("The address does not work any more."),
}


@pages.get("/s/<token>/calendar.ics")
def feed(token: str) -> ResponseReturnValue:
    """Send the dates of whoever was given this address. It opens nothing else, and signs nobody in."""
    dates: list[FeedDate] = []
    actor = _owner_of(token)
    for self in _everywhere(actor):
        with transactions().looking(self) as reading:
            dates += feeding.list_feed(reading)
    return _sent("Sahabat", dates, is_own=actor.role is Role.CREATOR)


def _owner_of(token: str) -> Actor:
    """Return whose dates these are; an address that was taken back never existed."""
    try:
        link = linking.open_link(transactions(), token)
        if link.purpose != subscribing.PURPOSE:
            raise NotFound(N_("There is nothing here."))
        owner: Actor = current_app.extensions["welcome"](link, remember=False)
    except Gone as gone:
        raise NotFound(N_("There is nothing here.")) from gone
    return owner


def _everywhere(actor: Actor) -> list[Actor]:
    """Return a creator wherever they belong; staff look after partnerships of one organisation."""
    if actor.role is not Role.CREATOR:
        return [actor]
    with transactions().everywhere() as everywhere:
        members = [member.as_actor() for member in list_own_memberships(everywhere, actor.person_id)]
    return [member for member in members if member.role is Role.CREATOR]


@pages.get("/partnerships/<int:partnership_id>/calendar.ics")
def download(partnership_id: int) -> ResponseReturnValue:
    """Send the dates of one partnership as a file."""
    return _download(partnership_id)


@pages.get("/me/partnerships/<int:partnership_id>/calendar.ics")
def my_download(partnership_id: int) -> ResponseReturnValue:
    """Send a creator the dates of their own partnership as a file."""
    return _download(partnership_id)


def _download(partnership_id: int) -> ResponseReturnValue:
    with looking() as reading:
        dates = feeding.list_dates(reading, partnership_id)
    answer = _sent("Sahabat", dates, is_own=current_actor().role is Role.CREATOR)
    answer.headers["Content-Disposition"] = f'attachment; filename="sahabat-{partnership_id}.ics"'
    return answer


def _sent(name: str, dates: Sequence[FeedDate], *, is_own: bool) -> Response:
    events = [feed_event(each, public_host(), is_own=is_own) for each in dates]
    return Response(written(name, events), content_type="text/calendar; charset=utf-8")
