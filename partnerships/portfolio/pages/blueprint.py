"""The one blueprint that these pages share, who may open them, and what of their addresses several read."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, request, url_for

from partnerships.portfolio.finding import Narrowing
from partnerships.portfolio.rules.marks import Status
from partnerships.web.policy import CREATORS, EVERYONE, MANAGERS, MEMBERS, TEAM, Audience
from partnerships.web.urls import row_id

pages = Blueprint("portfolio", __name__)

FILTERS = ("q", "status", "brand", "campaign")  # of timeline and calendar, in their addresses
OPEN_TO: dict[str, Audience] = {
    "portfolio.today": MEMBERS,
    "portfolio.texts": MANAGERS,
    "portfolio.sent_check_in": MANAGERS,
    "portfolio.sent_deliverable": MANAGERS,
    "portfolio.timeline": TEAM,
    "portfolio.panel": TEAM,
    "portfolio.show": TEAM,
    "portfolio.history": TEAM,
    "portfolio.dossier": TEAM,
    "portfolio.content_dossier": TEAM,
    "portfolio.versions": TEAM,
    "portfolio.calendar": TEAM,
    "portfolio.my_calendar": CREATORS,
    "portfolio.calendar_feed": MANAGERS,
    "portfolio.my_calendar_feed": CREATORS,
    "portfolio.feed": EVERYONE,
    "portfolio.download": TEAM,
    "portfolio.my_download": CREATORS,
    "portfolio.me": CREATORS,
    "portfolio.my_partnership": CREATORS,
    "portfolio.my_history": CREATORS,
}


def asked_narrowing() -> Narrowing:
    """Return the filters that stand in the address."""
    status = request.args.get("status", "")
    return Narrowing(
        search=request.args.get("q", "").strip()[:100],
        status=Status(status) if status in set(Status) else None,
        brand_id=request.args.get("brand", type=row_id),
        campaign_id=request.args.get("campaign", type=row_id),
    )


def asked_day(text: str) -> date | None:
    """Return the day written in an address, or None when it is none that we draw."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(2000, 1, 1) <= day < date(2200, 1, 1) else None


def kept_arguments(names: Sequence[str]) -> dict[str, Any]:
    """Return those of `names` that stand in the address, with their values."""
    return {name: request.args[name] for name in names if request.args.get(name)}


def thing_url(endpoint: str, name: str, thing_id: int) -> str:
    """Return the address of a page about one thing."""
    values: dict[str, Any] = {name: thing_id}
    return url_for(endpoint, **values)
