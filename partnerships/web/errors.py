"""One page for every error, with a way out."""

import structlog
from flask import Flask, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from partnerships.core.errors import (
    Conflict,
    DomainError,
    Gone,
    NotAllowed,
    NotFound,
    NotSignedIn,
    StorageFailed,
)
from partnerships.core.words import N_

from .formats import language
from .urls import came_from
from .words import translated

log = structlog.stdlib.get_logger("sahabat.errors")

STATUS: dict[type[DomainError], int] = {
    NotSignedIn: 401,
    NotAllowed: 403,
    NotFound: 404,
    Conflict: 409,
    Gone: 410,
    StorageFailed: 503,
}
UNPROCESSABLE = 422
TITLES = {
    400: N_("That did not arrive whole"),
    401: N_("Please sign in"),
    403: N_("Not open to you"),
    404: N_("There is nothing here"),
    405: N_("There is nothing here"),
    409: N_("Somebody was faster"),
    410: N_("This link has run out"),
    413: N_("Too large"),
    422: N_("That is not possible"),
    429: N_("A little slower, please"),
    500: N_("Something broke on our side"),
    503: N_("Not possible just now"),
}
DEAD_LINK = N_("This link leads nowhere. Open it from the newest mail again, or reply to that mail.")
SENTENCES = {
    400: N_("Please go back, load the page again and repeat the last step. What you typed is still there."),
    404: N_("The address is wrong, or what was here is not yours to see."),
    405: N_("The address is wrong, or what was here is not yours to see."),
    413: N_("What you sent is larger than this place takes. Please send fewer or smaller files."),
    429: N_("Too many tries in a short time. Please wait a minute and try again."),
    500: N_("Nothing of what you did was lost or half-made. Please try again; if it stays, tell your administrator."),
    503: N_("Please try again in a minute."),
}


def handle_errors(app: Flask) -> None:
    """Answer every error with its sentence and the HTTP status of its kind (RFC 9110, section 15.5)."""
    app.register_error_handler(DomainError, _answer)
    app.register_error_handler(CSRFError, _token_missing)
    app.register_error_handler(HTTPException, _http)


def page(code: int, sentence: str) -> ResponseReturnValue:
    """Return the page for `code`."""
    again = _where_to_look_again() if code in {400, 409} else None
    words = {
        "code": code,
        "title": gettext(TITLES.get(code, TITLES[422])),
        "sentence": sentence,
        "way_out_url": again or url_for("portfolio.today"),
        "way_out_label": gettext("Look again") if again else gettext("To the start page"),
    }
    try:
        shown = render_template("errors/error.html", **words)
    except Exception:
        log.exception("the page around an error could not be shown")  # most likely what broke is in the bar on top
        plain = current_app.jinja_env.get_template("errors/plain.html")  # asks nobody for anything
        shown = plain.render(words, locale=language())
    return shown, code


def _where_to_look_again() -> str | None:
    """Return this address, or the one before, if it can be opened: many are only there to send something to."""
    adapter = current_app.create_url_adapter(request)
    for address in (request.full_path.rstrip("?"), came_from()):
        if adapter is not None and address and adapter.test(address.partition("?")[0], "GET"):
            return address
    return None


def _answer(error: DomainError) -> ResponseReturnValue:
    code = STATUS.get(type(error), UNPROCESSABLE)
    if code == 404:
        sentence = DEAD_LINK if request.endpoint == "links.open" else SENTENCES[404]
        return page(code, gettext(sentence))
    return page(code, translated(error))


def _token_missing(_error: CSRFError) -> ResponseReturnValue:
    return page(400, gettext(SENTENCES[400]))


def _http(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    if code < 400:  # a redirect of the router
        return error
    return page(404 if code == 405 else code, gettext(SENTENCES.get(code, SENTENCES[500])))
