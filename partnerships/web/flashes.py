"""What is said on the next page, with the step that comes after."""

from flask import flash


def flash_next(sentence: str, label: str, url: str) -> None:
    """Say on the next page that something was done, with a link to what is done next."""
    flash({"sentence": sentence, "label": label, "url": url}, "success")  # type: ignore[arg-type]  # kept as JSON
