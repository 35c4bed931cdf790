"""How long the whole channel rests when no mail can get out: nothing is wrong with any single mail then."""

from datetime import datetime, timedelta

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15))  # the first of a restart, the last of an outage
LATE = timedelta(hours=1)  # what should have gone out before is what a downtime has left
CROWDED_FOR = timedelta(minutes=10)
CROWDED = frozenset({421, 432})  # RFC 5321, 4.2.2, and RFC 5248: come back with fewer connections
CONNECTIONS = 3  # at most, while it is crowded


def paused_until(failures: int, now: datetime) -> datetime:
    """Return when one mail may try again whether the channel works, after `failures` pauses in a row."""
    return now + PAUSES[min(max(failures, 1), len(PAUSES)) - 1]
