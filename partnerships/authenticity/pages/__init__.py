"""Pages to review content, to learn reviewing, and for creators to read and answer what was found and decided."""

from . import desk, rubric, training
from .blueprint import OPEN_TO, pages

__all__ = ["OPEN_TO", "desk", "pages", "rubric", "training"]
