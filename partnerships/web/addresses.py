"""Addresses that leave the house: built from PUBLIC_BASE_URL, never from what a request says."""

from urllib.parse import urlsplit

from flask import current_app

from .linking import token_of
from .tables import MailedLink


def public_url(path: str) -> str:
    """Return the full address of `path`, which starts with a slash."""
    return f"{current_app.config['PUBLIC_BASE_URL'].rstrip('/')}{path}"


def public_host() -> str:
    """Return the name of the host that people reach this under."""
    return urlsplit(str(current_app.config["PUBLIC_BASE_URL"])).hostname or "localhost"


def linked_url(link: MailedLink) -> str:
    """Return the address that opens `link`."""
    return public_url(f"/s/{token_of(link)}")


def mail_from() -> str:
    """Return the address that mail comes from."""
    return str(current_app.config.get("MAIL_FROM") or f"sahabat@{public_host()}")
