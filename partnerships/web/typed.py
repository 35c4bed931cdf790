"""What creators type and have not sent yet: kept on the server every few seconds, so that a phone may die."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.database.work import Reading, Transactions, Work

from .context import find_actor, insist
from .policy import CREATORS, Audience
from .tables import TypedText
from .urls import link_token

pages = Blueprint("typed", __name__)

OPEN_TO: dict[str, Audience] = {"typed.save": CREATORS}
ABOUT = re.compile(r"(check_in|deliverable):[1-9]\d{0,9}")
NOT_TYPED = {"csrf_token", "about", "act"}
MOST_CHARACTERS = 20_000  # of one form, its names too
MOST_FORMS = 50  # of one person; nobody has as many open
LASTS = timedelta(days=30)
TOO_MUCH = N_("This is too much to be kept before it is sent.")


@pages.post("/typed")
def save() -> ResponseReturnValue:
    """Keep what stands in a form about a thing. It is for nobody but whoever typed it."""
    about = request.form.get("about", "")
    data = {name: text for name, text in request.form.items() if name not in NOT_TYPED}
    if not ABOUT.fullmatch(about) or sum(len(name) + len(text) for name, text in data.items()) > MOST_CHARACTERS:
        raise Refused(TOO_MUCH)
    insist(lambda work: keep(work, about, data))
    return "", 204


def saving_url() -> str:
    """Return where whoever reads this page keeps what they type, also behind a mailed link; "" for who may not."""
    token = link_token()
    if token is not None:
        return url_for("links.keep_typed", token=token)
    actor = find_actor()
    return url_for("typed.save") if actor and actor.role in CREATORS else ""


def keep(work: Work, about: str, data: Mapping[str, str]) -> None:
    """Keep `data` in the place of what the actor had typed about the same thing before."""
    own = select(TypedText).where(TypedText.account_id == work.actor.person_id).order_by(TypedText.saved_at)
    rows = work.session.scalars(own).all()
    row = next((row for row in rows if row.about == about), None)
    if row is None:
        for oldest in rows[: max(0, len(rows) + 1 - MOST_FORMS)]:
            work.session.delete(oldest)
        row = TypedText(org_id=work.actor.org_id, account_id=work.actor.person_id, about=about)
        work.session.add(row)
    row.data, row.saved_at = dict(data), work.now


def recall(reading: Reading, about: str, since: datetime | None = None) -> Mapping[str, str]:
    """Return what the actor typed about a thing and has not sent, as it stood in the form; nothing before `since`."""
    row = reading.session.scalars(
        select(TypedText).where(TypedText.account_id == reading.actor.account_id, TypedText.about == about)
    ).one_or_none()
    return row.data if row is not None and (since is None or row.saved_at > since) else {}


def forget(transactions: Transactions) -> None:
    """Forget what nobody has gone on with for a month."""
    with transactions.sweeping() as sweep:
        for row in sweep.session.scalars(select(TypedText).where(TypedText.saved_at < sweep.now - LASTS).limit(100)):
            sweep.session.delete(row)
