"""Ports of this machine for servers that a test starts."""

import socket


def free_port() -> int:
    """Return a TCP port that nobody listened on at 127.0.0.1 a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
