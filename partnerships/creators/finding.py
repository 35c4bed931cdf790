"""Find the creators an organisation knows."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, selectinload

from partnerships.database.history import HistoryEntry
from partnerships.database.work import Reading
from partnerships.people.tables import Account, Membership

from .tables import Creator, Handle


def list_creators(reading: Reading, search: str = "") -> Sequence[Creator]:
    """Return the creators by name, each with the handles; with `search` those whose name, niche or handle has it."""
    statement = (
        select(Creator)
        .join(Creator.membership)
        .join(Membership.account)
        .options(
            contains_eager(Creator.membership).contains_eager(Membership.account),
            selectinload(Creator.handles),
        )
        .where(Membership.ended_at.is_(None))
        .order_by(Creator.name, Creator.id)
    )
    words = search.strip().removeprefix("@")
    if words:
        statement = statement.where(
            Creator.name.icontains(words, autoescape=True)
            | Creator.niche.icontains(words, autoescape=True)
            | Creator.handles.any(Handle.name.icontains(words, autoescape=True))
        )
    return reading.session.scalars(statement).all()


def get_creator(reading: Reading, creator_id: int) -> Creator:
    """Return the creator with account and handles, or raise `NotFound`."""
    creator = reading.get(Creator, creator_id)
    reading.session.refresh(creator, ["handles"])
    return creator


def has_acted(reading: Reading, creator: Creator) -> bool:
    """Say whether the person behind a creator's file has done anything in this organisation."""
    acted = select(HistoryEntry.id).where(HistoryEntry.account_id == creator.account_id).limit(1)
    return reading.session.scalars(acted).first() is not None


def get_address(reading: Reading, creator: Creator) -> str:
    """Return the e-mail address of the person behind a creator's file."""
    return reading.session.scalars(select(Account.email).where(Account.id == creator.account_id)).one()
