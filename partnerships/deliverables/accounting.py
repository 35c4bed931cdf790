"""Say in rows of files what is paid and owed, and what posts have reached."""

import csv
import io
from collections.abc import Iterable, Sequence

from partnerships.core.zones import day_in
from partnerships.web.formats import language
from partnerships.web.words import gettext, say

from .rules.metrics import Metric
from .rules.payments import STATE_LABELS
from .rules.sheets import COLUMNS
from .rules.transfers import WITHHELD_LABELS
from .tables import LivePost, Payment

BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # in a spreadsheet (OWASP: CSV injection)


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
