"""The business clock of stories: moved by hand, kept in the database, so that a killed story can go on."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from partnerships.core.clock import Clock
from partnerships.database.heartbeat import BusinessClock

ONLY = 1  # there is one business clock
BEGINNING = datetime(2026, 1, 5, 2, tzinfo=UTC)  # a Monday, nine in the morning in Jakarta


class StoredClock:
    """A clock ahead of `base` by what stands in the database. A fixed base makes it stand still between moves."""

    def __init__(self, base: Clock) -> None:
        """Begin at the base; `load` says how far ahead it is."""
        self._base, self._ahead = base, timedelta()
        self._engine: Engine | None = None

    def load(self, engine: Engine) -> None:
        """Read how far ahead the clock stands in the database of `engine`, and keep it there from now on."""
        self._engine = engine
        with Session(engine) as session:
            ahead = session.scalar(select(BusinessClock.ahead_seconds).where(BusinessClock.id == ONLY))
        self._ahead = timedelta(seconds=ahead or 0)

    @property
    def is_behind(self) -> bool:
        """Say whether months are being played that lie in the past."""
        return self._ahead < timedelta()

    def now(self) -> datetime:
        """Return the business moment."""
        return self._base.now() + self._ahead

    def set(self, moment: datetime) -> None:
        """Go to `moment`, rounded up to the second, and write it down."""
        seconds = -((self._base.now() - moment) // timedelta(seconds=1))
        if self._engine is not None:
            with Session(self._engine.execution_options(sqlite_begin="BEGIN IMMEDIATE")) as session, session.begin():
                session.merge(BusinessClock(id=ONLY, ahead_seconds=seconds))
        self._ahead = timedelta(seconds=seconds)
