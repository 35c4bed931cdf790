"""Say in words what stands before an approval, and what should change; in rows of a file what is paid and owed."""

import csv
import io
import textwrap
from collections.abc import Iterable
from datetime import date

from partnerships.core.words import N_
from partnerships.core.zones import day_in
from partnerships.web.formats import day_text, language, rupiah
from partnerships.web.words import gettext, say

from .rules.gates import Outlook
from .rules.payments import STATE_LABELS
from .rules.requests import GUIDELINE, MEDIUM, WORDS, Anchor, AnchorKind, Ground, clock_text
from .rules.transfers import WITHHELD_LABELS, Transfer, Withheld
from .tables import Payment

SHORT = {Withheld.NONE: N_("tax"), Withheld.PPH_21: N_("PPh 21"), Withheld.PPH_23: N_("PPh 23")}
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # in a spreadsheet (OWASP: CSV injection)


def gate_text(outlook: Outlook, today: date) -> str:
    """Return such as "2 of 3 check-ins answered; approval opens on Thu, 12 Feb 2026"; "" where nothing is asked."""
    answered, needed = min(outlook.evidence.answered, outlook.evidence.needed), outlook.evidence.needed
    if not needed:
        return ""
    counted = gettext("%(answered)s of %(needed)s check-ins answered", answered=answered, needed=needed)
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


def payments_csv(payments: Iterable[Payment]) -> str:
    """Return milestones as the text of a file for a spreadsheet: days as 2026-11-27, amounts in plain rupiah."""
    kept = io.StringIO()
    kept.write("\N{ZERO WIDTH NO-BREAK SPACE}")  # how spreadsheets know that this is UTF-8
    rows = csv.writer(kept)
    rows.writerow(
        [
            gettext("Creator"), gettext("Brand"), gettext("Campaign"), gettext("Payment"), gettext("State"),
            gettext("Agreed"), gettext("Earned on"), gettext("Pay by"), gettext("Paid on"), gettext("Paid to"),
            gettext("Gross"), gettext("Withheld"), gettext("Tax"), gettext("Nett"), gettext("Bank reference"),
            gettext("Proof of withholding"),
        ]
    )  # fmt: skip
    rows.writerows([_plain(cell) for cell in _row(payment)] for payment in payments)
    return kept.getvalue()


def transfer_text(paid: Transfer) -> str:
    """Return such as "Rp900.000 on 3 Feb 2026"; when tax was withheld, how what arrived came of the two."""
    amount = rupiah(paid.gross)
    if paid.tax:
        tax = say(SHORT[paid.withheld])
        amount = f"{amount} \N{MINUS SIGN} {rupiah(paid.tax)} ({tax}) = {rupiah(paid.nett)}"
    return gettext("%(amount)s on %(day)s", amount=amount, day=day_text(paid.paid_on))


def _row(payment: Payment) -> list[object]:
    partnership, paid = payment.partnership, payment.transfer
    earned_on = day_in(partnership.zone, payment.earned_at) if payment.earned_at else None
    return [
        partnership.creator.name, partnership.campaign.brand.name, partnership.campaign.name,
        payment.spec.label.in_(language()), say(STATE_LABELS[payment.state]),
        payment.amount, earned_on, payment.pay_by, *(
            (paid.paid_on, payment.payee, paid.gross, say(WITHHELD_LABELS[paid.withheld]), paid.tax, paid.nett,
             paid.proof, paid.slip)
            if paid else (None,) * 8
        ),
    ]  # fmt: skip


def _plain(cell: object) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    written = "" if cell is None else str(cell)
    return f"'{written}" if written.startswith(BEGINS_A_FORMULA) else written
