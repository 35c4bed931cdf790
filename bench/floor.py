"""The floor under every page: Flask, one indexed select, one template, and nothing of ours.

`python -m bench.floor URL PORT` serves the table that `load` has filled. What our pages cost is told beside it,
measured in the same minute, because machines differ and ratios hardly do.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine, Index, bindparam, create_engine, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from waitress import serve

from partnerships.cli import THREADS
from partnerships.database.session import prepare_sqlite, start_writing
from tests.services.ports import free_port

from .servers import Server, running

FIRST_DUE = datetime(2026, 1, 1, tzinfo=UTC)
BATCH = 10_000
STATES = ("open", "done", "submitted")
PAGE = """<!doctype html>
<html lang="en"><head><title>Timeline</title></head>
<body><nav><a href="/">Home</a></nav><h1>Timeline</h1>
<table><thead><tr><th>Check-in<th>Stage<th>State<th>Due<th>Note</thead><tbody>
{% for row in rows %}<tr><td><a href="/check-ins/{{ row.id }}">{{ row.title }}</a></td><td>{{ row.stage }}</td>
<td>{{ row.state }}</td><td>{{ row.due_at.strftime("%d %b %Y") }}</td><td>{{ row.note }}</td></tr>
{% endfor %}</tbody></table></body></html>"""


class Base(DeclarativeBase):
    """Parent of the one table."""


class FloorCheckIn(Base):
    """A check-in as the plainest application would keep it."""

    __tablename__ = "check_in"
    __table_args__ = (Index("ix_check_in_state_due", "state", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    stage: Mapped[str]
    title: Mapped[str]
    state: Mapped[str]
    due_at: Mapped[datetime]
    note: Mapped[str]


def load(url: str, rows: int) -> None:
    """Make the table and fill it."""
    engine = _engine(url)
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        for first in range(0, rows, BATCH):
            values = [_values(number) for number in range(first, min(rows, first + BATCH))]
            connection.execute(insert(FloorCheckIn), values)
    engine.dispose()


def _values(number: int) -> dict[str, object]:
    return {
        "stage": f"Month {number % 3 + 1}",
        "title": f"Check-in {number}: your first honest impression",
        "state": STATES[number % len(STATES)],
        "due_at": FIRST_DUE + timedelta(minutes=number),
        "note": "Use it for a week & tell us what annoyed you",
    }


def build(engine: Engine) -> Flask:
    """Return the bare application."""
    app = Flask(__name__)
    page = app.jinja_env.from_string(PAGE)
    few = (
        select(FloorCheckIn).where(FloorCheckIn.state == "open").order_by(FloorCheckIn.due_at).limit(bindparam("rows"))
    )
    columns = few.with_only_columns(*FloorCheckIn.__table__.c)

    @app.get("/orm/<int:rows>")
    def orm(rows: int) -> str:
        with Session(engine) as session:
            return page.render(rows=session.scalars(few, {"rows": rows}).all())

    @app.get("/core/<int:rows>")
    def core(rows: int) -> str:
        with engine.connect() as connection:
            return page.render(rows=connection.execute(columns, {"rows": rows}).all())

    @app.post("/submit")
    def submit() -> ResponseReturnValue:
        with Session(engine) as session, session.begin():
            start_writing(session)
            sent = FloorCheckIn(stage="Week 2", state="submitted", due_at=FIRST_DUE, **request.form.to_dict())
            session.add(sent)
        return Response(status=303, headers={"Location": "/"})

    return app


@contextmanager
def floor(folder: str, rows: int) -> Iterator[Server]:
    """Run the floor over `rows` rows, on SQLite as we set it."""
    url, port = f"sqlite:///{folder}/floor.db", free_port()
    load(url, rows)
    with running(["-m", "bench.floor", url, str(port)], port, {}, "/core/1") as server:
        yield server


def _engine(url: str) -> Engine:
    engine = create_engine(url)
    prepare_sqlite(engine)
    return engine


if __name__ == "__main__":
    serve(build(_engine(sys.argv[1])), host="127.0.0.1", port=int(sys.argv[2]), threads=THREADS, ident=None)
