"""What creators see of their own partnerships."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import render_template, session, url_for
from flask.typing import ResponseReturnValue

from partnerships.check_ins.tables import CheckIn
from partnerships.core.actor import Actor
from partnerships.people.finding import list_own_memberships
from partnerships.plans.finding import find_proposed
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.plans.wording import progress_text, state_text
from partnerships.portfolio import following, telling, waiting
from partnerships.portfolio.listing import Wait
from partnerships.portfolio.rules.waits import OWN_LABELS, WaitKind
from partnerships.portfolio.showing import Thing, shown
from partnerships.portfolio.wording import wait_line
from partnerships.web.context import current_actor, looking, transactions
from partnerships.web.formats import day_text
from partnerships.web.words import say

from .blueprint import pages, thing_url

OWN_DESKS: Mapping[WaitKind, tuple[str, str]] = {
    WaitKind.CHECK_IN: ("check_ins.answer", "check_in_id"),
    WaitKind.COMING: ("check_ins.answer", "check_in_id"),
    WaitKind.CONFIRMATION: ("check_ins.answer", "check_in_id"),
    WaitKind.DRAFT: ("deliverables.submit", "deliverable_id"),
    WaitKind.POST: ("deliverables.publish", "deliverable_id"),
    WaitKind.NUMBERS: ("deliverables.send_numbers", "deliverable_id"),
    WaitKind.MESSAGE: ("deliverables.submit", "deliverable_id"),
    WaitKind.RECEIPT: ("plans.receipt", "partnership_id"),
    WaitKind.INVITATION: ("plans.invitation", "partnership_id"),
    WaitKind.DATES: ("plans.new_dates", "move_id"),
}
OWN_DEEDS: Mapping[PartnershipAction, WaitKind] = {
    PartnershipAction.ACCEPT: WaitKind.INVITATION,
    PartnershipAction.START: WaitKind.RECEIPT,
}


@pages.get("/me")
def me() -> ResponseReturnValue:
    """Show a creator what is next, over every organisation that they work with."""
    actor = current_actor()
    waits: list[Wait] = []
    partnerships: list[following.OwnPartnership] = []
    for self in selves(actor):
        with transactions().looking(self) as reading:
            waits += waiting.look_at_mine(reading)
            partnerships += following.list_own(reading)
    waits.sort(key=lambda wait: (not wait.is_overdue, wait.on))
    names = _names(partnerships)
    named = [replace(wait, product=names[wait.org_id, wait.partnership_id]) for wait in waits]
    return render_template(
        "portfolio/me.html",
        waits=[(wait_line(wait, *_own_urls(wait), is_own=True), wait.org_id) for wait in named],
        partnerships=partnerships,
        names=names,
        org_id=actor.org_id,
        state_text=state_text,
        progress_text=progress_text,
    )


def _names(partnerships: Sequence[following.OwnPartnership]) -> dict[tuple[int, int], str]:
    """Return what each is called, by organisation and id: its product, with its start where there are several of it."""
    products = Counter(own.product for own in partnerships)
    return {
        (own.org_id, own.id): own.product
        if products[own.product] == 1
        else f"{own.product} · {day_text(own.anchor_on)}"
        for own in partnerships
    }


def selves(actor: Actor) -> list[Actor]:
    """Return the person as creator wherever they belong; a mailed link opens its own organisation only."""
    if "_user_id" not in session:
        return [actor]
    with transactions().everywhere() as everywhere:
        members = [member.as_actor() for member in list_own_memberships(everywhere, actor.person_id)]
    return [member for member in members if member.role == actor.role]


def _own_urls(wait: Wait) -> tuple[str, str]:
    endpoint, name = OWN_DESKS[wait.kind]
    here = url_for(".my_partnership", partnership_id=wait.partnership_id)
    return thing_url(endpoint, name, wait.thing_id), here


@pages.get("/me/partnerships/<int:partnership_id>")
def my_partnership(partnership_id: int) -> ResponseReturnValue:
    """Show a creator their own partnership from top to bottom."""
    with looking() as reading:
        told = telling.tell(reading, partnership_id)
        view = shown(told, reading, _own_desk_of)
        asked = [OWN_DEEDS[deed.action] for deed in view.deeds if deed.action in OWN_DEEDS]
        ask = [(say(OWN_LABELS[kind]), thing_url(*OWN_DESKS[kind], partnership_id)) for kind in asked[:1]]
        proposed = find_proposed(reading, partnership_id)
        return render_template("portfolio/my_partnership.html", told=told, view=view, ask=ask, proposed=proposed)


def _own_desk_of(thing: Thing) -> str | None:
    """Return where the creator does what is due, or sees what they sent; None before there is anything to do."""
    if isinstance(thing, CheckIn):
        is_there = thing.is_answerable or thing.answer is not None
        return url_for("check_ins.answer", check_in_id=thing.id) if is_there else None
    return url_for("deliverables.submit", deliverable_id=thing.id)
