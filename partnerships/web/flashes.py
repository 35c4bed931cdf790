"""What is said on the next page, with the step that comes after."""

from datetime import datetime

from flask import flash


def flash_next(sentence: str, label: str, url: str, kind: str = "success") -> None:
    """Say on the next page how something went, with a link to what is done next."""
    flash({"sentence": sentence, "label": label, "url": url}, kind)  # type: ignore[arg-type]  # kept as JSON


def flash_undo(sentence: str, label: str, url: str, until: datetime) -> None:
    """Say on the next page that something was done, with a button that takes it back while that is possible."""
    said = {"sentence": sentence, "label": label, "undo": url, "until": until.timestamp()}
    flash(said, "success")  # type: ignore[arg-type]  # kept as JSON
