"""How tests look at, move and take back the dates of a plan."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select

from partnerships.core.actor import Actor
from partnerships.database.work import Transactions
from partnerships.mail.tables import OutboxMail
from partnerships.plans import copying, finding, publishing, shifting
from partnerships.plans.rules.moves import Move, MoveKind
from partnerships.plans.rules.templates import Template
from partnerships.plans.tables import Partnership, PlanMove
from tests.stories import People

REST = MoveKind.REST
WHY = "The parcel is late"


def published(transactions: Transactions, people: People, made: Template) -> str:
    """Publish `made` as an own template and return its key."""
    with transactions.begin(people.manager) as work:
        own = copying.copy_built_in(work, "usage-3m")
        work.session.flush()
        own.write(replace(made, key=own.key), people.manager.person_id, work.now)
        publishing.publish(work, own.id)
        return own.key


def seen(transactions: Transactions, actor: Actor, *ids: int) -> dict[int, int]:
    """Return the newest version of each plan."""
    with transactions.looking(actor) as reading:
        return {row.partnership.id: row.number for row in shifting.preview(reading, ids, Move(REST, 1))}


def shift(transactions: Transactions, actor: Actor, partnership_id: int, move: Move, note: str = WHY) -> PlanMove:
    """Look at the plan and move it."""
    looked = seen(transactions, actor, partnership_id)
    with transactions.begin(actor) as work:
        return shifting.shift(work, looked, move, note)[0]


def days(transactions: Transactions, people: People, partnership_id: int) -> dict[str, date]:
    """Return the day of every step by name."""
    with transactions.looking(people.manager) as reading:
        return {step.name: step.due_on for step in reading.get(Partnership, partnership_id).steps}


def versions(transactions: Transactions, people: People, partnership_id: int) -> list[tuple[int, str, str | None]]:
    """Return number, reason and note of every version."""
    with transactions.looking(people.manager) as reading:
        return [(one.number, one.reason, one.note) for one in finding.list_versions(reading, partnership_id)]


def mails(transactions: Transactions, people: People, *templates: str) -> Sequence[OutboxMail]:
    """Return what has been queued with these wordings, with whom it goes to."""
    with transactions.looking(people.manager) as reading:
        found = reading.session.scalars(
            select(OutboxMail).where(OutboxMail.template.in_(templates)).order_by(OutboxMail.id)
        ).all()
        for mail in found:
            assert mail.recipient.name
            assert mail.link is None or mail.link.purpose
        return found
