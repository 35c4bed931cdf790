"""Say in words what stands before an approval, what should change, and what was paid."""

import textwrap
from datetime import date

from partnerships.core.words import N_
from partnerships.plans.wording import answered_text
from partnerships.web.formats import day_text, rupiah
from partnerships.web.words import gettext, say

from .rules.gates import Outlook
from .rules.requests import GUIDELINE, MEDIUM, WORDS, Anchor, AnchorKind, Ground, clock_text
from .rules.transfers import Transfer, Withheld

SHORT = {Withheld.NONE: N_("tax"), Withheld.PPH_21: N_("PPh 21"), Withheld.PPH_23: N_("PPh 23")}


def gate_text(outlook: Outlook, today: date) -> str:
    """Return such as "2 of 3 check-ins answered; approval opens on Thu, 12 Feb 2026"; "" where nothing is asked."""
    evidence = outlook.evidence
    if not evidence.needed:
        return ""
    counted = answered_text(evidence.answered, evidence.needed, evidence.before)
    if outlook.evidence.is_open:
        return counted
    if outlook.opens_on is None:
        return gettext("%(counted)s; fewer are left than are needed", counted=counted)
    if outlook.opens_on < today:
        return gettext("%(counted)s; approval opens as soon as the overdue answers are in", counted=counted)
    return gettext("%(counted)s; approval opens on %(day)s", counted=counted, day=day_text(outlook.opens_on))


def place_text(place: str, ground: Ground) -> str:
    """Return what a place that a change request can point at is called, such as "Video 2"."""
    name, _, number = place.partition("-")
    if name == MEDIUM:
        return medium_text(int(number), is_video=ground.media[int(number) - 1].is_video)
    if name == GUIDELINE:
        return gettext("Guideline: %(words)s", words=textwrap.shorten(ground.guidelines[int(number) - 1], 60))
    return gettext("Words of the caption") if name == WORDS else gettext("All of it")


def anchor_text(anchor: Anchor) -> str:
    """Return such as "Video 2, at 0:12"; words of a caption, and a guideline, stand beside it."""
    match anchor.kind:
        case AnchorKind.WORDS:
            return gettext("Words of the caption")
        case AnchorKind.GUIDELINE:
            return gettext("Guideline of the brief")
        case AnchorKind.WHOLE:
            return gettext("All of it")
    medium = medium_text(anchor.medium or 1, is_video=anchor.kind is AnchorKind.VIDEO)
    if anchor.seconds is not None:
        return gettext("%(medium)s, at %(time)s", medium=medium, time=clock_text(anchor.seconds))
    return medium


def medium_text(number: int, *, is_video: bool) -> str:
    """Return what a photo or video of a version is called."""
    return gettext("Video %(number)s", number=number) if is_video else gettext("Photo %(number)s", number=number)


def transfer_text(paid: Transfer) -> str:
    """Return such as "Rp900.000 on 3 Feb 2026"; when tax was withheld, how what arrived came of the two."""
    amount = rupiah(paid.gross)
    if paid.tax:
        tax = say(SHORT[paid.withheld])
        amount = f"{amount} \N{MINUS SIGN} {rupiah(paid.tax)} ({tax}) = {rupiah(paid.nett)}"
    return gettext("%(amount)s on %(day)s", amount=amount, day=day_text(paid.paid_on))
