"""What may stand in a text that somebody sends: everything but the one character that no database keeps."""

from flask import abort, request

NUL = "\x00"


def refuse_nul() -> None:
    """Answer 400 to a form or query with a NUL in it: nobody can type one, and PostgreSQL keeps none."""
    if any(NUL in text for sent in (request.args, request.form) for _, text in sent.items(multi=True)):
        abort(400)
