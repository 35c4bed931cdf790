"""The page that asks on which day the product arrived, for whoever confirms it."""

from datetime import timedelta

from flask import render_template
from flask.typing import ResponseReturnValue

from partnerships.core.zones import day_in
from partnerships.plans import finding
from partnerships.plans.forms import ReceiptForm
from partnerships.plans.rules.dates import EARLIEST_DAYS_BACK
from partnerships.plans.rules.partnerships import PartnershipAction
from partnerships.web.context import looking
from partnerships.web.formats import language

from .blueprint import status_of


def receipt_page(template: str, partnership_id: int, form: ReceiptForm) -> ResponseReturnValue:
    """Show `template` with the form, today filled in, or with what is wrong."""
    with looking() as reading:
        partnership = finding.get_for(reading, partnership_id)
        today = day_in(partnership.zone, reading.now)
        if not form.is_submitted():
            form.received_on.data = today
        page = render_template(
            template,
            form=form,
            partnership=partnership,
            today=today,
            earliest=today - timedelta(days=EARLIEST_DAYS_BACK),
            can_confirm=partnership.allows(PartnershipAction.START, reading.actor.role),
            locale=language(),
        )
    return page, status_of(form)
