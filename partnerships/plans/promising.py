"""Say in plain words what a creator binds themselves to with a yes, and what of it is new."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

from partnerships.creators.rules.words import PLATFORMS
from partnerships.web.formats import day_text, language, rupiah
from partnerships.web.words import gettext, ngettext

from .differing import News
from .previewing import Estimates, PreviewedStage
from .rules.conflicts import bound_until
from .rules.courses import POSTED, course_of, still_asked
from .rules.dates import StepKind
from .rules.templates import DeliverableSpec, Template
from .tables import Partnership
from .wording import change_text

FEW = 5  # changed dates, each told in a line of its own


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


def left_out_text(stages: Iterable[PreviewedStage]) -> str:
    """Return how much of a plan was over when it was planned, such as "5 check-ins, 2 pieces"; "" for nothing."""
    counted = Counter(step.kind for stage in stages for step in stage.steps if step.is_past)
    check_ins, pieces = counted[StepKind.CHECK_IN], counted[StepKind.PUBLISH]
    said = (
        ngettext("%(num)s check-in", "%(num)s check-ins", check_ins) if check_ins else "",
        ngettext("%(num)s piece", "%(num)s pieces", pieces) if pieces else "",
    )
    return ", ".join(part for part in said if part)


def late_texts(partnership: Partnership, stages: Iterable[PreviewedStage], today: date) -> list[str]:
    """Return what a yes means `today` to a plan whose start is past; nothing while all of it is to come."""
    stages = list(stages)
    said, left_out = [], left_out_text(stages)
    if left_out:
        said.append(
            gettext(
                "Part of this plan was over before you were invited. What reads “Before Sahabat” is not asked of you:"
                " %(what)s.",
                what=left_out,
            )
        )
    if partnership.waits_for_parcel:
        day = day_text(partnership.anchor_on)
        moves = gettext(
            "The start, %(day)s, was an estimate: every date counts from when the product arrives.", day=day
        )
        return [*said, moves] if partnership.anchor_on < today else said
    passed = sum(not step.is_past and step.due_on < today for stage in stages for step in stage.steps)
    if passed:
        said.append(
            ngettext(
                "%(num)s date has passed meanwhile. With your yes it is due on that very day.",
                "%(num)s dates have passed meanwhile. With your yes they are due on that very day.",
                passed,
            )
        )
    return said


def estimate_text(template: Template, anchor_on: date, estimates: Estimates) -> str:
    """Return that the feast which a plan counts from may fall on another day; "" where its day is known."""
    if template.anchor_event not in estimates.get(anchor_on, ()):
        return ""
    day = day_text(anchor_on)
    return gettext(
        "The feast on %(day)s is an estimate until it is announced, and the dates may move with it.", day=day
    )


def news_texts(news: News, template: Template) -> tuple[list[str], list[str]]:
    """Return what is new, in few lines; and, where these only count the dates, each date in a line of its own."""
    lines = [gettext("Fee: %(was)s → %(now)s", was=_fee(news.fee[0]), now=_fee(news.fee[1]))] if news.fee else []
    if news.scope:
        was = news.scope[0]
        lines.append(
            gettext("Scope of work: it was “%(words)s”", words=was) if was else gettext("Scope of work: it is new")
        )
    lines += [gettext("Not asked for any more: %(name)s", name=spec.title.in_(language())) for spec in news.gone]
    dates = [change_text(change, template) for change in news.dates]
    if len(dates) <= FEW:
        return [*lines, *dates], []
    return [*lines, _count(news)], dates


def _count(news: News) -> str:
    """Return how many dates are new, and by how much where it is the same for all."""
    dates = ngettext("%(num)s date", "%(num)s dates", len(news.dates))
    by = {change.days for change in news.dates}
    days = by.pop() if len(by) == 1 else 0
    if days > 0:
        return f"{dates}: {ngettext('%(num)s day later', '%(num)s days later', days)}"
    if days < 0:
        return f"{dates}: {ngettext('%(num)s day earlier', '%(num)s days earlier', -days)}"
    return gettext("%(dates)s on another day", dates=dates)


def _fee(fee: int | None) -> str:
    return gettext("to be agreed") if fee is None else rupiah(fee)


def _label(template: Template) -> str:
    if template.disclosure:
        return gettext("“%(words)s”, with the platform's own label on", words=template.disclosure.in_(language()))
    return gettext("say that it is an ad, with the platform's own label on")


def _exclusivity(partnership: Partnership) -> str:
    days = partnership.template.exclusivity_days
    if not days:
        return gettext("no rule after the end")
    until = bound_until(max(stage.ends_on for stage in partnership.stages), days)
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
