"""What may stand in a text that somebody sends."""

import re
import unicodedata

from flask import abort, request

from partnerships.core.errors import Refused
from partnerships.core.words import N_

NUL = "\x00"
_LINE_ENDS = re.compile("[\t\n\v\f\r\x85\u2028\u2029]+")  # what str.splitlines() and a mail's headers end a line at


def refuse_nul() -> None:
    """Answer 400 to a form or query with a NUL in it: nobody can type one, and PostgreSQL keeps none."""
    if any(NUL in text for sent in (request.args, request.form) for _, text in sent.items(multi=True)):
        abort(400)


def in_one_line(text: str) -> str:
    """Return `text` as a name is kept: line ends and tabs, as pasting brings them along, are spaces.

    Raise `Refused` for other control characters: they show nowhere, and end lines in places that nobody thinks of.
    """
    line = _LINE_ENDS.sub(" ", text).strip()
    if any(unicodedata.category(sign) == "Cc" for sign in line):
        raise Refused(N_("There is a character in this that cannot be seen. Please type it instead of pasting it."))
    return line
