from collections.abc import Iterator

import pytest
from sqlalchemy import NullPool, create_engine, text
from sqlalchemy.exc import OperationalError

from tests.services.postgres import Postgres, running_postgres


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with running_postgres() as started:
        yield started


def test_a_copy_of_a_template_holds_its_rows_and_changes_alone(server: Postgres) -> None:
    engine = create_engine(server.create("original"), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE word (word text)"))
        connection.execute(text("INSERT INTO word VALUES ('first')"))
    server.freeze("original")

    copies = [create_engine(server.clone("original", name), poolclass=NullPool) for name in ("one", "two")]
    with copies[0].begin() as connection:
        connection.execute(text("INSERT INTO word VALUES ('second')"))
    counts = []
    for copy in copies:
        with copy.connect() as connection:
            counts.append(connection.scalar(text("SELECT count(*) FROM word")))

    assert counts == [2, 1]
    for name in ("one", "two", "original"):
        server.drop(name)


def test_a_dropped_database_is_gone(server: Postgres) -> None:
    url = server.create("short_lived")

    server.drop("short_lived")

    with pytest.raises(OperationalError, match="does not exist"):
        create_engine(url, poolclass=NullPool).connect()
