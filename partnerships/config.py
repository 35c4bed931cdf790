"""Every setting, read from the environment once. What each means for an operator stands in docs/settings.md."""

import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

SECRET_BYTES = 32
TOKEN_CHARACTERS = 16  # the shortest METRICS_TOKEN: of random characters nobody guesses it
BOUNCE_USER_CHARACTERS = 17  # what is left of 64 (RFC 5321, 4.5.3.1.1) beside the sealed number of a mail
CATCH_UP_PER_MINUTE = 600  # slow enough for a mail provider that watches for sudden masses
MIB = 1024 * 1024


class BadSetting(ValueError):
    """A setting that the application cannot start with; the text says which and what would be right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What differs from one installation to the next. Sizes are in bytes."""

    data_dir: Path
    secret_key: str
    database_url: str
    mail_url: str
    mail_from: str
    public_base_url: str
    host: str = "127.0.0.1"
    port: int = 8000
    demo: bool = False
    upload_max_bytes: int = 2048 * MIB
    upload_quota_bytes: int = 20 * 1024 * MIB
    store_url: str = ""  # "" keeps files in the data folder
    bounce_address: str = ""  # "" when nobody reads what comes back
    bounce_folder: Path | None = None  # a Maildir
    catch_up_per_minute: int = CATCH_UP_PER_MINUTE  # mails, of all senders together, while many are late
    metrics_token: str = ""  # "" closes /metrics
    testing: bool = False

    @property
    def is_secure(self) -> bool:
        """Say whether people reach this over TLS, so that cookies may be bound to it."""
        return self.public_base_url.startswith("https://")


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Return the settings written in `environment`, or raise `BadSetting`. The data folder is there afterwards."""
    data_dir = _data_dir(environment)
    demo = _flag(environment, "DEMO")
    port = _number(environment, "PORT", 8000)
    base_url = environment.get("PUBLIC_BASE_URL", f"http://127.0.0.1:{port}").rstrip("/")
    if urlsplit(base_url).scheme not in {"http", "https"} or not urlsplit(base_url).netloc:
        raise BadSetting("PUBLIC_BASE_URL must look like https://sahabat.example.com")
    return Settings(
        data_dir=data_dir,
        secret_key=_secret_key(environment, data_dir),
        database_url=database_url(environment.get("DATABASE_URL") or f"sqlite:///{data_dir / 'sahabat.db'}"),
        mail_url=environment.get("MAIL_URL") or f"folder:{data_dir / 'mail'}",
        mail_from=environment.get("MAIL_FROM") or f"sahabat@{urlsplit(base_url).hostname}",
        public_base_url=base_url,
        host=environment.get("HOST", "127.0.0.1"),
        port=port,
        demo=demo,
        upload_max_bytes=_number(environment, "UPLOAD_MAX_MB", 2 * 1024) * MIB,
        upload_quota_bytes=_number(environment, "UPLOAD_QUOTA_MB", 20 * 1024) * MIB,
        store_url=_store_url(environment),
        bounce_address=_bounce_address(environment),
        bounce_folder=_bounce_folder(environment),
        catch_up_per_minute=_number(environment, "CATCH_UP_PER_MINUTE", CATCH_UP_PER_MINUTE),
        metrics_token=_metrics_token(environment),
    )


def database_url(url: str) -> str:
    """Return `url` with the driver that is installed for PostgreSQL."""
    scheme, separator, rest = url.partition("://")
    return f"postgresql+psycopg{separator}{rest}" if scheme in {"postgres", "postgresql"} else url


def _data_dir(environment: Mapping[str, str]) -> Path:
    """Return the data folder, made if need be: database, key, mail and files all expect it."""
    data_dir = Path(environment.get("DATA_DIR") or "./var").resolve()
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadSetting(
            f"DATA_DIR: {data_dir} cannot be made ({error.strerror}). Name a folder of this user."
        ) from error
    return data_dir


def _secret_key(environment: Mapping[str, str], data_dir: Path) -> str:
    """Return SECRET_KEY, or the one made at the first start and kept in the data folder."""
    kept = data_dir / "secret_key"
    given = environment.get("SECRET_KEY")
    try:
        if not given and not kept.exists():
            _make_key(kept)
        key = given or kept.read_text().strip()
    except OSError as error:
        raise BadSetting(f"{kept} cannot be used ({error.strerror}). Give DATA_DIR to this user.") from error
    if len(key.encode()) < SECRET_BYTES:
        raise BadSetting(f"{'SECRET_KEY' if given else kept} must have at least {SECRET_BYTES} bytes.")
    return key


def _make_key(kept: Path) -> None:
    """Write a new key that only this user can read; whole or not at all, whenever the machine stops."""
    handle, unfinished = tempfile.mkstemp(prefix="secret_key.", dir=kept.parent)  # made with mode 0600
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(SECRET_BYTES + SECRET_BYTES // 2))
        file.flush()
        os.fsync(file.fileno())
    Path(unfinished).replace(kept)


def _bounce_address(environment: Mapping[str, str]) -> str:
    """Return the mailbox for undelivered mail; `+` and a sealed number are put behind its name for each mail."""
    address = environment.get("BOUNCE_ADDRESS", "").strip()
    user, _, host = address.rpartition("@")
    if address and (not user or not host or not address.isascii() or set(address) & set(' +<>"(),;:')):
        raise BadSetting("BOUNCE_ADDRESS must look like bounces@mail.example.com")
    if len(user) > BOUNCE_USER_CHARACTERS:
        raise BadSetting(f"BOUNCE_ADDRESS: at most {BOUNCE_USER_CHARACTERS} characters before the @.")
    return address


def _bounce_folder(environment: Mapping[str, str]) -> Path | None:
    folder = environment.get("BOUNCE_FOLDER", "").strip()
    if folder and not environment.get("BOUNCE_ADDRESS", "").strip():
        raise BadSetting("BOUNCE_FOLDER needs BOUNCE_ADDRESS: without it no mail can be told from another.")
    return Path(folder).resolve() if folder else None


def _store_url(environment: Mapping[str, str]) -> str:
    url = environment.get("STORE_URL", "").strip()
    if url and urlsplit(url).scheme not in {"folder", "s3"}:
        raise BadSetting("STORE_URL must look like folder:/srv/sahabat/files or s3://BUCKET?endpoint=https://HOST")
    return url


def _metrics_token(environment: Mapping[str, str]) -> str:
    token = environment.get("METRICS_TOKEN", "").strip()
    if token and (len(token) < TOKEN_CHARACTERS or not token.isascii()):
        raise BadSetting(f"METRICS_TOKEN must have at least {TOKEN_CHARACTERS} plain characters.")
    return token


def _flag(environment: Mapping[str, str], name: str) -> bool:
    value = environment.get(name, "0").lower()
    if value not in {"0", "1", "true", "false", "yes", "no", ""}:
        raise BadSetting(f"{name} must be 1 or 0.")
    return value in {"1", "true", "yes"}


def _number(environment: Mapping[str, str], name: str, otherwise: int) -> int:
    value = environment.get(name) or str(otherwise)
    if not value.isdigit() or int(value) == 0:
        raise BadSetting(f"{name} must be a whole number above zero.")
    return int(value)
