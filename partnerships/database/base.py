"""The parents of every table."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, ForeignKeyConstraint, MetaData, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry
from sqlalchemy.schema import SchemaItem

from .types import UTCDateTime

# Named constraints can be dropped by a migration, and recognised when they refuse a row.
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Parent of every table."""

    # Inside the registry, because Flask-SQLAlchemy 3.1 refuses a `type_annotation_map` on the class.
    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={
            datetime: UTCDateTime,
            date: Date,
            str: Text,
            dict[str, Any]: JSON,
            list[str]: JSON,
            list[dict[str, Any]]: JSON,
        },
    )


class Owned:
    """Columns of every table whose rows belong to one organisation."""

    id: Mapped[int] = mapped_column(primary_key=True)
    # By name, because the table itself stands higher up, in people/. A trigger refuses to change it.
    org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))


def owned(*items: SchemaItem) -> tuple[SchemaItem, ...]:
    """Return the table arguments of an owned table: what others point at with `belongs_to`, and `items`."""
    return (UniqueConstraint("org_id", "id"), *items)


def belongs_to(table: str, column: str | None = None) -> ForeignKeyConstraint:
    """Return a foreign key that cannot cross organisations: (org_id, x_id) to (x.org_id, x.id)."""
    name = column or f"{table}_id"
    return ForeignKeyConstraint(["org_id", name], [f"{table}.org_id", f"{table}.id"])
