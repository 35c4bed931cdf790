"""Templates of an organisation's own: a working copy that is edited, and versions that are never changed."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Text, UniqueConstraint, select, tuple_
from sqlalchemy.orm import Mapped, Session, mapped_column

from partnerships.core.errors import NotFound
from partnerships.core.words import N_
from partnerships.database.base import Base, Owned, belongs_to, owned
from partnerships.database.scope import scope_of
from partnerships.plans.rules.editing import Removed
from partnerships.plans.rules.templates import BUILT_IN, Template, dump, load, own_id, own_key, parse

Edition = tuple[str, int]
"""A template's key and version: what a partnership was planned from."""


class OwnTemplate(Owned, Base):
    """A template that people of the organisation write. Plans are made from its newest version."""

    __tablename__ = "own_template"
    __table_args__ = owned()

    working_copy: Mapped[str] = mapped_column(Text)  # JSON; may be wrong in any way that `check` names
    published: Mapped[int] = mapped_column(default=0)  # the newest version; 0: none yet
    removed: Mapped[str | None] = mapped_column(Text)  # JSON: the line that was taken out last, to be put back
    archived_at: Mapped[datetime | None]
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    changed_by: Mapped[int]  # an account
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}

    @property
    def key(self) -> str:
        """Return the key that partnerships keep; no built-in template and no other organisation has it."""
        return own_key(self.id)

    @property
    def about(self) -> str:
        """Return the name under which the history keeps this template's story."""
        return f"template:{self.id}"

    @property
    def template(self) -> Template:
        """Return the working copy."""
        return _parsed(self.working_copy)

    @property
    def last_removed(self) -> Removed | None:
        """Return the line that was taken out last, unless it is back."""
        return Removed.read(json.loads(self.removed)) if self.removed else None

    def write(self, template: Template, by: int, now: datetime) -> None:
        """Keep `template` as the working copy."""
        self.working_copy = written(template)
        self.changed_at, self.changed_by = now, by


class TemplateVersion(Owned, Base):
    """A template as it was published at a time: added, never changed."""

    __tablename__ = "template_version"
    __table_args__ = owned(belongs_to("own_template"), UniqueConstraint("org_id", "own_template_id", "number"))

    own_template_id: Mapped[int]
    number: Mapped[int]
    body: Mapped[str] = mapped_column(Text)  # JSON
    made_at: Mapped[datetime]
    made_by: Mapped[int]  # an account

    @property
    def template(self) -> Template:
        """Return the template as plans are made from it."""
        return _unrolled(self.body)


def written(template: Template) -> str:
    """Return `template` as it is stored: the same words are the same text."""
    return json.dumps(dump(template), ensure_ascii=False, sort_keys=True)


@lru_cache(maxsize=256)
def _parsed(body: str) -> Template:
    return parse(json.loads(body))


@lru_cache(maxsize=256)
def _unrolled(body: str) -> Template:
    return _parsed(body).unrolled()


def templates_of(session: Session, editions: Iterable[Edition]) -> Mapping[Edition, Template]:
    """Return the templates of `editions` that there are: one statement for own ones that this session has not met."""
    shelf: dict[Edition, Template] = session.info.setdefault(f"templates of {scope_of(session)}", {})
    wanted = set(editions) - shelf.keys()
    shelf.update({edition: load(*edition) for edition in wanted if edition[0] in BUILT_IN})
    missing = {(number, version) for key, version in wanted if (number := own_id(key)) is not None}
    if missing:
        found = select(TemplateVersion).where(
            tuple_(TemplateVersion.own_template_id, TemplateVersion.number).in_(missing)
        )
        for row in session.scalars(found):
            shelf[own_key(row.own_template_id), row.number] = row.template
    return shelf


def is_as_published(session: Session, own: OwnTemplate) -> bool:
    """Say whether plans are made from exactly what its working copy says."""
    edition = own.key, own.published
    return templates_of(session, {edition}).get(edition) == own.template.unrolled()


def template_of(session: Session, edition: Edition, at_hand: Iterable[Edition]) -> Template:
    """Return one template, or raise `NotFound`; those `at_hand` will be asked for next and come along."""
    shelf = templates_of(session, ())
    template = shelf.get(edition) or templates_of(session, {edition, *at_hand}).get(edition)
    if template is None:
        raise NotFound(N_("There is no template called “%(key)s”."), key=f"{edition[0]} {edition[1]}")
    return template


def locked(session: Session, template_id: int) -> OwnTemplate:
    """Return the own template to be changed, which nobody else can until then; or raise `NotFound`."""
    found = select(OwnTemplate).where(OwnTemplate.id == template_id).with_for_update()
    own = session.scalars(found.execution_options(populate_existing=True)).one_or_none()
    if own is None:
        raise NotFound(N_("There is nothing here."))
    return own


def newest(session: Session, key: str) -> Template:
    """Return the template called `key` that plans are made from now, or raise `NotFound`: also when it is archived."""
    number = own_id(key)
    if number is None:
        return load(key)
    found = session.scalars(
        select(TemplateVersion)
        .join(OwnTemplate, TemplateVersion.own_template_id == OwnTemplate.id)
        .where(OwnTemplate.id == number, OwnTemplate.archived_at.is_(None))
        .where(TemplateVersion.number == OwnTemplate.published)
    ).one_or_none()
    if found is None:
        raise NotFound(N_("There is no template called “%(key)s”."), key=key)
    return found.template
