"""Payment milestones: shares of the fee, each released by a fact."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, orm_insert_sentinel, relationship

from partnerships.core.actor import Role
from partnerships.core.machine import Transition
from partnerships.database.base import Base, Owned, belongs_to, owned
from partnerships.database.types import RUPIAH, word_column
from partnerships.deliverables.events import PaymentMoved
from partnerships.deliverables.rules.payments import OWED, PAYABLE, PAYMENT, PaymentAction, PaymentState, share
from partnerships.deliverables.rules.transfers import Transfer, Withheld
from partnerships.files.tables import StoredFile
from partnerships.plans.rules.templates import PaymentSpec
from partnerships.plans.tables import Partnership


class Payment(Owned, Base):
    """One milestone: a share of the fee that a fact releases."""

    __tablename__ = "payment"
    __table_args__ = owned(
        belongs_to("partnership"),
        UniqueConstraint("org_id", "partnership_id", "number"),
        Index(
            "ix_payment_next_action_at",
            "next_action_at",
            postgresql_where=text("next_action_at IS NOT NULL"),
            sqlite_where=text("next_action_at IS NOT NULL"),
        ),
    )

    partnership_id: Mapped[int]
    number: Mapped[int]  # from 1; its fact and words stand in the template
    percent: Mapped[int]
    state: Mapped[PaymentState] = mapped_column(word_column(PaymentState), default=PaymentState.PLANNED)
    earned_at: Mapped[datetime | None]
    pay_by: Mapped[date | None]
    payee: Mapped[str] = mapped_column(default="")  # who was paid, as it stood in the terms then
    paid_on: Mapped[date | None]  # where the creator lives; what follows is of that transfer
    gross: Mapped[int | None] = mapped_column(RUPIAH)
    withheld: Mapped[Withheld] = mapped_column(word_column(Withheld), default=Withheld.NONE)
    tax: Mapped[int] = mapped_column(RUPIAH, default=0)
    proof: Mapped[str] = mapped_column(default="")
    slip: Mapped[str] = mapped_column(default="")
    next_action_at: Mapped[datetime | None]  # when somebody is next reminded to pay it; None: nobody is
    rung: Mapped[str | None]  # the last rung of the reminder ladder that was climbed
    version: Mapped[int] = mapped_column(default=1)
    sentinel: Mapped[int | None] = orm_insert_sentinel()  # tells the rows of one insert apart

    partnership: Mapped[Partnership] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": version}

    @property
    def spec(self) -> PaymentSpec:
        """Return the fact that releases it, as the template has it."""
        return self.partnership.template.payments[self.number - 1]

    def move(self, action: PaymentAction, role: Role) -> PaymentState:
        """Take `action` if the rules allow it; return the state it left."""
        was, self.state = self.state, PAYMENT.advance(self.state, action, role)
        if self.state not in OWED:
            self.next_action_at = None
        elif was not in OWED:
            self.next_action_at = self.earned_at  # at once: that is past
        return was

    def earn(self, role: Role, now: datetime, pay_by: date) -> None:
        """Mark it earned, to be paid by `pay_by`."""
        self.move(PaymentAction.EARN, role)
        self.earned_at = self.next_action_at = now
        self.pay_by = pay_by

    @property
    def amount(self) -> int | None:
        """Return its part of the fee in rupiah, None without a fee."""
        fee = self.partnership.fee
        percents = [spec.percent for spec in self.partnership.template.payments]
        return None if fee is None else share(fee, percents, self.number)

    @property
    def transfer(self) -> Transfer | None:
        """Return what is written down about its payment."""
        if self.paid_on is None or self.gross is None:
            return None
        return Transfer(self.paid_on, self.gross, self.withheld, self.tax, self.proof, self.slip)

    @property
    def allows_transfer(self) -> bool:
        """Say whether a transfer can be written down, or corrected."""
        return self.state in PAYABLE or self.state is PaymentState.PAID

    def pay(self, role: Role, payee: str, transfer: Transfer) -> None:
        """Write down that `payee` was paid. When a dispute ends with another transfer, the payee of the first stays."""
        if self.move(PaymentAction.PAY, role) is not PaymentState.DISPUTED or not self.payee:
            self.payee = payee
        self.write_down(transfer)

    def write_down(self, transfer: Transfer) -> None:
        """Keep these facts of its payment instead of those that were kept."""
        self.paid_on, self.gross = transfer.paid_on, transfer.gross
        self.withheld, self.tax = transfer.withheld, transfer.tax
        self.proof, self.slip = transfer.proof, transfer.slip

    def moved(self, note: str = "") -> PaymentMoved:
        """Return the event of its last move; once flushed, its version is part of the key."""
        return PaymentMoved(
            key=f"payment:{self.id}:v{self.version}:{self.state}",
            about=self.partnership.about,
            partnership_id=self.partnership_id,
            payment_id=self.id,
            now=self.state,
            pay_by=self.pay_by,
            note=note,
        )

    def actions_for(self, role: Role) -> list[Transition[PaymentState, PaymentAction]]:
        """Return what `role` may do now, for the page's buttons."""
        return PAYMENT.available(self.state, role)


class PaymentProof(Owned, Base):
    """A picture of a transfer's receipt; a payment's newest one counts. A trigger refuses to change or delete it."""

    __tablename__ = "payment_proof"
    __table_args__ = owned(
        belongs_to("payment"), belongs_to("stored_file", "file_id"), Index(None, "org_id", "payment_id")
    )

    payment_id: Mapped[int]
    file_id: Mapped[int]
    added_at: Mapped[datetime]
    added_by: Mapped[int] = mapped_column(ForeignKey("account.id"))

    payment: Mapped[Payment] = relationship()
    file: Mapped[StoredFile] = relationship(lazy="joined", innerjoin=True, overlaps="payment")
