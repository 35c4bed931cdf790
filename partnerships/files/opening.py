"""Open the store that an address names: `folder:PATH`, or `s3://BUCKET` with what is special about it."""

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from .store import LocalStore, Store

FORMS = "folder:PATH or s3://BUCKET?endpoint=https://HOST&region=NAME"


def store_from_url(url: str, folder: Path) -> Store:
    """Return the store, or raise `ValueError` saying what the address should look like.

    `folder` is where this machine keeps files, or the room in which it prepares them for a store elsewhere.
    """
    parts = urlsplit(url)
    if parts.scheme == "folder" and parts.path:
        return LocalStore(Path(parts.path))
    asked = dict(parse_qsl(parts.query))
    if parts.scheme != "s3" or not parts.netloc or parts.path.strip("/") or asked.keys() - {"endpoint", "region"}:
        raise ValueError(f"it must look like {FORMS}")
    if not asked.get("endpoint", "https://").startswith(("https://", "http://")):
        raise ValueError("the endpoint must begin with https:// or http://")
    try:
        from .s3 import open_bucket  # noqa: PLC0415 - it is installed where such a store is used
    except ImportError as error:
        raise ValueError("boto3 is missing: install requirements/grown.txt") from error
    return open_bucket(parts.netloc, LocalStore(folder), **asked)
