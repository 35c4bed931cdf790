"""The wall between organisations, as the tables themselves build it."""

import pytest
from sqlalchemy import ForeignKeyConstraint, Table, UniqueConstraint

from tests.nets.source import metadata

TABLES = {table.name: table for table in metadata().sorted_tables}
# Rows that belong to no organisation. Whatever is added here is seen by everyone's code: think twice.
OWNERLESS = {"organisation", "account", "heartbeat", "business_clock", "mail_channel"}
OWNED = sorted(name for name, table in TABLES.items() if "org_id" in table.columns)


def test_every_row_belongs_to_an_organisation() -> None:
    assert set(TABLES) - set(OWNED) <= OWNERLESS


@pytest.mark.parametrize("name", OWNED)
def test_an_owned_row_must_have_its_organisation(name: str) -> None:
    assert not TABLES[name].columns["org_id"].nullable


@pytest.mark.parametrize("name", OWNED)
def test_a_reference_cannot_cross_organisations(name: str) -> None:
    references = [key for key in TABLES[name].constraints if isinstance(key, ForeignKeyConstraint)]

    crossing = [
        key.column_keys for key in references if "org_id" in key.referred_table.columns and not _carries_org(key)
    ]

    assert not crossing


@pytest.mark.parametrize("name", OWNED)
def test_what_is_referred_to_is_unique_inside_its_organisation(name: str) -> None:
    referred = {key.referred_table for key in TABLES[name].foreign_key_constraints}

    assert all(_is_unique_by_org(table) for table in referred if "org_id" in table.columns)


def _carries_org(key: ForeignKeyConstraint) -> bool:
    return ("org_id", "org_id") in [(element.parent.name, element.column.name) for element in key.elements]


def _is_unique_by_org(table: Table) -> bool:
    unique = [list(key.columns.keys()) for key in table.constraints if isinstance(key, UniqueConstraint)]
    return ["org_id", "id"] in unique
