"""Change the working copy of an own template, line by line. What was published, and every plan, stays as it is."""

import json

from partnerships.core.errors import NotFound, Refused
from partnerships.core.words import N_
from partnerships.database.work import Work

from .events import TemplateEdited
from .rules.editing import Line, LineChanged, Place, Section, digest, drop, find, insert, put, shift
from .rules.templates import Template
from .tables import OwnTemplate
from .tables.templates import locked


def save(work: Work, template_id: int, place: Place, line: Line, *, seen: str) -> OwnTemplate:
    """Keep `line` at `place`; raise `LineChanged` when another than the one that was `seen` (a digest) stands there."""
    own = locked(work.session, template_id)
    now = find(own.template, place)
    if digest(now) != seen:
        raise LineChanged(now)
    _need_check_in(own, place)
    return _keep(work, own, place, put(own.template, place, line))


def remove(work: Work, template_id: int, place: Place) -> OwnTemplate:
    """Take the line at `place` out; the last one that was taken out can be put back. Raise `NotFound`."""
    own = locked(work.session, template_id)
    template, removed = drop(own.template, place)
    if removed is None:
        raise NotFound(N_("There is nothing here."))
    own.removed = json.dumps(removed.written(), ensure_ascii=False)
    return _keep(work, own, place, template)


def put_back(work: Work, template_id: int) -> OwnTemplate:
    """Put back what was taken out last."""
    own = locked(work.session, template_id)
    removed = own.last_removed
    if removed is None:
        raise Refused(N_("There is nothing to put back any more."))
    if find(own.template, removed.place) is not None:
        raise Refused(N_("Another line has taken its place."))
    _need_check_in(own, removed.place)
    own.removed = None
    return _keep(work, own, removed.place, insert(own.template, removed))


def move(work: Work, template_id: int, place: Place, by: int) -> OwnTemplate:
    """Let the line at `place` stand so many places further down. Raise `NotFound`."""
    own = locked(work.session, template_id)
    if find(own.template, place) is None:
        raise NotFound(N_("There is nothing here."))
    return _keep(work, own, place, shift(own.template, place, by))


def _need_check_in(own: OwnTemplate, place: Place) -> None:
    if place.of and find(own.template, Place(Section.CHECK_INS, place.of)) is None:
        raise Refused(N_("Somebody else removed the check-in that this question belongs to."))


def _keep(work: Work, own: OwnTemplate, place: Place, template: Template) -> OwnTemplate:
    if template == own.template:
        return own
    own.write(template, work.actor.person_id, work.now)
    work.session.flush()
    work.emit(
        TemplateEdited(key=f"{own.about}:v{own.version}:edited", about=own.about, template_id=own.id, line=place.row)
    )
    return own
