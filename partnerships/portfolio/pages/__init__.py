"""Today, the timeline, the calendar, one partnership, and the creator's own pages."""

from . import boards, calendars, dossiers, feeds, histories, own, texts, versions
from .blueprint import OPEN_TO, pages

__all__ = ["OPEN_TO", "boards", "calendars", "dossiers", "feeds", "histories", "own", "pages", "texts", "versions"]
