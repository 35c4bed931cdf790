"""What a page asks of its request: who is here, and a unit of work in their name."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TypeVar

from flask import current_app, g

from partnerships.core.actor import Actor
from partnerships.core.errors import Conflict, NotSignedIn
from partnerships.core.words import N_
from partnerships.database.work import Reading, Transactions, Work

Done = TypeVar("Done")


def transactions() -> Transactions:
    """Return the application's transactions, as the factory made them."""
    made: Transactions = current_app.extensions["transactions"]
    return made


def remember_actor(actor: Actor | None) -> None:
    """Keep who is asking until the request ends."""
    g.actor = actor


def find_actor() -> Actor | None:
    """Return who is asking, or None for a visitor."""
    actor: Actor | None = g.get("actor")
    return actor


def current_actor() -> Actor:
    """Return who is asking, or raise `NotSignedIn`."""
    if (actor := find_actor()) is None:
        raise NotSignedIn(N_("Please sign in."))
    return actor


def begin() -> AbstractContextManager[Work]:
    """Open a unit of work that changes something in the name of the current actor."""
    return transactions().begin(current_actor())


def insist(do: Callable[[Work], Done]) -> Done:
    """Do a unit of work in the name of the current actor, and once more if somebody was faster.

    For what people typed or sent: the second time `do` sees what stands now, and decides whether there is still
    anything to do. Raise `Conflict` when the second time fails as well.
    """
    try:
        with begin() as work:
            return do(work)
    except Conflict:
        with begin() as work:
            return do(work)


def looking() -> AbstractContextManager[Reading]:
    """Open a unit of work that only looks, in the name of the current actor."""
    return transactions().looking(current_actor())
