"""Make and recognise mailed links. A token is derived from a nonce and SECRET_KEY; the database keeps its digest."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import Select, select

from partnerships.core.errors import Gone, NotFound
from partnerships.core.words import N_
from partnerships.database.claiming import insert_once, save_together
from partnerships.database.work import Sweep, Transactions, Work

from .tables import MailedLink


@dataclass(frozen=True, slots=True)
class Grant:
    """What a link lets one person do."""

    purpose: str
    thing_id: int
    account_id: int


def grant(work: Work, *, purpose: str, thing_id: int, account_id: int, expires_at: datetime) -> MailedLink:
    """Return the link that lets `account_id` open one thing; lengthened when it is asked for again while it lasts.

    One that has run out stays so, in whatever mailbox it lies: whoever asks then is given another.
    """
    asked = Grant(purpose, thing_id, account_id)
    link = work.session.scalars(_standing(work, [asked]).limit(1)).first()
    if link is None:
        link = MailedLink(**_new_link(work, asked, expires_at))
        work.session.add(link)
        work.session.flush()
    link.expires_at = max(link.expires_at, expires_at)
    return link


def grant_all(work: Work, asked: Mapping[Grant, datetime]) -> Mapping[Grant, int]:
    """Do for each of `asked` what `grant` does, until its moment; return the links' ids."""
    links: dict[Grant, MailedLink] = {}
    for link in work.session.scalars(_standing(work, asked)):
        links.setdefault(Grant(link.purpose, link.thing_id, link.account_id), link)
    for one, link in links.items():
        link.expires_at = max(link.expires_at, asked.get(one, link.expires_at))
    save_together(work.session, MailedLink, list(links.values()))
    new = {one: _new_link(work, one, expires_at) for one, expires_at in asked.items() if one not in links}
    ids = dict(insert_once(work.session, MailedLink, list(new.values()), MailedLink.token_hash))
    return {one: link.id for one, link in links.items()} | {one: ids[row["token_hash"]] for one, row in new.items()}


def _standing(work: Work, asked: Collection[Grant]) -> Select[MailedLink]:
    """Return the links, and perhaps some more, that give what is `asked` and can still be opened."""
    return (
        select(MailedLink)
        .where(
            MailedLink.purpose.in_({one.purpose for one in asked}),
            MailedLink.thing_id.in_({one.thing_id for one in asked}),
            MailedLink.account_id.in_({one.account_id for one in asked}),
            MailedLink.revoked_at.is_(None),
            MailedLink.expires_at >= work.now,
        )
        .order_by(MailedLink.id)
    )


def _new_link(work: Work, asked: Grant, expires_at: datetime) -> dict[str, Any]:
    nonce = secrets.token_urlsafe(32)
    return {
        "org_id": work.actor.org_id,
        "purpose": asked.purpose,
        "thing_id": asked.thing_id,
        "account_id": asked.account_id,
        "nonce": nonce,
        "token_hash": _digest(_token(nonce)),
        "expires_at": expires_at,
        "created_at": work.now,
    }


def revoke(work: Work | Sweep, *, purpose: str, thing_id: int) -> None:
    """Take back every link to one thing: those of the actor's organisation, or with a `Sweep` those of all."""
    standing = select(MailedLink).where(
        MailedLink.purpose == purpose, MailedLink.thing_id == thing_id, MailedLink.revoked_at.is_(None)
    )
    for link in work.session.scalars(standing):
        link.revoked_at = work.now


def token_of(link: MailedLink) -> str:
    """Return the token that opens `link`, 256 bits, safe in a URL."""
    return _token(link.nonce)


def open_link(transactions: Transactions, token: str) -> MailedLink:
    """Return the link that `token` opens; changes nothing.

    Raise `NotFound` for a token nobody made, `Gone` for one that has run out or was taken back.
    """
    with transactions.everywhere() as everywhere:
        link = everywhere.scalars(select(MailedLink).where(MailedLink.token_hash == _digest(token))).one_or_none()
    if link is None:
        raise NotFound(N_("There is nothing here."))
    if link.revoked_at is not None or link.expires_at < transactions.clock.now():
        raise Gone(N_("This link has run out. Sign in, or ask for a new one."))
    return link


def _token(nonce: str) -> str:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    digest = hmac.new(secret, b"mailed link\0" + nonce.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
