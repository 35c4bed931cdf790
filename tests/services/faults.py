"""A line that breaks: passes on what comes, and cuts connections when it is told to."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

CHUNK_BYTES = 16_384


@dataclass
class Line:
    """The way to a server on this machine. `cuts`: after how many bytes of the sender's each next cut comes."""

    server_port: int
    port: int = 0
    cuts: list[int] = field(default_factory=list)
    stays_dead: bool = False  # after the last of them
    is_dead: bool = False  # every connection is cut as soon as something is sent
    sent: int = 0  # bytes that senders got through, in all
    done: int = 0  # cuts
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def _may_pass(self, count: int) -> bool:
        """Say whether so many more bytes get through, or the line is cut here."""
        with self._lock:
            if self.is_dead:
                return False
            if self.cuts:
                self.cuts[0] -= count
                if self.cuts[0] < 0:
                    self.cuts.pop(0)
                    self.done += 1
                    self.is_dead = self.stays_dead and not self.cuts
                    return False
            self.sent += count
            return True

    def carry(self, sender: socket.socket) -> None:
        """Pass on one connection until either side ends it, or the line is cut."""
        with sender, socket.create_connection(("127.0.0.1", self.server_port)) as server:
            back = threading.Thread(target=_pour, args=(server, sender), daemon=True)
            back.start()
            with suppress(OSError):
                while (data := sender.recv(CHUNK_BYTES)) and self._may_pass(len(data)):
                    server.sendall(data)
            for end in (sender, server):
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
            back.join(5)


def _pour(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(CHUNK_BYTES):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


@contextmanager
def breaking_line(server_port: int) -> Iterator[Line]:
    """Listen on a free port, and pass everything on to `server_port`."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        line = Line(server_port, listening.getsockname()[1])

        def serve() -> None:
            with suppress(OSError):
                while True:
                    sender, _ = listening.accept()
                    threading.Thread(target=line.carry, args=(sender,), daemon=True).start()

        serving = threading.Thread(target=serve, daemon=True)
        serving.start()
        yield line
        listening.shutdown(socket.SHUT_RDWR)
        serving.join(5)
