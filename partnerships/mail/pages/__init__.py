"""What managers see of the mail: the queue, and the addresses that get none. The demo's outbox stands beside it."""

from . import addresses, outbox, queue
from .blueprint import OPEN_TO, pages

__all__ = ["OPEN_TO", "addresses", "outbox", "pages", "queue"]
