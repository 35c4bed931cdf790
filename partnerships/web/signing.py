"""Numbers that come back from outside as we wrote them: sealed with SECRET_KEY, so that nobody can make up others."""

import hashlib
import hmac
import re

from flask import current_app

DIGITS = 24  # hexadecimal: 96 bits, in lower case, because some mail servers change the case of an address
_SEALED = re.compile(rf"(\d{{1,10}})-(\d{{1,10}})-([0-9a-f]{{{DIGITS}}})", re.IGNORECASE)


def seal(purpose: str, first: int, second: int) -> str:
    """Return the two numbers with a seal for this purpose, in characters that addresses and URLs may hold."""
    return f"{first}-{second}-{_mark(purpose, first, second)}"


def unseal(purpose: str, text: str) -> tuple[int, int] | None:
    """Return the two numbers, or None unless we have sealed them for this very purpose."""
    found = _SEALED.fullmatch(text)
    if found is None:
        return None
    first, second = int(found[1]), int(found[2])
    return (first, second) if hmac.compare_digest(found[3].lower(), _mark(purpose, first, second)) else None


def _mark(purpose: str, first: int, second: int) -> str:
    secret = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(secret, f"{purpose}\0{first}\0{second}".encode(), hashlib.sha256).hexdigest()[:DIGITS]
