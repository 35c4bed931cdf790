"""Addresses that leave the house: built from PUBLIC_BASE_URL, never from what a request says."""

from urllib.parse import urlsplit

from flask import current_app

from .linking import token_of
from .signing import seal
from .tables import MailedLink

STOPPING = "unsubscribe"  # what the seal in such an address is for


def public_url(path: str) -> str:
    """Return the full address of `path`, which starts with a slash."""
    return f"{current_app.config['PUBLIC_BASE_URL'].rstrip('/')}{path}"


def public_host() -> str:
    """Return the name of the host that people reach this under."""
    return urlsplit(str(current_app.config["PUBLIC_BASE_URL"])).hostname or "localhost"


def linked_url(link: MailedLink) -> str:
    """Return the address that opens `link`."""
    return public_url(f"/s/{token_of(link)}")


def stopping_url(org_id: int, account_id: int) -> str:
    """Return the address at which this person stops this organisation's reminders: the seal is the key to it.

    It stands in every reminder, so it is made from what is known then, without a row in the database; it never runs
    out, and who opens it is signed in nowhere.
    """
    return public_url(f"/u/{seal(STOPPING, org_id, account_id)}")


def mail_from() -> str:
    """Return the address that mail comes from."""
    return str(current_app.config.get("MAIL_FROM") or f"sahabat@{public_host()}")


def bounces_to() -> str | None:
    """Return the mailbox to which undelivered mail comes back, or None when nobody reads it."""
    return current_app.config.get("BOUNCE_ADDRESS") or None
