"""What the demo bar on top of every page shows."""

from dataclasses import dataclass
from typing import Any

from flask import session, url_for
from flask_babel import ngettext

from partnerships.core.actor import STAFF
from partnerships.core.words import N_
from partnerships.web.context import find_actor, transactions
from partnerships.web.formats import moment_text
from partnerships.web.words import say

ZONE = "Asia/Jakarta"
LABELS = {
    "manager": N_("As manager"),
    "reviewer": N_("As reviewer"),
    "owner": N_("As owner"),
    "creator": N_("As creator"),
}


@dataclass(frozen=True, slots=True)
class News:
    """One thing that happened, and where to look at it."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class DemoBar:
    """The business moment, and what the last move of the clock brought about."""

    now_text: str
    news: list[News]
    people: list[tuple[str, str]]  # who one can be, and what the button says
    outbox_url: str | None  # nothing for visitors


def demo_bar() -> DemoBar:
    """Return what to show; the news are told once."""
    happened = session.pop("demo_news", None)
    now = transactions().clock.now()
    return DemoBar(
        now_text=moment_text(now, ZONE),
        news=_news(happened) if happened is not None else [],
        people=[(who, say(label)) for who, label in LABELS.items()],
        outbox_url=url_for("mail.outbox") if find_actor() else None,
    )


def _news(happened: dict[str, Any]) -> list[News]:
    """Return what happened, each thing with the place where it stands; creators look at what is their own."""
    opened, sent = happened["opened"], happened["sent"]
    actor = find_actor()
    is_staff = actor is not None and actor.role in STAFF
    open_url = url_for("portfolio.timeline", status="open") if is_staff else url_for("portfolio.today")
    return [
        News(ngettext("%(num)s check-in opened", "%(num)s check-ins opened", opened), open_url),
        News(
            ngettext("%(num)s mail sent", "%(num)s mails sent", sent), url_for("mail.outbox", since=happened["since"])
        ),
    ]
