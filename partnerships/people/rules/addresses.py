"""One spelling for every address, so that one person is one account."""


def plain_address(email: str) -> str:
    """Return `email` as accounts keep it: without spaces around it, in lower case.

    RFC 5321 (2.4) lets a host tell capitals apart before the "@"; none in use does, and people type them at random.
    """
    return email.strip().lower()
