"""Organisations with their brands and products; accounts and what they may do where."""

from datetime import date, datetime
from typing import Self
from uuid import uuid4

from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from partnerships.core.actor import Actor, Role
from partnerships.core.zones import DEFAULT_ZONE, day_in
from partnerships.database.base import Base, Owned, belongs_to, owned
from partnerships.database.types import word_column

from .rules.addresses import plain_address


class Organisation(Base):
    """A tenant: a company or an agency. Nothing of one is ever shown to another."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    zone: Mapped[str] = mapped_column(default=DEFAULT_ZONE)  # an IANA name
    is_demo: Mapped[bool] = mapped_column(default=False)  # its people are invented; the bar on every page says so
    created_at: Mapped[datetime]


class Account(Base, UserMixin):
    """A person who can sign in. Global: what they may do is said by their memberships."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)  # normalised to lower case
    name: Mapped[str]
    password: Mapped[str | None]  # argon2id hash; none for those who only follow links
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(unique=True)  # changing it ends every session
    locale: Mapped[str] = mapped_column(default="id")
    zone: Mapped[str] = mapped_column(default=DEFAULT_ZONE)
    theme: Mapped[str] = mapped_column(default="system")  # "system", "light" or "dark"
    created_at: Mapped[datetime]

    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="account", viewonly=True, foreign_keys="Membership.account_id"
    )

    # Flask-Security has a column in mind and asks for it; ours stand in the memberships.
    @property
    def roles(self) -> list[RoleMixin]:  # type: ignore[override]  # read-only on purpose
        """Return nothing: roles belong to memberships."""
        return []

    @classmethod
    def known_by(cls, session: Session, email: str, *, name: str, locale: str, zone: str, now: datetime) -> Self:
        """Return the account of this address, made with these values if there is none; a standing one keeps its own."""
        address = plain_address(email)
        standing = select(cls).where(cls.email == address)
        account = session.scalars(standing).one_or_none()
        if account is not None:
            return account
        try:
            with session.begin_nested():
                account = cls(email=address, name=name, locale=locale, zone=zone, created_at=now)
                account.end_sessions()
                session.add(account)
        except IntegrityError:  # two organisations met the same person in the same moment
            return session.scalars(standing).one()
        return account

    def end_sessions(self) -> None:
        """Make every session of this person worthless, on whatever device it is."""
        self.fs_uniquifier = uuid4().hex

    def take_password(self, password_hash: str) -> None:
        """Sign in with this password from now on; whoever signed in with an older one is out."""
        self.password = password_hash
        self.end_sessions()


class Membership(Owned, Base):
    """What an account is to one organisation."""

    __tablename__ = "membership"
    __table_args__ = owned(UniqueConstraint("org_id", "account_id"))

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[Role] = mapped_column(word_column(Role))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    each_alone: Mapped[bool] = mapped_column(default=False)  # wants every reminder by itself, not one mail a day
    away_from: Mapped[date | None]  # in their own zone, like the next
    away_until: Mapped[date | None]  # the last day
    stand_in_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # gets their mail meanwhile

    account: Mapped[Account] = relationship(
        back_populates="memberships", lazy="joined", innerjoin=True, foreign_keys=[account_id]
    )
    organisation: Mapped[Organisation] = relationship(primaryjoin="foreign(Membership.org_id) == Organisation.id")

    @classmethod
    def joined(cls, session: Session, account: Account, org_id: int, role: Role, now: datetime) -> Self | None:
        """Return `account`'s membership in `org_id`, new or begun again; None when it stands and has not ended."""
        membership = session.scalars(
            select(cls).where(cls.account_id == account.id, cls.org_id == org_id)
        ).one_or_none()
        if membership is None:
            membership = cls(org_id=org_id, account_id=account.id, account=account, created_at=now)
            session.add(membership)
        elif membership.ended_at is None:
            return None
        membership.role, membership.ended_at = role, None
        session.flush()
        return membership

    @property
    def brand_zone(self) -> str:
        """Return where the organisation works, an IANA name: the brand's own clocks count its days."""
        return self.organisation.zone

    def is_away(self, now: datetime) -> bool:
        """Say whether this person is away today, where they live."""
        if self.away_from is None or self.away_until is None:
            return False
        return self.away_from <= day_in(self.account.zone, now) <= self.away_until

    def as_actor(self) -> Actor:
        """Return this person as the one who acts in this organisation."""
        return Actor(self.account_id, self.org_id, self.role, self.account.name, self.organisation.name)


class Brand(Owned, Base):
    """What creators and their followers know: mails are sent in its name."""

    __tablename__ = "brand"
    __table_args__ = owned(UniqueConstraint("org_id", "name"))

    name: Mapped[str]
    created_at: Mapped[datetime]

    products: Mapped[list["Product"]] = relationship(back_populates="brand", order_by="Product.name")


class Product(Owned, Base):
    """The thing that is used, with what may and may not be said about it."""

    __tablename__ = "product"
    __table_args__ = owned(UniqueConstraint("org_id", "brand_id", "name"), belongs_to("brand"))

    brand_id: Mapped[int]
    name: Mapped[str]
    category: Mapped[str]  # a rule pack's name: cosmetics, food, supplements, household, general
    registration_number: Mapped[str] = mapped_column(default="")  # BPOM or other
    halal_number: Mapped[str] = mapped_column(default="")
    allowed_claims: Mapped[str] = mapped_column(default="")  # one a line
    banned_claims: Mapped[str] = mapped_column(default="")  # one a line
    created_at: Mapped[datetime]

    brand: Mapped[Brand] = relationship(back_populates="products")
