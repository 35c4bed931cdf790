"""What people see and settle of the reminders."""

from . import policies, previews
from .blueprint import OPEN_TO, pages

__all__ = ["OPEN_TO", "pages", "policies", "previews"]
