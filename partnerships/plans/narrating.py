"""Say what a plan would run into, and word its invitations for WhatsApp."""

from dataclasses import dataclass
from urllib.parse import quote

from sqlalchemy import and_, select

from partnerships.core.words import N_
from partnerships.database.work import Reading
from partnerships.web.addresses import linked_url
from partnerships.web.formats import day_text, month_text
from partnerships.web.tables import MailedLink
from partnerships.web.words import gettext

from .rules.conflicts import Conflict, ConflictKind
from .rules.partnerships import PartnershipState
from .rules.templates import Text
from .tables import Partnership, PlanningLine

DAYS = 4  # named in one sentence


def conflict_text(name: str, conflict: Conflict) -> str:
    """Return what a plan would run into with the creator called `name`."""
    other = conflict.other
    days = "; ".join(day_text(day, year=False) for day in conflict.days[:DAYS])
    days += " …" if len(conflict.days) > DAYS else ""
    if conflict.kind is ConflictKind.SATURATED or other is None:
        months = ", ".join(month_text(day) for day in conflict.days)
        return gettext(
            N_("%(name)s tells about %(count)s other brands in %(months)s: %(brands)s."),
            name=name,
            count=len(conflict.brands),
            months=months,
            brands=", ".join(conflict.brands),
        )
    if conflict.kind is ConflictKind.COMPETING and other.exclusivity_days:
        return gettext(
            N_("%(name)s is bound to %(brand)s, a brand of the same category, until %(until)s, exclusivity included."),
            name=name,
            brand=other.brand,
            until=day_text(other.bound_until),
        )
    sentences = {
        ConflictKind.AGAIN: N_("%(name)s has a partnership in this campaign already."),
        ConflictKind.COMPETING: N_("%(name)s tells about %(brand)s until %(until)s, a brand of the same category."),
        ConflictKind.SAME_DAY: N_("%(name)s owes something for %(brand)s on the same day: %(days)s."),
    }
    return gettext(sentences[conflict.kind], name=name, brand=other.brand, until=day_text(other.ends_on), days=days)


@dataclass(frozen=True, slots=True)
class InvitationText:
    """An invitation as it is pasted into WhatsApp; `url` opens the chat with it, if there is a number."""

    name: str
    text: str
    url: str | None


INVITING = Text(
    id="Hai %(name)s! Aku %(manager)s dari %(brand)s. Kami ingin mengajak kamu bekerja sama: pakai %(product)s dan"
    " ceritakan dengan jujur. Semua tanggal dan syaratnya ada di undangan ini; kamu bebas menolak.",
    en="Hi %(name)s! I am %(manager)s from %(brand)s. We would like to work with you: use %(product)s and tell about it"
    " honestly. Every date and all terms stand in this invitation; you are free to say no.",
)
OWN_LINK = Text(id="Link khusus buat kamu: %(url)s", en="Your own link: %(url)s")


def invitation_texts(reading: Reading, run_id: int) -> list[InvitationText]:
    """Return a text for everybody of a run whose answer is awaited, each with the link that was mailed to them."""
    rows = reading.session.execute(
        select(Partnership, MailedLink)
        .join(PlanningLine, PlanningLine.partnership_id == Partnership.id)
        .join(
            MailedLink,
            and_(
                MailedLink.purpose == "invitation",
                MailedLink.thing_id == Partnership.id,
                MailedLink.revoked_at.is_(None),
                MailedLink.expires_at > reading.now,
            ),
        )
        .where(PlanningLine.run_id == run_id, Partnership.state == PartnershipState.INVITED)
        .order_by(PlanningLine.position)
    ).unique()
    return [_invitation(reading, partnership, link) for partnership, link in rows]


def _invitation(reading: Reading, partnership: Partnership, link: MailedLink) -> InvitationText:
    creator = partnership.creator
    locale = creator.membership.account.locale
    values = {
        "name": creator.first_name,
        "manager": reading.actor.name or partnership.manager.account.name,
        "brand": partnership.campaign.brand.name,
        "product": partnership.campaign.product.name,
        "url": linked_url(link),
    }
    text = "\n\n".join(part.in_(locale) % values for part in (INVITING, OWN_LINK))
    return InvitationText(
        creator.name, text, f"https://wa.me/{creator.whatsapp}?text={quote(text)}" if creator.whatsapp else None
    )
