"""Word a reminder for WhatsApp, for managers who would rather send it there themselves, and say what was put off."""

from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import quote

from babel.dates import format_date
from flask_babel import gettext
from sqlalchemy import select

from partnerships.check_ins.tables import CheckIn
from partnerships.database.work import Reading
from partnerships.deliverables.tables import Deliverable
from partnerships.plans.rules.dates import StepKind
from partnerships.plans.rules.templates import Text
from partnerships.plans.tables import Partnership, Step
from partnerships.web.addresses import linked_url
from partnerships.web.formats import day_text, zone_text
from partnerships.web.tables import MailedLink

from .waits import awaits_post

Thing = CheckIn | Deliverable

GREETING = Text(id="Hai %(name)s!", en="Hi %(name)s!")
ASKS = {
    StepKind.CHECK_IN: Text(
        id="Ini pengingat untuk update pemakaian %(product)s: “%(title)s”, batasnya %(day)s. Cukup dua menit, dan"
        " jawaban jujur apa pun boleh.",
        en="This is a reminder of your %(product)s check-in: “%(title)s”, due on %(day)s. It takes two minutes, and any"
        " honest answer is fine.",
    ),
    StepKind.DRAFT: Text(
        id="Ini pengingat untuk draf konten %(product)s: “%(title)s”, ditunggu sampai %(day)s.",
        en="This is a reminder of your draft for %(product)s: “%(title)s”, due on %(day)s.",
    ),
    StepKind.PUBLISH: Text(
        id="Konten %(product)s “%(title)s” sudah bisa tayang, jadwalnya %(day)s. Setelah posting, kirim link-nya ya.",
        en="Your %(product)s content “%(title)s” is ready to go live; it is planned for %(day)s. Please send the link"
        " once it is up.",
    ),
}
LINK = Text(id="Link khusus buat kamu: %(url)s", en="Your own link: %(url)s")
GROUP = Text(
    id="Hai semua! Pengingat dari %(brand)s: ada yang ditunggu hari ini untuk %(product)s. Link masing-masing ada di"
    " email kalian. Kalau ada kendala, balas langsung ke aku, ya.",
    en="Hi everyone! A reminder from %(brand)s: something is due today for %(product)s. Your own link is in your mail."
    " If anything is in the way, please write to me directly.",
)
THANKS = Text(id="Makasih! %(manager)s, %(brand)s", en="Thank you! %(manager)s, %(brand)s")


def whatsapp_text(reading: Reading, thing: Thing, links: Mapping[str, str] | None = None) -> str:
    """Return a reminder of `thing` in the creator's language, signed by whoever acts.

    `links` (see `links_of`) adds the creator's own link; leave it out for anything that goes to a group.
    """
    partnership = thing.partnership
    locale = partnership.creator.membership.account.locale
    kind, step = _what(thing)
    values = {
        "name": partnership.creator.name.split(" ")[0],
        "product": partnership.campaign.product.name,
        "title": thing.spec.title.in_(locale),
        "day": _day(step, "en_ID" if locale == "en" else "id"),
        "manager": reading.actor.name or partnership.manager.account.name,
        "brand": partnership.campaign.brand.name,
        "url": (links or {}).get(thing.about, ""),
    }
    parts = [GREETING, ASKS[kind], *([LINK] if values["url"] else []), THANKS]
    return "\n\n".join(part.in_(locale) % values for part in parts)


def group_texts(reading: Reading, things: Sequence[Thing], locale: str) -> list[str]:
    """Return one text for each product among `things` that may go to a group: it names nobody and links to nothing."""
    campaigns = {thing.partnership.campaign.product_id: thing.partnership.campaign for thing in things}
    texts = []
    for campaign in campaigns.values():
        values = {"brand": campaign.brand.name, "product": campaign.product.name, "manager": reading.actor.name}
        texts.append("\n\n".join(part.in_(locale) % values for part in (GROUP, THANKS)))
    return texts


def links_of(reading: Reading, things: list[Thing]) -> dict[str, str]:
    """Return the creators' own links to `things` by what they are about, as far as they have been mailed already."""
    purposes = {thing.about: _purpose(thing) for thing in things}
    ids = {thing.id for thing in things}
    mailed = reading.session.scalars(
        select(MailedLink).where(
            MailedLink.thing_id.in_(ids),
            MailedLink.purpose.in_(set(purposes.values())),
            MailedLink.revoked_at.is_(None),
            MailedLink.expires_at > reading.now,
        )
    )
    by_thing = {(link.purpose, link.thing_id, link.account_id): linked_url(link) for link in mailed}
    wanted = {thing.about: (_purpose(thing), thing.id, thing.partnership.creator.account_id) for thing in things}
    return {about: by_thing[key] for about, key in wanted.items() if key in by_thing}


def whatsapp_url(partnership: Partnership, text: str) -> str | None:
    """Return the address that opens a chat with the creator, `text` filled in; None without a number."""
    number = partnership.creator.whatsapp
    return f"https://wa.me/{number}?text={quote(text)}" if number else None


def _day(step: Step, locale: str) -> str:
    day = format_date(step.due_on, "EEEE, d MMMM", locale=locale)
    return f"{day}, {step.due_by:%H.%M} {zone_text(step.zone, step.due_at)}" if step.due_by else str(day)


def _what(thing: Thing) -> tuple[StepKind, Step]:
    if isinstance(thing, CheckIn):
        return StepKind.CHECK_IN, thing.step
    if awaits_post(thing) or thing.draft_step is None:
        return StepKind.PUBLISH, thing.publish_step
    return StepKind.DRAFT, thing.draft_step


def _purpose(thing: Thing) -> str:
    purposes = {StepKind.CHECK_IN: "check_in", StepKind.DRAFT: "deliverable", StepKind.PUBLISH: "post"}
    return purposes[_what(thing)[0]]


def snooze_text(until: date, why: str) -> str:
    """Say that somebody has asked to be reminded on another day, and why."""
    day = day_text(until, year=False)
    if not why:
        return gettext("asked to be reminded again on %(day)s", day=day)
    return gettext("asked to be reminded again on %(day)s: %(why)s", day=day, why=why)
