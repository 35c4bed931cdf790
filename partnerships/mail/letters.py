"""Word a mail: from one source per language to the text, the page-like version and the headers.

A source is `templates/mail/<locale>/<name>.txt`: lines `Subject:`, `Preheader:`, `Why:` and, when there is something
to open, `Button:`; then an empty line, then paragraphs.
"""

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from email.headerregistry import Address, BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import Policy
from email.policy import default as modern
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from partnerships.core.zones import day_in
from partnerships.web.addresses import bounces_to, linked_url, mail_from, public_url, stopping_url
from partnerships.web.signing import seal
from partnerships.web.tables import MailedLink

from .rules.bounces import return_path
from .tables import MailKind, OutboxMail

FOLDER = Path(__file__).parents[2] / "templates" / "mail"
HOUSE = "Sahabat"
LANGUAGES = ("id", "en")
HEADERS = frozenset({"Subject", "Preheader", "Why", "Button"})

RETURNING = "return path"  # what the seal in an envelope's sender is for
STOP_WORDS = {"id": "Tidak mau menerima pengingat lagi", "en": "Stop these reminders"}

KEY = re.compile(
    r"(/[su]/)[\w-]{16,}"
)  # what opens a page without signing in, in an address; see `Letter.without_keys`

log = logging.getLogger(__name__)


class OneWordHeader(UnstructuredHeader, BaseHeader):
    """A header whose value is one long word. The email package would write it in an encoding that nobody reads."""

    def fold(self, *, policy: Policy) -> str:
        """Return it in one line, as RFC 5322, 2.1.1 allows up to 998 characters."""
        return f"{self.name}: {self}{policy.linesep}"


# With the same few values in every mail, which the email package would parse anew each time: a third of making one.
SAME = frozenset(
    {"auto-submitted", "content-disposition", "content-language", "content-transfer-encoding", "content-type"}
    | {"list-unsubscribe-post", "mime-version", "x-auto-response-suppress"}
)


class Headers(HeaderRegistry):
    """Makes headers. Those that every mail has alike are made once, and shared: none can be changed."""

    def __init__(self) -> None:
        """Know the headers whose value is one long word."""
        super().__init__()
        for name in ("list-unsubscribe", "in-reply-to", "references", "return-path"):
            self.map_to_type(name, OneWordHeader)
        self._made = lru_cache(maxsize=256)(super().__call__)

    def __call__(self, name: str, value: Any) -> BaseHeader:
        """Return the header called `name`."""
        return self._made(name, value) if name.lower() in SAME else super().__call__(name, value)


_POLICY = modern.clone(header_factory=Headers())


@dataclass(frozen=True, slots=True)
class Letter:
    """What one mail says. `url` is where its button leads, `stop_url` where its reader stops such mail."""

    sender: str
    subject: str
    preheader: str
    paragraphs: tuple[str, ...]
    button: str
    url: str | None
    why: str
    locale: str
    items: tuple[tuple[str, str | None], ...] = ()  # of a digest: what is told, and where it leads
    stop_url: str | None = None

    @property
    def stop_words(self) -> str:
        """Return what the link says that stops such mail."""
        return STOP_WORDS[self.locale]

    @property
    def text(self) -> str:
        """Return the plain version."""
        opening = [f"{self.button}:\n{self.url}"] if self.url else []
        listed = [f"- {words}\n  {url}" if url else f"- {words}" for words, url in self.items]
        stopping = [f"{self.stop_words}:\n{self.stop_url}"] if self.stop_url else []
        return "\n\n".join([*self.paragraphs, *listed, *opening, f"{self.sender}\n{self.why}", *stopping]) + "\n"

    def without_keys(self) -> "Letter":
        """Return this without what only its reader may open, wherever it stands: who has it can act as them."""

        def mask(words: str) -> str:
            return KEY.sub(r"\1…", words)

        return replace(
            self,
            subject=mask(self.subject),
            preheader=mask(self.preheader),
            paragraphs=tuple(map(mask, self.paragraphs)),
            items=tuple((mask(words), mask(url) if url else url) for words, url in self.items),
            button=mask(self.button),
            url=mask(self.url) if self.url else self.url,
            stop_url=mask(self.stop_url) if self.stop_url else None,
        )

    @property
    def html(self) -> str:
        """Return the page-like version, with everything inline, as mail programs want it."""
        return _pages().get_template("layout.html").render(letter=self)


@dataclass(frozen=True, slots=True)
class Attachment:
    """A calendar file that goes with a mail. `method` says what a calendar program is to do with it."""

    name: str
    text: str
    method: str


def word(mail: OutboxMail) -> Letter:
    """Return what `mail` says, in its reader's language.

    Raise `ValueError` when a value would break a header, `jinja2.UndefinedError` when one is missing.
    """
    name = mail.recipient.name.split(" ")[0]
    today = day_in(mail.recipient.zone, mail.sent_at or mail.send_after)
    stop_url = stopping_url(mail.org_id, mail.recipient_id) if mail.kind is MailKind.REMINDER else None
    if "items" in mail.context:
        items = [{**item, "context": _counted(item["context"], today)} for item in mail.context["items"]]
        letter = together(mail.template, mail.recipient.locale, items, name, _url(mail))
        return replace(letter, stop_url=stop_url)
    context = _counted(mail.context, today) | {"name": name}
    return worded(mail.template, mail.recipient.locale, context, _url(mail), stop_url)


def _counted(context: Mapping[str, Any], today: date) -> dict[str, Any]:
    """Return `context` with `late`, the days since what it tells was due on the day it goes out; before that, below 0.

    How many they are is for every organisation to say, and a mail may have to wait: no wording knows the number.
    """
    due_on = context.get("due_on")
    return {**context, "late": (today - date.fromisoformat(due_on)).days if due_on else 0}


def worded(
    template: str, locale: str, context: Mapping[str, Any], url: str | None, stop_url: str | None = None
) -> Letter:
    """Return what the wording called `template` says of `context`; `name` in it is the reader's first name."""
    locale = locale if locale in LANGUAGES else LANGUAGES[0]
    source = _source(locale, template)
    values = {name: _in_language(value, locale) for name, value in context.items()} | {"locale": locale}
    headers = {name: _one_line(template.render(values)) for name, template in source.headers.items()}
    return Letter(
        sender=_one_line(str(values.get("brand") or HOUSE)),
        subject=headers["Subject"],
        preheader=headers["Preheader"],
        paragraphs=tuple(part.strip() for part in source.body.render(values).split("\n\n") if part.strip()),
        button=headers.get("Button", url or ""),
        url=url,
        why=headers["Why"],
        locale=locale,
        stop_url=stop_url,
    )


def together(template: str, locale: str, items: Sequence[Mapping[str, Any]], name: str, url: str | None) -> Letter:
    """Return one letter that tells all of `items`; a single one is told in its own words.

    Each has its wording (`template`), the `context` of that, and the `nonce` of its link where it has one.
    """
    letters = [worded(item["template"], locale, {**item["context"], "name": name}, _item_url(item)) for item in items]
    if len(letters) == 1:
        return letters[0]
    senders = {letter.sender for letter in letters}
    context = {"name": name, "count": len(letters), "brand": senders.pop() if len(senders) == 1 else ""}
    frame = worded(template, locale, context, url)
    return replace(frame, items=tuple((letter.subject, letter.url) for letter in letters))


def _item_url(item: Mapping[str, Any]) -> str | None:
    if item["nonce"]:
        return linked_url(MailedLink(nonce=item["nonce"]))
    return public_url(item["context"]["path"]) if "path" in item["context"] else None


def envelope(
    mail: OutboxMail,
    letter: Letter,
    first_message_id: str | None,
    now: datetime,
    attachment: Attachment | None = None,
) -> EmailMessage:
    """Return `letter` as a message (RFC 5322), in one thread with the first mail about the same thing.

    Its Return-Path is the sender for the envelope: whoever sends it takes it off (RFC 5321, 4.4).
    """
    message = EmailMessage(_POLICY)
    user, _, host = mail_from().rpartition("@")
    message["From"] = Address(letter.sender, user, host)
    message["To"] = Address(_one_line(mail.recipient.name), addr_spec=_one_line(mail.recipient.email))
    message["Subject"] = letter.subject
    message["Date"] = now
    message["Message-ID"] = f"<{mail.message_id}>"
    if first_message_id and first_message_id != mail.message_id:
        message["In-Reply-To"] = message["References"] = f"<{first_message_id}>"
    if mail.reply_to:
        message["Reply-To"] = Address(addr_spec=_one_line(mail.reply_to))
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office replies, please
    message["X-Auto-Response-Suppress"] = "All"
    message["Content-Language"] = letter.locale
    if letter.stop_url:
        message["List-Unsubscribe"] = f"<{letter.stop_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058: a POST there acts at once
    if (address := bounces_to()) is not None:
        message["Return-Path"] = f"<{return_path(address, seal(RETURNING, mail.org_id, mail.id))}>"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    if attachment is not None:
        message.add_attachment(
            attachment.text,
            subtype="calendar",
            cte="quoted-printable",
            filename=attachment.name,
            params={"method": attachment.method},
        )
    return message


def find_letter(mail: OutboxMail) -> Letter | None:
    """Return what `mail` says, or None when it cannot be worded: one such mail must not hide the others."""
    try:
        return word(mail)
    except Exception:
        log.exception("mail %s cannot be worded", mail.id)
        return None


def find_message(mail: OutboxMail, now: datetime) -> tuple[Letter, EmailMessage] | None:
    """Return what `mail` says and how it is sent, outside a thread; or None when it cannot be."""
    try:
        letter = word(mail)
        return letter, envelope(mail, letter, None, now)
    except Exception:
        log.exception("mail %s cannot be worded", mail.id)
        return None


def _url(mail: OutboxMail) -> str | None:
    """Return the mailed link, or for people who sign in the page's address, or None."""
    if mail.link is not None:
        return linked_url(mail.link)
    return public_url(mail.context["path"]) if "path" in mail.context else None


@dataclass(frozen=True, slots=True)
class _Source:
    headers: Mapping[str, Template]
    body: Template


@cache
def _source(locale: str, name: str) -> _Source:
    """Read a wording. Headers are told apart before any value is filled in, so that no value can become one."""
    head, _, body = (FOLDER / locale / f"{name}.txt").read_text("utf-8").partition("\n\n")
    lines = dict(line.split(": ", 1) for line in head.splitlines())
    if not lines.keys() <= HEADERS or not {"Subject", "Preheader", "Why"} <= lines.keys():
        raise ValueError(f"mail/{locale}/{name}.txt: Subject, Preheader, Why, perhaps Button, and an empty line")
    environment = _texts(locale)
    return _Source({key: environment.from_string(line) for key, line in lines.items()}, environment.from_string(body))


@cache
def _texts(locale: str) -> Environment:
    environment = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701 - plain text; layout.html escapes

    def day(value: str) -> str:
        pattern = "EEEE, d MMMM y"
        return format_date(date.fromisoformat(value), pattern, locale="en_ID" if locale == "en" else "id")

    environment.filters["day"] = day
    return environment


@cache
def _pages() -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _in_language(value: Any, locale: str) -> Any:
    return value[locale] if isinstance(value, dict) and value.keys() == set(LANGUAGES) else value


def _one_line(value: str) -> str:
    if any(end in value for end in "\r\n\0"):
        raise ValueError("a mail header cannot hold more than one line")
    return value.strip().replace("=?", "= ?")  # it would be read as an encoded word (RFC 2047) of any content
