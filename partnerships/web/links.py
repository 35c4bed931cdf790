"""The page behind a mailed link: one thing, one person, no password. Opening it changes nothing."""

from collections.abc import Callable

from flask import Blueprint, current_app, redirect, request
from flask.typing import ResponseReturnValue

from partnerships.core.errors import NotFound
from partnerships.core.words import N_

from . import linking, media, tus, typed
from .context import current_actor, remember_actor, transactions
from .policy import EVERYONE, Audience
from .tables import MailedLink
from .urls import safe_next

pages = Blueprint("links", __name__)

OPEN_TO: dict[str, Audience] = dict.fromkeys(
    ("links.open", "links.medium", "links.medium_copy", "links.upload", "links.keep_typed"), EVERYONE
)
TAKES_FILES = ("links.open",)  # some of the pages behind it do

LinkPage = Callable[[int], ResponseReturnValue]


@pages.route("/s/<token>", methods=["GET", "POST"])
def open(token: str) -> ResponseReturnValue:  # noqa: A001 - the endpoint's name
    """Show the thing that `token` opens, as the person it was mailed to.

    A GET acts for this one request only; a POST signs the person in lightly, enough for their own pages, and with
    `onward` goes to one of them.
    """
    link = linking.open_link(transactions(), token)
    shown = _page_behind(link)
    remember_actor(current_app.extensions["welcome"](link, remember=request.method == "POST"))
    if "onward" in request.form:
        return redirect(safe_next(request.form["onward"], "/"))
    answer: ResponseReturnValue = shown(link.thing_id)
    return answer


def _page_behind(link: MailedLink) -> LinkPage:
    """Return the page that `link` opens, or raise `NotFound` for one that opens none."""
    shown: LinkPage | None = current_app.extensions["link_pages"].get(link.purpose)
    if shown is None:
        raise NotFound(N_("There is nothing here."))
    return shown


@pages.get("/s/<token>/media/<int:file_id>")
def medium(token: str, file_id: int) -> ResponseReturnValue:
    """Send a photo or video that stands on the page behind `token`: looking at that page signs nobody in."""
    _come_in(token)
    return media.serve(file_id)


@pages.get(f"/s/<token>/media/<int:file_id>/{media.COPY}")
def medium_copy(token: str, file_id: int, copy: str) -> ResponseReturnValue:
    """Send a copy of a photo or video to whoever gets the whole of it."""
    _come_in(token)
    return media.serve_copy(file_id, copy)


@pages.post("/s/<token>/uploads")
def upload(token: str) -> ResponseReturnValue:
    """Announce a file for the page behind `token`. Like every POST here it signs the person in lightly."""
    _come_in(token, remember=True)
    if current_actor().role not in tus.OPEN_TO["tus.create"]:
        raise NotFound(N_("There is nothing here."))
    return tus.create()


@pages.post("/s/<token>/typed")
def keep_typed(token: str) -> ResponseReturnValue:
    """Keep what stands in a form behind `token`."""
    _come_in(token, remember=True)
    if current_actor().role not in typed.OPEN_TO["typed.save"]:
        raise NotFound(N_("There is nothing here."))
    return typed.save()


def _come_in(token: str, *, remember: bool = False) -> None:
    link = linking.open_link(transactions(), token)
    _page_behind(link)
    remember_actor(current_app.extensions["welcome"](link, remember=remember))
