"""What is written down about a transfer: when, before tax, and what was withheld. Only the difference is computed."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from partnerships.core.errors import Refused
from partnerships.core.words import N_

PROOF_LENGTH = 120


class Withheld(StrEnum):
    """The income tax that the payer keeps back: article 21 for a person, 23 for a company. Stored in the database."""

    NONE = "none"
    PPH_21 = "pph_21"
    PPH_23 = "pph_23"


WITHHELD_LABELS = {
    Withheld.NONE: N_("Nothing was withheld"),
    Withheld.PPH_21: N_("PPh 21 (a person)"),
    Withheld.PPH_23: N_("PPh 23 (a company)"),
}


@dataclass(frozen=True, slots=True)
class Transfer:
    """One transfer as somebody wrote it down. Amounts are in whole rupiah; `paid_on` is a day where the payee lives."""

    paid_on: date
    gross: int
    withheld: Withheld = Withheld.NONE
    tax: int = 0
    proof: str = ""  # the bank's reference
    slip: str = ""  # the number of the proof of withholding (bukti potong)

    @property
    def nett(self) -> int:
        """Return what arrived."""
        return self.gross - self.tax


def check_transfer(transfer: Transfer, today: date) -> None:
    """Raise `Refused` for a day to come, or a tax that does not fit; `today` is where the payee lives."""
    if transfer.paid_on > today:
        raise Refused(N_("This day has not come yet."), field="paid_on")
    if transfer.tax > transfer.gross:
        raise Refused(N_("No more can be withheld than was to be paid."), field="tax")
    if transfer.tax and transfer.withheld is Withheld.NONE:
        raise Refused(N_("Please say which tax was withheld."), field="withheld")
    if transfer.withheld is not Withheld.NONE and not transfer.tax:
        raise Refused(N_("Please write how much was withheld."), field="tax")
    if transfer.slip and transfer.withheld is Withheld.NONE:
        raise Refused(N_("A proof of withholding needs a tax that was withheld."), field="slip")
