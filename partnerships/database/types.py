"""Column types shared by every table."""

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, DateTime, Dialect, Enum, Integer, TypeDecorator

RUPIAH = BigInteger().with_variant(Integer(), "sqlite")
"""An amount: 64 bits, which SQLite's integers have by themselves."""


class UTCDateTime(TypeDecorator[datetime]):
    """Aware UTC in Python whatever the database keeps; refuses naive values with `ValueError`."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return `value` in UTC; SQLite keeps the digits only, so every row has the same zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime: take `now` from the unit of work")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored moment as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def word_column(enum: type[StrEnum]) -> Enum:
    """Return a text column with a CHECK constraint that holds the values of `enum`, on any database."""
    return Enum(
        enum,
        native_enum=False,
        create_constraint=True,
        name=enum.__name__.lower(),
        length=32,
        values_callable=list,
    )
