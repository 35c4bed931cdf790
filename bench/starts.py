"""How soon the first page answers, and how much memory the one process takes: server, scheduler and all."""

from collections.abc import Iterator

from partnerships.config import Settings
from partnerships.core.actor import Role

from .figures import Extent, Figure, doing, median
from .pages import fill
from .places import empty_place
from .servers import Browser, serving

PARTNERSHIPS = 60
REQUESTS = 200


def measure(extent: Extent) -> Iterator[Figure]:
    """Yield how long a start takes on a database that stands, and the memory before and after requests."""
    with empty_place() as settings:
        with doing("a database to start on"):
            cookies, _ = fill(settings, PARTNERSHIPS)
            _start(settings)  # writes the compiled modules
        with doing("starts"):
            starts = [_start(settings) for _ in range(extent.starts)]
        yield {
            "measure": "cold_start",
            "seconds": median([seconds for seconds, _ in starts]),
            "cpu_seconds": median([cpu_ms / 1000 for _, cpu_ms in starts]),
            "starts": extent.starts,
        }
        with doing("memory"):
            yield _memory(settings, cookies[Role.MANAGER])


def _start(settings: Settings) -> tuple[float, float]:
    with serving(settings) as server:
        return server.cold_start, server.cpu_ms()


def _memory(settings: Settings, cookie: str) -> Figure:
    with serving(settings) as server:
        at_rest = server.rss_mb()
        manager = Browser(server.port, {"session": cookie})
        for number in range(REQUESTS):
            manager.get("/" if number % 2 else "/partnerships")
        return {"measure": "memory", "at_rest_mb": at_rest, f"after_{REQUESTS}_mb": server.rss_mb()}
