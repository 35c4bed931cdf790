"""The door, the team, a person's own settings, and the brands."""

from . import brands, door, own, team
from .blueprint import OPEN_TO, pages
from .door import new_password

LINK_PAGES = {"password": new_password}

__all__ = ["LINK_PAGES", "OPEN_TO", "brands", "door", "own", "pages", "team"]
