"""A real SMTP server for tests. It keeps what it takes, and can be told to refuse, to fall silent or to hang up."""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.services.ports import free_port

DRIP_SECONDS = 0.05
HELD_SECONDS = 0.01

Moment = Literal["MAIL", "RCPT", "DATA"]


@dataclass(frozen=True)
class Letter:
    """One mail as it arrived, with the envelope it came in."""

    sender: str
    recipients: list[str]
    message: EmailMessage


@dataclass
class SmtpServer:
    """The server's memory. `refuse` scripts its next answers; an empty script means that it takes everything."""

    port: int
    letters: list[Letter] = field(default_factory=list)
    begun: int = 0  # mails that somebody began to send
    pause: float = 0.0  # seconds from then on until they are taken
    holds: bool = False  # takes none of them as long as this is so
    _script: dict[Moment, deque[str]] = field(default_factory=dict)
    _hang_ups: int = 0
    _slow: deque[bytes] = field(default_factory=deque)

    @property
    def url(self) -> str:
        """Return the address for a mailer's setting."""
        return f"smtp://127.0.0.1:{self.port}"

    def refuse(self, answer: str, *, at: Moment = "RCPT", times: int = 1) -> None:
        """Give `answer` (`421 …`, `451 …`, `550 …`) to the next `times` commands of the kind `at`."""
        self._script.setdefault(at, deque()).extend([answer] * times)

    def hang_up_after_data(self, times: int = 1) -> None:
        """Take the next mails, then break the connection before saying so: the sender cannot know."""
        self._hang_ups += times

    def fall_silent(self, times: int = 1) -> None:
        """Answer nothing to the next recipients, as long as anybody listens."""
        self._slow.extend([b""] * times)

    def drip(self, times: int = 1) -> None:
        """Answer the next recipients a byte at a time, without end."""
        self._slow.extend([b"2"] * times)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd calls it by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if refusal := self._next("MAIL"):
            return refusal
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if refusal := self._next("RCPT"):
            return refusal
        if self._slow:
            byte = self._slow.popleft()
            while server.transport is not None and not server.transport.is_closing():
                server.transport.write(byte)  # type: ignore[attr-defined] # typed as BaseTransport
                await asyncio.sleep(DRIP_SECONDS)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        self.begun += 1
        await asyncio.sleep(self.pause)
        while self.holds:
            await asyncio.sleep(HELD_SECONDS)
        if refusal := self._next("DATA"):
            return refusal
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.letters.append(Letter(envelope.mail_from or "", list(envelope.rcpt_tos), message))
        if self._hang_ups:
            self._hang_ups -= 1
            assert server.transport is not None
            server.transport.abort()  # type: ignore[attr-defined] # typed as BaseTransport; a socket's is a Transport
        return "250 OK"

    def _next(self, moment: Moment) -> str | None:
        waiting = self._script.get(moment)
        return waiting.popleft() if waiting else None


@contextmanager
def running_smtp(port: int | None = None) -> Iterator[SmtpServer]:
    """Give a server on 127.0.0.1, in a thread of its own; `port` lets one come back where another went down."""
    server = SmtpServer(port or free_port())
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()
