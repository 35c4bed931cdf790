"""Today, the timeline, the calendar, one partnership, and the creator's own pages."""

from . import boards, calendars, feeds, histories, own, texts, versions
from .blueprint import OPEN_TO, pages

__all__ = ["OPEN_TO", "boards", "calendars", "feeds", "histories", "own", "pages", "texts", "versions"]
