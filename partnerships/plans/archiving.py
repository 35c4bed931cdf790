"""Put an own template away, and take it out again: plans made from it go on either way."""

from partnerships.database.work import Work

from .events import TemplateArchived
from .tables import OwnTemplate
from .tables.templates import locked


def archive(work: Work, template_id: int) -> OwnTemplate:
    """Let no new plan be made from it."""
    own = locked(work.session, template_id)
    if own.archived_at is None:
        own.archived_at = work.now
        _tell(work, own, is_archived=True)
    return own


def restore(work: Work, template_id: int) -> OwnTemplate:
    """Take it out of the archive."""
    own = locked(work.session, template_id)
    if own.archived_at is not None:
        own.archived_at = None
        _tell(work, own, is_archived=False)
    return own


def _tell(work: Work, own: OwnTemplate, *, is_archived: bool) -> None:
    work.session.flush()
    work.emit(
        TemplateArchived(
            key=f"{own.about}:v{own.version}:archive",
            about=own.about,
            template_id=own.id,
            is_archived=is_archived,
        )
    )
