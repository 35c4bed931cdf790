"""Say in words what stands between a draft and its approval, and in files what is paid and was reached."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date

from partnerships.core.words import N_
from partnerships.core.zones import day_in
from partnerships.web.formats import day_text, language, rupiah
from partnerships.web.words import gettext, say

from .rules.gates import Outlook
from .rules.metrics import Metric
from .rules.payments import STATE_LABELS
from .rules.sheets import COLUMNS
from .rules.transfers import WITHHELD_LABELS, Transfer, Withheld
from .tables import LivePost, Payment

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


def payments_csv(payments: Iterable[Payment]) -> str:
    """Return milestones as the text of a file for a spreadsheet: days as 2026-11-27, amounts in plain rupiah."""
    header = [
        gettext("Creator"), gettext("Brand"), gettext("Campaign"), gettext("Payment"), gettext("State"),
        gettext("Agreed"), gettext("Earned on"), gettext("Pay by"), gettext("Paid on"), gettext("Paid to"),
        gettext("Gross"), gettext("Withheld"), gettext("Tax"), gettext("Nett"), gettext("Bank reference"),
        gettext("Proof of withholding"),
    ]  # fmt: skip
    return _as_csv(header, map(_row, payments))


def numbers_csv(posts: Iterable[LivePost]) -> str:
    """Return the newest numbers of posts as a file that can be filled in and sent back: a rate of 4 % is 0.04.

    Its columns have the same names in every language. What is not known is empty; a rate of it is "n/a".
    """
    return _as_csv(COLUMNS, map(_numbers, posts))


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


def _numbers(post: LivePost) -> list[object]:
    deliverable, standing = post.deliverable, post.standing
    about = [deliverable.partnership.creator.name, deliverable.spec.title.in_(language()), post.platform]
    if standing is None:
        return [*about, None, post.followers, post.url, *(None for _ in range(len(COLUMNS) - len(about) - 3))]
    figures = [standing.figures.get(metric) for metric in Metric]
    rates = ["n/a" if rate is None else round(rate, 6) for rate in standing.rates.values()]
    source = post.measurements[-1].source
    return [*about, source, standing.followers, post.url, standing.on, *figures, *rates]


def _as_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return the text of a file for a spreadsheet."""
    kept = io.StringIO()
    kept.write("\N{ZERO WIDTH NO-BREAK SPACE}")  # how spreadsheets know that this is UTF-8
    written = csv.writer(kept)
    written.writerow(header)
    written.writerows([_plain(cell) for cell in row] for row in rows)
    return kept.getvalue()


def _plain(cell: object) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    written = "" if cell is None else str(cell)
    return f"'{written}" if written.startswith(BEGINS_A_FORMULA) else written
