"""An SMTP server in a process of its own that takes every mail and throws it away: `python -m bench.sink PORT [FILE]`.

With a file, it writes down what arrived.
"""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import policy
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import TextIO

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.services.ports import free_port

READY_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is written down of a mail."""

    message_id: str
    sender: str  # of the From header: the worker that sent it


@dataclass(frozen=True, slots=True)
class Running:
    """A sink that takes mail. `url` is for a mailer's setting."""

    url: str
    file: Path | None

    def arrivals(self) -> Iterator[Arrival]:
        """Yield what arrived so far, as often as it did."""
        lines = self.file.read_text().splitlines() if self.file else []
        yield from (Arrival(*line.split("\t")) for line in lines)


class Sink:
    """Takes everything."""

    def __init__(self, file: TextIO | None) -> None:
        """Write into `file` what arrives."""
        self._file = file

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if self._file:
            mail = BytesHeaderParser(policy=policy.default).parsebytes(envelope.original_content or b"")
            self._file.write(f"{mail['Message-ID']}\t{mail['From'].addresses[0].addr_spec}\n")
            self._file.flush()  # before we say so
        return "250 OK"


async def serve(port: int, file: TextIO | None) -> None:
    """Take mail on 127.0.0.1 until the process is ended."""
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(Sink(file), enable_SMTPUTF8=True), "127.0.0.1", port
    )
    await server.serve_forever()


@contextmanager
def running_sink(file: Path | None = None) -> Iterator[Running]:
    """Give a sink that writes into `file` what arrives."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.sink", str(port), *([str(file)] if file else [])])
    try:
        _wait(process, port)
        yield Running(f"smtp://127.0.0.1:{port}", file)
    finally:
        process.terminate()
        process.wait(READY_SECONDS)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            if time.monotonic() > deadline or process.poll() is not None:
                raise RuntimeError("the sink did not start") from None
            time.sleep(0.02)
        else:
            return


if __name__ == "__main__":
    with Path(sys.argv[2] if len(sys.argv) > 2 else os.devnull).open("w") as written:
        asyncio.run(serve(int(sys.argv[1]), written if len(sys.argv) > 2 else None))
