"""Make a template of one's own out of one that there is."""

from dataclasses import replace

from partnerships.database.work import Work

from .events import TemplateCopied
from .rules.templates import Template, Text, load
from .tables import OwnTemplate
from .tables.templates import written


def copy_built_in(work: Work, key: str) -> OwnTemplate:
    """Return a copy of a template that comes with the product; raise `NotFound` when there is none of this key."""
    return _copy(work, load(key))


def copy_own(work: Work, template_id: int) -> OwnTemplate:
    """Return a copy of an own template's working copy."""
    return _copy(work, work.get(OwnTemplate, template_id).template)


def _copy(work: Work, template: Template) -> OwnTemplate:
    title = Text(f"Salinan {template.title.id}", f"Copy of {template.title.en}")
    own = OwnTemplate(
        org_id=work.actor.org_id,
        working_copy=written(replace(template, title=title)),
        made_at=work.now,
        changed_at=work.now,
        changed_by=work.actor.person_id,
    )
    work.session.add(own)
    work.session.flush()
    # Only now its key is known.
    own.write(replace(own.template, key=own.key, version=1), work.actor.person_id, work.now)
    work.session.flush()
    work.emit(TemplateCopied(key=f"{own.about}:copied", about=own.about, template_id=own.id, copied_from=template.key))
    return own
