"""Let plans be made from an own template as it stands now."""

from dataclasses import replace

from partnerships.core.errors import Refused
from partnerships.core.words import N_
from partnerships.database.work import Work

from .events import TemplatePublished
from .rules.checking import check
from .tables import OwnTemplate, TemplateVersion
from .tables.templates import is_as_published, locked, written


def publish(work: Work, template_id: int) -> TemplateVersion:
    """Return the next version: new plans are made from it, those that run keep theirs. Raise `Refused` if unsound."""
    own = locked(work.session, template_id)
    _refuse(work, own)
    template = replace(own.template, version=own.published + 1)
    version = TemplateVersion(
        org_id=own.org_id,
        own_template_id=own.id,
        number=own.published + 1,
        body=written(template),
        made_at=work.now,
        made_by=work.actor.person_id,
    )
    own.published, own.removed = version.number, None
    own.write(template, work.actor.person_id, work.now)
    work.session.add(version)
    work.session.flush()
    work.emit(
        TemplatePublished(
            key=f"{own.about}:published:{version.number}",
            about=own.about,
            template_id=own.id,
            version=version.number,
        )
    )
    return version


def _refuse(work: Work, own: OwnTemplate) -> None:
    if own.archived_at is not None:
        raise Refused(N_("It is in the archive. Take it out first."))
    if check(own.template):
        raise Refused(N_("It cannot be published while something in it is not right."))
    if is_as_published(work.session, own):
        raise Refused(N_("Nothing has changed since version %(version)s."), version=own.published)
