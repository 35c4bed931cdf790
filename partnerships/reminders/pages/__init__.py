"""What people see and settle of the reminders."""

from . import later, policies, previews
from .blueprint import OPEN_TO, pages

__all__ = ["OPEN_TO", "later", "pages", "policies", "previews"]
