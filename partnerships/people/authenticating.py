"""Sign people in and out: Flask-Security on our accounts, sessions that end, and answers that give nothing away."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from ipaddress import ip_address, ip_network

from flask import Flask, current_app, g, request, session
from flask_babel import refresh
from flask_limiter import Limiter
from flask_login.utils import _user_context_processor
from flask_security import Security, SQLAlchemySessionUserDatastore
from flask_security.core import RoleMixin
from flask_security.utils import hash_password, login_user, logout_user, verify_password
from sqlalchemy.orm import scoped_session, sessionmaker

from partnerships.core.actor import Actor, Role
from partnerships.core.errors import Gone, NotFound
from partnerships.core.words import N_
from partnerships.database.session import db
from partnerships.web.context import remember_actor, transactions
from partnerships.web.policy import CREATORS
from partnerships.web.tables import MailedLink

from . import recognising, recovering
from .rules import passwords
from .rules.addresses import plain_address
from .tables import Account, Membership

FULL_SESSION_LASTS = timedelta(days=14)  # however busy
FULL_SESSION_IDLES = timedelta(hours=12)
LIGHT_SESSION_LASTS = timedelta(hours=24)  # idle
SEEN_AGAIN_AFTER = timedelta(minutes=5)  # the cookie is written again at most this often
CHOSEN_BY_VISITORS = ("locale", "theme")  # what survives signing in
OUTLIVING = (*CHOSEN_BY_VISITORS, "light", "csrf_token")  # what survives a full session that ended by itself

# OWASP Password Storage: argon2id with t=2, m=19 MiB, p=1.
ARGON2ID = {"argon2__time_cost": 2, "argon2__memory_cost": 19456, "argon2__parallelism": 1}


def asking_network() -> str:
    """Return where the request comes from: an IPv4 address, or the /64 that one IPv6 customer has for themselves."""
    address = ip_address(request.remote_addr or "0.0.0.0")  # noqa: S104 - stands for "unknown", nothing is bound
    return str(address) if address.version == 4 else str(ip_network((address, 64), strict=False))


def asking_account() -> str:
    """Return whose door is knocked at, from where: nobody can lock somebody else out from elsewhere.

    The address is hashed: the limiter writes its keys into the log, and keeps them whole however long they are.
    """
    address = plain_address(request.form.get("email", ""))
    return f"{asking_network()} {sha256(address.encode()).hexdigest()}"


limiter = Limiter(asking_network, storage_uri="memory://")


@dataclass(frozen=True, slots=True)
class _NoRole(RoleMixin):
    """What Flask-Security asks for as a role model; ours are memberships."""


def protect(app: Flask) -> None:
    """Make `app` know its people: before each request, whoever asks is recognised."""
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of the algorithm
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_DEPRECATED_PASSWORD_SCHEMES=[],
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS=ARGON2ID,
        SECURITY_PASSWORD_LENGTH_MIN=passwords.SHORTEST,
        SECURITY_JOIN_USER_ROLES=False,
        SECURITY_CLI_USERS_NAME=None,
        SECURITY_CLI_ROLES_NAME=None,
        SESSION_REFRESH_EACH_REQUEST=False,  # else every static file would come with a cookie
    )
    with app.app_context():
        # A session of its own: `db.session` asks for a unit of work, which only starts when the person is known.
        accounts = scoped_session(sessionmaker(db.engine, expire_on_commit=False))
    security = Security(app, SQLAlchemySessionUserDatastore(accounts, Account, _NoRole), register_blueprint=False)
    # Flask-Principal for every request, and Flask-Login for every template, would load the account once more.
    security.principal.identity_loaders.clear()
    app.template_context_processors[None].remove(_user_context_processor)
    app.extensions["accounts"] = accounts
    app.extensions["welcome"] = welcome
    app.extensions["recognise"] = recognise_request
    limiter.init_app(app)
    app.before_request(recognise_request)
    app.teardown_appcontext(lambda _error: accounts.remove())


def recognise_request() -> None:
    """Learn who is asking before anything else happens: a full session first, then a light one. One statement."""
    remember_actor(None)
    g.account_locale = None
    if request.endpoint == "static":
        return
    # Who follows a creator's link in a browser where staff is signed in stays both, each on their own pages.
    for_creators = current_app.extensions["policy"].open_to.get(request.endpoint) == CREATORS
    member = (_of_light_session() if for_creators else None) or _of_full_session() or _of_light_session()
    if member is not None:
        g.account_locale = member.account.locale
        remember_actor(member.as_actor())
    refresh()  # the language follows the person


def welcome(link: MailedLink, *, remember: bool) -> Actor:
    """Return the person a mailed link was sent to; with `remember` a creator is signed in lightly.

    Raise `Gone` when they do not belong to the organisation any more.
    """
    actor = meet(link.account_id, link.org_id)
    if remember and link.purpose != recovering.PURPOSE:
        remember_lightly(actor)
    return actor


def meet(account_id: int, org_id: int) -> Actor:
    """Return the person whom a key of ours was made for, for this request only, and speak their language.

    Raise `Gone` when they do not belong to the organisation any more.
    """
    with transactions().everywhere() as everywhere:
        member = recognising.recognise_member(everywhere, account_id, org_id)
    if member is None:
        raise Gone(N_("This link has run out. Sign in, or ask for a new one."))
    g.account_locale = member.account.locale
    return member.as_actor()


def remember_lightly(actor: Actor) -> None:
    """Let a creator who acted through a link go on to their own pages. Others need their password for that."""
    if actor.role is Role.CREATOR:
        session.permanent = True
        session["light"] = {"account_id": actor.account_id, "org_id": actor.org_id, "until": _light_until()}


def sign_in(email: str, password: str) -> bool:
    """Sign in whoever owns this address and password; return whether somebody does.

    An unknown address, a closed account and one without a password take as long as a wrong password.
    """
    store = current_app.extensions["security"].datastore
    account = store.find_user(email=plain_address(email))
    current_app.extensions["accounts"].remove()
    known = account is not None and account.active and account.password is not None
    right = verify_password(normalised(password), account.password if known else _nobodys_hash())
    if known and right:
        enter(account)
    return bool(known and right)


def sign_in_by_email(email: str) -> None:
    """Sign in the owner of this address, whom somebody else vouches for: the demo. Raise `NotFound` for nobody."""
    with transactions().everywhere() as everywhere:
        member = recognising.recognise_address(everywhere, email)
    if member is None:
        raise NotFound(N_("There is nothing here."))
    enter(member.account)


def fits(account: Account, password: str) -> bool:
    """Say whether `password` is the account's."""
    return bool(account.password and verify_password(normalised(password), account.password))


def enter(account: Account) -> None:
    """Sign `account` in, in a session that has nothing of the one before but the visitor's language and look."""
    _keep_only(CHOSEN_BY_VISITORS)
    g.pop("csrf_token", None)
    session.setdefault("theme", account.theme)
    session.permanent = True
    session["since"] = session["seen"] = _machine_now().isoformat()
    login_user(account)


def leave() -> None:
    """Sign out; only the visitor's language and look are kept."""
    logout_user()
    _keep_only(CHOSEN_BY_VISITORS)
    remember_actor(None)


def take_back_links(account_id: int) -> None:
    """Make every mailed link that could change this account's password worthless, in all organisations."""
    with transactions().sweeping() as sweep:
        recovering.take_back_links(sweep, account_id)


def hashed(password: str) -> str:
    """Return what is kept of `password`."""
    return str(hash_password(normalised(password)))


def normalised(password: str) -> str:
    """Return `password` in one Unicode form (NFKD), so that every keyboard types the same one."""
    return str(current_app.extensions["security"].password_util.normalize(password))


def _keep_only(names: tuple[str, ...]) -> None:
    kept = {name: session[name] for name in names if name in session}
    session.clear()
    session.update(kept)


def _of_full_session() -> Membership | None:
    uniquifier = session.get("_user_id")
    if not uniquifier:
        return None
    now = _machine_now()
    lasted = now - datetime.fromisoformat(session.setdefault("since", now.isoformat()))
    idled = now - datetime.fromisoformat(session.get("seen", session["since"]))
    if lasted > FULL_SESSION_LASTS or idled > FULL_SESSION_IDLES:
        _keep_only(OUTLIVING)
        return None
    if idled > SEEN_AGAIN_AFTER:
        session["seen"] = now.isoformat()
    with transactions().everywhere() as everywhere:
        return recognising.recognise(everywhere, str(uniquifier), session.get("org_id"))


def _of_light_session() -> Membership | None:
    light = session.get("light")
    if not light:
        return None
    left = datetime.fromisoformat(light["until"]) - _machine_now()
    if left <= timedelta():
        del session["light"]
        return None
    if left < LIGHT_SESSION_LASTS - SEEN_AGAIN_AFTER:
        session["light"] = light | {"until": _light_until()}
    with transactions().everywhere() as everywhere:
        return recognising.recognise_creator(everywhere, light["account_id"], light["org_id"])


def _light_until() -> str:
    return (_machine_now() + LIGHT_SESSION_LASTS).isoformat()


def _machine_now() -> datetime:
    return transactions().machine.now()


@cache
def _nobodys_hash() -> str:
    """Return a hash that no password fits, to spend the same time on."""
    return str(hash_password("nobody signs in with this"))
