"""Parcels: a manager writes down what was sent, and whoever knows says what became of it. Mailed links lead here."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from partnerships.core.errors import IllegalTransition, Refused
from partnerships.core.words import N_
from partnerships.core.zones import day_in
from partnerships.database.work import Work
from partnerships.plans import complaining, finding, receiving, sending
from partnerships.plans.forms import DamageForm, ParcelForm, ReceiptForm
from partnerships.plans.rules.dates import EARLIEST_DAYS_BACK
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.plans.rules.shipments import STANDING_LABELS
from partnerships.web.context import begin, insist, looking
from partnerships.web.formats import language, size_text
from partnerships.web.uploads import ACCEPT, Uploads, has_files, max_bytes
from partnerships.web.uploads import receiving as receiving_files
from partnerships.web.words import gettext, translated

from .blueprint import UNPROCESSABLE, pages, status_of

PHOTO = "photo"


@pages.route("/partnerships/<int:partnership_id>/send", methods=["GET", "POST"])
def send(partnership_id: int) -> ResponseReturnValue:
    """Let a manager write down a parcel: the product, another one in its place, or a refill."""
    form = ParcelForm()
    if form.validate_on_submit():
        try:
            with begin() as work:
                sending.send(
                    work,
                    partnership_id,
                    sent_on=form.day,
                    carrier=form.carrier.data or "",
                    receipt_number=form.receipt_number.data or "",
                    note=form.note.data or "",
                )
            flash(gettext("Noted: the parcel is on its way. The creator was asked to confirm its arrival."), "success")
            return redirect(url_for("portfolio.show", partnership_id=partnership_id))
        except Refused as refusal:
            form.refuse(refusal)
    with looking() as reading:
        partnership = finding.get_for(reading, partnership_id)
        today = day_in(partnership.zone, reading.now)
        if not form.is_submitted():
            form.sent_on.data = today
        page = render_template(
            "plans/send.html",
            form=form,
            partnership=partnership,
            last=finding.find_last_shipment(reading, partnership_id),
            parcel_words=STANDING_LABELS,
            terms=finding.find_terms(reading, partnership_id),
            today=today,
            can_send=partnership.is_running or partnership.allows(PartnershipAction.PREPARE, reading.actor.role),
        )
    return page, status_of(form)


@dataclass
class _Sheet:
    """What the page about an arrival asks: the day, or what is broken."""

    arrival: ReceiptForm = field(default_factory=ReceiptForm)
    damage: DamageForm = field(default_factory=DamageForm)
    photo_errors: list[str] = field(default_factory=list)

    @property
    def status(self) -> int:
        """Return 422 while something in it is wrong."""
        return UNPROCESSABLE if self.arrival.errors or self.damage.errors or self.photo_errors else 200


@pages.route("/me/receipts/<int:partnership_id>", methods=["GET", "POST"])
def receipt(partnership_id: int) -> ResponseReturnValue:
    """Let the creator say what became of the parcel; with the first one that arrived, the dates are real."""
    sheet = _Sheet()
    with suppress(IllegalTransition):  # pressed twice, or said by somebody else: the page says how it stands
        if request.method == "GET" or not OUTCOMES[_outcome()](partnership_id, sheet):
            return _page("plans/receipt.html", partnership_id, sheet)
    return redirect(url_for("plans.receipt", partnership_id=partnership_id))


@pages.route("/partnerships/<int:partnership_id>/receipt", methods=["GET", "POST"])
def confirm_receipt(partnership_id: int) -> ResponseReturnValue:
    """Let a manager write down what the creator told them of the parcel."""
    sheet = _Sheet()
    try:
        if request.method == "GET" or not OUTCOMES[_outcome()](partnership_id, sheet):
            return _page("plans/confirm_receipt.html", partnership_id, sheet)
        flash(gettext(NOTED[_outcome()]), "success")
    except IllegalTransition as refusal:
        flash(translated(refusal), "error")
    return redirect(url_for("portfolio.show", partnership_id=partnership_id))


def _outcome() -> str:
    """Return which of the three things is said of the parcel."""
    said = request.form.get("outcome", "")
    return said if said in OUTCOMES else "arrived"


def _arrived(partnership_id: int, sheet: _Sheet) -> bool:
    form = sheet.arrival
    if not form.validate():
        return False

    def confirm(work: Work) -> None:
        parcel = finding.find_awaited_shipment(work, partnership_id)
        confirm_one = receiving.receive_refill if parcel and parcel.is_refill else receiving.confirm_receipt
        confirm_one(work, partnership_id, form.day)

    try:
        insist(confirm)
    except IllegalTransition:
        raise
    except Refused as refusal:
        form.refuse(refusal)
        return False
    return True


def _damaged(partnership_id: int, sheet: _Sheet) -> bool:
    form = sheet.damage
    if not form.validate():
        return False
    try:
        with receiving_files(_room_taken(partnership_id)) as uploads:
            insist(lambda work: _report(work, partnership_id, form.words.data or "", uploads))
    except IllegalTransition:
        raise
    except Refused as refusal:
        if refusal.field == PHOTO:
            sheet.photo_errors.append(translated(refusal))
        else:
            form.refuse(refusal)
        return False
    return True


def _report(work: Work, partnership_id: int, words: str, uploads: Uploads) -> None:
    photo = next(iter(uploads.files.get(PHOTO, [])), None)
    spoilt = uploads.spoilt.get(PHOTO)
    if spoilt is not None:
        spoilt.field = PHOTO  # the sentence belongs beside the input for the file
    complaining.report_damage(work, partnership_id, words=words, photo=photo, spoilt=spoilt)
    uploads.keep_only([photo.key] if photo else [])


def _room_taken(partnership_id: int) -> int:
    """Return how many bytes the organisation keeps, once we know that the parcel is theirs who send a photo of it."""
    if not has_files():
        return 0
    with looking() as reading:
        return finding.get_used_bytes(reading, partnership_id)


def _missing(partnership_id: int, _sheet: _Sheet) -> bool:
    insist(lambda work: complaining.report_missing(work, partnership_id))
    return True


OUTCOMES: Mapping[str, Callable[[int, _Sheet], bool]] = {"arrived": _arrived, "damaged": _damaged, "missing": _missing}
NOTED = {
    "arrived": N_("Noted: the parcel has arrived."),
    "damaged": N_("Noted. Nothing counts from this parcel: please send another one."),
    "missing": N_("Noted: the parcel has not arrived. Please ask the carrier, or send another one."),
}


def _page(template: str, partnership_id: int, sheet: _Sheet) -> ResponseReturnValue:
    """Show `template` with both forms, today filled in, or with what is wrong."""
    with looking() as reading:
        partnership = finding.get_for(reading, partnership_id)
        today = day_in(partnership.zone, reading.now)
        last = finding.find_last_shipment(reading, partnership_id)
        parcel = last if last is not None and last.is_awaited else None
        if sheet.arrival.received_on.data is None and not sheet.arrival.errors:
            sheet.arrival.received_on.data = today
        can_start = partnership.allows(PartnershipAction.START, reading.actor.role)
        page = render_template(
            template,
            form=sheet.arrival,
            damage=sheet.damage,
            photo_errors=sheet.photo_errors,
            photo_links=[(PHOTO, sentence) for sentence in sheet.photo_errors],
            partnership=partnership,
            last=last,
            parcel=parcel,
            today=today,
            earliest=max(today - timedelta(days=EARLIEST_DAYS_BACK), parcel.sent_on if parcel else date.min),
            can_confirm=can_start or (parcel is not None and parcel.is_refill),
            can_start=can_start,
            accept=ACCEPT,
            max_bytes=max_bytes(),
            max_text=size_text(max_bytes()),
            locale=language(),
        )
    return page, sheet.status
