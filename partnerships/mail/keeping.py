"""What the ways into the outbox share."""

import secrets

from partnerships.web.addresses import public_host


def new_message_id() -> str:
    """Return a name for a new mail, which no other mail has (RFC 5322, 3.6.4)."""
    return f"{secrets.token_hex(16)}@{public_host()}"
