"""An SMTP server in a process of its own that takes every mail and throws it away: `python -m bench.sink PORT`."""

import asyncio
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.services.ports import free_port

READY_SECONDS = 10


class Sink:
    """Takes everything."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        return "250 OK"


async def serve(port: int) -> None:
    """Take mail on 127.0.0.1 until the process is ended."""
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(Sink(), enable_SMTPUTF8=True), "127.0.0.1", port
    )
    await server.serve_forever()


@contextmanager
def running_sink() -> Iterator[str]:
    """Give the address of a sink, for a mailer's setting."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.sink", str(port)])
    try:
        _wait(process, port)
        yield f"smtp://127.0.0.1:{port}"
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
    asyncio.run(serve(int(sys.argv[1])))
