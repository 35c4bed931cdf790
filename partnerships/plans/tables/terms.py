"""Terms: what creator and brand have agreed on beside the plan and the fee."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from partnerships.database.base import Base, Owned, belongs_to, owned
from partnerships.people.tables import Account

from .partnerships import Partnership


class Terms(Owned, Base):
    """The terms of one partnership as they stand. Of what is written here, the history repeats only the scope."""

    __tablename__ = "terms"
    __table_args__ = owned(belongs_to("partnership"), UniqueConstraint("org_id", "partnership_id"))

    partnership_id: Mapped[int]
    scope: Mapped[str] = mapped_column(default="")  # of work, where it differs from the template
    address: Mapped[str] = mapped_column(default="")  # where parcels go
    variant: Mapped[str] = mapped_column(default="")  # of the product
    whatsapp: Mapped[str] = mapped_column(default="")  # E.164 digits without "+", as wa.me wants them
    payee: Mapped[str] = mapped_column(default="")  # who is paid
    changed_at: Mapped[datetime]
    changed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    version: Mapped[int] = mapped_column(default=1)

    partnership: Mapped[Partnership] = relationship(lazy="joined", innerjoin=True)
    changer: Mapped[Account] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": version}
