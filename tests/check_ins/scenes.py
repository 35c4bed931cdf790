"""Beginnings that tests of check-ins and deliverables share."""

import hashlib
from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import select

from partnerships.check_ins.rules.check_ins import CheckInAction
from partnerships.check_ins.tables import CheckIn
from partnerships.core.actor import Actor, Role
from partnerships.core.clock import ManualClock
from partnerships.database.work import Transactions
from partnerships.files.probe import Kind
from partnerships.files.receiving import ReceivedFile
from partnerships.files.tables import FileProblem, FileState, StoredFile
from partnerships.reminders.watching import tick
from tests.stories import People, start

RECEIVED_ON = date(2026, 1, 5)
RECEIVED = {"patch_test": "done"}
FIRST_DAYS = {"days_used": "4", "comfort": "3", "reaction": "no", "still_using": "every_day"}
FOUR_WEEKS = {"days_used": "9", "still_using": "most_days", "keep_going": "yes"}


def system(people: People) -> Actor:
    """Return the clock, as it acts inside Glow."""
    return Actor(None, people.manager.org_id, Role.SYSTEM)


def running(transactions: Transactions, people: People) -> int:
    """Return the id of a partnership whose product arrived on the first day of the tests."""
    return start(transactions, people, RECEIVED_ON)


def check_in_called(transactions: Transactions, people: People, partnership_id: int, key: str) -> int:
    """Return the id of one check-in of the partnership."""
    with transactions.looking(people.manager) as reading:
        return reading.session.scalars(
            select(CheckIn.id).where(CheckIn.partnership_id == partnership_id, CheckIn.key == key)
        ).one()


def first_due(transactions: Transactions, people: People, clock: ManualClock, moment: datetime) -> int:
    """Begin the day before `moment`, look at it then, and return the first check-in, which is due that day."""
    clock.set(moment - timedelta(days=1))
    start(transactions, people, clock.now().date())
    clock.set(moment)
    tick(transactions)
    with transactions.looking(people.manager) as reading:
        return reading.session.scalars(select(CheckIn.id).order_by(CheckIn.number)).all()[0]


def move_check_in(transactions: Transactions, people: People, check_in_id: int, *actions: CheckInAction) -> None:
    """Let the clock do what the tick does to a check-in."""
    with transactions.begin(system(people)) as work:
        for action in actions:
            work.get(CheckIn, check_in_id).move(action, Role.SYSTEM, work.now)


def opened(transactions: Transactions, people: People, partnership_id: int, key: str) -> int:
    """Return the id of a check-in that has been opened."""
    check_in_id = check_in_called(transactions, people, partnership_id, key)
    move_check_in(transactions, people, check_in_id, CheckInAction.OPEN)
    return check_in_id


def spoil(file: StoredFile) -> None:
    """Let it be known of a file that it can never be shown."""
    file.state, file.problem, file.bytes = FileState.FAILED, FileProblem.DAMAGED, 0


def received(content: bytes = b"photo", *, size: int = 1000) -> ReceivedFile:
    """Return what receiving a photo gives; no bytes are stored."""
    digest = hashlib.sha256(content).hexdigest()
    return ReceivedFile(
        key=uuid4().hex,
        sha256=digest,
        original_sha256=digest,
        kind=Kind.PHOTO,
        content_type="image/jpeg",
        bytes=size,
        width=640,
        height=480,
        seconds=None,
        taken_at="2026-01-05T09:00:00",
        camera=None,
        display_name="photo.jpg",
        is_prepared=True,
    )
