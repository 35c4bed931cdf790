"""Numbers and names as machines need them, from what people type."""

import re

from partnerships.core.errors import Refused
from partnerships.core.words import N_

INDONESIA = "62"
_FILLERS = str.maketrans("", "", " .-()/\u00a0\u2011\u2013")
_SHORTEST, _LONGEST = 8, 15  # digits with the country code; ITU-T E.164 allows 15
_FOLLOWER_DIGITS = 9  # the largest accounts have hundreds of millions; columns hold 2,147,483,647
_HANDLE = re.compile(r"[a-z0-9._-]{1,60}")
_PROFILE = re.compile(r"(?:https?://)?(?:www\.)?[a-z0-9.-]+\.[a-z]{2,}/(?:@|c/|user/)?([^/?#]+)/?(?:[?#].*)?")


def whatsapp_digits(typed: str) -> str:
    """Return a number as wa.me wants it: country code and digits, no "+"; empty for an empty one.

    A number that begins with 0 or 8 is Indonesian. Raise `Refused` for what is no telephone number.
    """
    bare = typed.translate(_FILLERS)
    if not bare:
        return ""
    international = bare.startswith(("+", "00"))
    digits = bare.removeprefix("+").removeprefix("00") if international else bare
    if not international and digits.startswith("0"):
        digits = INDONESIA + digits[1:]
    elif not international and digits.startswith("8"):
        digits = INDONESIA + digits
    if digits.startswith(INDONESIA + "0"):  # "+62 (0)812": both ways of dialling at once
        digits = INDONESIA + digits[len(INDONESIA) + 1 :]
    if not (digits.isascii() and digits.isdigit() and _SHORTEST <= len(digits) <= _LONGEST and digits[0] != "0"):
        raise Refused(N_("This does not look like a WhatsApp number. Write it like 0812 3456 7890."), field="whatsapp")
    return digits


def handle_name(typed: str) -> str:
    """Return a handle as it is compared and linked: without "@", in lower case, taken out of a profile's address.

    Raise `Refused` for what no platform would accept.
    """
    name = typed.strip().lower()
    profile = _PROFILE.fullmatch(name)
    name = (profile.group(1) if profile else name).removeprefix("@")
    if not _HANDLE.fullmatch(name):
        raise Refused(N_("Write the name as it stands in the app, such as @sari.kulit."))
    return name


def follower_count(typed: str) -> int | None:
    """Return how many follow, from digits with or without separators; None when nothing was typed.

    Raise `Refused` for anything else: "12k" could mean two things once a comma is in it.
    """
    digits = typed.strip().replace(".", "").replace(",", "").replace(" ", "")
    if not digits:
        return None
    if not (digits.isascii() and digits.isdigit()):
        raise Refused(N_("Write the number of followers in digits, such as 12500."))
    if len(digits.lstrip("0")) > _FOLLOWER_DIGITS:
        raise Refused(N_("No account has so many followers. Write their number in digits, such as 12500."))
    return int(digits.lstrip("0") or "0")
