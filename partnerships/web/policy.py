"""Who may open which page. What is not in the table is closed to everyone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import request

from partnerships.core.actor import MANAGING, STAFF, Role
from partnerships.core.errors import NotAllowed, NotSignedIn
from partnerships.core.words import N_

from .context import find_actor

Audience = frozenset[Role | None]

NOBODY: Final[Audience] = frozenset()
OWNERS: Final[Audience] = frozenset({Role.OWNER})
MANAGERS: Final[Audience] = frozenset(MANAGING)
TEAM: Final[Audience] = frozenset(STAFF)
CREATORS: Final[Audience] = frozenset({Role.CREATOR})
MEMBERS: Final[Audience] = frozenset(STAFF | {Role.CREATOR})
EVERYONE: Final[Audience] = frozenset({*STAFF, Role.CREATOR, None})  # None is a visitor who has not signed in


@dataclass(frozen=True, slots=True)
class Policy:
    """The table from endpoint to audience, put together by the factory from each slice's pages."""

    open_to: Mapping[str, Audience]

    def check(self) -> None:
        """Let the request pass, or raise `NotSignedIn` or `NotAllowed`."""
        if request.endpoint is None:  # no such page: Flask answers 404
            return
        actor = find_actor()
        role = actor.role if actor else None
        if role in self.open_to.get(request.endpoint, NOBODY):
            return
        raise NotAllowed(N_("This page is not open to you.")) if actor else NotSignedIn(N_("Please sign in."))
