"""Quiet days and quiet hours of an organisation."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from typing import Protocol, TypeVar

from sqlalchemy import Index, Time, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, object_session

from partnerships.database.base import Base, Owned, owned
from partnerships.database.scope import scope_of
from partnerships.database.types import word_column
from partnerships.plans.rules.quiet import DayKind, Holiday, QuietDays, QuietHours, Quieting, resting_days
from partnerships.plans.rules.stages import StageState, Stretch
from partnerships.plans.rules.templates import Template, Text

DAYS, HOURS = "quiet days", "quiet hours"  # what a session has read of them
Kept = TypeVar("Kept")


class CalendarRule(Owned, Base):
    """One quiet day."""

    __tablename__ = "calendar_rule"
    __table_args__ = owned(Index(None, "org_id", "on"))

    on: Mapped[date]
    key: Mapped[str]  # of the feast, such as "idul-fitri"; empty for a day of one's own
    name_id: Mapped[str]
    name_en: Mapped[str]
    kind: Mapped[DayKind] = mapped_column(word_column(DayKind))
    estimated: Mapped[bool]  # nobody has announced it yet
    removed_at: Mapped[datetime | None]  # kept, so that it can be brought back
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    @classmethod
    def of(cls, holiday: Holiday, org_id: int) -> "CalendarRule":
        """Return the row that keeps a day of the list that comes along."""
        return cls(
            org_id=org_id,
            on=holiday.on,
            key=holiday.key,
            name_id=holiday.name.id,
            name_en=holiday.name.en,
            kind=holiday.kind,
            estimated=holiday.estimated,
        )

    @property
    def about(self) -> str:
        """Return the name under which the history keeps this day's story."""
        return f"calendar_rule:{self.id}"

    @property
    def name(self) -> Text:
        """Return what the day is called."""
        return Text(id=self.name_id, en=self.name_en)


class CalendarHours(Owned, Base):
    """When nobody of an organisation's people is reminded; without a row it is from eight to eight."""

    __tablename__ = "calendar_hours"
    __table_args__ = owned(UniqueConstraint("org_id"))

    begins: Mapped[time] = mapped_column(Time)
    ends: Mapped[time] = mapped_column(Time)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


def quiet_days_of(session: Session) -> QuietDays:
    """Return the organisation's quiet days; asked once in a transaction."""
    rules = (
        select(CalendarRule.on, CalendarRule.name_id, CalendarRule.name_en)
        .where(CalendarRule.removed_at.is_(None))
        .order_by(CalendarRule.on, CalendarRule.id)
    )
    return _once(session, DAYS, lambda: named(session.execute(rules).all()))


def _once(session: Session, what: str, ask: Callable[[], Kept]) -> Kept:
    """Return what `ask` finds in this organisation, asked once in a transaction."""
    transaction, place = session.get_transaction(), f"{what} of {scope_of(session)}"
    kept = session.info.get(place)
    if kept is None or transaction is None or kept[0] is not transaction:
        found = ask()  # which begins a transaction if none is under way
        kept = session.info[place] = (session.get_transaction(), found)
    known: Kept = kept[1]
    return known


def estimates_of(session: Session) -> Mapping[date, frozenset[str]]:
    """Return the quiet days that nobody has announced yet, with the keys of the feasts that are expected on each."""
    rows = session.execute(
        select(CalendarRule.on, CalendarRule.key).where(CalendarRule.estimated, CalendarRule.removed_at.is_(None))
    )
    found: dict[date, frozenset[str]] = {}
    for on, key in rows:
        found[on] = found.get(on, frozenset()) | {key}
    return found


class Planned(Protocol):
    """A partnership, as far as quiet days matter to it."""

    @property
    def template(self) -> Template:
        """Return what it was planned from."""

    @property
    def stages(self) -> Sequence[Stretch]:
        """Return its stages as they are dated now."""


def quieting_of(planned: Planned) -> Quieting:
    """Return how a partnership keeps clear of quiet days."""
    session = object_session(planned)
    days = quiet_days_of(session) if session else {}
    return Quieting(days, planned.template.quiet_policy, _resting(planned))


def reminderless_days_of(session: Session, planned: Planned) -> QuietDays:
    """Return the days on which nobody is reminded of anything in a partnership: those of its quiet stages too."""
    days, resting = quiet_days_of(session), _resting(planned)
    if not resting:
        return days
    frames = {stage.key: (stage.starts_on, stage.ends_on) for stage in planned.stages}
    return resting_days(frames, resting) | dict(days)


def _resting(planned: Planned) -> Mapping[str, Text]:
    """Return its quiet stages by their key, and what each is called; one that was skipped is quiet no more."""
    resting = planned.template.resting
    if not resting:
        return resting
    skipped = {stage.key for stage in planned.stages if stage.state is StageState.SKIPPED}
    return {key: name for key, name in resting.items() if key not in skipped}


def named(rows: Iterable[tuple[date, str, str]]) -> QuietDays:
    """Return days with their names; two feasts on one day are both named."""
    days: dict[date, Text] = {}
    for on, name_id, name_en in rows:
        other = days.get(on)
        days[on] = Text(f"{other.id}, {name_id}", f"{other.en}, {name_en}") if other else Text(name_id, name_en)
    return days


def quiet_hours_of(session: Session) -> QuietHours:
    """Return the organisation's quiet hours; asked once in a transaction."""
    hours = select(CalendarHours.begins, CalendarHours.ends)
    return _once(session, HOURS, lambda: QuietHours(*(session.execute(hours).one_or_none() or ())))


def forget_quiet(session: Session) -> None:
    """Read days and hours anew when they are next asked for: they have changed."""
    for what in (DAYS, HOURS):
        session.info.pop(f"{what} of {scope_of(session)}", None)
