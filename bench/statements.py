"""How many SQL statements a request takes: no busy machine can blur it, and it must not grow with the rows."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask.testing import FlaskClient
from sqlalchemy import event, select

from partnerships.check_ins.forms import PREFIX
from partnerships.check_ins.tables import CheckIn
from partnerships.core.actor import Role
from partnerships.core.clock import SystemClock
from partnerships.database.session import db
from partnerships.plans.rules.templates import load
from partnerships.story.answers import answers_to
from partnerships.story.telling import TEMPLATE

from .crowd import Seat, multiply, plant, reopen
from .figures import Extent, Figure, doing
from .pages import PLAIN, RECEIVED
from .places import Opened, empty_place, opened

OWN = ("BEGIN", "COMMIT", "PRAGMA", "SAVEPOINT", "RELEASE", "ROLLBACK TO")  # the transaction's
PARTNERSHIPS = (6, 60)


def measure(_extent: Extent) -> Iterator[Figure]:
    """Yield one figure for each request and each number of partnerships."""
    for partnerships in PARTNERSHIPS:
        clock = SystemClock()
        with empty_place() as settings, opened(settings, clock) as place, doing(f"statements of {partnerships}"):
            crowd = plant(place.transactions, clock.now(), RECEIVED)
            multiply(db.engine, partnerships - 1)
            reopen(db.engine, PLAIN)
            place.app.config["WTF_CSRF_ENABLED"] = False
            counts = _count_all(place, crowd.seats[Role.MANAGER], crowd.seats[Role.CREATOR])
        for name, number in counts:
            yield {"measure": "statements", "of": name, "partnerships": partnerships, "statements": number}


def _count_all(place: Opened, manager: Seat, creator: Seat) -> list[tuple[str, int]]:
    staff, own = sit(place, manager), sit(place, creator)
    with place.transactions.everywhere() as everywhere:
        check_ins = everywhere.scalars(select(CheckIn.id).where(CheckIn.key == PLAIN).order_by(CheckIn.id)).all()
    fields = {PREFIX + name: value for name, value in answers_to(load(TEMPLATE).check_in(PLAIN)).items()}
    return [
        ("today", _count(lambda: staff.get("/").status_code == 200)),
        ("timeline", _count(lambda: staff.get("/partnerships").status_code == 200)),
        ("submit", _count(lambda: own.post(f"/me/check-ins/{check_ins[0]}", data=fields).status_code == 303)),
    ]


def sit(place: Opened, seat: Seat) -> FlaskClient:
    """Give a browser in which somebody is signed in."""
    client = place.app.test_client()
    with client.session_transaction() as session:
        session.update(_user_id=seat.uniquifier, _fresh=True, org_id=seat.org_id)
    return client


def _count(asks: Callable[[], bool]) -> int:
    with counted() as seen:
        if not asks():
            raise RuntimeError("the page did not answer as it should")
    return len(seen)


@contextmanager
def counted() -> Iterator[list[str]]:
    """Give the statements that reach the database."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(OWN):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
