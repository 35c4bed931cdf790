"""Say in plain words what a creator binds themselves to with a yes."""

from datetime import timedelta

from partnerships.creators.rules.words import PLATFORMS
from partnerships.web.formats import day_text, language
from partnerships.web.words import gettext, ngettext

from .rules.courses import POSTED, course_of, still_asked
from .rules.templates import DeliverableSpec, Template
from .tables import Partnership


def promises_of(partnership: Partnership) -> list[tuple[str, str]]:
    """Return the duties that hold for all of a plan, each with its word: the label, rivals, other brands, rights."""
    template = partnership.template
    content = still_asked(template, partnership.steps)
    told = [(gettext("Ad label"), _label(template))] if any(course_of(spec.kind) in POSTED for spec in content) else []
    told.append((gettext("Competing brands"), _exclusivity(partnership)))
    if template.saturation_limit is not None:
        told.append((gettext("Other brands"), gettext("at most %(count)s in a month", count=template.saturation_limit)))
    return [*told, (gettext("Use of your content"), _rights(template))]


def content_text(spec: DeliverableSpec) -> str:
    """Return what is promised with one piece, such as "TikTok · stays up for 14 days · up to 2 rounds of changes"."""
    rounds = spec.revision_rounds
    said = (
        ", ".join(PLATFORMS.get(name, name) for name in spec.platforms),
        ngettext("stays up for %(num)s day", "stays up for %(num)s days", spec.min_days_live)
        if spec.min_days_live
        else "",
        ngettext("up to %(num)s round of changes", "up to %(num)s rounds of changes", rounds) if rounds else "",
        gettext("Spark code for %(days)s days", days=spec.spark_days) if spec.spark_days else "",
    )
    return " · ".join(part for part in said if part)


def _label(template: Template) -> str:
    if template.disclosure:
        return gettext("“%(words)s”, with the platform's own label on", words=template.disclosure.in_(language()))
    return gettext("say that it is an ad, with the platform's own label on")


def _exclusivity(partnership: Partnership) -> str:
    days = partnership.template.exclusivity_days
    if not days:
        return gettext("no rule after the end")
    until = max(stage.ends_on for stage in partnership.stages) + timedelta(days=days)
    return ngettext(
        "none until %(day)s, %(num)s day after the end",
        "none until %(day)s, %(num)s days after the end",
        days,
        day=day_text(until),
    )


def _rights(template: Template) -> str:
    if not template.rights_days:
        return gettext("not part of this plan")
    days = gettext("for %(days)s days from posting on", days=template.rights_days)
    use = gettext("also in advertisements") if template.paid_use else gettext("not in advertisements")
    return f"{days}, {use}"
