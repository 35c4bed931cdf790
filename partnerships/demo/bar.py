"""What the demo bar on top of every page shows."""

from dataclasses import dataclass

from flask import session, url_for
from flask_babel import ngettext

from partnerships.web.context import transactions
from partnerships.web.formats import moment_text

ZONE = "Asia/Jakarta"


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


def demo_bar() -> DemoBar:
    """Return what to show; the news are told once."""
    happened = session.pop("demo_news", None)
    now = transactions().clock.now()
    return DemoBar(moment_text(now, ZONE), _news(happened) if happened is not None else [])


def _news(happened: dict[str, int]) -> list[News]:
    opened, sent = happened["opened"], happened["sent"]
    return [
        News(ngettext("%(num)s check-in opened", "%(num)s check-ins opened", opened), url_for("portfolio.timeline")),
        News(ngettext("%(num)s mail sent", "%(num)s mails sent", sent), url_for("mail.outbox")),
    ]
