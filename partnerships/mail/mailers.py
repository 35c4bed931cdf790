"""Ways to get a mail out. Pick one by URL in the configuration."""

import os
import secrets
import smtplib
import socket
import ssl
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from threading import Condition, Thread
from typing import NoReturn, Protocol
from urllib.parse import SplitResult, unquote, urlsplit

from .rules.pauses import CROWDED
from .rules.retries import Command, Outcome, judge

CONNECT_SECONDS = 10
MESSAGE_SECONDS = 30  # for one mail in all: a server that drips a byte at a time defeats a timeout per answer
RELAY_PORT, SUBMISSION_PORT, SMTPS_PORT = 25, 587, 465


class MailFailed(Exception):
    """The server's answer was no. `outcome` says what that means, `code` is the SMTP reply code if there was one."""

    def __init__(self, outcome: Outcome, text: str, code: int | None = None) -> None:
        """Keep what the server said in `text`, for the manager to read."""
        super().__init__(text)
        self.outcome, self.text, self.code = outcome, text, code


class Mailer(Protocol):
    """Gets a mail out. `send` raises `MailFailed`, or `OSError` to be tried again; `close` ends a batch.

    `knock` raises the same when no mail could get out now; it sends none.
    """

    def send(self, message: EmailMessage) -> None: ...

    def knock(self) -> None: ...

    def close(self) -> None: ...


@dataclass
class MemoryMailer:
    """Keep mails in a list: for tests."""

    sent: list[EmailMessage] = field(default_factory=list)

    def send(self, message: EmailMessage) -> None:
        self.sent.append(message)

    def knock(self) -> None:
        """There is always room in a list."""

    def close(self) -> None:
        """Nothing is open."""


@dataclass
class FolderMailer:
    """Write each mail into a folder as an .eml file: for development and demos.

    Every sending makes a file of its own, so that a mail sent twice is seen: two files with the same middle part.
    """

    folder: Path

    def send(self, message: EmailMessage) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        moment = message["Date"].datetime
        opaque = str(message["Message-ID"]).strip("<>").partition("@")[0]
        name = f"{moment:%Y%m%dT%H%M%S}-{opaque}-{secrets.token_hex(4)}"
        unfinished, finished = self.folder / f".{name}.part", self.folder / f"{name}.eml"
        try:
            with unfinished.open("wb") as file:
                file.write(message.as_bytes())
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(finished)
        finally:
            unfinished.unlink(missing_ok=True)
        _keep_names(self.folder)

    def knock(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=self.folder) as file:
            file.write(b"knock")

    def close(self) -> None:
        """Nothing is open."""


def _keep_names(folder: Path) -> None:
    """Make the names in `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Conversation(smtplib.SMTP):
    """Talks to a mail server over a line that can be cut at any moment, also while TLS is agreed on."""

    def __init__(self, host: str, line: socket.socket) -> None:
        """Talk over `line` to the server that has to prove that it is `host`."""
        super().__init__(timeout=CONNECT_SECONDS)
        self._host = host  # smtplib checks the certificate against this; its constructor sets it only to connect itself
        self.sock = line
        self._line = line.dup()  # TLS takes over the socket, and has none to show until hands are shaken

    def cut(self) -> None:
        """Let whoever waits for the server get an `OSError`."""
        try:
            self._line.shutdown(socket.SHUT_RDWR)
        except OSError:  # it was closed in the same moment
            return

    def close(self) -> None:
        """Hang up."""
        super().close()
        self._line.close()


def _dial(host: str, port: int, seconds: float) -> socket.socket:
    """Return a line to the first address of `host` that answers; try all of them for at most `seconds`."""
    until, failed = time.monotonic() + seconds, OSError(f"{host} has no address")
    for *_, address in socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM):
        left = min(until - time.monotonic(), CONNECT_SECONDS)
        if left <= 0:
            break
        try:
            line = socket.create_connection((str(address[0]), port), left)
        except OSError as error:
            failed = error
        else:
            line.settimeout(CONNECT_SECONDS)
            return line
    raise failed


class Patience:
    """Cuts a connection that takes too long, so that whoever waits on it gets an `OSError`.

    One thread watches while mails follow each other: one for each mail took a tenth of the time of sending it.
    """

    def __init__(self) -> None:
        """Watch nothing yet."""
        self._changed = Condition()
        self._server: Conversation | None = None
        self._until = 0.0
        self._looks_at: float | None = None  # None: nobody watches

    @contextmanager
    def within(self, seconds: float, server: Conversation) -> Iterator[None]:
        """Let `server` be used for at most `seconds`."""
        with self._changed:
            self._server, self._until = server, time.monotonic() + seconds
            if self._looks_at is None:
                self._looks_at = self._until
                Thread(target=self._watch, daemon=True, name="patience").start()
            elif self._until < self._looks_at:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._server = None

    def _watch(self) -> None:
        """Look when the time of the last mail is over; end when nothing is being sent then."""
        with self._changed:
            while self._server is not None:
                self._looks_at = self._until
                if self._changed.wait(max(self._until - time.monotonic(), 0)):
                    continue  # something shorter has begun
                if self._server is not None and time.monotonic() >= self._until:
                    self._server.cut()
                    break
            self._looks_at = None


@dataclass
class SmtpMailer:
    """Hand mails to a mail server, over one connection that is kept until `close`.

    STARTTLS is used when offered; a name and password are never sent without TLS, except to this machine itself.
    """

    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls_from_start: bool = False
    seconds: float = MESSAGE_SECONDS
    _server: Conversation | None = field(default=None, init=False, repr=False)
    _patience: Patience = field(default_factory=Patience, init=False, repr=False, compare=False)

    def send(self, message: EmailMessage) -> None:
        server = self._connected()
        sender = str(message["Return-Path"]).strip("<>") if message["Return-Path"] else None
        del message["Return-Path"]  # the server that delivers it writes its own (RFC 5321, 4.4)
        try:
            with self._patience.within(self.seconds, server):
                server.send_message(message, from_addr=sender)
        except smtplib.SMTPRecipientsRefused as refused:
            code, text = next(iter(refused.recipients.values()))
            self._fail(Command.RECIPIENT, code, text)
        except smtplib.SMTPSenderRefused as refused:
            self._fail(Command.SENDER, refused.smtp_code, refused.smtp_error)
        except smtplib.SMTPResponseException as refused:
            self._fail(Command.DATA, refused.smtp_code, refused.smtp_error)
        except OSError:
            self.close()  # SMTPServerDisconnected too: the next mail makes a new connection
            raise

    def knock(self) -> None:
        self._connected()
        self.close()

    def close(self) -> None:
        """End the connection, politely if the server still listens."""
        server, self._server = self._server, None
        if server is None:
            return
        try:
            with self._patience.within(CONNECT_SECONDS, server):
                server.quit()
        except OSError:  # it has hung up already
            server.close()

    def _connected(self) -> Conversation:
        """Return the open connection, or make one; whatever fails here is the channel's fault, not the mail's."""
        if self._server is not None:
            return self._server
        until = time.monotonic() + self.seconds
        try:
            line = _dial(self.host, self.port, self.seconds)
            server = Conversation(self.host, line)
            try:
                with self._patience.within(until - time.monotonic(), server):
                    self._shake_hands(server, line)
            except OSError:
                server.close()
                raise
        except smtplib.SMTPResponseException as refused:
            raise MailFailed(
                judge(Command.CONNECT, refused.smtp_code), _words(refused.smtp_error), refused.smtp_code
            ) from refused
        except OSError as broken:
            raise MailFailed(Outcome.PAUSE, f"{self.host}:{self.port}: {broken}") from broken
        self._server = server
        return server

    def _shake_hands(self, server: Conversation, line: socket.socket) -> None:
        secure = ssl.create_default_context()
        if self.tls_from_start:
            server.sock = secure.wrap_socket(line, server_hostname=self.host)
        code, greeting = server.getreply()
        if code != 220:
            raise smtplib.SMTPConnectError(code, greeting)
        server.ehlo_or_helo_if_needed()
        if not self.tls_from_start and server.has_extn("starttls"):
            server.starttls(context=secure)
            server.ehlo()
        elif not self.tls_from_start and self.user and self.host not in {"127.0.0.1", "localhost", "::1"}:
            raise smtplib.SMTPNotSupportedError("the server offers no TLS: the password stays here")
        if self.user is not None:
            server.login(self.user, self.password or "")

    def _fail(self, command: Command, code: int, text: bytes | str) -> NoReturn:
        """Raise what the answer means; keep the connection only if the server does."""
        outcome = judge(command, code, _words(text))
        if code in CROWDED or outcome is Outcome.PAUSE:
            self.close()
        raise MailFailed(outcome, _words(text), code)


def _words(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer


def mailer_from_url(url: str) -> Mailer:
    """Return the mailer for `memory:`, `folder:PATH`, `smtp://…` or `smtps://…`, or raise `ValueError`."""
    scheme, _, rest = url.partition(":")
    match scheme:
        case "memory":
            return MemoryMailer()
        case "folder" if rest:
            return FolderMailer(Path(rest))
        case "smtp" | "smtps":
            return _smtp_mailer(urlsplit(url))
    raise ValueError(f"MAIL_URL starts with {scheme!r}: use folder:PATH, smtp://USER:PASSWORD@HOST:PORT or smtps://…")


def _smtp_mailer(parts: SplitResult) -> SmtpMailer:
    tls = parts.scheme == "smtps"
    usual = SMTPS_PORT if tls else SUBMISSION_PORT if parts.username else RELAY_PORT
    if not parts.hostname:
        raise ValueError(f"MAIL_URL names no host: {parts.scheme}://USER:PASSWORD@HOST:PORT")
    return SmtpMailer(
        parts.hostname,
        parts.port or usual,
        unquote(parts.username) if parts.username else None,
        unquote(parts.password) if parts.password else None,
        tls,
    )
