"""Say in words what a date of a plan is, and how it changed."""

from collections.abc import Mapping

from partnerships.core.words import N_
from partnerships.web.formats import day_text, language
from partnerships.web.words import gettext, ngettext

from .rules.dates import STAGE_STEPS, StepKind
from .rules.differences import Change
from .rules.templates import Template

STEP_NAMES: Mapping[StepKind, str] = {
    StepKind.STAGE_OPENS: N_("“%(name)s” begins"),
    StepKind.CHECK_IN: N_("Check-in: %(name)s"),
    StepKind.DRAFT: N_("Draft: %(name)s"),
    StepKind.PUBLISH: N_("Post: %(name)s"),
    StepKind.KEEP_LIVE: N_("Post has stayed up: %(name)s"),
    StepKind.PAY_FACT: N_("Post earns a payment: %(name)s"),
    StepKind.STAGE_CLOSES: N_("“%(name)s” ends"),
}


def step_text(kind: StepKind, key: str, template: Template) -> str:
    """Return what a dated thing of a plan is called, such as "Draft: First impression"."""
    return gettext(STEP_NAMES[kind], name=_title(kind, key, template))


def length_text(template: Template) -> str:
    """Return for how long the product is used, such as "about 4 months"."""
    months, weeks = template.length
    if months:
        return ngettext("about %(num)s month", "about %(num)s months", months)
    return ngettext("about %(num)s week", "about %(num)s weeks", weeks)


def change_text(change: Change, template: Template) -> str:
    """Return how one date changed, such as "Draft: First impression: Mon, 2 Mar → Thu, 5 Mar 2026 (3 days later)"."""
    name = step_text(change.kind, change.key, template)
    if change.old_on is None or change.new_on is None:
        sentence = N_("%(what)s: new, %(day)s") if change.old_on is None else N_("%(what)s: gone, was %(day)s")
        return gettext(sentence, what=name, day=day_text(change.on))
    later = ngettext("%(num)s day later", "%(num)s days later", change.days)
    earlier = ngettext("%(num)s day earlier", "%(num)s days earlier", -change.days)
    days = f"{day_text(change.old_on, year=False)} → {day_text(change.new_on)}"
    return f"{name}: {days} ({later if change.days > 0 else earlier})"


def _title(kind: StepKind, key: str, template: Template) -> str:
    if kind in STAGE_STEPS:
        return template.stage(key).title.in_(language())
    spec = template.check_in(key) if kind is StepKind.CHECK_IN else template.deliverable(key)
    return spec.title.in_(language())
