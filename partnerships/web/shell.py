"""What stands around every page: language, look, health, and the words that all templates share."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from partnerships.core.actor import Role
from partnerships.database.health import examine

from .context import find_actor, transactions
from .formats import language
from .headers import csp_nonce
from .media import media_url
from .policy import EVERYONE, Audience
from .tus import creation_url
from .typed import saving_url
from .uploads import sent_before
from .urls import link_door, safe_next

pages = Blueprint("shell", __name__)

OPEN_TO: dict[str, Audience] = {
    "shell.choose_language": EVERYONE,
    "shell.choose_theme": EVERYONE,
    "shell.health": EVERYONE,
    "static": EVERYONE,
}
LOCALES = ("id", "en")
THEMES = ("system", "light", "dark")


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the navigation; `label` is marked with `N_`."""

    endpoint: str
    label: str
    roles: frozenset[Role]


@pages.post("/language")
def choose_language() -> ResponseReturnValue:
    """Show every page in this language from now on, for whoever this is."""
    chosen = request.form.get("locale", "")
    if chosen in LOCALES:
        session["locale"] = chosen
    return redirect(safe_next(request.form.get("next"), "/"))


@pages.post("/theme")
def choose_theme() -> ResponseReturnValue:
    """Show every page light, dark, or as the device is set."""
    chosen = request.form.get("theme", "")
    if chosen in THEMES:
        session["theme"] = chosen
    return redirect(safe_next(request.form.get("next"), "/"))


@pages.get("/healthz")
def health() -> ResponseReturnValue:
    """Say whether the database answers and the tick is alive; 503 when not, for whoever watches from outside."""
    found = examine(transactions())
    facts = {
        "status": "ok"
        if found.ticks
        else "the tick is old"
        if found.database_answers
        else "the database does not answer",
        "database": "ok" if found.database_answers else "down",
        "tick_age_seconds": round(found.tick_age.total_seconds(), 1) if found.tick_age is not None else None,
    }
    if found.workers is not None:
        facts["workers_alive"] = found.workers
    return facts, 200 if found.ticks else 503


def choose_locale() -> str:
    """Return the reader's language: their choice here, their account's, the browser's, or Indonesian."""
    if session.get("locale") in LOCALES:
        return str(session["locale"])
    preferred = g.get("account_locale")
    if preferred in LOCALES:
        return str(preferred)
    return request.accept_languages.best_match(LOCALES) or "id"


def share_with_templates(app: Flask, menu: tuple[MenuItem, ...], demo: Callable[[], Any] | None) -> None:
    """Give every template what base.html uses. `demo` returns what the demo bar shows."""
    # Macros are imported without the page's context: what they call has to be global.
    app.jinja_env.globals.update(csp_nonce=csp_nonce, static_url=static_url, media_url=media_url, link_door=link_door)
    app.jinja_env.globals.update(creation_url=creation_url, sent_before=sent_before, page_digest=page_digest)
    app.jinja_env.globals.update(saving_url=saving_url)

    @app.context_processor
    def shared() -> dict[str, Any]:
        actor = find_actor()
        return {
            "locale": language(),
            "theme": session.get("theme", "system"),
            "actor": actor,
            "navigation": _navigation(menu, actor.role if actor else None),
            "csp_nonce": csp_nonce,
            "static_url": static_url,
            "demo": demo() if demo else None,
            "alarm": g.get("alarm"),  # set before the request by whoever watches the clockwork
            "now": transactions().clock.now(),
        }


@dataclass(frozen=True, slots=True)
class NavigationLink:
    """An entry as base.html shows it."""

    url: str
    label: str
    current: bool
    count: int | None = None


def _navigation(menu: tuple[MenuItem, ...], role: Role | None) -> list[NavigationLink]:
    here = request.endpoint or ""
    return [
        NavigationLink(url_for(item.endpoint), gettext(item.label), item.endpoint == here)
        for item in menu
        if role in item.roles
    ]


def static_url(path: str) -> str:
    """Return the address of a static file with a digest of its content, so that it can be kept for ever."""
    return _address(str(current_app.static_folder), path, request.script_root)


def page_digest() -> str:
    """Return a name for this page that tells nothing of its address: a mailed link's holds a key."""
    return hashlib.sha256(request.path.encode()).hexdigest()[:16]


@cache
def _address(folder: str, path: str, _root: str) -> str:
    """Return what `url_for` says, asked once: a page names its sprite more than a hundred times."""
    return url_for("static", filename=path, v=_digest(folder, path))


@cache
def _digest(folder: str, path: str) -> str:
    return hashlib.sha256((Path(folder) / path).read_bytes()).hexdigest()[:12]
