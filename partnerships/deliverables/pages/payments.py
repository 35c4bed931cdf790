"""Payments: what is owed and what was paid, over all partnerships, and one step with one milestone."""

from datetime import date

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from partnerships.core.errors import Refused
from partnerships.core.zones import day_in
from partnerships.database.work import Work
from partnerships.deliverables import paying
from partnerships.deliverables.accounting import payments_csv
from partnerships.deliverables.finding import count_used_bytes, get_payment, list_proofs
from partnerships.deliverables.forms import TransferForm
from partnerships.deliverables.listing import FILTER_LABELS, Filter, count_payments, list_payments
from partnerships.deliverables.rules.payments import BY_BUTTON, MARKS, STATE_LABELS, PaymentAction, PaymentState
from partnerships.deliverables.tables import Payment
from partnerships.web.context import begin, insist, looking
from partnerships.web.formats import size_text
from partnerships.web.uploads import PHOTO_BYTES, PHOTOS, Uploads, has_files, receiving
from partnerships.web.urls import any_of_words, row_id, safe_next
from partnerships.web.words import say, translated

from .blueprint import pages

RECEIPT = "receipt"
SIZE = 50  # payments on one page


@pages.get("/payments")
def payments() -> ResponseReturnValue:
    """Show the milestones of every agreed partnership, narrowed by the address, the first to be paid first."""
    chosen, page = _chosen(), request.args.get("page", 1, type=row_id)
    with looking() as reading:
        return render_template(
            "deliverables/payments.html",
            rows=list_payments(reading, chosen, limit=SIZE, offset=(page - 1) * SIZE),
            total=count_payments(reading, chosen),
            now=reading.now, day_in=day_in, chosen=chosen, page=page, size=SIZE,
            filters=FILTER_LABELS, labels=STATE_LABELS, marks=MARKS,
        )  # fmt: skip


@pages.get("/payments.csv")
def payments_file() -> ResponseReturnValue:
    """Hand out the same rows, all of them, for whoever keeps the books."""
    with looking() as reading:
        text = payments_csv(list_payments(reading, _chosen()))
    name = f"attachment; filename=payments-{reading.now:%Y-%m-%d}.csv"
    return Response(text, mimetype="text/csv", headers={"Content-Disposition": name})


@pages.route("/payments/<int:payment_id>/paid", methods=["GET", "POST"])
def record_transfer(payment_id: int) -> ResponseReturnValue:
    """Write down that a milestone was paid: when, how much, what was withheld; or correct what was written down."""
    form = TransferForm()
    if form.validate_on_submit():
        try:
            with receiving(_room_taken(payment_id)) as uploads:
                insist(lambda work: _record(work, payment_id, form, uploads))
            return _recorded(payment_id)
        except Refused as refusal:
            form.refuse(refusal)
    with looking() as reading:
        payment = get_payment(reading, payment_id)
        if not payment.allows_transfer:
            flash(gettext("Only what is approved for payment, or was paid, has a transfer."), "error")
            return redirect(url_for("portfolio.show", partnership_id=payment.partnership_id), 303)
        if request.method == "GET":
            form = _filled(payment, day_in(payment.partnership.zone, reading.now))
        return render_template(
            "deliverables/transfer.html",
            form=form,
            payment=payment,
            partnership=payment.partnership,
            payee=payment.payee or paying.payee_of(reading, payment),
            title=payment.spec.label.in_(str(get_locale())),
            is_correction=payment.state is PaymentState.PAID,
            shown=list_proofs(reading, payment.partnership_id).get(payment.id),
            accept=PHOTOS,
            max_bytes=PHOTO_BYTES,
            max_text=size_text(PHOTO_BYTES),
        ), 422 if form.errors else 200


@pages.post(f"/payments/<int:payment_id>/<{any_of_words(BY_BUTTON)}:action>")
def move_payment(payment_id: int, action: str) -> ResponseReturnValue:
    """Take one step with a milestone, and go back to where the button was."""
    home = "/"
    try:
        with begin() as work:
            payment = paying.move_payment(work, payment_id, PaymentAction(action), request.form.get("reason", ""))
            home = url_for("portfolio.show", partnership_id=payment.partnership_id)
            told = payment.spec.label.in_(str(get_locale()))
            told = gettext("“%(name)s”: %(state)s", name=told, state=say(STATE_LABELS[payment.state]))
            flash(told, "success")
    except Refused as refusal:
        flash(translated(refusal), "error")
    return redirect(safe_next(request.form.get("next"), home), 303)


def _record(work: Work, payment_id: int, form: TransferForm, uploads: Uploads) -> None:
    """Write down the transfer, and keep the picture of its receipt if one came."""
    payment = paying.record_transfer(work, payment_id, form.transfer, form.reason.data or "")
    spoilt = uploads.spoilt.get(RECEIPT)
    if spoilt is not None:
        spoilt.field = RECEIPT
    file = paying.add_proof(work, payment, uploads.files.get(RECEIPT, []), spoilt)
    uploads.keep_only([file.key] if file else [])


def _room_taken(payment_id: int) -> int:
    """Return how many bytes the organisation keeps, once we know that the payment is theirs who send a file for it."""
    if not has_files():
        return 0
    with looking() as reading:
        get_payment(reading, payment_id)
        return count_used_bytes(reading)


def _recorded(payment_id: int) -> ResponseReturnValue:
    with looking() as reading:
        home = url_for("portfolio.show", partnership_id=get_payment(reading, payment_id).partnership_id)
    flash(gettext("The transfer is written down; the creator sees it."), "success")
    return redirect(safe_next(request.args.get("next"), home), 303)


def _filled(payment: Payment, today: date) -> TransferForm:
    """Return the form with what was written down before, or with what is owed."""
    if payment.transfer is None:
        return TransferForm(formdata=None, paid_on=today, gross=payment.amount)
    known = {name: getattr(payment.transfer, name) for name in ("paid_on", "gross", "withheld", "proof", "slip")}
    return TransferForm(formdata=None, **known, tax=payment.transfer.tax or None)


def _chosen() -> Filter:
    asked = request.args.get("state", "")
    return Filter(asked) if asked in set(Filter) else Filter.OWED
