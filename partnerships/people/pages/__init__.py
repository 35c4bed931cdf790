"""The door, the team, a person's own settings, and the brands."""

from . import brands, door, own, stopping, team
from .blueprint import OPEN_TO, pages
from .door import new_password

LINK_PAGES = {"password": new_password}

ANSWERS_MACHINES = (stopping.stop_reminders,)  # mail programs post there, without a form of ours

__all__ = ["ANSWERS_MACHINES", "LINK_PAGES", "OPEN_TO", "brands", "door", "own", "pages", "stopping", "team"]
