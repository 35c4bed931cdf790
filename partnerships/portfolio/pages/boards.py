"""Today, the timeline, and one partnership."""

from collections.abc import Mapping, Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from partnerships.check_ins.tables import CheckIn
from partnerships.core.actor import MANAGING, STAFF, Actor
from partnerships.core.zones import day_in
from partnerships.creators.rules.words import PLATFORMS
from partnerships.database.work import Reading
from partnerships.mail.finding import list_unreached
from partnerships.people.finding import get_organisation
from partnerships.plans import shifting
from partnerships.plans.finding import find_proposed, list_asked, list_wishes
from partnerships.plans.renewing import find_neighbours
from partnerships.plans.rules.partnerships import REASON_LABELS, PartnershipAction
from partnerships.plans.rules.shipments import STANDING_LABELS
from partnerships.plans.tables import Partnership
from partnerships.plans.wording import MOVE_WORDS
from partnerships.portfolio import charting, telling, ticking, waiting
from partnerships.portfolio.finding import Narrowing, Place, offer_brands, offer_campaigns
from partnerships.portfolio.listing import Listing, Wait
from partnerships.portfolio.recounting import delays_text, history_lines, version_lines
from partnerships.portfolio.rules.marks import PARCELS, STATUS_LABELS, STATUS_MARKS, Status
from partnerships.portfolio.rules.waits import FOR_REVIEWERS, WaitKind
from partnerships.portfolio.showing import Thing, shown
from partnerships.portfolio.wording import WaitLine, Window, partnerships_counted, timeline_row, wait_line
from partnerships.reminders.snoozing import snoozes_of
from partnerships.reminders.wording import links_of, snooze_text, whatsapp_text, whatsapp_url
from partnerships.web.context import current_actor, looking
from partnerships.web.formats import day_text, language

from .blueprint import FILTERS, asked_day, asked_narrowing, kept_arguments, pages, thing_url

STATE = (*FILTERS, "zoom", "around", "pick")  # of the timeline, in its address
ZOOMS = ("week", "month", "quarter")
ALL = "all"  # of `pick`: everything that matches is ticked
# Where the one action of each kind of wait leads, and what its address calls the thing.
DESKS: Mapping[WaitKind, tuple[str, str]] = {
    WaitKind.REVIEW: ("authenticity.review", "deliverable_id"),
    WaitKind.CHECK_LIVE: ("deliverables.check_live", "deliverable_id"),
    WaitKind.LOOK_AGAIN: ("deliverables.check_live", "deliverable_id"),
    WaitKind.NEEDS_PERSON: ("check_ins.show", "check_in_id"),
    WaitKind.CONFIRMATION: ("check_ins.show", "check_in_id"),
    WaitKind.CHECK_IN: ("check_ins.record", "check_in_id"),
    WaitKind.MISSED: ("check_ins.show", "check_in_id"),
    WaitKind.COMING: ("check_ins.show", "check_in_id"),
    WaitKind.DRAFT: ("deliverables.show", "deliverable_id"),
    WaitKind.POST: ("deliverables.show", "deliverable_id"),
    WaitKind.NUMBERS: ("deliverables.record_numbers", "deliverable_id"),
    WaitKind.MESSAGE: ("deliverables.show", "deliverable_id"),
    WaitKind.TASK: ("deliverables.show", "deliverable_id"),
    WaitKind.RECEIPT: ("plans.confirm_receipt", "partnership_id"),
    WaitKind.TERMS: ("plans.offer", "partnership_id"),
    WaitKind.TO_SEND: ("plans.send", "partnership_id"),
    WaitKind.DATES: ("plans.move_dates", "partnership_id"),
}


@pages.get("/")
def today() -> ResponseReturnValue:
    """Show who waits for whom; creators have a start page of their own."""
    if current_actor().role not in STAFF:
        return redirect(url_for(".me"))
    with looking() as reading:
        board = waiting.look_at_today(reading)
        said = _said(reading, (*board.overdue.rows, *board.soon.rows))
        lines = {name: _lines(reading, getattr(board, name), said) for name in board.__slots__}
        return render_template(
            "portfolio/today.html",
            board=board,
            lines=lines,
            day=day_in(get_organisation(reading).zone, reading.now),
            can_plan=_manages(),
            unreached=list_unreached(reading),
        )


Said = dict[tuple[bool, int], tuple[str, str | None, tuple[str, ...]]]


def _said(reading: Reading, waits: Sequence[Wait]) -> Said:
    """Return each reminder's text, the address of its chat and what to know before, by kind and id of the thing."""
    things = waiting.load_things(reading, waits)
    links, snoozes = links_of(reading, things), snoozes_of(reading, things)
    texts: Said = {}
    for thing in things:
        text, snooze = whatsapp_text(reading, thing, links), snoozes.get(thing.about)
        notes = (snooze_text(snooze.until, snooze.note),) if snooze else ()
        texts[isinstance(thing, CheckIn), thing.id] = (text, whatsapp_url(thing.partnership, text), notes)
    return texts


def _lines(reading: Reading, listing: Listing, said: Said) -> list[WaitLine]:
    lines, manages = [], reading.actor.role in MANAGING
    talks = [wait.partnership_id for wait in listing.rows if wait.kind is WaitKind.TERMS and manages]
    wishes = list_wishes(reading, talks) if talks else {}
    for wait in listing.rows:
        text, chat_url, notes = said.get((wait.kind is WaitKind.CHECK_IN, wait.thing_id), (None, None, ()))
        reminds = manages and wait.kind in {WaitKind.CHECK_IN, WaitKind.DRAFT, WaitKind.POST}
        lines.append(
            wait_line(
                wait,
                _desk(wait, reading.actor),
                url_for(".show", partnership_id=wait.partnership_id),
                said=text if reminds else None,
                chat_url=chat_url if reminds else None,
                notes=notes if reminds else (),
                words=wishes.get(wait.partnership_id, "") if wait.kind is WaitKind.TERMS else "",
                only_looks=not (manages or wait.kind in FOR_REVIEWERS),
            )
        )
    return lines


def _desk(wait: Wait, actor: Actor) -> str:
    """Return where the wait's one action is done; for who may not do it, where it only shows."""
    is_open = actor.role in MANAGING or wait.kind in FOR_REVIEWERS
    endpoint, name = DESKS.get(wait.kind, (None, "")) if is_open else (None, "")
    if endpoint is None:
        return url_for(".show", partnership_id=wait.partnership_id)
    return thing_url(endpoint, name, wait.partnership_id if name == "partnership_id" else wait.thing_id)


def _manages() -> bool:
    return current_actor().role in MANAGING


@pages.get("/partnerships")
def timeline() -> ResponseReturnValue:
    """Show partnerships over time. The address is the state; scripts load more rows, without them a link does."""
    narrowing = asked_narrowing()
    after = Place.read(request.args.get("after", ""))
    with looking() as reading:
        chart = charting.chart(reading, narrowing, after)
        here = day_in(get_organisation(reading).zone, reading.now)
        window = Window.around(asked_day(request.args.get("around", "")) or here)
        rows = [
            timeline_row(row, window, url_for(".show", partnership_id=row.id), url_for(".panel", partnership_id=row.id))
            for row in chart.rows
        ]
        more_url = _address(after=chart.next) if chart.next else None
        picks = _picks(reading, narrowing, chart)
        if request.headers.get("HX-Request") and after is not None:
            return render_template("portfolio/_rows.html", rows=rows, more_url=more_url, picks=picks)
        choices = {"brands": offer_brands(reading), "campaigns": offer_campaigns(reading)}
    return render_template(
        "portfolio/timeline.html",
        rows=rows,
        more_url=more_url,
        total_text=partnerships_counted(chart.total, charting.COUNTED),
        narrowing=narrowing,
        window=window,
        here=here,
        today=window.offset(here),
        calendar_url=url_for(".calendar", **kept_arguments(FILTERS)),
        zoom=_zoom(),
        zoom_urls=[(key, _address(zoom=key)) for key in ZOOMS],
        earlier_url=_address(around=window.shifted(-3)),
        later_url=_address(around=window.shifted(3)),
        statuses=[(status, STATUS_LABELS[status], STATUS_MARKS[status]) for status in Status],
        can_plan=_manages(),
        picks=picks,
        most=shifting.MOST_AT_ONCE,
        pick_url=_address(pick=1),
        all_url=_address(pick=ALL),
        unpicked_url=_address(pick=""),
        **choices,
    )


def _picks(reading: Reading, narrowing: Narrowing, chart: charting.Chart) -> ticking.Ticks | None:
    """Return what is ticked, to move the dates of several; None where nothing can be."""
    asked = request.args.get("pick")
    if not asked or not _manages():
        return None
    if asked != ALL:
        return ticking.Ticks()
    shown = {row.id for row in chart.rows}
    return ticking.tick_all(reading, narrowing, shown, chart.next, shifting.MOST_AT_ONCE)


def _zoom() -> str:
    asked = request.args.get("zoom", "")
    return asked if asked in ZOOMS else "month"


def _address(**changes: object) -> str:
    """Return this page's address with something changed; where the rows begin is part of it only when it is given."""
    return url_for(".timeline", **(kept_arguments(STATE) | {name: str(value) for name, value in changes.items()}))


@pages.get("/partnerships/<int:partnership_id>/panel")
def panel(partnership_id: int) -> ResponseReturnValue:
    """Send one partnership as the timeline's side panel."""
    with looking() as reading:
        told = telling.tell(reading, partnership_id)
        return render_template(
            "portfolio/_panel.html", told=told, view=shown(told, reading, _desk_of), back_url=url_for(".timeline")
        )


@pages.get("/partnerships/<int:partnership_id>")
def show(partnership_id: int) -> ResponseReturnValue:
    """Show one partnership whole: what is next, its timeline, its money, its dates, its history."""
    with looking() as reading:
        told = telling.tell(reading, partnership_id)
        chronicle = telling.tell_newest(reading, told.partnership)
        view = shown(told, reading, _desk_of)
        links = links_of(reading, list(view.awaited))
        neighbours = find_neighbours(reading, partnership_id)
        texts = [_copied(reading, thing, links) for thing in view.awaited if _manages()]
        return render_template(
            "portfolio/show.html",
            told=told,
            view=view,
            texts=texts,
            handles=telling.list_handles(reading, told.partnership.creator_id),
            platforms=PLATFORMS,
            history=history_lines(chronicle, told),
            versions=version_lines(chronicle, told.partnership),
            delays=delays_text(chronicle, list_asked(reading, chronicle.versions)),
            reasons=REASON_LABELS,
            parcel_marks=PARCELS,
            parcel_words=STANDING_LABELS,
            action=PartnershipAction,
            can_plan=_manages(),
            proposed=find_proposed(reading, partnership_id) if _manages() else None,
            resuming=shifting.preview_resuming(reading, told.partnership) if _manages() else None,
            words=MOVE_WORDS,
            neighbours=neighbours,
            renewed=_ended_text(neighbours.before) if neighbours.before else "",
        )


def _ended_text(partnership: Partnership) -> str:
    return day_text(day_in(partnership.zone, partnership.moved_at))


def _desk_of(thing: Thing) -> str | None:
    """Return where staff look at a check-in or a deliverable; a reviewer finds answers beside what she has rated."""
    if isinstance(thing, CheckIn):
        return url_for("check_ins.show", check_in_id=thing.id) if _manages() else None
    return url_for("deliverables.show", deliverable_id=thing.id)


def _copied(reading: Reading, thing: Thing, links: Mapping[str, str]) -> tuple[str, str, str, str | None]:
    """Return the thing's name in the page, its title, its text for WhatsApp, and the address that opens the chat."""
    text = whatsapp_text(reading, thing, links)
    title = thing.spec.title.in_(language())
    return thing.about.replace(":", "-"), title, text, whatsapp_url(thing.partnership, text)
