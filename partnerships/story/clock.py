"""The business clock of stories: moved by hand, kept in the database, so that a killed story can go on."""

from datetime import UTC, datetime, timedelta
from threading import Lock

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from partnerships.core.clock import Clock
from partnerships.database.heartbeat import BusinessClock

ONLY = 1  # there is one business clock
BEGINNING = datetime(2026, 1, 5, 2, tzinfo=UTC)  # a Monday, nine in the morning in Jakarta


class StoredClock:
    """A clock ahead of `base` by what stands in the database. A fixed base makes it stand still between moves."""

    def __init__(self, base: Clock) -> None:
        """Begin at the base; `keep_in` says where it is written down how far ahead it is."""
        self._base = base
        self._engine: Engine | None = None
        self._ahead: timedelta | None = None  # None: not asked yet
        self._lock = Lock()

    def keep_in(self, engine: Engine) -> None:
        """Stand as far ahead as the database of `engine` says; it is asked when somebody first needs to know."""
        self._engine, self._ahead = engine, None

    @property
    def is_behind(self) -> bool:
        """Say whether months are being played that lie in the past. Another process may play them: asked each time."""
        ahead = self._find_ahead() if self._engine is None else _read(self._engine)
        return ahead < timedelta()

    def now(self) -> datetime:
        """Return the business moment."""
        return self._base.now() + self._find_ahead()

    def set(self, moment: datetime) -> None:
        """Go to `moment`, rounded up to the second, and write it down."""
        seconds = -((self._base.now() - moment) // timedelta(seconds=1))
        if self._engine is not None:
            with Session(self._engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")) as session, session.begin():
                session.merge(BusinessClock(id=ONLY, ahead_seconds=seconds))
        with self._lock:
            self._ahead = timedelta(seconds=seconds)

    def _find_ahead(self) -> timedelta:
        """Return how far ahead it is. The database is asked outside the lock: a writer may be waiting for us there."""
        if self._ahead is not None:
            return self._ahead
        read = timedelta() if self._engine is None else _read(self._engine)
        with self._lock:
            if self._ahead is None:  # else somebody has set it since it was read
                self._ahead = read
            return self._ahead


def _read(engine: Engine) -> timedelta:
    with Session(engine) as session:
        ahead = session.scalar(select(BusinessClock.ahead_seconds).where(BusinessClock.id == ONLY))
    return timedelta(seconds=ahead or 0)
